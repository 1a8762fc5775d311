"""The portal's settings. What differs between installations comes from the environment; docs/operations.md lists it."""

from pathlib import Path

from csp.constants import SELF

from portal.settings import env

# ---------------------------------------------------------------- where things are

BASE_DIR = Path(__file__).resolve().parents[2]
# The demonstration content, or a network's own files of the same form.
CONTENT_DIR = env.text("CONTENT_DIR", str(BASE_DIR / "content"))
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")
SEARCH_INDEX_DIR = DATA_DIR / "search"

# ---------------------------------------------------------------- who may reach it

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", stored_in=DATA_DIR / "secret_key")
BASE_URL = env.web_address("BASE_URL", "http://localhost:8000")
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ",".join(LOOPBACK_HOSTS))
HTTPS = BASE_URL.startswith("https://")

# Opens the demonstration accounts; empty, nobody can log in to them. See docs/decisions/006-demonstration-accounts.md.
DEMO_PASSWORD = env.text("DEMO_PASSWORD")
if DEMO_PASSWORD and not set(ALLOWED_HOSTS) <= set(LOOPBACK_HOSTS):
    raise env.SettingError(
        "DEMO_PASSWORD may only be set where ALLOWED_HOSTS has nothing but "
        f"{', '.join(LOOPBACK_HOSTS)}: everybody who can read the screen knows it."
    )

CSRF_FAILURE_VIEW = "portal.views.form_too_old"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
# Wagtail's editor shows previews in a frame of its own.
X_FRAME_OPTIONS = "SAMEORIGIN"
# W005, W021: only the operator knows whether every host of the domain is ready for HSTS.
SILENCED_SYSTEM_CHECKS = ["security.W019", "security.W005", "security.W021"]

# Wagtail's editor needs inline scripts and styles, so that the policy stops at its door.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

WEB_WORKERS = env.integer("WEB_WORKERS", 2, least=1, most=64)

# ---------------------------------------------------------------- what it is made of

INSTALLED_APPS = [
    "portal",
    "search",
    "practices",
    "events",
    "discussions",
    "groups",
    "members",
    "notifications",
    "taxonomy",
    "common",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "members.apps.PeopleConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    # Its templates of widgets, for FORM_RENDERER.
    "django.forms",
]

# Widgets may have templates of the portal's own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.SessionKeyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.middleware.LastSeenMiddleware",
    "members.middleware.SecondFactorMiddleware",
    "groups.middleware.GroupsInEditorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.RequestSizeMiddleware",
    "portal.middleware.FirstRunMiddleware",
    "portal.middleware.RedirectMiddleware",
    "portal.middleware.ButtonAddressMiddleware",
    "portal.middleware.AddressNumberMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.navigation.navigation",
            ],
        },
    },
]

# ---------------------------------------------------------------- where it keeps things

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}

# Shared by the web processes and the worker: Wagtail keeps the addresses of sites in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# The queue. Its rows are written in the transaction that causes them, so that a crash loses none.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

# ---------------------------------------------------------------- people

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
DEMONSTRATION_BACKEND = "portal.demonstration.DemonstrationBackend"
if DEMO_PASSWORD:
    AUTHENTICATION_BACKENDS.append(DEMONSTRATION_BACKEND)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "members.passwords.LengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "my"
LOGOUT_REDIRECT_URL = "home"

