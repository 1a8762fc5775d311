"""A network's own portal, from nothing to its first administrator."""

import pytest

from members.models import User
from portal import middleware
from portal.actions import follow_base_url
from portal.models import HomePage
from portal.setup_code import make_setup_code, read_setup_code
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "network_name": "Cities of the Lake",
    "first_name": "Ada",
    "last_name": "Lake",
    "email": "ada@example.com",
    "password": "three words of mine",
}


@pytest.fixture(autouse=True)
def _unset_portal(monkeypatch, tmp_path, settings):
    """As on the first start: nobody is there, and the middleware asks."""
    settings.DATA_DIR = tmp_path

    def initialise(self, get_response):
        self.get_response, self.is_set_up = get_response, False

    monkeypatch.setattr(middleware.FirstRunMiddleware, "__init__", initialise)


@pytest.mark.parametrize("address", ["/en/", "/en/practices/", "/en/login/", "/cms/", "/en/search/?q=x"])
def test_every_address_leads_to_the_welcome(client, address):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, "/en/welcome/")


def test_first_administrator_is_made_and_logged_in(client):
    response = client.post("/en/welcome/", {**ANSWERS, "setup_code": make_setup_code()}, follow=True)
    user = User.objects.get(email="ada@example.com")
    assert (user.is_superuser, user.check_password(ANSWERS["password"])) == (True, True)
    assert response.redirect_chain == [("/en/welcome/", 302)]
    assert "What comes next" in response.content.decode()
    assert set(HomePage.objects.values_list("title", flat=True)) == {"Cities of the Lake"}


def test_without_the_printed_code_nobody_becomes_administrator(client):
    make_setup_code()
    response = client.post("/en/welcome/", {**ANSWERS, "setup_code": "guess"})
    page = response.content.decode()
    assert (response.status_code, User.objects.count()) == (422, 0)
    assert "This is not the code that the portal printed when it started." in page
    assert 'value="Cities of the Lake"' in page


@pytest.mark.parametrize(
    "wrong", [{"password": "short"}, {"email": "nobody"}, {"network_name": ""}, {"last_name": "\u200b"}]
)
def test_wrong_answers_are_asked_for_again(client, wrong):
    response = client.post("/en/welcome/", {**ANSWERS, "setup_code": make_setup_code(), **wrong})
    assert (response.status_code, User.objects.count()) == (422, 0)
    assert list(response.context["form"].errors) == list(wrong)


def test_code_works_once(client):
    code = make_setup_code()
    client.post("/en/welcome/", {**ANSWERS, "setup_code": code})
    assert read_setup_code() != code


@pytest.mark.parametrize("method", ["get", "post"])
def test_welcome_is_closed_once_there_is_an_administrator(client, method):
    UserFactory(is_superuser=True)
    assert getattr(client, method)("/en/welcome/", ANSWERS).status_code == 404
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://practices.example.org", "https://practices.example.org/en/"),
        ("http://localhost:9000", "http://localhost:9000/en/"),
    ],
)
def test_addresses_of_pages_follow_the_base_url(settings, base_url, address):
    settings.BASE_URL = base_url
    follow_base_url()
    assert HomePage.objects.get(locale__language_code="en").full_url == address
