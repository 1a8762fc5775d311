"""Administrators keep people's profiles in the editor."""

import pytest
from django.template import engines

from members.models import User
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
    client.force_login(UserFactory(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_person_is_added_with_city_and_languages(administrator):
    city = CityFactory()
    response = administrator.post("/cms/users/new/", {**PERSON, **PASSWORDS, "city": city.pk})
    assert response.status_code == 302
    user = User.objects.get(email="ada@example.com")
    assert (user.city, user.languages, user.check_password("three words of mine")) == (city, ["nl", "fr"], True)
    assert user.time_zone == "Europe/Amsterdam"


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
