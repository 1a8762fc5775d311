import pytest

from groups.enums import Visibility
from practices.models import PracticeIndexPage
from tests.factories import (
    CityFactory,
    ConceptFactory,
    PracticeSheetFactory,
    ProjectFactory,
    RecommendationFactory,
    RecommendationIndexPageFactory,
    translate,
)

pytestmark = pytest.mark.django_db


def titles(response):
    return [sheet.title for sheet in response.context["sheets"]]


@pytest.mark.parametrize("rows", [1, 3])
def test_practice_list_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(themes=[ConceptFactory()], city=CityFactory())
    client.get("/en/practices/")
    with django_assert_num_queries(16):
        response = client.get("/en/practices/")
    assert len(response.context["sheets"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_practice_sheet_query_count_is_constant(client, rows, django_assert_num_queries):
    sheet = PracticeSheetFactory(themes=[ConceptFactory() for _row in range(rows)])
    index = RecommendationIndexPageFactory()
    for _row in range(rows):
        RecommendationFactory(parent=index, sheets=[sheet])
    client.get(sheet.url)
    with django_assert_num_queries(44):
        response = client.get(sheet.url)
    assert len(response.context["recommendations"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_project_query_count_is_constant(client, rows, django_assert_num_queries):
    project = ProjectFactory()
    index = RecommendationIndexPageFactory(parent=project)
    for _row in range(rows):
        RecommendationFactory(parent=index)
        PracticeSheetFactory(related_project=project, themes=[ConceptFactory()])
    client.get(project.url)
    with django_assert_num_queries(25):
        response = client.get(project.url)
    assert (len(response.context["recommendations"]), len(response.context["sheets"])) == (rows, rows)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Both", "Theme", "Country"}),
        ("?theme=control-rooms", {"Both", "Theme"}),
        ("?country=it", {"Both", "Country"}),
        ("?theme=control-rooms&country=IT", {"Both"}),
        ("?theme=nothing-has-this", set()),
        ("?country=%00&theme=" + "x" * 5000, {"Both", "Theme", "Country"}),
        ("?colour=blue", {"Both", "Theme", "Country"}),
    ],
)
def test_practice_list_is_narrowed_by_theme_and_country(client, query, found):
    theme = ConceptFactory(key="control-rooms")
    italy = CityFactory(country="IT")
    PracticeSheetFactory(title="Both", themes=[theme], city=italy)
    PracticeSheetFactory(title="Theme", themes=[theme])
    PracticeSheetFactory(title="Country", city=italy)
    assert set(titles(client.get(f"/en/practices/{query}"))) == found


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99999", 2), ("0", 2), ("-1", 2), ("two", 1)])
def test_practice_list_answers_any_page_number(client, monkeypatch, page, number):
    monkeypatch.setattr("practices.views.pages.SHEETS_A_PAGE", 2)
    for _row in range(3):
        PracticeSheetFactory()
    response = client.get(f"/en/practices/?page={page}")
    assert (response.status_code, response.context["sheets"].number) == (200, number)


def test_practice_list_shows_each_practice_once_in_the_best_language(client):
    sheet = PracticeSheetFactory(language="nl", title="Fietsen")
    translate(sheet, "fr", title="Des vélos")
    assert titles(client.get("/en/practices/")) == ["Des vélos"]
    assert titles(client.get("/en/practices/", headers={"Accept-Language": "nl"})) == ["Fietsen"]
    assert titles(client.get("/nl/praktijken/")) == ["Fietsen"]


def test_card_in_another_language_carries_its_label_and_lang(client):
    PracticeSheetFactory(language="nl", title="Fietsen", slug="fietsen")
    page = client.get("/en/practices/").content.decode()
    assert '<article class="card practice-card" lang="nl">' in page
    assert '<span class="language-tag"><span lang="nl">Nederlands</span></span>' in page
    assert '<a href="/en/praktijken/fietsen/">Fietsen</a>' in page


def test_empty_fields_of_a_sheet_leave_no_trace(client):
    sheet = PracticeSheetFactory(problem="<p>Bikes vanish.</p>")
    page = client.get(sheet.url).content.decode()
    assert page.count('<section class="part') == 1
    for label in ("Responsible", "Since", "Themes", "Technologies", "Working group", "Project<"):
        assert label not in page.partition('class="glance"')[2].partition("</aside>")[0]


def test_sheet_names_the_recommendations_that_it_backs_in_the_readers_language(client):
    sheet = PracticeSheetFactory(language="nl")
    project = ProjectFactory()
    translate(project, "fr", slug="projet")
    index = RecommendationIndexPageFactory(parent=project)
    translate(index, "fr")
    recommendation = RecommendationFactory(parent=index, title="Ask first", sheets=[sheet])
    translate(recommendation, "fr", title="Demandez d’abord")
    page = client.get("/fr/praktijken/" + sheet.slug + "/")
    assert [found.title for found in page.context["recommendations"]] == ["Demandez d’abord"]


def test_recommendation_shows_only_sheets_that_the_reader_may_see(client):
    public, hidden = PracticeSheetFactory(), PracticeSheetFactory(visibility=Visibility.NETWORK)
    recommendation = RecommendationFactory(sheets=[public, hidden])
    assert titles(client.get(recommendation.url)) == [public.title]


def test_empty_list_says_what_belongs_there(client):
    assert not PracticeIndexPage.objects.get(locale__language_code="en").get_children().exists()
    assert "This is where the network’s practices will be" in client.get("/en/practices/").content.decode()
