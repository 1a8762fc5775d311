"""What stands between people who are logged in and the screens."""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from members.second_factor import HELD_BACK_FROM, is_held_back

# Screens that people without their second factor can still use: all that sets it up, and pages and files to read.
_ACCOUNT = frozenset(
    {
        "login",
        "logout",
        "begin",
        "sign_up",
        "password_change",
        "password_reset",
        "session_end",
        "usersessions_list",
    }
)
_READING = frozenset(
    {
        "home",
        "wagtail_serve",
        "search:search",
        "search:suggestions",
        "city",
        "organisation",
        "concept",
        "vocabulary",
        "wagtaildocs_serve",
        "portal.views.picture",
        "welcome",
        "healthz",
        "readyz",
        # The same for everybody: they must not even ask who reads.
        "search:feed",
        "events:calendar_feed",
    }
)


class SecondFactorMiddleware:
    """Leads coordinators and administrators to the second factor; without it, they can read pages and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if _is_open(name, request.method):
            return None
        if not is_held_back(request):
            request.session.pop(HELD_BACK_FROM, None)
            return None
        if request.headers.get("Sec-Fetch-Dest", "document") == "empty":
            # A script of a page asks: it cannot set anything up.
            return JsonResponse({"error": _("Your account needs a second step.")}, status=403)
        if request.method == "GET":
            request.session[HELD_BACK_FROM] = request.get_full_path()
        return redirect("mfa_index")


def _is_open(name: str, method: str | None) -> bool:
    if name in _ACCOUNT or name.startswith(("account_", "mfa_")):
        return True
    return name in _READING and method in {"GET", "HEAD"}


class LastSeenMiddleware:
    """Keeps when each session was last used, to a quarter of an hour, for the list that its person looks through."""

    EVERY_SECONDS = 15 * 60
    KEY = "last_seen"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page for which nobody asked who reads it must not come to depend on the cookie.
        if request.session.accessed and request.user.is_authenticated:
            self._keep(request.session)
        return response

    def _keep(self, session: SessionBase) -> None:
        if int(time.time()) - session.get(self.KEY, 0) >= self.EVERY_SECONDS:
            self.mark(session)
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())

    @classmethod
    def mark(cls, session: SessionBase) -> None:
        session[cls.KEY] = int(time.time())
