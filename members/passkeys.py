"""Passkeys at the beginning of an account, when nobody is logged in yet.

The only place that calls what django-allauth keeps for itself: it offers no way to begin an account that exists.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from members.adapters import SecondFactorAdapter
from members.models import User


def creation_options(user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey for ``user``; kept in the session until it comes back."""
    return auth.begin_registration(user, passwordless=True)


def check_credential(credential: dict[str, Any]) -> None:
    """Raise ValidationError where a browser's answer does not belong to what it was asked, or nobody unlocked it."""
    try:
        auth.parse_registration_response(credential)
        binding = auth.complete_registration(credential)
    except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SecondFactorAdapter().validation_error("incorrect_code") from error
    if not binding.is_user_verified():
        raise SecondFactorAdapter().validation_error("incorrect_code")


@transaction.atomic
def keep_passkey(user: User, credential: dict[str, Any]) -> Authenticator:
    name = SecondFactorAdapter().generate_authenticator_name(user, Authenticator.Type.WEBAUTHN)
    return auth.WebAuthn.add(user, name, credential).instance


def log_in(request: HttpRequest, user: User, *, passkey: Authenticator | None, then: str) -> HttpResponse:
    """Log in whoever has just begun, as if by the password or the passkey that was chosen; lead to ``then``."""
    if passkey is not None:
        post_authentication(request, passkey, passwordless=True)
    else:
        record_authentication(request, user, method="password", email=user.email)
    return perform_login(request, user, redirect_url=then or None, email=user.email)
