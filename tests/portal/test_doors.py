"""Odd requests, and former addresses."""

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from groups.enums import Visibility
from practices.models import PracticeIndexPage
from tests.factories import PracticeSheetFactory, ProjectFactory, RecommendationFactory, RecommendationIndexPageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/documents/{'9' * 5000}/x.pdf", 404),
        ("/documents/99999/x.pdf", 404),
        (f"/media/images/{'x' * 300}.png", 404),
        ("/media/images/../secret_key", 404),
        ("/media/secret_key", 302),
        (f"/en/discussions/{'9' * 30}/", 302),
    ],
)
def test_address_of_nothing_is_no_fault(client, settings, tmp_path, address, status):
    (tmp_path / "images").mkdir()
    settings.MEDIA_ROOT = tmp_path
    assert client.get(address).status_code == status


@pytest.mark.parametrize("key", ["abcdefghijk\\000", "short", "é" * 40, "'; DROP TABLE"])
def test_session_cookie_that_is_none_is_no_fault(client, key):
    client.cookies["sessionid"] = key
    assert client.get("/en/practices/").status_code == 200


def test_form_without_token_is_answered_in_the_readers_language():
    response = Client(enforce_csrf_checks=True).post("/fr/login/", {"username": "ada@example.com"})
    page = response.content.decode()
    assert response.status_code == 403
    assert '<html lang="fr">' in page
    assert "resté ouvert trop longtemps" in page


def test_request_for_another_host_is_refused_with_a_page():
    response = Client(headers={"host": "evil.example"}).get("/en/")
    assert response.status_code == 400
    assert "<h1>This could not be understood</h1>" in response.content.decode()


@pytest.mark.parametrize(("visibility", "status"), [(Visibility.PUBLIC, 301), (Visibility.NETWORK, 404)])
def test_former_address_leads_to_what_the_reader_may_see(client, client_as, visibility, status):
    sheet = PracticeSheetFactory(slug="bart-now", visibility=visibility)
    Redirect.add_redirect("/en/practices/bart/", redirect_to=sheet)
    assert client.get("/en/practices/bart/").status_code == status
    assert client_as("stranger").get("/en/practices/bart/")["Location"] == "/en/practices/bart-now/"


def test_former_address_may_lead_elsewhere(client):
    Redirect.objects.create(old_path="/old", redirect_link="/en/practices/", site=Site.objects.get())
    assert client.get("/en/old/", follow=True).status_code == 404
    assert client.get("/old/")["Location"] in {"/en/practices/", "/en/old/"}


def test_unpublished_project_is_not_named_on_its_recommendations(client):
    project = ProjectFactory(title="Secret project")
    index = RecommendationIndexPageFactory(parent=project, title="Secret list")
    recommendation = RecommendationFactory(parent=index)
    for page in (project, index):
        page.unpublish()
    response = client.get(recommendation.url)
    assert "Secret" not in response.content.decode()


@pytest.mark.parametrize(
    ("language", "visibility", "link"),
    [
        ("en", Visibility.PUBLIC, '<a href="/en/practices/lamps/">'),
        ("de", Visibility.PUBLIC, '<a href="/de/practices/lamps/">'),
        ("en", Visibility.NETWORK, "<a>"),
    ],
)
def test_link_in_a_text_stays_in_the_readers_interface_and_leads_nowhere_hidden(client, language, visibility, link):
    lamps = PracticeSheetFactory(slug="lamps", visibility=visibility)
    assert lamps.get_parent().specific == PracticeIndexPage.objects.get(locale__language_code="en")
    text = f'<p><a linktype="page" id="{lamps.pk}">Lamps</a></p>'
    RecommendationFactory(slug="light", text=text, parent__slug="advice", parent__parent__slug="project")
    page = client.get(f"/{language}/projects/project/advice/light/").content.decode()
    assert f"{link}Lamps</a>" in page


def test_copy_of_a_translation_is_an_original(client):
    sheet = PracticeSheetFactory(original_language="nl")
    copy = sheet.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert (copy.original_language, copy.is_original) == ("en", True)
