"""Languages of the portal and of a reader: names, order of preference, and the best version of a page."""

from collections.abc import Iterable, Sequence
from functools import cache

from babel import Locale as Cldr
from django.conf import settings
from django.db.models import Case, F, IntegerField, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
# Tried after the reader's own languages: those in which most of the network's content exists.
BRIDGE_LANGUAGES = ("en", "fr")


def current_language() -> str:
    """The language of the interface in this request: always one of the portal's seven."""
    code = (translation.get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return code if code in CODES else settings.LANGUAGE_CODE


def own_name(code: str) -> str:
    """A language's name in that language: ``italiano``."""
    return dict(settings.LANGUAGES).get(code, code)


def complete_order(preferred: Iterable[str]) -> tuple[str, ...]:
    """All languages of the portal, the preferred ones first, then the bridge languages, then the rest."""
    return tuple(dict.fromkeys(code for code in (*preferred, *BRIDGE_LANGUAGES, *CODES) if code in CODES))


def reading_order(request: HttpRequest) -> tuple[str, ...]:
    """The portal's languages from best to worst for this reader: address, profile, browser, the rest."""
    profile = getattr(request.user, "languages", ()) if hasattr(request, "user") else ()
    header = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    browser = (code.split("-")[0] for code, _quality in header)
    return complete_order((current_language(), *profile, *browser))


def best_versions(queryset: QuerySet, order: Sequence[str]) -> QuerySet:
    """Of each page in ``queryset`` keep one language version: the first in ``order`` that is there."""
    ranks = [When(locale__language_code=code, then=Value(rank)) for rank, code in enumerate(order)]
    rank = Case(*ranks, default=Value(len(order)), output_field=IntegerField())
    # One pass over the pages. A subquery for each of them is quadratic where the database takes the wrong index.
    place = Window(RowNumber(), partition_by=F("translation_key"), order_by=[rank.asc(), F("pk").asc()])
    best = queryset.order_by().annotate(place_in_order=place).filter(place_in_order=1)
    return queryset.filter(pk__in=best.values("pk"))


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Cldr.parse(language).territories)


def country_name(country: str, language: str | None = None) -> str:
    """A country's name from the Unicode CLDR, in ``language`` or in that of the interface; the code if unknown."""
    return _territories(language or current_language()).get(country, country)


def country_choices() -> list[tuple[str, str]]:
    names = _territories(settings.LANGUAGE_CODE)
    return sorted(
        ((code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()), key=lambda c: c[1]
    )
