"""From an address to a page, also where the reader's language has none."""

import re

import pytest

from groups.enums import Visibility
from tests.factories import PracticeSheetFactory, StandardPageFactory, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    """In Dutch, and in English."""
    sheet = PracticeSheetFactory(language="nl", title="Fietsen", slug="fietsen")
    translate(sheet, "en", title="Bicycles", slug="bicycles")
    return sheet


@pytest.mark.usefixtures("sheet")
def test_page_without_the_readers_language_is_shown_in_the_best_other_one(client):
    response = client.get("/de/practices/bicycles/")
    page = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="de">' in page
    assert '<div class="page sheet" lang="en">' in page
    assert 'class="notice notice--language"' in page
    assert '<link rel="canonical" href="http://localhost:8000/en/practices/bicycles/">' in page


@pytest.mark.parametrize(
    ("address", "accept", "leads_to"),
    [
        ("/de/praktijken/fietsen/", "", "/de/practices/bicycles/"),
        ("/de/practices/bicycles/", "nl", "/de/praktijken/fietsen/"),
        ("/en/praktijken/fietsen/", "", "/en/practices/bicycles/"),
        ("/nl/practices/bicycles/", "", "/nl/praktijken/fietsen/"),
    ],
)
@pytest.mark.usefixtures("sheet")
def test_address_of_another_version_leads_to_the_readers_own(client, address, accept, leads_to):
    response = client.get(address, headers={"Accept-Language": accept})
    assert (response.status_code, response["Location"]) == (302, leads_to)


@pytest.mark.parametrize("address", ["/en/praktiken/nothing/", "/en/%00/", "/en/" + "deep/" * 300, "/xx/practices/"])
def test_address_of_nothing_is_not_found(client, address):
    response = client.get(address, follow=True)
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_version_that_the_reader_may_not_see_is_not_shown_under_another_prefix(client, client_as):
    PracticeSheetFactory(slug="hidden", visibility=Visibility.NETWORK)
    assert client.get("/de/practices/hidden/").status_code == 404
    assert client_as("stranger").get("/de/practices/hidden/").status_code == 200


def test_draft_is_not_shown_under_another_prefix(client):
    PracticeSheetFactory(slug="draft", live=False)
    assert client.get("/de/practices/draft/").status_code == 404


@pytest.mark.usefixtures("sheet")
def test_search_engines_are_told_of_the_versions_that_there_are(client):
    page = client.get("/de/practices/bicycles/").content.decode()
    assert re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', page) == [
        ("en", "http://localhost:8000/en/practices/bicycles/"),
        ("nl", "http://localhost:8000/nl/praktijken/fietsen/"),
    ]


def test_version_that_the_reader_may_not_see_is_not_among_them(client):
    sheet = PracticeSheetFactory(language="nl", slug="fietsen")
    translate(sheet, "en", visibility=Visibility.NETWORK)
    assert 'rel="alternate"' not in client.get("/nl/praktijken/fietsen/").content.decode()


@pytest.mark.usefixtures("sheet")
def test_language_menu_says_in_which_languages_the_page_exists(client):
    menu = client.get("/en/practices/bicycles/").content.decode().partition('class="language-menu"')[2]
    menu = menu.partition("</details>")[0]
    assert menu.count("interface only") == 5
    for address in ("/nl/praktijken/fietsen/", "/de/practices/bicycles/", "/en/practices/bicycles/"):
        assert f'href="{address}"' in menu


def test_menu_labels_pages_in_another_language(client):
    StandardPageFactory(language="fr", title="À propos", slug="a-propos", show_in_menus=True)
    menu = " ".join(client.get("/it/").content.decode().partition("<nav")[2].partition("</nav>")[0].split())
    assert '<a href="/it/a-propos/" lang="fr">À propos <span class="language-tag">' in menu
    assert '<a href="/it/pratiche/">Buone pratiche</a>' in menu


@pytest.mark.parametrize(
    ("accept", "leads_to"), [("it", "/it/"), ("nl-BE,fr;q=0.5", "/nl/"), ("ja", "/en/"), ("", "/en/")]
)
def test_root_leads_to_the_browsers_language(client, accept, leads_to):
    response = client.get("/", headers={"Accept-Language": accept})
    assert (response.status_code, response["Location"]) == (302, leads_to)


@pytest.mark.parametrize("rows", [1, 3])
def test_home_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory()
    client.get("/en/")
    with django_assert_num_queries(17):
        response = client.get("/en/")
    assert len(response.context["sheets"]) == rows
