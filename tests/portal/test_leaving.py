"""Somebody leaves a city or the network: nothing is left without somebody."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from discussions.models import Post
from groups.enums import Role
from groups.models import AuditEntry, JoinRequest, Membership
from groups.queries import is_coordinator
from members.accounts import confirm_address
from members.models import User
from portal.leaving import leave_city, leave_network, left_behind_by
from practices.actions.authors import add_co_author
from practices.models import CoAuthor, PracticeSheet, authors_of
from tests.factories import (
    CityFactory,
    JoinRequestFactory,
    MembershipFactory,
    PracticeSheetFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.groups.letters import letters, recipients

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def turin():
    return CityFactory(key="turin", names={"en": "Turin"})


@pytest.fixture
def person(group, turin):
    person = UserFactory(city=turin, first_name="Leaving")
    MembershipFactory(group=group, user=person)
    return person


@pytest.fixture
def colleague(turin):
    return UserFactory(city=turin, first_name="Staying")


@pytest.fixture
def sheet(group, person, turin):
    sheet = PracticeSheetFactory(title="Platform", city=turin, group=group, owner=person)
    translate(sheet, "fr", owner=person)
    return sheet


def log_in(client, user):
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    client.post("/en/login/", {"login": user.email, "password": PASSWORD})


def owners(sheet):
    return {each.owner for each in PracticeSheet.objects.filter(practice=sheet.practice)}


def test_sheet_gets_the_colleague_in_every_language_who_is_told_once(person, colleague, sheet):
    leave_city(person=person, by=person, heirs={sheet.practice.pk: colleague})
    assert owners(sheet) == {colleague}
    assert recipients("sheets-handed-over") == [colleague.email]
    assert "Platform" in letters("sheets-handed-over")[0].text


def test_sheet_without_a_successor_goes_to_a_coordinator_of_its_group(person, people, sheet):
    leave_city(person=person, by=person, heirs={})
    assert owners(sheet) == {people["coordinator"]}
    assert recipients("sheets-handed-over") == [people["coordinator"].email]


def test_sheet_of_a_coordinator_goes_to_another_one(group, people, turin):
    second = MembershipFactory(group=group, role=Role.COORDINATOR).user
    sheet = PracticeSheetFactory(city=turin, group=group, owner=people["coordinator"])
    leave_city(person=people["coordinator"], by=people["coordinator"], heirs={})
    assert owners(sheet) == {second}


def test_published_draft_does_not_bring_the_former_owner_back(person, colleague, sheet):
    sheet.save_revision(user=person)
    leave_city(person=person, by=person, heirs={sheet.practice.pk: colleague})
    PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision().publish()
    assert owners(sheet) == {colleague}


def test_co_author_who_leaves_writes_no_more_and_the_owner_stays(person, colleague, turin):
    sheet = PracticeSheetFactory(city=turin, owner=colleague)
    add_co_author(sheet=sheet, user=person, by=colleague)
    leave_city(person=person, by=person, heirs={})
    assert list(authors_of(sheet.practice)) == [colleague]
    assert letters("sheets-handed-over") == []


def test_co_author_who_gets_the_sheet_is_its_owner_only(person, colleague, sheet):
    CoAuthor.objects.create(practice=sheet.practice, user=colleague)
    leave_city(person=person, by=person, heirs={sheet.practice.pk: colleague})
    assert not CoAuthor.objects.exists()


def test_account_goes_on_without_the_city_and_posts_stay_under_it(group, person, turin):
    ThreadFactory(group=group, author=person)
    leave_city(person=person, by=person, heirs={})
    person.refresh_from_db()
    assert (person.city, person.organisation, person.is_active) == (None, None, True)
    assert Membership.objects.filter(user=person).exists()
    assert [post.city for post in Post.objects.all()] == [turin]


def test_account_of_whoever_leaves_the_network_is_shut(client, group, person, turin):
    ThreadFactory(group=group, author=person)
    JoinRequestFactory(user=person, email=person.email)
    log_in(client, person)
    response = client.post("/en/leaving/", {"leaves": "network"}, follow=True)
    assert "Your account is shut." in response.content.decode()
    assert not response.context["request"].user.is_authenticated
    person.refresh_from_db()
    assert (person.is_active, person.memberships.count()) == (False, 0)
    assert JoinRequest.objects.waiting().count() == 0
    assert [(post.author, post.city) for post in Post.objects.all()] == [(person, turin)]
    assert [entry.act for entry in AuditEntry.objects.all()] == ["member-left-network"]
    assert recipients("account-shut") == [person.email]
    assert "you left the network, and your account was shut." in letters("account-shut")[0].text


def test_leaving_asks_for_the_password_again_after_a_while(client, person, monkeypatch):
    log_in(client, person)
    monkeypatch.setattr("members.adapters.time.time", lambda: 4_000_000_000)
    for ask in (client.get, client.post):
        assert ask("/en/leaving/")["Location"] == "/en/account/again/?next=%2Fen%2Fleaving%2F"
    again = client.post("/en/leaving/", {"leaves": "network"})
    assert User.objects.get(pk=person.pk).is_active
    assert client.post(again["Location"], {"password": "wrong"}).status_code == 422
    client.post(again["Location"], {"password": PASSWORD})
    assert not User.objects.get(pk=person.pk).is_active


def test_administrator_who_leaves_is_asked_for_the_password_as_well(client_as, people):
    own = client_as("administrator").get(f"/en/leaving/{people['administrator'].pk}/")
    assert own["Location"] == "/en/leaving/"


def test_whoever_was_sent_away_is_told_by_a_letter(person, people):
    leave_network(person=person, by=people["administrator"], heirs={}, coordinators={})
    assert recipients("account-shut") == [person.email]
    assert "an administrator of the network shut your account." in letters("account-shut")[0].text


@pytest.mark.parametrize(("who", "label"), [("person", "What you leave"), ("administrator", "What the person leaves")])
def test_form_says_who_leaves(client, person, people, who, label):
    log_in(client, people["administrator"] if who == "administrator" else person)
    address = "/en/leaving/" if who == "person" else f"/en/leaving/{person.pk}/"
    assert f"<legend>{label}</legend>" in client.get(address).content.decode()


def test_last_coordinator_names_a_successor_before_leaving_the_network(client, group, people):
    coordinator, member = (Membership.objects.get(user=people[who]) for who in ("coordinator", "member"))
    log_in(client, people["coordinator"])
    field = f"group_{coordinator.pk}"
    response = client.post("/en/leaving/", {"leaves": "network"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert User.objects.get(pk=people["coordinator"].pk).is_active
    client.post("/en/leaving/", {"leaves": "network", field: member.pk})
    assert not User.objects.get(pk=people["coordinator"].pk).is_active
    assert is_coordinator(people["member"], group)
    assert recipients("group-handed-over") == [people["member"].email]


def test_group_is_not_left_without_a_coordinator_by_the_action_either(people):
    with pytest.raises(ValidationError):
        leave_network(person=people["coordinator"], by=people["coordinator"], heirs={}, coordinators={})


def test_last_administrator_does_not_leave(people):
    with pytest.raises(ValidationError):
        leave_network(person=people["administrator"], by=people["administrator"], heirs={}, coordinators={})
    UserFactory(is_superuser=True)
    leave_network(person=people["administrator"], by=people["administrator"], heirs={}, coordinators={})
    administrator = User.objects.get(pk=people["administrator"].pk)
    assert (administrator.is_active, administrator.is_superuser) == (False, False)


def test_group_of_one_does_not_hold_its_coordinator(person):
    MembershipFactory(group=WorkingGroupFactory(), user=person, role=Role.COORDINATOR)
    assert left_behind_by(person, person).groups == []
    leave_network(person=person, by=person, heirs={}, coordinators={})


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("coordinator", 403), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
def test_others_are_sent_away_by_administrators_alone(client_as, person, who, status):
    client = client_as(who)
    assert client.get(f"/en/leaving/{person.pk}/").status_code == status
    client.post(f"/en/leaving/{person.pk}/", {"leaves": "network"})
    assert User.objects.get(pk=person.pk).is_active == (status != 200)


def test_nobody_is_sent_away_by_the_actions_either(person, people):
    for leave in (
        lambda: leave_city(person=person, by=people["coordinator"], heirs={}),
        lambda: leave_network(person=person, by=people["coordinator"], heirs={}, coordinators={}),
    ):
        with pytest.raises(PermissionDenied):
            leave()


@pytest.mark.parametrize("wrong", [{}, {"leaves": "earth"}])
def test_leaving_has_to_be_said(client, person, wrong):
    log_in(client, person)
    response = client.post("/en/leaving/", wrong)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["leaves"])


def test_successors_are_colleagues_and_co_authors(client, person, colleague, sheet):
    helper = UserFactory(first_name="Helping")
    CoAuthor.objects.create(practice=sheet.practice, user=helper)
    UserFactory(city=person.city, is_active=False)
    UserFactory(city=CityFactory())
    log_in(client, person)
    form = client.get("/en/leaving/").context["form"]
    offered = [pk for pk, _name in form.fields[f"sheet_{sheet.practice.pk}"].choices]
    assert offered == ["", helper.pk, colleague.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count_is_constant(client, group, person, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(city=person.city, group=group, owner=person)
        UserFactory(city=person.city)
    log_in(client, person)
    client.get("/en/leaving/")
    with django_assert_num_queries(11):
        response = client.get("/en/leaving/")
    assert len(response.context["left"].sheets) == rows
