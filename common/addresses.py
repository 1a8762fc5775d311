"""Addresses of pages, also under a language in which a page does not exist."""

from django.http import HttpRequest
from wagtail.models import Page


def address_in(page: Page, language: str, request: HttpRequest | None = None) -> str:
    """The path of ``page`` for a reader whose interface is in ``language``.

    In the page's own language this is its own address. In another one it is the same path behind the other language's
    prefix, where the page is shown with a notice.
    """
    own = page.get_url(request) or ""
    _root, slash, path = own.lstrip("/").partition("/")
    return f"/{language}{slash}{path}" if slash else f"/{language}/"
