"""How an account begins: by the letter that followed an invitation or an accepted request."""

import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from members.accounts import BEGUN_WITHIN, account_of, begin_address, has_confirmed_address, open_account, who_begins
from members.models import User
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def user():
    return open_account(email="Ada@Example.com ", first_name="Ada", last_name="Lake", languages=["it", "fr"])


def answers(**changed):
    return {"first_name": "Ada", "last_name": "Lake", "shown_to": "members", "password": PASSWORD, **changed}


def token_in(address):
    return address.partition("/begin/")[2].partition("/")[0]


def test_account_is_opened_with_small_letters_and_without_a_way_in(client):
    city = CityFactory()
    user = open_account(email=" Ada@Example.com", city=city, languages=["it"])
    assert (user.email, user.city, user.languages, user.has_usable_password()) == (
        "ada@example.com",
        city,
        ["it"],
        False,
    )
    assert (has_confirmed_address(user), account_of("ADA@example.com ")) == (False, user)


def test_address_has_one_account_also_if_that_is_shut():
    UserFactory(email="ada@example.com", is_active=False)
    with pytest.raises(ValueError, match="an account already"):
        open_account(email="ADA@example.com")


def test_address_to_begin_speaks_the_language_of_its_letter(user):
    with translation.override("it"):
        assert begin_address(user).startswith("/it/account/begin/")


def test_beginning_sets_name_password_and_privacy_confirms_the_address_and_logs_in(client, user):
    response = client.post(begin_address(user), answers(last_name="Byron"))
    assert (response.status_code, response["Location"]) == (302, "/en/my/")
    user.refresh_from_db()
    assert (user.last_name, user.shown_to, user.check_password(PASSWORD)) == ("Byron", "members", True)
    assert has_confirmed_address(user)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_beginning_leads_on_but_never_to_another_site(client, user):
    address = begin_address(user, then="/en/groups/")
    assert client.post(address, answers())["Location"] == "/en/groups/"
    other = open_account(email="bo@example.com")
    client.logout()
    assert client.post(begin_address(other, then="https://evil.example"), answers())["Location"] == "/en/my/"


def test_looking_at_the_link_changes_nothing(client, user):
    address = begin_address(user)
    page = client.get(address).content.decode()
    assert ("ada@example.com" in page, 'value="Lake"' in page) == (True, True)
    assert not EmailAddress.objects.exists()
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"first_name": "", "last_name": " "}, "first_name", "Give at least one of your names."),
        ({"first_name": "\u200b", "last_name": "\u2060"}, "first_name", "Give at least one of your names."),
        ({"password": ""}, "password", "Choose a password, or use a passkey."),
        ({"password": "short"}, "password", "at least 12 characters"),
        ({"password": "ada@example.com"}, "password", "too similar"),
        ({"shown_to": ""}, "shown_to", "required"),
        ({"shown_to": "all"}, "shown_to", "not one of the available choices"),
        ({"credential": "{"}, "credential", "valid JSON"),
        ({"credential": '{"id": "x"}'}, "__all__", "This code is not right"),
        ({"credential": '["x"]'}, "__all__", "This code is not right"),
    ],
)
def test_beginning_says_at_the_field_what_is_wrong_and_changes_nothing(client, user, wrong, field, message):
    address = begin_address(user)
    client.get(address)
    response = client.post(address, answers(**wrong))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert message in response.context["form"].errors[field][0]
    assert not has_confirmed_address(user)
    assert client.post(address, answers()).status_code == 302


def ask_for_a_new_password(client, user):
    user.set_password("another long password")
    user.save()


def log_in_otherwise(client, user):
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())


def change_the_address(client, user):
    User.objects.filter(pk=user.pk).update(email="new@example.com")


def shut_the_account(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def begin(client, user):
    client.post(begin_address(user), answers())
    client.logout()


@pytest.mark.parametrize("end", [begin, ask_for_a_new_password, log_in_otherwise, change_the_address, shut_the_account])
def test_link_ends_once_the_account_is_used_or_changed(client, user, end):
    address = begin_address(user)
    end(client, user)
    response = client.post(address, answers(password="yet another password"))
    assert response.status_code == 410
    assert "This link has been used already or is too old." in response.content.decode()
    assert not User.objects.get(pk=user.pk).check_password("yet another password")


@pytest.mark.parametrize(("minutes", "works"), [(-1, True), (1, False)])
def test_link_lasts_fourteen_days(user, monkeypatch, minutes, works):
    token = token_in(begin_address(user))
    later = time.time() + (BEGUN_WITHIN + timedelta(minutes=minutes)).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert who_begins(token) == (user if works else None)


def test_token_with_one_other_character_opens_nothing(user):
    token = token_in(begin_address(user))

    @settings(deadline=None)
    @given(st.integers(0, len(token) - 1), st.sampled_from("aZ0_-:."))
    def change_one_character(place, character):
        changed = token[:place] + character + token[place + 1 :]
        assert who_begins(changed) == (user if changed == token else None)

    change_one_character()


def test_used_link_leads_on_whoever_is_logged_in_and_others_to_the_login(client, user):
    address = begin_address(user)
    client.post(address, answers())
    page = client.get(address).content.decode()
    assert f"You are logged in as {user.email}." in page
    assert '<a class="button" href="/en/my/">' in page
    client.logout()
    page = client.get(address).content.decode()
    assert ("You are logged in as" in page, '<a class="button" href="/en/login/">' in page) == (False, True)


@pytest.mark.parametrize("token", ["x", "WzEsIm5vIl0:1aaaaa:nonsense", "%00", "é"])
def test_what_is_no_token_opens_nothing(client, user, token):
    assert client.get(f"/en/account/begin/{token}/").status_code == 410


def test_somebody_else_who_is_logged_in_is_asked_to_leave_first(client, user):
    other = UserFactory(first_name="Bo")
    client.force_login(other)
    address = begin_address(user)
    page = client.get(address).content.decode()
    assert ("Somebody is logged in here" in page, str(other) in page) == (True, True)
    client.post(address, answers())
    assert not has_confirmed_address(user)
    assert client.post(address, {"log_out": ""})["Location"] == address
    assert client.post(address, answers()).status_code == 302


def test_who_let_the_link_grow_old_begins_by_a_new_password(client, user):
    page = client.get("/en/account/begin/old/").content.decode()
    assert 'href="/en/password/reset/"' in page
