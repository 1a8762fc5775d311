"""What an address of the result page asks for."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from common.languages import CODES
from practices.enums import Stage
from practices.filters import EVIDENCE, RIGHTS
from search.engine import FACETS, Sort
from search.queries import clean_query
from search.sources import BY_TYPE

MOST_VALUES = 20

LABELS = {
    "type": _("Kind"),
    "theme": _("Theme"),
    "technology": _("Technology"),
    "country": _("Country"),
    "city": _("City"),
    "language": _("Can be read in"),
    "status": _("Status"),
    "evidence": _("Evidence"),
    "rights": _("Rights"),
    "year": _("Year"),
}

SORTS: dict[Sort, Promise] = {
    "relevance": _("best match"),
    "newest": _("the newest first"),
    "title": _("by title"),
}


def _shaped(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value, re.ASCII) is not None


def _one_of(known: Iterable[str]) -> Callable[[str], bool]:
    return frozenset(known).__contains__


_KEY = _shaped(r"[a-z0-9-]{1,60}")
_CAN_BE: dict[str, Callable[[str], bool]] = {
    "type": _one_of(BY_TYPE),
    "theme": _KEY,
    "technology": _KEY,
    "country": _shaped(r"[A-Z]{2}"),
    "city": _KEY,
    "language": _one_of(CODES),
    "status": _one_of(Stage.values),
    "evidence": _one_of(EVIDENCE),
    "rights": _one_of(RIGHTS),
    "year": _shaped(r"[0-9]{4}"),
}


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """The words, the filters and the order. What cannot be the value of a filter or an order counts as not asked."""

    text: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet to the values chosen, sorted; facets in the order of ``FACETS``, none without a value."""
    sort: Sort = "relevance"

    @classmethod
    def from_query(cls, query: QueryDict) -> "SearchFilters":
        sort = query.get("sort", "")
        return cls(
            text=clean_query(query.get("q", "")),
            values=_in_order({name: filter(_CAN_BE[name], query.getlist(name)[:MOST_VALUES]) for name in FACETS}),
            sort=cast("Sort", sort) if sort in SORTS else "relevance",
        )

    def chosen(self) -> list[tuple[str, str]]:
        """Facet and value of each filter."""
        return [(name, value) for name, values in self.values.items() for value in values]

    def with_value(self, name: str, value: str) -> "SearchFilters":
        return replace(self, values=_in_order({**self.values, name: (*self.values.get(name, ()), value)}))

    def without_value(self, name: str, value: str) -> "SearchFilters":
        kept = (other for other in self.values.get(name, ()) if other != value)
        return replace(self, values=_in_order({**self.values, name: kept}))

    def without_facet(self, name: str) -> "SearchFilters":
        return replace(self, values=_in_order({**self.values, name: ()}))

    def without_filters(self) -> "SearchFilters":
        return replace(self, values={})

    def with_text(self, text: str) -> "SearchFilters":
        return replace(self, text=text)

    def with_sort(self, sort: Sort) -> "SearchFilters":
        return replace(self, sort=sort)

    @property
    def query(self) -> str:
        """The parameters of the address, in one order however they came: one search has one address."""
        sort = [("sort", self.sort)] if self.sort != "relevance" else []
        return urlencode([("q", self.text), *self.chosen(), *sort])

    @property
    def address(self) -> str:
        """As a link on the result page, which leads to the first page of the list."""
        return f"?{self.query}"


def _in_order(values: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    ordered = {name: tuple(sorted(set(values.get(name, ())))) for name in FACETS}
    return {name: chosen for name, chosen in ordered.items() if chosen}
