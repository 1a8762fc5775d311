"""Saved searches: what is the same search, what it finds for its owner, and the key that stops its letters."""

from django.core import signing
from django.http import QueryDict

from common.languages import complete_order
from search.engine import Ranking, SearchRequest
from search.filters import SearchFilters
from search.models import SavedSearch
from search.queries import search_as

_SALT = "search.stop"


def canonical_query(parameters: QueryDict) -> str:
    """Words and filters of a result page, the same for every address that finds the same; empty without words."""
    filters = SearchFilters.from_query(parameters)
    return filters.with_sort("relevance").query if filters.text else ""


def sort_in(parameters: QueryDict) -> str:
    """The order that an address asks for; empty for that by relevance."""
    sort = SearchFilters.from_query(parameters).sort
    return "" if sort == "relevance" else sort


def find_for_owner(search: SavedSearch) -> tuple[SearchRequest, Ranking]:
    """What the search finds for its owner at this moment, newest first. Raises IndexUnavailable."""
    return search_as(
        search.user,
        search.text,
        language=search.language,
        reading_order=complete_order((search.language, *search.user.languages)),
        filters=SearchFilters.from_query(search.parameters).values,
        sort="newest",
    )


def stop_token(search: SavedSearch) -> str:
    """The key that stops the letters of this search without a login. It never ends: old letters are stopped, too."""
    return signing.dumps([search.pk, search.user_id], salt=_SALT)


def read_stop_token(token: str) -> SavedSearch | None:
    """The search that ``token`` stops; None where it is deleted meanwhile. Raises signing.BadSignature."""
    pk, user_pk = signing.loads(token, salt=_SALT)
    return SavedSearch.objects.filter(pk=pk, user=user_pk, user__is_active=True).first()
