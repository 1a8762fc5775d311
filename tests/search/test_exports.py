"""What a search found, as a table and as a booklet."""

import csv
import io

import pytest
from pypdf import PdfReader

from groups.enums import Visibility
from search.actions import rebuild_index
from tests.factories import CityFactory, EventPageFactory, PracticeSheetFactory, translate

pytestmark = pytest.mark.django_db


def published(**fields):
    sheet = PracticeSheetFactory(**fields)
    sheet.save_revision().publish()
    return sheet


def titles(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return [row["title"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_results_are_exported_in_their_order_and_only_the_practices(client, search_folder):
    published(title="A word about lanterns", problem="lanterns")
    published(title="Nothing")
    published(title="Lanterns and lanterns")
    EventPageFactory(title="Lanterns everywhere")
    french = published(title="Réverbères", problem="lanterns", language="fr")
    translate(french, "nl", title="Lantaarns")
    rebuild_index()
    page = client.get("/en/search/?q=lanterns")
    shown = [
        result.hit.title for result in [*page.context["own"], *page.context["other"]] if result.hit.type == "practice"
    ]
    assert titles(client.get("/en/search/export.csv?q=lanterns")) == shown
    assert len(shown) == 3
    assert 'href="/en/search/export.csv?q=lanterns"' in page.content.decode()


@pytest.mark.parametrize(("who", "found"), [
    ("visitor", {"Lanterns public"}),
    ("stranger", {"Lanterns public", "Lanterns network"}),
    ("member", {"Lanterns public", "Lanterns network", "Lanterns group"}),
])  # fmt: skip
def test_results_hold_what_the_reader_may_see(client_as, group, search_folder, who, found):
    for visibility in Visibility.values:
        published(title=f"Lanterns {visibility}", visibility=visibility, group=group)
    rebuild_index()
    reader = client_as(who)
    assert set(titles(reader.get("/en/search/export.csv?q=lanterns"))) == found
    booklet = PdfReader(io.BytesIO(reader.get("/en/search/booklet.pdf?q=lanterns").content))
    assert {entry.title for entry in booklet.outline if not isinstance(entry, list)} - {
        "Contents",
        "Good practices",
    } == found


def test_results_are_narrowed_as_on_the_page(client, search_folder):
    published(title="Lanterns here", city=CityFactory(country="NL"))
    published(title="Lanterns there", city=CityFactory(country="IT"))
    rebuild_index()
    assert titles(client.get("/en/search/export.csv?q=lanterns&country=IT")) == ["Lanterns there"]


@pytest.mark.parametrize("rows", [1, 3])
def test_export_of_results_query_count_is_constant(client, search_folder, rows, django_assert_num_queries):
    for _row in range(rows):
        published(title="Lanterns")
    rebuild_index()
    client.get("/en/search/export.csv?q=lanterns")
    with django_assert_num_queries(19):
        assert len(titles(client.get("/en/search/export.csv?q=lanterns"))) == rows


def test_search_for_nothing_gives_an_empty_table_and_no_booklet(client, search_folder):
    rebuild_index()
    assert titles(client.get("/en/search/export.csv?q=")) == []
    assert client.get("/en/search/booklet.pdf?q=").status_code == 404
    assert client.get("/en/search/export.exe?q=x").status_code == 404


def test_without_an_index_the_files_say_so(client, search_folder):
    for path in ("export.csv", "booklet.pdf"):
        response = client.get(f"/en/search/{path}?q=x")
        assert (response.status_code, response["Retry-After"]) == (503, "30")
