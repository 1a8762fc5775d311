"""Who must have a second factor, and who has one."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest

from members.models import User

# Where in the session it stands what somebody wanted to open before there was a second factor.
HELD_BACK_FROM = "held_back_from"
_FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


def needs_second_factor(user: User) -> bool:
    """Whoever may enter the editor, which coordinators and administrators may, decides about others."""
    return settings.SECOND_FACTOR_REQUIRED and user.has_perm("wagtailadmin.access_admin")


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=_FACTORS).exists()


def lacks_second_factor(user: User) -> bool:
    """Whether ``user`` is asked to set one up at the next visit, by the role that the database has now."""
    # Read anew: whoever was just given a role may carry the permissions of before.
    return needs_second_factor(User.objects.get(pk=user.pk)) and not has_second_factor(user)


def is_demonstration(request: HttpRequest) -> bool:
    """Whether somebody is logged in with the password that is printed for the demonstration on this machine alone."""
    return request.session.get(BACKEND_SESSION_KEY) == settings.DEMONSTRATION_BACKEND


def is_held_back(request: HttpRequest) -> bool:
    """Whether this person must set up a second factor before anything else."""
    user = request.user
    return (
        isinstance(user, User)
        and needs_second_factor(user)
        and not is_demonstration(request)
        and not has_second_factor(user)
    )
