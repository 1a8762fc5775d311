"""What follows from what django-allauth and Django do when people log in."""

from typing import Any

from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from members.accounts import confirm_address, has_confirmed_address
from members.middleware import LastSeenMiddleware
from members.models import User


def confirm_by_new_password(sender: Any, user: User, **kwargs: Any) -> None:
    """Whoever chose a new password came by a letter to the address of the account."""
    if not has_confirmed_address(user):
        confirm_address(user)


def see_at_login(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """A session that begins has just been used: the next page need not write it down."""
    LastSeenMiddleware.mark(request.session)


def connect() -> None:
    password_reset.connect(confirm_by_new_password, dispatch_uid="members.confirm_by_new_password")
    user_logged_in.connect(see_at_login, dispatch_uid="members.see_at_login")
