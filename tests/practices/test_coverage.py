"""Where there are practices, and where there are none."""

import pytest

from groups.enums import Visibility
from practices.models import PracticeSheet
from tests.factories import (
    CityFactory,
    ConceptFactory,
    PracticeSheetFactory,
    RecommendationFactory,
    translate,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/en/sheets/coverage/"


def table(response):
    """By theme, its depth, its cells in the order of the countries, and the total."""
    return {
        row.theme.key: (row.depth, [cell.count for cell in row.cells], row.total.count)
        for row in response.context["themes"].rows
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_coverage_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(themes=[ConceptFactory()], city=CityFactory())
        RecommendationFactory()
        ConceptFactory()
    client.get(ADDRESS)
    with django_assert_num_queries(10):
        response = client.get(ADDRESS)
    assert (len(response.context["recommendations"]), len(table(response))) == (rows, rows)


@pytest.fixture
def themes():
    broad = ConceptFactory(key="broad", names={"en": "Broad"})
    narrow = ConceptFactory(key="narrow", names={"en": "Narrow"}, broader=broad)
    return broad, narrow


def test_broader_theme_counts_each_practice_of_its_narrower_ones_once(client, themes):
    broad, narrow = themes
    ConceptFactory(key="alone", names={"en": "Alone"})
    italy, belgium = CityFactory(country="IT"), CityFactory(country="BE")
    translate(PracticeSheetFactory(themes=[broad, narrow], city=italy), "fr")
    PracticeSheetFactory(themes=[narrow], city=italy)
    PracticeSheetFactory(themes=[broad], city=belgium)
    response = client.get(ADDRESS)
    assert response.context["themes"].countries == [("BE", "Belgium"), ("IT", "Italy")]
    assert table(response) == {"broad": (0, [1, 2], 3), "narrow": (1, [0, 2], 2)}
    assert [theme.key for theme in response.context["themes"].themes_without] == ["alone"]


def test_each_number_leads_to_the_list_that_shows_as_many(client, themes):
    broad, narrow = themes
    italy = CityFactory(country="IT")
    PracticeSheetFactory(themes=[broad, narrow], city=italy)
    PracticeSheetFactory(themes=[narrow], city=italy)
    PracticeSheetFactory(themes=[narrow], city=CityFactory(country="BE"))
    response = client.get(ADDRESS)
    cells = [cell for row in response.context["themes"].rows for cell in (*row.cells, row.total) if cell.count]
    assert len(cells) == 6
    for cell in cells:
        assert f'href="/en/practices/?{cell.query.replace("&", "&amp;")}">{cell.count}</a>' in response.content.decode()
        assert client.get(f"/en/practices/?{cell.query}").context["sheets"].paginator.count == cell.count


def test_empty_cell_says_none_and_has_no_shade(client, themes):
    broad, narrow = themes
    PracticeSheetFactory(themes=[broad], city=CityFactory(country="IT"))
    PracticeSheetFactory(themes=[narrow], city=CityFactory(country="BE"))
    page = client.get(ADDRESS).content.decode()
    assert page.count('<td class="heat heat--0"><span class="visually-hidden">none</span></td>') == 1
    assert page.count('<td class="heat heat--1"><a ') == 3


@pytest.mark.parametrize(("who", "total"), [("visitor", 1), ("stranger", 2), ("member", 3), ("administrator", 2)])
def test_only_what_the_reader_may_see_is_counted(client_as, group, themes, who, total):
    broad, _narrow = themes
    city = CityFactory(country="IT")
    PracticeSheetFactory(themes=[broad], city=city)
    PracticeSheetFactory(themes=[broad], city=city, visibility=Visibility.NETWORK)
    PracticeSheetFactory(themes=[broad], city=city, visibility=Visibility.GROUP, group=group)
    response = client_as(who).get(ADDRESS)
    assert table(response) == {"broad": (0, [total], total)}
    assert response.context["languages"].practices == total


def test_theme_and_country_of_hidden_practices_only_count_as_without(client, themes):
    broad, _narrow = themes
    PracticeSheetFactory(themes=[broad], city=CityFactory(country="IT"), visibility=Visibility.NETWORK)
    response = client.get(ADDRESS)
    assert table(response) == {}
    assert [theme.key for theme in response.context["themes"].themes_without] == ["broad"]
    assert response.context["themes"].countries_without == ["Italy"]


def test_countries_of_the_network_without_a_practice_are_named(client):
    PracticeSheetFactory(city=CityFactory(country="IT"))
    for country in ("FR", "FR", "BE"):
        CityFactory(country=country)
    assert client.get(ADDRESS).context["themes"].countries_without == ["Belgium", "France"]


@pytest.mark.parametrize(
    ("status", "is_open"), [("proposed", True), ("adopted", True), ("replaced", False), ("withdrawn", False)]
)
def test_recommendations_in_force_without_a_practice_are_named(client, status, is_open):
    RecommendationFactory(title="Open", status=status)
    RecommendationFactory(title="At work", sheets=[PracticeSheetFactory()])
    named = [one.title for one in client.get(ADDRESS).context["recommendations"]]
    assert named == (["Open"] if is_open else [])


@pytest.mark.parametrize(("who", "named"), [("visitor", ["Open"]), ("stranger", [])])
def test_recommendation_whose_practices_are_hidden_counts_as_without(client_as, who, named):
    RecommendationFactory(title="Open", sheets=[PracticeSheetFactory(visibility=Visibility.NETWORK)])
    assert [one.title for one in client_as(who).get(ADDRESS).context["recommendations"]] == named


def test_languages_are_counted_and_named_for_each_practice(client):
    lamps = PracticeSheetFactory(title="Lamps")
    translate(lamps, "fr", title="Lampes")
    translate(lamps, "de", title="Lampen", visibility=Visibility.NETWORK)
    PracticeSheetFactory(title="Fietsen", language="nl")
    languages = client.get(ADDRESS).context["languages"]
    counts = {one.code: one.count for one in languages.counts}
    assert counts == {"fr": 1, "en": 1, "de": 0, "it": 0, "nl": 1, "es": 0, "pt": 0}
    rows = [(row.sheet.title, [code for code, _name, is_there in row.languages if is_there]) for row in languages.rows]
    assert rows == [("Fietsen", ["nl"]), ("Lamps", ["fr", "en"])]


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99999", 2), ("0", 2), ("two", 1)])
def test_languages_of_many_practices_are_on_several_pages(client, monkeypatch, page, number):
    monkeypatch.setattr("practices.coverage.PRACTICES_A_PAGE", 2)
    for _row in range(3):
        PracticeSheetFactory()
    response = client.get(f"{ADDRESS}?page={page}")
    assert (response.status_code, response.context["languages"].page.number) == (200, number)


def test_coverage_of_nothing_says_so(client):
    assert not PracticeSheet.objects.exists()
    page = client.get(ADDRESS).content.decode()
    assert "No practice has a theme yet." in page
