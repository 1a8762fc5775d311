"""Requests of people who are logged in."""

from django.http import HttpRequest

from members.models import User


class MemberRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: User
