"""Administrators keep people's profiles in the editor."""

import pytest
from django.template import engines

from members.models import User
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db

PERSON = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lake", "languages": ["nl", "fr"]}
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


def test_profile_is_changed_and_shown(administrator):
    user = UserFactory(languages=["it"])
    address = f"/cms/users/edit/{user.pk}/"
    assert 'value="it"' in administrator.get(address).content.decode()
    administrator.post(address, {**PERSON, "is_active": "on"})
    user.refresh_from_db()
    assert user.languages == ["nl", "fr"]


def test_language_that_the_portal_does_not_have_is_refused(administrator):
    response = administrator.post("/cms/users/new/", {**PERSON, **PASSWORDS, "languages": ["xx"]})
    assert response.status_code == 200
    assert not User.objects.filter(email="ada@example.com").exists()
