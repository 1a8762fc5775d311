"""What addresses of the result page ask for."""

import pytest
from django.http import QueryDict

from search.engine import FACETS
from search.filters import LABELS, SearchFilters


def read(query):
    return SearchFilters.from_query(QueryDict(query))


def test_every_facet_has_a_name():
    assert tuple(LABELS) == FACETS


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("type=practice&type=event", {"type": ("event", "practice")}),
        ("type=nonsense", {}),
        ("theme=public-lighting", {"theme": ("public-lighting",)}),
        ("theme=Public lighting", {}),
        ("theme=" + "x" * 61, {}),
        ("technology=a&technology=a", {"technology": ("a",)}),
        ("country=NL", {"country": ("NL",)}),
        ("country=nl&country=NLD&country=", {}),
        ("city=the-hague", {"city": ("the-hague",)}),
        ("language=fr&language=xx", {"language": ("fr",)}),
        ("status=running&status=flying", {"status": ("running",)}),
        ("evidence=claimed&evidence=sworn", {"evidence": ("claimed",)}),
        ("rights=assessed&rights=none", {"rights": ("assessed",)}),
        ("year=2019&year=19&year=%D9%A2%D9%A0%D9%A1%D9%A9", {"year": ("2019",)}),
        ("colour=blue", {}),
        ("&".join(f"theme=t{number:02}" for number in range(30)), {"theme": tuple(f"t{n:02}" for n in range(20))}),
    ],
)
def test_what_cannot_be_the_value_of_a_filter_counts_as_not_asked(query, values):
    assert read(query).values == values


@pytest.mark.parametrize(
    ("query", "sort"),
    [("", "relevance"), ("sort=newest", "newest"), ("sort=title", "title"), ("sort=colour", "relevance")],
)
def test_unknown_order_counts_as_not_asked(query, sort):
    assert read(query).sort == sort


@pytest.mark.parametrize(
    "query",
    [
        "sort=title&country=NL&theme=b&theme=a&q=lost+bike&page=3",
        "q=lost%20bike&theme=a&theme=b&theme=b&country=NL&sort=title&unknown=1",
    ],
)
def test_one_search_has_one_address(query):
    assert read(query).address == "?q=lost+bike&theme=a&theme=b&country=NL&sort=title"


def test_filters_are_changed_one_at_a_time():
    filters = read("q=lost&theme=a&country=NL&sort=newest")
    assert filters.with_value("theme", "b").query == "q=lost&theme=a&theme=b&country=NL&sort=newest"
    assert filters.without_value("theme", "a").query == "q=lost&country=NL&sort=newest"
    assert filters.without_facet("country").query == "q=lost&theme=a&sort=newest"
    assert filters.without_filters().query == "q=lost&sort=newest"
    assert filters.with_text("found").query == "q=found&theme=a&country=NL&sort=newest"
    assert filters.with_sort("relevance").query == "q=lost&theme=a&country=NL"
    assert filters.chosen() == [("theme", "a"), ("country", "NL")]
