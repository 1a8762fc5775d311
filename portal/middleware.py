"""The first run: until there is an administrator, every address leads to the page that makes one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.actions import has_administrator

_OPEN = ("/static/", "/healthz", "/readyz")


class FirstRunMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Once there has been an administrator, no request asks again.
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_set_up and not request.path.startswith(_OPEN):
            self.is_set_up = has_administrator()
            welcome = reverse("welcome")
            if not self.is_set_up and request.path != welcome:
                return redirect(welcome)
        return self.get_response(request)
