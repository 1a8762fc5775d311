"""What people say about themselves, and to whom it is shown."""

from zoneinfo import ZoneInfo

import pytest

from members.models import User
from tests.factories import CityFactory, ConceptFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/en/profile/"


@pytest.fixture
def person():
    organisation = OrganisationFactory(name="Comune di Torino")
    return UserFactory(
        email="ada@example.com", languages=["it", "fr"], city=CityFactory(key="turin"), organisation=organisation
    )


@pytest.fixture
def own_client(client, person):
    client.force_login(person)
    return client


def answers(**changed):
    languages = {f"language_{place}": "" for place in range(1, 8)}
    said = {"first_name": "Ada", "last_name": "Lovelace", "organisation_name": "Comune di Torino"}
    return {**said, "shown_to": "nobody", "time_zone": "", **languages, **changed}


def test_expertise_role_and_privacy_are_saved(own_client, person):
    lighting, noise = ConceptFactory(names={"en": "Lighting"}), ConceptFactory(names={"en": "Noise"})
    person.expertise.add(noise)
    person.shown = {"about": "public"}
    person.save()
    (themes,) = own_client.get(ADDRESS).context["form"].expertise_schemes
    assert (themes.label, themes.ticked, [group.ticked for group in themes.groups]) == ("Theme", 1, [0, 1])
    own_client.post(
        ADDRESS,
        answers(
            position="Inspector",
            about="Ask me.",
            expertise=[lighting.pk],
            shown_position="public",
            shown_email="members",
            shown_about="nobody",
        ),
    )
    person.refresh_from_db()
    assert (person.position, person.about, list(person.expertise.all())) == ("Inspector", "Ask me.", [lighting])
    assert person.shown == {"position": "public", "email": "members"}


@pytest.mark.parametrize("address", [ADDRESS, "/en/password/change/"])
def test_profile_is_for_people_who_are_logged_in(client, address):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/en/login/?next={address}")


def test_profile_shows_what_is_known(own_client):
    response = own_client.get(ADDRESS)
    page = response.content.decode()
    for words in ("ada@example.com", "/en/cities/turin/", "Comune di Torino", "/en/password/change/"):
        assert words in page
    # People change the address themselves, administrators alone city and organisation.
    assert '<a href="/en/account/address/">Change the address</a>' in page
    assert 'write to an administrator of the network: <a href="mailto:portal@example.org">' in " ".join(page.split())
    assert [field.value() for field in response.context["form"].language_fields] == ["it", "fr", "", "", "", "", ""]
    assert '<li><a href="/en/profile/">My profile</a></li>' in page


def test_profile_is_saved_with_the_languages_in_order_and_without_gaps(own_client, person):
    response = own_client.post(
        ADDRESS,
        answers(
            last_name="Byron",
            shown_to="members",
            time_zone="Europe/Lisbon",
            language_2="de",
            language_5="nl",
            email="evil@example.com",
            city="1",
            is_superuser="on",
        ),
        follow=True,
    )
    assert "Your profile is saved." in response.content.decode()
    person.refresh_from_db()
    assert (person.last_name, person.shown_to, person.languages) == ("Byron", "members", ["de", "nl"])
    assert (person.time_zone, person.zone) == ("Europe/Lisbon", ZoneInfo("Europe/Lisbon"))
    assert (person.email, person.city.key, person.is_superuser) == ("ada@example.com", "turin", False)


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"first_name": "", "last_name": " "}, "first_name", "Give at least one of your names."),
        ({"first_name": "\u200b", "last_name": "\u2060"}, "first_name", "Give at least one of your names."),
        ({"last_name": "x" * 151}, "last_name", "at most 150 characters"),
        ({"shown_to": "everyone"}, "shown_to", "not one of the available choices"),
        ({"shown_email": "everyone"}, "shown_email", "not one of the available choices"),
        ({"expertise": ["99999999999999999999"]}, "expertise", "not one of the available choices"),
        ({"position": "x" * 121}, "position", "at most 120 characters"),
        ({"about": "x" * 1001}, "about", "at most 1000 characters"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "not one of the available choices"),
        ({"language_1": "xx"}, "language_1", "not one of the available choices"),
        ({"language_1": "de", "language_4": "de"}, "language_4", "You have chosen “Deutsch” already."),
    ],
)
def test_profile_says_at_the_field_what_is_wrong_and_saves_nothing(own_client, person, wrong, field, message):
    response = own_client.post(ADDRESS, answers(last_name="Byron") | wrong)
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert message in form.errors[field][0]
    page = response.content.decode()
    assert 'role="alert"' in page
    assert f'id="id_{field}_error"' in page
    before = person.last_name
    person.refresh_from_db()
    assert (person.last_name, person.languages) == (before, ["it", "fr"])


