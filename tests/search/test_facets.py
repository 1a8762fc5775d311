"""What results can be narrowed to: which values are shown, in which order and words."""

import pytest
from django.http import QueryDict

from search.engine import FacetCount
from search.facets import ValueLabels, active_filters, facets_of
from search.filters import SearchFilters
from tests.factories import CityFactory, ConceptFactory

pytestmark = pytest.mark.django_db


def facets(counts, query="q=lamp"):
    counted = {name: [FacetCount(value, count) for value, count in values] for name, values in counts.items()}
    filters = SearchFilters.from_query(QueryDict(query))
    return {facet.name: facet for facet in facets_of(counted, filters, ValueLabels.of_results(counted, filters))}


def lines(values):
    return [(value.label, value.count, value.step) for value in values]


def test_values_are_in_the_readers_words():
    ConceptFactory(key="light", names={"en": "light"})
    ConceptFactory(key="sensors", names={"en": "sensors"})
    CityFactory(key="the-hague", names={"en": "The Hague", "nl": "Den Haag"})
    found = facets(
        {
            "type": [("practice", 1)],
            "theme": [("light", 1)],
            "technology": [("sensors", 1)],
            "country": [("NL", 1)],
            "city": [("the-hague", 1)],
            "language": [("nl", 1)],
            "status": [("running", 1)],
            "evidence": [("confirmed", 1)],
            "rights": [("assessed", 1)],
            "year": [("2019", 1)],
        }
    )
    assert [(facet.label, facet.values[0].label) for facet in found.values()] == [
        ("Kind", "Practices"),
        ("Theme", "Light"),
        ("Technology", "Sensors"),
        ("Country", "Netherlands"),
        ("City", "The Hague"),
        ("Can be read in", "Nederlands"),
        ("Status", "Running"),
        ("Evidence", "Confirmed by a reviewer"),
        ("Rights", "Data protection impact assessment done"),
        ("Year", "2019"),
    ]
    assert found["language"].values[0].language == "nl"


def test_more_than_ten_values_are_eight_and_the_rest_and_those_in_use():
    years = [(str(2000 + number), 50 - number) for number in range(11)]
    shown = facets({"year": years}, "q=lamp&year=2001")["year"]
    assert [value.value for value in shown.shown] == [
        *("2010", "2009", "2008", "2007", "2006", "2005", "2004", "2003"),
        "2001",
    ]
    assert [value.value for value in shown.more] == ["2002", "2000"]
    assert facets({"year": years[:10]})["year"].more == []


def test_most_frequent_come_first_then_by_name():
    found = facets({"country": [("NL", 2), ("FR", 2), ("IT", 5)]})["country"]
    assert lines(found.shown) == [("Italy", 5, 0), ("France", 2, 0), ("Netherlands", 2, 0)]


def test_narrower_concepts_follow_the_broader_one():
    crime = ConceptFactory(key="crime", names={"en": "crime"})
    theft = ConceptFactory(key="theft", names={"en": "theft"}, broader=crime)
    ConceptFactory(key="bike-theft", names={"en": "bike theft"}, broader=theft)
    ConceptFactory(key="youth", names={"en": "youth"})
    found = facets({"theme": [("crime", 9), ("youth", 8), ("theft", 7), ("bike-theft", 3)]})["theme"]
    assert lines(found.shown) == [("Crime", 9, 0), ("Theft", 7, 1), ("Bike theft", 3, 2), ("Youth", 8, 0)]


def test_circle_of_concepts_does_no_harm():
    first = ConceptFactory(key="first", names={"en": "first"})
    second = ConceptFactory(key="second", names={"en": "second"}, broader=first)
    first.broader = second
    first.save()
    found = facets({"theme": [("first", 2), ("second", 1)]})["theme"]
    assert lines(found.shown) == [("First", 2, 0), ("Second", 1, 1)]


def test_value_in_use_that_finds_nothing_is_shown_and_can_be_taken_away():
    found = facets({"country": [("NL", 2)]}, "q=lamp&country=FR&theme=none")
    assert [(value.label, value.count, value.selected, value.address) for value in found["country"].shown] == [
        ("Netherlands", 2, False, "?q=lamp&theme=none&country=FR&country=NL"),
        ("France", 0, True, "?q=lamp&theme=none"),
    ]
    assert lines(found["theme"].shown) == [("None", 0, 0)]


def test_active_filters_are_named_and_removed_one_by_one():
    filters = SearchFilters.from_query(QueryDict("q=lamp&country=FR&country=NL&language=nl&sort=title"))
    active = active_filters(filters, ValueLabels.of_results({}, filters))
    assert [(one.facet_label, one.label, one.language, one.address) for one in active] == [
        ("Country", "France", "en", "?q=lamp&country=NL&language=nl&sort=title"),
        ("Country", "Netherlands", "en", "?q=lamp&country=FR&language=nl&sort=title"),
        ("Can be read in", "Nederlands", "nl", "?q=lamp&country=FR&country=NL&sort=title"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_labels_cost_four_queries_however_many_there_are(rows, django_assert_num_queries):
    counts = {
        "theme": [(ConceptFactory().key, 1) for _row in range(rows)],
        "technology": [(ConceptFactory(scheme="technology").key, 1) for _row in range(rows)],
        "city": [(CityFactory().key, 1) for _row in range(rows)],
    }
    with django_assert_num_queries(4):
        assert [len(facet.shown) for facet in facets(counts).values()] == [rows, rows, rows]
