"""Recommendations, and the trace from one to its practices and their evidence, both ways."""

import pytest

from groups.enums import Visibility
from practices.models import EvidenceClaim, EvidenceConfirmation
from tests.factories import (
    ConceptFactory,
    PracticeSheetFactory,
    ProjectFactory,
    RecommendationFactory,
    RecommendationIndexPageFactory,
    translate,
)

pytestmark = pytest.mark.django_db

ALL = "/en/sheets/recommendations/"


def numbers(response):
    return [(one.number, one.practice_count) for one in response.context["recommendations"]]


def sections(response):
    return [
        (section.project and section.project.title, [one.title for one in section.recommendations])
        for section in response.context["sections"]
    ]


@pytest.fixture
def index():
    return RecommendationIndexPageFactory(parent=ProjectFactory(title="Medi"))


def with_evidence(sheet, claimed=(), confirmed=()):
    for dimension in claimed:
        EvidenceClaim.objects.create(sheet=sheet, dimension=dimension, statement="Fewer.", level=2)
    for dimension in confirmed:
        EvidenceConfirmation.objects.create(
            practice=sheet.practice, dimension=dimension, level=2, note="Report", confirmed_on="2024-01-01"
        )


@pytest.mark.parametrize("rows", [1, 3])
def test_recommendation_query_count_is_constant(client, index, rows, django_assert_num_queries):
    sheets = [PracticeSheetFactory(themes=[ConceptFactory()]) for _row in range(rows)]
    for sheet in sheets:
        with_evidence(sheet, ["effect"], ["effect"])
    recommendation = RecommendationFactory(parent=index, sheets=sheets)
    client.get(recommendation.url)
    with django_assert_num_queries(25):
        response = client.get(recommendation.url)
    assert len(response.context["sheets"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_a_projects_recommendations_query_count_is_constant(client, index, rows, django_assert_num_queries):
    for _row in range(rows):
        RecommendationFactory(parent=index, sheets=[PracticeSheetFactory()])
    client.get(index.url)
    with django_assert_num_queries(18):
        response = client.get(index.url)
    assert len(response.context["recommendations"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_all_recommendations_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        RecommendationFactory(sheets=[PracticeSheetFactory()])
    client.get(ALL)
    with django_assert_num_queries(5):
        response = client.get(ALL)
    assert len(response.context["sections"]) == rows


@pytest.mark.parametrize(
    ("claimed", "confirmed", "words", "states"),
    [
        ((), (), ["No evidence claimed in any of the five dimensions."], ["blank"] * 5),
        (
            ("mechanism", "effect"),
            (),
            ["Claimed by the city: effect, mechanism.", "Nothing confirmed yet."],
            ["claimed", "claimed", "blank", "blank", "blank"],
        ),
        (
            ("effect", "economics"),
            ("effect",),
            ["Claimed by the city: effect, economics.", "Confirmed by a reviewer: effect."],
            ["confirmed", "blank", "blank", "blank", "claimed"],
        ),
        (
            (),
            ("effect",),
            ["Nothing claimed by the city.", "Confirmed by a reviewer: effect."],
            ["confirmed", "blank", "blank", "blank", "blank"],
        ),
    ],
)
def test_recommendation_shows_the_evidence_of_each_practice_in_words_and_marks(
    client, index, claimed, confirmed, words, states
):
    sheet = PracticeSheetFactory()
    with_evidence(sheet, claimed, confirmed)
    page = client.get(RecommendationFactory(parent=index, sheets=[sheet]).url).content.decode()
    for sentence in words:
        assert sentence in page
    marks = [part.split('"')[0] for part in page.split('class="evidence-mark evidence-mark--')[1:]]
    assert marks == states


def test_recommendation_without_practices_says_so(client, index):
    page = client.get(RecommendationFactory(parent=index).url).content.decode()
    assert "No practice puts this recommendation to work yet." in page


def test_recommendation_says_number_status_addressee_and_why(client, index):
    recommendation = RecommendationFactory(
        parent=index, number=7, status="replaced", addressee="police", rationale="<p>Because.</p>"
    )
    page = client.get(recommendation.url).content.decode()
    for words in (">7</span>", "Replaced by a later one", "Addressed to: police", "Because.", ">Medi</a>"):
        assert words in page


@pytest.mark.parametrize(("who", "count"), [("visitor", 1), ("stranger", 2), ("member", 3)])
def test_practices_of_a_recommendation_are_counted_as_far_as_the_reader_may_see_them(
    client_as, group, index, who, count
):
    sheets = [
        PracticeSheetFactory(),
        PracticeSheetFactory(visibility=Visibility.NETWORK),
        PracticeSheetFactory(visibility=Visibility.GROUP, group=group),
    ]
    recommendation = RecommendationFactory(parent=index, number=1, sheets=sheets)
    assert numbers(client_as(who).get(index.url)) == [(1, count)]
    assert len(client_as(who).get(recommendation.url).context["sheets"]) == count


def test_trace_holds_both_ways_whichever_language_version_says_so(client, index):
    """Named in the French version only, and by the French version of the sheet."""
    sheet = PracticeSheetFactory(title="Lamps")
    french_sheet = translate(sheet, "fr", title="Lampes")
    recommendation = RecommendationFactory(parent=index, title="Light", number=1)
    translate(index.get_parent(), "fr", slug="projet")
    translate(index, "fr", slug="recommandations")
    french = translate(recommendation, "fr", title="Lumière", slug="lumiere")
    french.sheets = [french_sheet]
    french.save()
    assert [found.title for found in client.get(recommendation.url).context["sheets"]] == ["Lamps"]
    assert [found.title for found in client.get(sheet.url).context["recommendations"]] == ["Light"]
    assert numbers(client.get(index.url)) == [(1, 1)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("?addressee=police", [1, 2]),
        ("?status=proposed", [2, 3]),
        ("?addressee=police&status=proposed", [2]),
        ("?addressee=all&status=withdrawn", []),
        ("?addressee=mayors&status=%00", [1, 2, 3]),
        ("?addressee=" + "x" * 5000, [1, 2, 3]),
        ("?colour=blue", [1, 2, 3]),
    ],
)
def test_lists_of_recommendations_are_narrowed_and_ordered_by_number(client, index, query, found):
    RecommendationFactory(parent=index, number=3, status="proposed", title="3")
    RecommendationFactory(parent=index, number=1, addressee="police", title="1")
    RecommendationFactory(parent=index, number=2, addressee="police", status="proposed", title="2")
    own = client.get(index.url + query)
    assert [number for number, _count in numbers(own)] == found
    everywhere = client.get(ALL + query)
    assert sections(everywhere) == ([("Medi", [str(number) for number in found])] if found else [])
    for response in (own, everywhere):
        assert ("No recommendation matches this choice." in response.content.decode()) is not bool(found)


def test_all_recommendations_stand_under_their_projects_the_latest_first(client, index):
    RecommendationFactory(parent=index, title="Old")
    later = RecommendationIndexPageFactory(parent=ProjectFactory(title="Later", starts_on="2024-01-01"))
    RecommendationFactory(parent=later, title="New", number=2)
    RecommendationFactory(parent=later, title="Newer", number=1)
    assert sections(client.get(ALL)) == [("Later", ["Newer", "New"]), ("Medi", ["Old"])]


def test_all_recommendations_come_once_in_the_best_language(client, index):
    translate(index.get_parent(), "fr", slug="projet", title="Projet")
    translate(index, "fr", slug="recommandations")
    recommendation = RecommendationFactory(parent=index, title="Light")
    translate(recommendation, "fr", slug="lumiere", title="Lumière")
    assert sections(client.get(ALL)) == [("Medi", ["Light"])]
    assert sections(client.get("/fr/sheets/recommendations/")) == [("Projet", ["Lumière"])]
    assert sections(client.get("/de/sheets/recommendations/")) == [("Medi", ["Light"])]


def test_recommendations_of_a_project_that_is_not_published_are_kept_apart(client, index):
    RecommendationFactory(parent=index, title="Light")
    project = index.get_parent()
    project.live = False
    project.save()
    assert sections(client.get(ALL)) == [(None, ["Light"])]


def test_list_without_recommendations_says_what_belongs_there(client):
    assert "No recommendation yet." in client.get(ALL).content.decode()
