"""What stands between a request and the views."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from wagtail.contrib.redirects import middleware as redirects
from wagtail.contrib.redirects.models import Redirect

from common.models import BasePage
from common.numbers import id_in
from portal.actions import has_administrator

_OPEN = ("/static/", "/healthz", "/readyz")


class FirstRunMiddleware:
    """Until there is an administrator, every address leads to the page that makes one."""

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


class RedirectMiddleware(redirects.RedirectMiddleware):
    """Leads from former addresses to pages that have moved, but to none that the reader may not see."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        if answer is response or _leads_to_visible_page(answer, request):
            return answer
        return response


def _leads_to_visible_page(answer: HttpResponse, request: HttpRequest) -> bool:
    old_path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    redirect = redirects.get_redirect(request, old_path) or redirects.get_redirect(request, urlsplit(old_path).path)
    page = redirect.redirect_page.specific if redirect and redirect.redirect_page else None
    return page is None or (isinstance(page, BasePage) and page.is_visible_to(request.user))


class SessionKeyMiddleware:
    """Takes a session cookie away that cannot be one: databases refuse some of the characters that people send."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not (key.isascii() and key.isalnum()):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class RequestSizeMiddleware:
    """Refuses what is too large before it is read: the head of a request says how much follows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.MAX_REQUEST_MEGABYTES * 1024 * 1024:
            return render(request, "413.html", {"megabytes": settings.MAX_REQUEST_MEGABYTES}, status=413)
        return self.get_response(request)


class ButtonAddressMiddleware:
    """A page for whoever opens an address to which only buttons lead: a login that came in between ends there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method not in ("GET", "HEAD"):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


class AddressNumberMiddleware:
    """There is nothing under a number that is too long for an id, and some databases fail when they are asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        if any(isinstance(value, int) and id_in(str(value)) is None for value in kwargs.values()):
            raise Http404
