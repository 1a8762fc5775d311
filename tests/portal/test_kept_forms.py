"""What was sent after the session had ended is there again after the login."""

import re

import pytest

from common.kept_forms import FIELD, MOST_CHARACTERS
from tests.factories import CityFactory, ThreadFactory

pytestmark = pytest.mark.django_db

FORMS = {
    "reply": ("/en/discussions/{thread}/", {"text": "What I know of it"}, "text"),
    "new thread": ("/en/discussions/new/{group}/", {"title": "Cellars", "text": "What I know of it"}, "text"),
    "call": ("/en/calls/new/", {"step": "send", "title": "Cellars?", "problem": "What I know of it"}, "problem"),
    "profile": ("/en/profile/", {"first_name": "Ada", "about": "What I know of it"}, "about"),
}


@pytest.fixture(params=FORMS)
def form(request, group):
    """The address of a form, what is sent to it, and the name of its longest field."""
    address, sent, name = FORMS[request.param]
    return address.format(thread=ThreadFactory(group=group).pk, group=group.pk), sent, name


@pytest.fixture
def client(client_as, people):
    people["member"].city = CityFactory()
    people["member"].save()
    return client_as("member")


def token_of(client, address):
    return re.search(rf'name="{FIELD}" value="([^"]+)"', client.get(address).content.decode())[1]


def send_logged_out(client, address, sent):
    client.logout()
    response = client.post(address, sent)
    assert response["Location"] == f"/en/login/?next={address}"
    return client.get(response["Location"]).content.decode()


def test_text_sent_after_the_session_ended_is_there_after_the_login_once(client, people, form):
    address, sent, name = form
    sent = {**sent, FIELD: token_of(client, address)}
    assert "What you typed is kept" in send_logged_out(client, address, sent)
    client.force_login(people["member"])
    page = client.get(address)
    assert page.context["form"][name].value() == "What I know of it"
    assert "This is what you had typed; it is not saved yet." in page.content.decode()
    assert client.get(address).context["form"][name].value() != "What I know of it"


def test_text_is_shown_to_nobody_but_its_writer(client, people, form):
    address, sent, name = form
    sent = {**sent, FIELD: token_of(client, address)}
    send_logged_out(client, address, sent)
    client.force_login(people["coordinator"])
    assert client.get(address).context["form"][name].value() != "What I know of it"
    assert "kept_form" not in client.session


@pytest.mark.parametrize("typed", [{}, {FIELD: "forged"}, {"text": "x" * (MOST_CHARACTERS + 1)}])
def test_only_forms_of_the_portal_of_a_bearable_size_are_kept(client, group, typed):
    address = f"/en/discussions/new/{group.pk}/"
    own = {FIELD: token_of(client, address)} if "text" in typed else {}
    page = send_logged_out(client, address, {**own, **typed})
    assert "Log in to go on." in page
    assert "kept_form" not in client.session


def test_kept_call_still_names_the_cities_that_were_ticked(client, people):
    city = CityFactory()
    sent = {"step": "send", "title": "Cellars?", "city": [city.pk], FIELD: token_of(client, "/en/calls/new/")}
    send_logged_out(client, "/en/calls/new/", sent)
    client.force_login(people["member"])
    assert client.get("/en/calls/new/").context["chosen"] == [city.pk]
