"""Logging in, one's account and one's profile.

What django-allauth asks for by name stands here under the portal's addresses; screens that it has and the portal does
not offer (telephone numbers, codes by mail, other people's accounts) have none.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import path

from members.views import accounts, profile
from members.views.accounts import leading_on, saying_what_is_wrong

login = leading_on(saying_what_is_wrong(account.login))
password_change = saying_what_is_wrong(account.password_change)
password_reset = saying_what_is_wrong(account.password_reset)

urlpatterns = [
    path("login/", login, name="login"),
    path("login/", login, name="account_login"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/code/", saying_what_is_wrong(factors.authenticate), name="mfa_authenticate"),
    path("login/shut/", account.account_inactive, name="account_inactive"),
    path("logout/", account.logout, name="logout"),
    path("logout/", account.logout, name="account_logout"),
    path("account/begin/<str:token>/", accounts.begin, name="begin"),
    path("account/new/", accounts.sign_up, name="sign_up"),
    path("account/new/", accounts.sign_up, name="account_signup"),
    path("account/again/", saying_what_is_wrong(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", saying_what_is_wrong(factors.reauthenticate), name="mfa_reauthenticate"),
    path("account/again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/address/", saying_what_is_wrong(account.email), name="account_email"),
    path("account/address/sent/", account.email_verification_sent, name="account_email_verification_sent"),
    path("account/address/<str:key>/", account.confirm_email, name="account_confirm_email"),
    path("account/security/", factors.index, name="mfa_index"),
    path("account/security/app/", saying_what_is_wrong(app.activate_totp), name="mfa_activate_totp"),
    path("account/security/app/remove/", saying_what_is_wrong(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/security/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/security/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "account/security/codes/recovery-codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    # The list stands on the page about security.
    path("account/security/passkeys/", factors.index, name="mfa_list_webauthn"),
    path(
        "account/security/passkeys/add/", saying_what_is_wrong(accounts.AddPasskey.as_view()), name="mfa_add_webauthn"
    ),
    path(
        "account/security/passkeys/<int:pk>/name/",
        saying_what_is_wrong(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/security/passkeys/<int:pk>/remove/",
        saying_what_is_wrong(accounts.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("account/sessions/<int:pk>/end/", accounts.session_end, name="session_end"),
    path("password/change/", password_change, name="password_change"),
    path("password/change/", password_change, name="account_change_password"),
    path("password/set/", saying_what_is_wrong(account.password_set), name="account_set_password"),
    path("password/reset/", password_reset, name="password_reset"),
    path("password/reset/", password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path(
        "password/reset/<slug:uidb36>/<str:key>/",
        saying_what_is_wrong(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("profile/", profile.profile, name="profile"),
    path("profile/data/", profile.own_data, name="own_data"),
]
