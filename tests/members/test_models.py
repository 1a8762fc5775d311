import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from members.models import CityName, User
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["ada@example.com", "Ada@Example.com"])
def test_user_logs_in_by_email_whatever_its_case(typed):
    user = User.objects.create_user("ada@example.com", "a long enough password")
    assert authenticate(username=typed, password="a long enough password") == user
    assert authenticate(username=typed, password="another password") is None


def test_user_without_password_cannot_log_in():
    User.objects.create_user("ada@example.com")
    assert authenticate(username="ada@example.com", password="") is None


def test_database_refuses_the_same_address_in_another_case():
    UserFactory(email="ada@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="ADA@example.com")


@pytest.mark.parametrize("fields", [None, ["last_name"], ("first_name", "last_name")])
def test_person_is_found_by_a_new_name(fields):
    user = UserFactory(first_name="Zoë", last_name="Before")
    user.last_name = "Øster"
    user.save(update_fields=fields)
    user.refresh_from_db()
    assert user.name_key == "oster  zoe"


def test_city_is_named_in_the_language_asked_for_else_in_a_bridge_language():
    city = CityFactory(key="the-hague", names={"nl": "Den Haag", "en": "The Hague", "fr": "La Haye"})
    assert [city.label("fr"), city.label("de"), city.own_name] == ["La Haye", "The Hague", "Den Haag"]


def test_database_refuses_two_preferred_names_in_one_language():
    city = CityFactory(names={"nl": "Den Haag"})
    CityName.objects.create(city=city, language="nl", text="'s-Gravenhage", kind="alternative")
    with pytest.raises(IntegrityError), transaction.atomic():
        CityName.objects.create(city=city, language="nl", text="Haag")


@pytest.mark.parametrize("place", [{"latitude": 91, "longitude": 0}, {"latitude": 52, "longitude": None}])
def test_database_refuses_a_place_that_is_not_on_earth(place):
    with pytest.raises(IntegrityError), transaction.atomic():
        CityFactory(**place)


@pytest.mark.parametrize(
    ("name", "refused"), [("", False), ("Europe/Lisbon", False), ("Europe/Atlantis", True), ("localtime", True)]
)
def test_person_can_only_have_a_time_zone_that_there_is(name, refused):
    person = UserFactory.build(time_zone=name, password="x")
    if refused:
        with pytest.raises(ValidationError, match="There is no such time zone"):
            person.full_clean()
    else:
        person.full_clean()
    assert (person.zone is None) is (refused or not name)
