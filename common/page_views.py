"""What pages show besides their own fields.

A page model describes content; what else its template needs is given by functions registered here, in the
`views` of whichever package knows the answer. Upper packages may add to the pages of lower ones, and to those screens
of theirs that ask for it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

ScreenView = Callable[[dict[str, Any], HttpRequest], dict[str, Any]]
PageView = Callable[[Any, HttpRequest], dict[str, Any]]

_views: dict[type[Page], list[PageView]] = defaultdict(list)
_screens: dict[str, list[ScreenView]] = defaultdict(list)


def page_view(*page_types: type[Page]) -> Callable[[PageView], PageView]:
    """Register a function ``(page, request) -> context`` for pages of these types."""

    def register(view: PageView) -> PageView:
        for page_type in page_types:
            _views[page_type].append(view)
        return view

    return register


def context_of(page: Page, request: HttpRequest) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for view in _views[type(page)]:
        context |= view(page, request)
    return context


def screen_view(*names: str) -> Callable[[ScreenView], ScreenView]:
    """Register a function ``(context, request) -> context`` for screens of lower packages, by the names of their
    addresses: what the package of the screen may not know."""

    def register(view: ScreenView) -> ScreenView:
        for name in names:
            _screens[name].append(view)
        return view

    return register


def whole_context(name: str, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """``context`` with what others add to the screen of this name."""
    for view in _screens[name]:
        context = context | view(context, request)
    return context
