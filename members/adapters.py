"""What django-allauth asks the portal: its words, its letters, its pages after each step.

Every word that the library would say is replaced: it has no European Portuguese of the portal's, and another tone.
"""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from members.account_letters import AccountChanged, ConfirmAddress, NewPassword, is_change
from members.models import User
from members.second_factor import is_demonstration, needs_second_factor

_WRONG_CODE = _("This code is not right, or its time is over.")
_TOO_MANY = _("That was tried too often. Wait some minutes, then try again.")

_MESSAGES = {
    "account/messages/email_confirmation_failed.txt": _("%(email)s belongs to another account."),
    "account/messages/email_confirmation_sent.txt": _("We have sent a letter to %(email)s. Open the link in it."),
    "account/messages/email_confirmed.txt": _("%(email)s is confirmed."),
    "account/messages/password_changed.txt": _("Your password is saved."),
    "account/messages/password_set.txt": _("Your password is saved."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes. Keep them in a safe place."),
    "mfa/messages/totp_activated.txt": _("The app is added."),
    "mfa/messages/totp_deactivated.txt": _("The app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "usersessions/messages/sessions_logged_out.txt": _("You are logged out everywhere else."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        "account_inactive": _("This account is shut."),
        "cannot_remove_primary_email": _("An account needs an e-mail address."),
        "duplicate_email": _("This is the address of your account already."),
        "email_password_mismatch": _("There is no account with this address and this password."),
        "email_taken": _("Somebody has this e-mail address already."),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("There is no account with this address and this password."),
        "invalid_or_expired_key": _("This link has been used already or is too old."),
        "invalid_password_reset": _("This link has been used already or is too old."),
        "max_email_addresses": _("An account has one e-mail address."),
        "phone_password_mismatch": _("There is no account with this address and this password."),
        "phone_taken": _("The portal takes no telephone numbers."),
        "rate_limited": _TOO_MANY,
        "same_as_current": _("This is the address of your account already."),
        "select_only_one": _("Choose one of them."),
        "too_many_login_attempts": _TOO_MANY,
        "unknown_email": _("There is no account with this address."),
        "unknown_phone": _("The portal takes no telephone numbers."),
        "unverified_primary_email": _("Confirm your e-mail address first."),
        "username_blacklisted": _("The portal has no user names."),
        "username_password_mismatch": _("There is no account with this address and this password."),
        "username_taken": _("The portal has no user names."),
    }

    # ------------------------------------------------------------ who may do what

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Nobody is asked twice within a quarter of an hour; the accounts of the demonstration have nothing to show."""
        return not (is_demonstration(context.request) or _logged_in_lately(context.request))

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        words = {
            "reauthenticate": _now("With your password"),
            "mfa_reauthenticate": _now("With a code"),
            "mfa_reauthenticate:webauthn": _now("With a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods if method["id"] in words]

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        taken = User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id).exists()
        if taken:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False
        return bool(super().confirm_email(request, email_address))

    # ------------------------------------------------------------ where one goes

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account_email" if self.request.user.is_authenticated else "login")

    # ------------------------------------------------------------ what is said

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """The portal's words for what the library says; of what it has none for, people see the result anyway."""
        words = message or (_MESSAGES.get(message_template) if message_template else None)
        if words:
            text = str(words) if message else str(words) % (message_context or {})
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user: Any = context.get("user")
        if template_prefix == "account/email/password_reset_key":
            NewPassword(user=user, uid=context["uid"], token=context["key"]).send()
        elif template_prefix.startswith("account/email/email_confirmation"):
            ConfirmAddress(user=user, email=email, token=context["key"]).send()
        elif is_change(template_prefix):
            AccountChanged(user=user, email=email, change=template_prefix, new_email=context.get("to_email", "")).send()

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        self.send_mail(template_prefix, email or user.email, {**(context or {}), "user": user})


def _logged_in_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        "add_email_blocked": _("Confirm your e-mail address first."),
        "cannot_delete_authenticator": _("Your role needs a second step: add another one before you remove this."),
        "cannot_generate_recovery_codes": _("Recovery codes are for accounts with a second step: add one first."),
        "incorrect_code": _WRONG_CODE,
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        has_another = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return has_another or not needs_second_factor(authenticator.user)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 -- the library's name
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _now("Passkey %(number)s") % {"number": number}

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        site = Site.find_for_request(context.request)
        return site.site_name if site else str(context.request.get_host())
