"""Roles, leaving, removing, handing over: no act leaves a group that has members without a coordinator."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discussions.models import Post
from groups.actions.memberships import LastCoordinator, change_role, hand_over, join, leave, remove_member
from groups.enums import Openness, Role
from groups.models import AuditEntry, Membership
from groups.queries import is_coordinator, is_member
from notifications.models import Subscription
from tests.factories import (
    CityFactory,
    JoinRequestFactory,
    MembershipFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.groups.letters import letters, recipients

pytestmark = pytest.mark.django_db


def membership_of(user, group):
    return Membership.objects.get(user=user, group=group)


def age(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


# ---------------------------------------------------------------- joining


def test_member_of_the_network_joins_an_open_group_at_once(client_as, group, people):
    age(group, openness=Openness.OPEN)
    JoinRequestFactory(group=group, email=people["stranger"].email)
    response = client_as("stranger").post(f"/en/working-groups/{group.pk}/join/")
    assert (response.status_code, response["Location"]) == (302, group.url)
    assert is_member(people["stranger"], group)
    assert Subscription.objects.filter(user=people["stranger"], topic=group.topic).exists()
    assert letters() == []


@pytest.mark.parametrize("openness", [Openness.LISTED, Openness.HIDDEN])
def test_nobody_joins_at_once_what_is_not_open(group, people, openness):
    age(group, openness=openness)
    with pytest.raises(ValidationError):
        join(group=group, user=people["stranger"])
    assert not is_member(people["stranger"], group)


def test_shut_account_does_not_join(group):
    age(group, openness=Openness.OPEN)
    with pytest.raises(ValidationError):
        join(group=group, user=UserFactory(is_active=False))


def test_joining_again_keeps_the_role(group, people):
    age(group, openness=Openness.OPEN)
    join(group=group, user=people["coordinator"])
    assert is_coordinator(people["coordinator"], group)


def test_person_belongs_to_several_groups(people):
    groups = WorkingGroupFactory.create_batch(2, openness=Openness.OPEN)
    for group in groups:
        join(group=group, user=people["stranger"])
    assert {membership.group for membership in people["stranger"].memberships.all()} == set(groups)


# ---------------------------------------------------------------- leaving


def test_member_leaves_and_the_posts_stay_under_the_city(client_as, group, people):
    city = CityFactory()
    age(people["member"], city=city)
    people["member"].refresh_from_db()
    thread = ThreadFactory(group=group, author=people["member"])
    response = client_as("member").post(f"/en/working-groups/{group.pk}/leave/")
    assert response["Location"] == group.url
    assert not is_member(people["member"], group)
    assert [(post.thread, post.city) for post in Post.objects.all()] == [(thread, city)]
    assert not Subscription.objects.filter(user=people["member"], topic=group.topic).exists()


def test_last_coordinator_is_led_to_handing_over(client_as, group, people):
    response = client_as("coordinator").post(f"/en/working-groups/{group.pk}/leave/")
    assert response["Location"] == f"/en/working-groups/{group.pk}/hand-over/"
    assert is_coordinator(people["coordinator"], group)


def test_coordinator_leaves_where_another_one_stays(group, people):
    MembershipFactory(group=group, role=Role.COORDINATOR)
    leave(group=group, user=people["coordinator"])
    assert not is_member(people["coordinator"], group)


def test_shut_account_does_not_count_as_a_coordinator(group, people):
    MembershipFactory(group=group, role=Role.COORDINATOR, user__is_active=False)
    with pytest.raises(LastCoordinator):
        leave(group=group, user=people["coordinator"])


def test_whoever_is_alone_in_a_group_may_leave(group, people):
    leave(group=group, user=people["member"])
    leave(group=group, user=people["coordinator"])
    assert not Membership.objects.exists()


def test_leaving_a_hidden_group_leads_home(client_as, group):
    age(group, openness=Openness.HIDDEN)
    assert client_as("member").post(f"/en/working-groups/{group.pk}/leave/")["Location"] == "/en/"


def test_leaving_twice_is_leaving_once(group, people):
    for _time in range(2):
        leave(group=group, user=people["member"])
    assert not is_member(people["member"], group)


# ---------------------------------------------------------------- roles, and removing


def test_coordinator_makes_a_member_a_coordinator(client_as, group, people):
    membership = membership_of(people["member"], group)
    client_as("coordinator").post(
        f"/en/working-groups/{group.pk}/members/{membership.pk}/role/", {"role": "coordinator"}
    )
    assert is_coordinator(people["member"], group)
    assert recipients("group-role") == [people["member"].email]
    assert [(entry.act, entry.details["role"]) for entry in AuditEntry.objects.all()] == [
        ("role-changed", "coordinator")
    ]


def test_giving_the_role_that_somebody_has_changes_and_tells_nothing(group, people):
    change_role(membership=membership_of(people["member"], group), role=Role.MEMBER, by=people["coordinator"])
    assert (letters(), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize("role", ["", "emperor"])
def test_role_that_is_none_changes_nothing(client_as, group, people, role):
    membership = membership_of(people["member"], group)
    client_as("coordinator").post(f"/en/working-groups/{group.pk}/members/{membership.pk}/role/", {"role": role})
    assert membership_of(people["member"], group).role == Role.MEMBER


def test_last_coordinator_stays_one(group, people):
    own = membership_of(people["coordinator"], group)
    with pytest.raises(LastCoordinator):
        change_role(membership=own, role=Role.MEMBER, by=people["administrator"])
    with pytest.raises(LastCoordinator):
        remove_member(membership=own, by=people["administrator"], reason="Away")
    assert is_coordinator(people["coordinator"], group)


def test_removed_member_reads_why(client_as, group, people):
    membership = membership_of(people["member"], group)
    address = f"/en/working-groups/{group.pk}/members/{membership.pk}/remove/"
    client = client_as("coordinator")
    assert client.post(address, {"reason": " "}).status_code == 422
    assert is_member(people["member"], group)
    assert client.post(address, {"reason": "Left the city"}).status_code == 302
    assert not is_member(people["member"], group)
    (letter,) = letters("group-membership-ended")
    assert (letter.recipient, "Left the city" in letter.text) == (people["member"].email, True)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.reason, entry.actor) == ("member-removed", "Left the city", people["coordinator"])


def test_membership_of_another_group_is_not_found(client_as, group):
    other = MembershipFactory()
    client = client_as("coordinator")
    for name in ("role", "remove"):
        address = f"/en/working-groups/{group.pk}/members/{other.pk}/{name}/"
        assert client.post(address, {"role": "coordinator", "reason": "x"}).status_code == 404
    other.refresh_from_db()
    assert other.role == Role.MEMBER


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("stranger", 403), ("visitor", 302)])
@pytest.mark.parametrize("name", ["role", "remove"])
def test_roles_are_for_those_who_look_after_the_group(client_as, group, people, who, status, name):
    membership = membership_of(people["coordinator"], group)
    address = f"/en/working-groups/{group.pk}/members/{membership.pk}/{name}/"
    assert client_as(who).post(address, {"role": "member", "reason": "x"}).status_code == status
    assert is_coordinator(people["coordinator"], group)


# ---------------------------------------------------------------- handing over


@pytest.mark.parametrize(("stays", "role"), [("yes", Role.MEMBER), ("no", None)])
def test_coordinator_hands_over(client_as, group, people, stays, role):
    successor = membership_of(people["member"], group)
    response = client_as("coordinator").post(
        f"/en/working-groups/{group.pk}/hand-over/", {"successor": successor.pk, "stays": stays}
    )
    assert response["Location"] == group.url
    assert is_coordinator(people["member"], group)
    former = Membership.objects.filter(user=people["coordinator"], group=group).first()
    assert (former.role if former else None) == role
    assert recipients("group-handed-over") == [people["member"].email]
    assert [entry.act for entry in AuditEntry.objects.all()] == ["handed-over"]


@pytest.mark.parametrize("who", ["self", "other group", "shut", ""])
def test_coordination_is_handed_over_to_somebody_else_in_the_group(client_as, group, people, who):
    successors = {
        "self": lambda: membership_of(people["coordinator"], group).pk,
        "other group": lambda: MembershipFactory().pk,
        "shut": lambda: MembershipFactory(group=group, user__is_active=False).pk,
        "": lambda: "",
    }
    response = client_as("coordinator").post(
        f"/en/working-groups/{group.pk}/hand-over/", {"successor": successors[who](), "stays": "yes"}
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["successor"])
    assert is_coordinator(people["coordinator"], group)


def test_only_coordinators_hand_over(client_as, group, people):
    for who, status in (("administrator", 404), ("member", 403), ("stranger", 403), ("visitor", 302)):
        assert client_as(who).get(f"/en/working-groups/{group.pk}/hand-over/").status_code == status
    with pytest.raises(ValidationError):
        hand_over(group=group, by=people["member"], to=membership_of(people["coordinator"], group))


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 200), ("stranger", 403), ("visitor", 302)],
)
def test_list_is_for_those_who_belong_to_the_group(client_as, group, who, status):
    assert client_as(who).get(f"/en/working-groups/{group.pk}/members/").status_code == status


def test_list_of_a_hidden_group_does_not_say_that_it_is_there(client_as, group):
    age(group, openness=Openness.HIDDEN)
    assert client_as("stranger").get(f"/en/working-groups/{group.pk}/members/").status_code == 404
    assert client_as("member").get(f"/en/working-groups/{group.pk}/members/").status_code == 200


def test_addresses_are_for_those_who_look_after_the_group(client_as, group, people):
    address = f"/en/working-groups/{group.pk}/members/"
    assert people["member"].email in client_as("coordinator").get(address).content.decode()
    page = client_as("member").get(address).content.decode()
    assert people["coordinator"].email not in page
    assert people["coordinator"].get_full_name() in page


@pytest.mark.parametrize(
    ("query", "names"),
    [("", 3), ("lovelâce", 1), ("l’ove", 1), ("turin", 1), ("ada turin", 1), ("ada paris", 0), ("\x00", 3)],
)
def test_list_is_searched_by_name_and_city(client_as, group, query, names):
    city = CityFactory(names={"en": "Turin", "it": "Torino"})
    MembershipFactory(group=group, user__first_name="Ada", user__last_name="Lovelace", user__city=city)
    response = client_as("member").get(f"/en/working-groups/{group.pk}/members/", {"q": query})
    assert response.context["people"].paginator.count == names


def test_list_is_in_order_whatever_the_accents_and_capitals(client_as, group):
    for name in ("Zimmermann", "van Dijk", "Øster", "Öztürk"):
        MembershipFactory(group=group, user__first_name="", user__last_name=name)
    people = client_as("member").get(f"/en/working-groups/{group.pk}/members/").context["people"]
    assert [each.user.last_name for each in people if not each.user.first_name] == [
        "Øster",
        "Öztürk",
        "van Dijk",
        "Zimmermann",
    ]


def test_list_shows_coordinators_first_and_no_shut_accounts(client_as, group, people):
    MembershipFactory(group=group, user__is_active=False)
    response = client_as("member").get(f"/fr/working-groups/{translate(group, 'fr').pk}/members/")
    assert [each.user for each in response.context["people"]] == [people["coordinator"], people["member"]]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count_is_constant(client_as, group, rows, django_assert_num_queries):
    for _row in range(rows):
        MembershipFactory(group=group, user__city=CityFactory())
    client = client_as("coordinator")
    client.get(f"/en/working-groups/{group.pk}/members/")
    with django_assert_num_queries(17):
        response = client.get(f"/en/working-groups/{group.pk}/members/")
    assert len(response.context["people"]) == rows + 2


# ---------------------------------------------------------------- whatever people do

ACTS = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "promote", "demote", "remove", "hand over"]), st.integers(0, 3)),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_group_with_members_always_has_a_coordinator(acts):
    group = WorkingGroupFactory(openness=Openness.OPEN)
    users = UserFactory.create_batch(4)
    MembershipFactory(group=group, user=users[0], role=Role.COORDINATOR)
    for act, number in acts:
        own = Membership.objects.filter(group=group, user=users[number]).first()
        coordinator = Membership.objects.filter(group=group, role=Role.COORDINATOR).first()
        if coordinator is None:
            break
        try:
            if act == "join":
                join(group=group, user=users[number])
            elif act == "leave":
                leave(group=group, user=users[number])
            elif own and act == "promote":
                change_role(membership=own, role=Role.COORDINATOR, by=coordinator.user)
            elif own and act == "demote":
                change_role(membership=own, role=Role.MEMBER, by=coordinator.user)
            elif own and act == "remove":
                remove_member(membership=own, by=coordinator.user, reason="x")
            elif own and act == "hand over":
                hand_over(group=group, by=coordinator.user, to=own, leaves=number % 2 == 0)
        except ValidationError:
            pass
        members = Membership.objects.filter(group=group)
        assert not members.exists() or members.filter(role=Role.COORDINATOR).exists()
    group.delete()