@pytest.mark.parametrize(
    ("typed", "row", "words"),
    [("Comune di Torino", True, "Comune di Torino"), (" Polizia ", False, "Polizia"), ("", False, "")],
)
def test_organisation_in_other_words_is_no_longer_the_one_that_was_chosen(own_client, person, typed, row, words):
    assert own_client.get(ADDRESS).context["form"]["organisation_name"].value() == "Comune di Torino"
    own_client.post(ADDRESS, answers(organisation_name=typed))
    person = User.objects.get(pk=person.pk)
    assert (person.organisation is not None, person.organisation_in_words) == (row, words)
    assert own_client.get("/en/profile/data/").json()["profile"]["organisation"] == (words or None)


def choices_of_zones(response):
    return response.context["form"].fields["time_zone"].choices


def test_zones_of_the_countries_with_cities_are_offered_first(own_client):
    for country in ("IT", "IT", "LU"):
        CityFactory(country=country)
    (nothing, _dash), (_near, near), (_far, far) = choices_of_zones(own_client.get(ADDRESS))
    assert nothing == ""
    assert [name for name, _words in near] == ["Europe/Rome", "Europe/Luxembourg", "Europe/Amsterdam"]
    assert "Europe/Berlin" in dict(far)


def test_zone_under_a_former_name_stays_chosen(own_client, person):
    User.objects.filter(pk=person.pk).update(time_zone="Asia/Calcutta")
    assert choices_of_zones(own_client.get(ADDRESS))[1] == ("Asia/Calcutta", "Kolkata (UTC+5:30)")
    assert own_client.post(ADDRESS, answers(time_zone="Asia/Calcutta")).status_code == 302


@pytest.mark.parametrize(
    ("country", "chosen", "proposed"),
    [
        ("NL", "", "In the country of your city (Netherlands) it is: Netherlands – Amsterdam (UTC+"),
        ("NL", "Europe/Rome", None),
        ("PT", "", None),
        (None, "", None),
    ],
)
def test_zone_of_the_citys_country_is_proposed_where_it_is_plain_but_never_saved(
    own_client, person, country, chosen, proposed
):
    city = CityFactory(country=country) if country else None
    User.objects.filter(pk=person.pk).update(city=city, time_zone=chosen)
    response = own_client.get(ADDRESS)
    help_text = response.context["form"].fields["time_zone"].help_text
    assert help_text.startswith("Times of events are also told in this zone.")
    assert (proposed in help_text) if proposed else "your city" not in help_text
    assert response.context["form"]["time_zone"].value() == chosen
    own_client.post(ADDRESS, answers(time_zone=chosen))
    person.refresh_from_db()
    assert person.time_zone == chosen


@pytest.mark.parametrize("cities", [1, 3])
def test_profile_query_count_is_constant(own_client, cities, django_assert_num_queries):
    CityFactory.create_batch(cities)
    with django_assert_num_queries(16):
        own_client.get(ADDRESS)


def test_first_language_of_the_profile_decides_what_is_read(own_client):
    from tests.factories import PracticeSheetFactory, translate

    translate(PracticeSheetFactory(title="Fietsen", language="nl"), "it", title="Biciclette")
    titles = [sheet.title for sheet in own_client.get("/en/practices/").context["sheets"]]
    assert titles == ["Biciclette"]
    own_client.post(ADDRESS, answers(language_1="nl", language_2="it"))
    titles = [sheet.title for sheet in own_client.get("/en/practices/").context["sheets"]]
    assert titles == ["Fietsen"]


@pytest.mark.parametrize(
    ("reader", "seen"),
    [("visitor", ["everybody"]), ("stranger", ["everybody", "members"]), ("member", ["everybody", "members"])],
)
def test_people_are_visible_to_those_whom_they_chose(people, reader, seen):
    from django.contrib.auth.models import AnonymousUser

    city = CityFactory()
    for name, shown_to in (("everybody", "public"), ("members", "members"), ("nobody", "nobody")):
        UserFactory(last_name=name, shown_to=shown_to, city=city)
        UserFactory(last_name=f"{name}, gone", shown_to=shown_to, city=city, is_active=False)
        UserFactory(first_name="", last_name="", shown_to=shown_to, city=city)
    found = User.objects.visible_to(people[reader] or AnonymousUser()).filter(city=city).for_list()
    assert [person.last_name for person in found] == seen


def test_account_that_is_shut_sees_what_visitors_see():
    UserFactory(shown_to="members")
    assert not User.objects.visible_to(UserFactory(is_active=False)).exists()
