"""Addresses of pages, also under a language in which a page does not exist."""

from django.http import HttpRequest
from wagtail.models import Page

from common.languages import current_language


def address_in(page: Page, language: str, request: HttpRequest | None = None) -> str:
    """The path of ``page`` for a reader whose interface is in ``language``.

    In the page's own language this is its own address. In another one it is the same path behind the other language's
    prefix, where the page is shown with a notice.
    """
    own: str = page.get_url(request) or ""
    _root, slash, path = own.lstrip("/").partition("/")
    return f"/{language}{slash}{path}" if slash else f"/{language}/"


def address_for(page: Page, request: HttpRequest) -> str:
    """The path that leads this reader to ``page``.

    Behind the prefix of the reader's language, unless that language has another page at the same path: then it is the
    page's own address.
    """
    address = address_in(page, current_language(), request)
    is_foreign = page.locale.language_code != current_language()
    if is_foreign and address in _addresses_taken(request):
        return str(page.get_url(request))
    return address


def _addresses_taken(request: HttpRequest) -> frozenset[str]:
    """The addresses of all live pages in the reader's language; asked once a request, and only for pages in others."""
    language = current_language()
    kept: dict[str, frozenset[str]] = request.__dict__.setdefault("_addresses_taken", {})
    if language not in kept:
        pages = Page.objects.filter(live=True, depth__gt=2, locale__language_code=language)
        # The first part of a path in the tree is the slug of the home page.
        paths = (path.split("/", 2)[2] for path in pages.values_list("url_path", flat=True))
        kept[language] = frozenset(f"/{language}/{path}" for path in paths)
    return kept[language]
