"""Privacy field by field, the list of people, and the page of one."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser

from groups.actions import set_membership
from groups.enums import Openness, Role
from members.models import PersonVisibility, User
from members.privacy import FIELDS, seen, shown_fields, shows
from tests.factories import (
    CityFactory,
    ConceptFactory,
    JoinRequestFactory,
    OrganisationFactory,
    UserFactory,
    WorkingGroupFactory,
)

pytestmark = pytest.mark.django_db

LEVELS = PersonVisibility.values


def all_shown(level="members"):
    return dict.fromkeys(FIELDS, level)


@pytest.fixture
def reader():
    return UserFactory()


@pytest.fixture
def reading(client, reader):
    client.force_login(reader)
    return client


def names(response):
    return [person.name for person in response.context["people"]]


# ---------------------------------------------------------------- who sees which field


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("level", "visitor", "member"),
    [(None, False, False), ("nobody", False, False), ("members", False, True), ("public", True, True)],
)
def test_field_is_seen_by_those_to_whom_it_is_shown(reader, field, level, visitor, member):
    person = UserFactory(shown_to="public", shown={field: level} if level else {})
    shut = UserFactory(is_active=False)
    for who, is_seen in ((AnonymousUser(), visitor), (shut, visitor), (reader, member)):
        assert (field in shown_fields(person, who)) is is_seen
        assert User.objects.filter(shows(field, who), pk=person.pk).exists() is is_seen
    assert shown_fields(person, person) == frozenset(FIELDS)


def test_what_is_not_shown_is_empty(reader):
    person = UserFactory(
        shown_to="public",
        city=CityFactory(),
        organisation=OrganisationFactory(),
        position="Inspector",
        languages=["it"],
        about="Long since.",
    )
    hidden = seen(person, reader)
    assert (hidden.position, hidden.organisation, hidden.languages, hidden.about, hidden.email) == (
        "",
        None,
        (),
        "",
        "",
    )
    assert (hidden.name, hidden.city) == (person.get_full_name(), person.city)
    person.shown = all_shown()
    shown = seen(person, reader)
    assert (shown.position, shown.organisation, shown.languages) == ("Inspector", person.organisation, ("it",))
    assert (shown.about, shown.email) == ("Long since.", person.email)


def test_field_that_there_is_not_can_be_shown_to_nobody(reader):
    with pytest.raises(KeyError):
        shows("password", reader)


# ---------------------------------------------------------------- the list


def test_list_is_for_members(client, reading):
    assert reading.get("/en/people/").status_code == 200
    reading.logout()
    assert client.get("/en/people/")["Location"] == "/en/login/?next=/en/people/"


def test_list_has_those_who_want_to_be_found_by_name(reading):
    for name, shown_to in (("Zoe", "public"), ("Bo", "members"), ("Nil", "nobody")):
        UserFactory(first_name="", last_name=name, shown_to=shown_to)
    UserFactory(last_name="Gone", shown_to="public", is_active=False)
    assert names(reading.get("/en/people/")) == ["Bo", "Zoe"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("lake", ["Ada Lake"]),
        ("ada lake", ["Ada Lake"]),
        ("lake ada", ["Ada Lake"]),
        ("ada byron", []),
        ("élise", ["Élise Byron"]),
        ("ÉLISE", ["Élise Byron"]),
        ("elise", ["Élise Byron"]),
        ("  ", ["Élise Byron", "Ada Lake"]),
        ("…", []),
        ("%", []),
        ("ada@example", []),
    ],
)
def test_people_are_found_by_their_names_alone(reading, asked, found):
    UserFactory(first_name="Ada", last_name="Lake", email="ada@example.com", shown_to="members")
    UserFactory(first_name="Élise", last_name="Byron", shown_to="members")
    assert names(reading.get("/en/people/", {"q": asked})) == found


@pytest.mark.parametrize("asked", ["d’amico weiss", "D'AMICO", "lukasz", "Łukasz d’Amico-Weiß", "weiß", "damico łuk"])
def test_person_is_found_however_the_name_is_typed(reading, asked):
    UserFactory(first_name="Łukasz", last_name="D’Amico-Weiß", shown_to="members")
    UserFactory(first_name="Luke", last_name="White", shown_to="members")
    assert names(reading.get("/en/people/", {"q": asked})) == ["Łukasz D’Amico-Weiß"]


def test_people_are_in_order_whatever_their_accents_and_capitals(reading):
    for name in ("Zimmermann", "de Vries", "Öztürk", "d'Angelo", "Élise", "Łukasz", "Dupont"):
        UserFactory(first_name="", last_name=name, shown_to="members")
    assert names(reading.get("/en/people/")) == [
        "d'Angelo",
        "de Vries",
        "Dupont",
        "Élise",
        "Łukasz",
        "Öztürk",
        "Zimmermann",
    ]


def test_people_are_found_by_city(reading):
    turin = CityFactory(key="turin")
    UserFactory(last_name="Here", first_name="", city=turin, shown_to="members")
    UserFactory(last_name="There", first_name="", city=CityFactory(), shown_to="members")
    response = reading.get("/en/people/?city=turin")
    assert names(response) == ["Here"]
    assert [one.value for one in response.context["active_filters"]] == ["Turin"]


def test_nobody_is_found_by_what_they_do_not_show(reading, reader):
    concept = ConceptFactory(key="lighting")
    group = WorkingGroupFactory()
    for name, shown in (("Shows", all_shown()), ("Hides", {}), ("Public", all_shown("public"))):
        person = UserFactory(first_name="", last_name=name, shown_to="members", shown=shown, languages=["nl", "it"])
        person.expertise.add(concept)
        set_membership(group=group, user=person, role=Role.MEMBER)
    for query in ("language=it", "expertise=lighting", f"group={group.translation_key}"):
        assert names(reading.get(f"/en/people/?{query}")) == ["Public", "Shows"]
    assert names(reading.get("/en/people/?language=it&expertise=lighting&q=shows")) == ["Shows"]
    assert names(reading.get("/en/people/?language=de")) == []


def test_people_are_found_by_a_narrower_expertise(reading):
    broad = ConceptFactory(key="crime")
    person = UserFactory(first_name="", last_name="Knows", shown_to="members", shown=all_shown())
    person.expertise.add(ConceptFactory(key="burglary", broader=broad))
    assert names(reading.get("/en/people/?expertise=crime")) == ["Knows"]
    assert names(reading.get("/en/people/?expertise=nothing")) == []


def test_hidden_group_is_no_filter_for_those_outside(reading, reader):
    hidden = WorkingGroupFactory(title="Quiet", openness=Openness.HIDDEN)
    person = UserFactory(first_name="", last_name="Member", shown_to="members", shown=all_shown())
    set_membership(group=hidden, user=person, role=Role.MEMBER)
    address = f"/en/people/?group={hidden.translation_key}"
    response = reading.get(address)
    assert (names(response), "Quiet" in response.content.decode()) == ([], False)
    assert "Quiet" not in reading.get(person.get_absolute_url()).content.decode()
    set_membership(group=hidden, user=reader, role=Role.MEMBER)
    assert names(reading.get(address)) == ["Member"]
    assert "Quiet" in reading.get(person.get_absolute_url()).content.decode()


@pytest.mark.parametrize("query", ["city=%00", "expertise='", "language=xx", "group=1", "page=x", "q=" + "x" * 500])
def test_what_no_filter_can_be_does_no_harm(reading, query):
    assert reading.get(f"/en/people/?{query}").status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_list_query_count_is_constant(reading, people, django_assert_num_queries):
    for _number in range(people):
        person = UserFactory(
            shown_to="members",
            shown=all_shown(),
            city=CityFactory(),
            organisation=OrganisationFactory(city=CityFactory()),
            languages=["it"],
        )
        person.expertise.add(ConceptFactory())
    reading.get("/en/people/")
    with django_assert_num_queries(14):
        reading.get("/en/people/")


# ---------------------------------------------------------------- one person


@pytest.mark.parametrize(
    ("shown_to", "visitor", "member"), [("nobody", 404, 404), ("members", 404, 200), ("public", 200, 200)]
)
def test_person_has_a_page_for_those_who_may_know_the_name(client, reader, shown_to, visitor, member):
    person = UserFactory(shown_to=shown_to)
    assert client.get(person.get_absolute_url()).status_code == visitor
    client.force_login(reader)
    assert client.get(person.get_absolute_url()).status_code == member


def test_person_who_left_has_no_page(reading):
    assert reading.get(UserFactory(shown_to="public", is_active=False).get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("level", "is_seen"), [("members", True), ("nobody", False)])
def test_organisation_in_own_words_is_seen_by_those_to_whom_it_is_shown(reading, level, is_seen):
    person = UserFactory(shown_to="public", organisation_name="Night Watch", shown={"organisation": level})
    for address in ("/en/people/", person.get_absolute_url()):
        assert ("Night Watch" in reading.get(address).content.decode()) is is_seen


def test_page_shows_each_reader_what_is_meant_for_them(client, reader):
    person = UserFactory(
        shown_to="public",
        email="ada@example.com",
        position="Inspector",
        about="Ask me <b>anything</b>.",
        languages=["it"],
        shown={"position": "public", "email": "members", "about": "members"},
    )
    person.expertise.add(ConceptFactory(names={"en": "Lighting"}))
    page = client.get(person.get_absolute_url()).content.decode()
    assert [word in page for word in ("Inspector", "ada@example.com", "Ask me", "italiano</span>", "Lighting")] == [
        True,
        False,
        False,
        False,
        False,
    ]
    client.force_login(reader)
    page = client.get(person.get_absolute_url()).content.decode()
    assert ("mailto:ada@example.com" in page, "Ask me &lt;b&gt;anything&lt;/b&gt;." in page) == (True, True)


@pytest.mark.parametrize(
    ("shown_to", "seen_as", "says", "shows_email"),
    [
        ("nobody", "", "You alone see this page", True),
        ("members", "", "This is your page.", True),
        ("members", "members", "This is your page.", True),
        ("members", "everybody", "They do not see this page.", False),
        ("public", "everybody", "This is your page.", False),
        ("public", "nonsense", "This is your page.", True),
    ],
)
def test_own_page_can_be_looked_at_as_others_see_it(reading, reader, shown_to, seen_as, says, shows_email):
    User.objects.filter(pk=reader.pk).update(shown_to=shown_to, shown={"email": "members"})
    page = reading.get(reader.get_absolute_url(), {"as": seen_as}).content.decode()
    assert (says in page, f"mailto:{reader.email}" in page) == (True, shows_email)


def test_nobody_looks_at_others_as_somebody_else(reading):
    person = UserFactory(shown_to="public", shown={"email": "nobody", "position": "members"}, position="Inspector")
    assert "Inspector" in reading.get(person.get_absolute_url(), {"as": "everybody"}).content.decode()


# ---------------------------------------------------------------- what one says, and takes along


def test_data_of_ones_own_are_taken_along(reading, reader, group):
    set_membership(group=group, user=reader, role=Role.MEMBER)
    other = UserFactory(email="other@example.com")
    set_membership(group=group, user=other, role=Role.COORDINATOR)
    response = reading.get("/en/profile/data/")
    data = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert (data["account"]["email"], data["profile"]["last_name"]) == (reader.email, reader.last_name)
    assert [row["group"] for row in data["groups"]] == [group.title]
    assert "other@example.com" not in response.content.decode()
    reading.logout()
    assert reading.get("/en/profile/data/").status_code == 302


def test_own_data_hold_what_was_typed_to_be_admitted(reading, reader):
    request = JoinRequestFactory(
        user=reader, email=reader.email, organisation="Night Watch", city=CityFactory(key="ghent")
    )
    (told,) = reading.get("/en/profile/data/").json()["requests_to_join"]
    assert {name: told[name] for name in ("first_name", "last_name", "email", "city", "organisation")} == {
        "first_name": request.first_name,
        "last_name": request.last_name,
        "email": reader.email,
        "city": "ghent",
        "organisation": "Night Watch",
    }
