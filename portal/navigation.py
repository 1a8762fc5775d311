"""What surrounds every page: menu, languages, who is reading."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from common.addresses import address_for, address_in
from common.languages import CODES, best_versions, current_language, own_name, reading_order
from practices.permissions import coordinates_some_group


@dataclass(frozen=True, slots=True)
class MenuItem:
    title: str
    address: str
    language: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    address: str
    is_current: bool
    is_translated: bool
    """Whether what is shown now exists in that language."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Lazy: what a template does not show costs nothing."""
    return {
        "language": current_language(),
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "coordinates": SimpleLazyObject(lambda: coordinates_some_group(request.user)),
        "site_title": SimpleLazyObject(lambda: _site_title(request)),
    }


def _menu(request: HttpRequest) -> list[MenuItem]:
    in_menu = Page.objects.filter(depth=3, live=True, show_in_menus=True)
    pages = best_versions(in_menu, reading_order(request)).select_related("locale").order_by("path")
    # Each language has its own tree; sections come in the order of the type's first appearance, other pages after them.
    ordered = sorted(pages, key=lambda page: (page.path[8:], page.path))
    return [
        MenuItem(
            title=page.title,
            address=(address := address_for(page, request)),
            language=page.locale.language_code,
            is_current=request.path.startswith(address),
        )
        for page in ordered
    ]


def _site_title(request: HttpRequest) -> str:
    site = Site.find_for_request(request)
    return site.site_name if site else ""


def language_links(request: HttpRequest, page: Page | None) -> list[LanguageLink]:
    """The way to each language: to the page's version or to the notice that there is none; else the same screen."""
    current = current_language()
    versions = versions_shown(request, page) if page is not None else {}
    return [
        LanguageLink(
            code=code,
            name=own_name(code),
            address=_address(request, page, versions.get(code), code),
            is_current=code == current,
            is_translated=page is None or code in versions,
        )
        for code in CODES
    ]


def version_links(request: HttpRequest, page: Page) -> list[tuple[str, str]]:
    """Language and full address of each version of a page that this reader may see."""
    return [(code, version.get_full_url(request)) for code, version in sorted(versions_shown(request, page).items())]


def versions_shown(request: HttpRequest, page: Page) -> dict[str, Page]:
    """The versions of a page that this reader may see, by language.

    Kept on the request: its head, its data and its menu of languages all ask.
    """
    kept: dict[int, dict[str, Page]] = request.__dict__.setdefault("_versions_of_pages", {})
    if page.pk not in kept:
        same = type(page).objects.visible_to(request.user).versions_of(page).select_related("locale")
        kept[page.pk] = {version.locale.language_code: version for version in same}
    return kept[page.pk]


def _address(request: HttpRequest, page: Page | None, version: Page | None, code: str) -> str:
    if page is not None:
        return address_in(version or page, code, request)
    _language, _slash, rest = request.get_full_path().lstrip("/").partition("/")
    return f"/{code}/{rest}"
