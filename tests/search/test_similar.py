"""The sheets like one whose title somebody types."""

import pytest

from groups.enums import Visibility
from search.actions import rebuild_index
from tests.factories import CityFactory, EventPageFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


def similar(client, title, language="en"):
    response = client.get(f"/{language}/search/similar/", {"title": title})
    assert response.status_code == 200
    return [result.hit.title for result in response.context["similar"]]


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("stranger", {"Street lights by day", "Street lights for members", "Réverbères street"}),
        (
            "member",
            {"Street lights by day", "Street lights for members", "Street lights of the group", "Réverbères street"},
        ),
    ],
)
def test_similar_sheets_are_those_that_the_writer_may_see_in_any_language(client_as, group, search_folder, who, found):
    city = CityFactory()
    PracticeSheetFactory(title="Street lights by day", city=city)
    PracticeSheetFactory(title="Réverbères street", language="fr", city=city)
    PracticeSheetFactory(title="Street lights for members", visibility=Visibility.NETWORK, city=city)
    PracticeSheetFactory(title="Street lights of the group", visibility=Visibility.GROUP, group=group, city=city)
    PracticeSheetFactory(title="Street lights unfinished", live=False, city=city)
    EventPageFactory(title="Street lights festival")
    rebuild_index()
    assert set(similar(client_as(who), "street lights")) == found


def test_similar_sheets_are_five_at_most(client_as, search_folder):
    for _sheet in range(7):
        PracticeSheetFactory(title="Street lights")
    rebuild_index()
    assert len(similar(client_as("member"), "Street lights")) == 5


@pytest.mark.parametrize("title", ["", "  ", "str", "x" * 20_000, "\x00\ud7ff(:*"])
def test_nothing_is_similar_to_nothing(client_as, search_folder, title):
    PracticeSheetFactory(title="Street lights")
    rebuild_index()
    assert similar(client_as("member"), title) == []


def test_similar_sheets_wait_for_the_index(client_as, search_folder):
    assert similar(client_as("member"), "street lights") == []


def test_similar_sheets_are_for_members(client):
    assert client.get("/en/search/similar/", {"title": "street"}).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_similar_query_count_is_constant(client_as, search_folder, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(title="Street lights")
    rebuild_index()
    client = client_as("member")
    similar(client, "street lights")
    with django_assert_num_queries(7):
        assert len(similar(client, "street lights")) == rows
