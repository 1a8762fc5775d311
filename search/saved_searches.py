"""Saved searches: what is the same search, what it finds for its owner, and the key that stops its letters."""

from collections.abc import Mapping

from django.core import signing
from django.http import QueryDict
from django.utils.http import urlencode

from common.languages import complete_order
from search.engine import FACETS, Ranking, SearchRequest
from search.models import SavedSearch
from search.queries import clean_query, search_as

SORTS = ("newest", "title")
"""The orders of the result page that an address names; without one, it is by relevance."""
MOST_VALUES = 20
_SALT = "search.stop"


def canonical_query(parameters: QueryDict) -> str:
    """Words and filters of a result page, the same for every address that finds the same; empty without words."""
    text = clean_query(parameters.get("q", ""))
    if not text:
        return ""
    return urlencode(
        [("q", text), *((name, value) for name, chosen in _filters(parameters).items() for value in chosen)]
    )


def sort_in(parameters: QueryDict) -> str:
    """The order that an address asks for; empty for that by relevance."""
    sort = parameters.get("sort", "")
    return sort if sort in SORTS else ""


def _filters(parameters: QueryDict) -> dict[str, list[str]]:
    cleaned = {name: {clean_query(value) for value in parameters.getlist(name)[:MOST_VALUES]} for name in FACETS}
    return {name: sorted(values - {""}) for name, values in cleaned.items() if values - {""}}


def find_for_owner(search: SavedSearch) -> tuple[SearchRequest, Ranking]:
    """What the search finds for its owner at this moment, newest first. Raises IndexUnavailable."""
    filters: Mapping[str, list[str]] = _filters(search.parameters)
    return search_as(
        search.user,
        search.text,
        language=search.language,
        reading_order=complete_order((search.language, *search.user.languages)),
        filters=filters,
        sort="newest",
    )


def stop_token(search: SavedSearch) -> str:
    """The key that stops the letters of this search without a login. It never ends: old letters are stopped, too."""
    return signing.dumps([search.pk, search.user_id], salt=_SALT)


def read_stop_token(token: str) -> SavedSearch | None:
    """The search that ``token`` stops; None where it is deleted meanwhile. Raises signing.BadSignature."""
    pk, user_pk = signing.loads(token, salt=_SALT)
    return SavedSearch.objects.filter(pk=pk, user=user_pk, user__is_active=True).first()
