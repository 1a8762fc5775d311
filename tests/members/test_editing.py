"""Administrators keep people's profiles in the editor."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.management import CommandError, call_command
from django.template import engines

from members.accounts import confirm_address, has_confirmed_address, who_begins
from members.models import User
from notifications.models import OutgoingMail
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db

PERSON = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Lake",
    "languages": ["nl", "fr"],
    "time_zone": "Europe/Amsterdam",
}
PASSWORDS = dict.fromkeys(("password1", "password2"), "three words of mine")


@pytest.fixture
def administrator(client, monkeypatch):
    # Wagtail's own templates loop over things that are not there.
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    client.force_login(UserFactory(is_superuser=True))
    return client


def test_person_is_added_with_city_and_languages(administrator):
    city = CityFactory()
    response = administrator.post("/cms/users/new/", {**PERSON, **PASSWORDS, "city": city.pk})
    assert response.status_code == 302
    user = User.objects.get(email="ada@example.com")
    assert (user.city, user.languages, user.check_password("three words of mine")) == (city, ["nl", "fr"], True)
    assert user.time_zone == "Europe/Amsterdam"


def test_person_without_a_password_gets_a_letter_to_begin(administrator):
    administrator.post("/cms/users/new/", {**PERSON, "password1": "", "password2": ""})
    user = User.objects.get(email="ada@example.com")
    assert user.has_usable_password() is False
    (letter,) = OutgoingMail.objects.filter(kind="account-opened")
    assert (letter.recipient, letter.language) == ("ada@example.com", "nl")
    token = letter.text.partition("/account/begin/")[2].partition("/")[0]
    assert who_begins(token) == user
    administrator.post("/cms/users/new/", {**PERSON, **PASSWORDS, "email": "bo@example.com"})
    assert OutgoingMail.objects.count() == 1


def test_editor_changes_neither_password_nor_address_of_ones_own(administrator):
    response = administrator.get("/cms/account/")
    page = response.content.decode()
    assert (response.status_code, 'type="password"' in page, 'type="email"' in page) == (200, False, False)


def test_editor_resets_no_passwords(client):
    UserFactory(email="ada@example.com", is_superuser=True).set_password("a long enough password")
    response = client.post("/cms/password_reset/", {"email": "ada@example.com"}, follow=True)
    assert (response.status_code, mail.outbox) == (404, [])


def test_profile_is_changed_and_shown(administrator):
    user = UserFactory(languages=["it"], time_zone="Europe/Rome")
    address = f"/cms/users/edit/{user.pk}/"
    page = administrator.get(address).content.decode()
    assert ('value="it"' in page, '<option value="Europe/Rome" selected>' in page) == (True, True)
    administrator.post(address, {**PERSON, "is_active": "on"})
    user.refresh_from_db()
    assert (user.languages, user.time_zone) == (["nl", "fr"], "Europe/Amsterdam")


@pytest.mark.parametrize("wrong", [{"languages": ["xx"]}, {"time_zone": "Europe/Atlantis"}])
def test_language_and_zone_that_there_are_not_are_refused(administrator, wrong):
    response = administrator.post("/cms/users/new/", {**PERSON, **PASSWORDS, **wrong})
    assert response.status_code == 200
    assert not User.objects.filter(email="ada@example.com").exists()


def test_address_that_an_administrator_wrote_is_to_be_confirmed_anew(administrator):
    user = UserFactory(email="old@example.com")
    confirm_address(user)
    administrator.post(f"/cms/users/edit/{user.pk}/", {**PERSON, "is_active": "on"})
    user.refresh_from_db()
    assert (user.email, has_confirmed_address(user), EmailAddress.objects.count()) == ("ada@example.com", False, 0)
    confirm_address(user)
    administrator.post(f"/cms/users/edit/{user.pk}/", {**PERSON, "is_active": "on", "position": "Inspector"})
    user.refresh_from_db()
    assert (user.position, has_confirmed_address(user)) == ("Inspector", True)


@pytest.mark.parametrize("is_asked", [True, False])
def test_second_step_of_a_lost_phone_is_taken_away(administrator, is_asked):
    user = UserFactory(email="ada@example.com")
    TOTP.activate(user, "secret")
    ticked = {"without_second_step": "on"} if is_asked else {}
    administrator.post(f"/cms/users/edit/{user.pk}/", {**PERSON, "is_active": "on", **ticked})
    assert Authenticator.objects.filter(user=user).exists() is not is_asked
    told = OutgoingMail.objects.filter(kind="account-changed", recipient="ada@example.com")
    assert told.count() == int(is_asked)


def test_operators_take_a_second_step_away_by_command():
    user = UserFactory(email="ada@example.com")
    with pytest.raises(CommandError, match="no second step"):
        call_command("remove_second_factor", "ADA@example.com")
    with pytest.raises(CommandError, match="no account"):
        call_command("remove_second_factor", "bo@example.com")
    TOTP.activate(user, "secret")
    call_command("remove_second_factor", "ADA@example.com")
    assert not Authenticator.objects.exists()
