"""Settings of the test suite: the portal's own, only faster or stricter."""

import os
import tempfile

# Before the settings are read: tests leave the portal's own data alone.
os.environ["DATA_DIR"] = os.path.join(tempfile.gettempdir(), f"portal-tests-{os.getpid()}")
os.environ["DEMO_PASSWORD"] = ""
os.environ["TRANSLATOR"] = "none"

from portal.settings.base import *  # noqa: F403
from portal.settings.base import STORAGES, TEMPLATES

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
# People of tests have one factor, but in the tests that are about the second.
SECOND_FACTOR_REQUIRED = False
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "undefined template variable: %s"