# Logging in is django-allauth's; what it says is the portal's. See docs/decisions/032-accounts.md.
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_FORMS = {
    "login": "members.account_forms.LoginForm",
    "reset_password": "members.account_forms.ResetPasswordForm",
    "reset_password_from_key": "members.account_forms.ResetPasswordKeyForm",
    "change_password": "members.account_forms.ChangePasswordForm",
    "set_password": "members.account_forms.SetPasswordForm",
    "add_email": "members.account_forms.ChangeAddressForm",
    "reauthenticate": "members.account_forms.ReauthenticateForm",
}
MFA_ADAPTER = "members.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1
# Nobody logs in before the address is confirmed; a change of it that waits must not stand in the way of safety.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "members.account_forms.CodeForm",
    "reauthenticate": "members.account_forms.CodeAgainForm",
    "activate_totp": "members.account_forms.ActivateAppForm",
    "deactivate_totp": "members.account_forms.DeactivateAppForm",
    "login_webauthn": "members.account_forms.PasskeyLoginForm",
    "authenticate_webauthn": "members.account_forms.PasskeyStepForm",
    "reauthenticate_webauthn": "members.account_forms.PasskeyAgainForm",
    "add_webauthn": "members.account_forms.AddPasskeyForm",
    "edit_webauthn": "members.account_forms.RenamePasskeyForm",
}
# Whether those who may enter the editor (coordinators and administrators) must have a second factor.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=True)
# How many proxies stand before the portal: attempts to log in are counted by the address that the outermost saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXIES", 1 if HTTPS else 0, least=0, most=9)

# ---------------------------------------------------------------- languages and time

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("fr", "français"),
    ("en", "English"),
    ("de", "Deutsch"),
    ("it", "italiano"),
    ("nl", "Nederlands"),
    ("es", "español"),
    ("pt", "português"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
TIME_ZONE = env.text("TIME_ZONE", "Europe/Paris")
USE_TZ = True

# ---------------------------------------------------------------- mail

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587 if EMAIL_HOST else 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
_mail_security = env.choice("EMAIL_SECURITY", "starttls", among=("starttls", "tls", "none"))
EMAIL_USE_TLS = _mail_security == "starttls"
EMAIL_USE_SSL = _mail_security == "tls"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if not EMAIL_HOST:
    # Without a server, messages are kept as files, so that none is lost and none is sent by mistake.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "outgoing-mail"
# Letters that come back are sent to this address with the letter's number behind a +; empty, to DEFAULT_FROM_EMAIL.
BOUNCE_ADDRESS = env.optional_email_address("BOUNCE_ADDRESS")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email_address("DEFAULT_FROM_EMAIL", "portal@example.org")
# Where letters about discussions are answered, and the mailbox from which that is fetched; without the first, nowhere.
REPLY_ADDRESS = env.reply_address("REPLY_ADDRESS")
MAILBOX = env.mailbox("MAILBOX_URL")

# ---------------------------------------------------------------- Wagtail

WAGTAIL_SITE_NAME = "Practice portal"
WAGTAILADMIN_BASE_URL = BASE_URL
# Who is logged in and not let in is told so there; others are led to the one screen to log in.
WAGTAILADMIN_LOGIN_URL = "log_in_to_editor"
# Nothing calls home.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_MAX_UPLOAD_SIZE = WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
MAX_REQUEST_MEGABYTES = env.integer("MAX_REQUEST_MEGABYTES", 32, least=1, most=2048)
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
# People change their password and address on the portal's own screens, which ask who they are and confirm addresses.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Whoever is given an account chooses how to log in; see members.forms.PersonCreationForm.
WAGTAILUSERS_PASSWORD_REQUIRED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# The editor's own search; the portal's search is the package `search`.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# ---------------------------------------------------------------- the portal's search

# Another engine with the interface of search/engine.py takes Whoosh's place here.
SEARCH_ENGINE: dict = {
    "ENGINE": "search.whoosh_engine.WhooshEngine",
    "OPTIONS": {"folder": SEARCH_INDEX_DIR},
    # Takes 120 MB in each process. Without it, search goes by words alone.
    "ENCODER": "search.meaning.get_encoder" if env.flag("SEARCH_BY_MEANING", default=True) else "",
}

# ---------------------------------------------------------------- translation by a machine

# Another service with the interface of discussions/translation takes its place here. See decision 036.
TRANSLATOR: dict = env.translator("TRANSLATOR", address="TRANSLATOR_URL", key="TRANSLATOR_KEY")

# ---------------------------------------------------------------- logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "warning", ("debug", "info", "warning", "error")).upper(),
    },
}
