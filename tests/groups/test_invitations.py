"""Inviting people into a group by mail, and their answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.actions import set_membership
from groups.actions.invitations import MOST_A_DAY, InvitationClosed, accept_invitation, invite, withdraw_invitation
from groups.actions.memberships import join, leave, remove_member
from groups.actions.requests import accept_request, ask_to_join
from groups.audit import act_in_words
from groups.enums import Openness, Role
from groups.keys import invitation_address
from groups.models import AuditEntry, Invitation, JoinRequest, Membership
from groups.queries import is_coordinator, is_member
from members.models import User
from tests.factories import CityFactory, InvitationFactory, JoinRequestFactory, UserFactory
from tests.groups.letters import address_in, letters, recipients, where_accounts_begin

pytestmark = pytest.mark.django_db

NAMES = {"answer": "accept", "first_name": "Grace", "last_name": "Hopper"}


def answers(**changed):
    known = {"emails": "grace@example.org", "role": "member", "city": "", "language": "it", "message": "Come!"}
    return known | changed


def age(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


# ---------------------------------------------------------------- inviting


def test_coordinator_invites_several_people_at_once(client_as, group, people):
    response = client_as("coordinator").post(
        f"/en/working-groups/{group.pk}/invite/",
        answers(emails="grace@example.org, Ada@Example.org\n\n grace@example.org ; alan@example.org "),
    )
    assert response.status_code == 302
    assert recipients("group-invitation") == ["ada@example.org", "alan@example.org", "grace@example.org"]
    (letter, *_others) = letters("group-invitation")
    assert (letter.language, "Come!" in letter.text) == ("it", True)
    assert [entry.act for entry in AuditEntry.objects.all()] == ["invited"] * 3
    assert {invitation.invited_by for invitation in Invitation.objects.all()} == {people["coordinator"]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"emails": ""}, "emails"),
        ({"emails": " ,; "}, "emails"),
        ({"emails": "grace@example.org\nnobody"}, "emails"),
        ({"emails": "\n".join(f"p{number}@example.org" for number in range(31))}, "emails"),
        ({"role": "emperor"}, "role"),
        ({"language": "xx"}, "language"),
        ({"city": "0"}, "city"),
    ],
)
def test_invitation_says_at_the_field_what_is_wrong_and_sends_nothing(client_as, group, wrong, field):
    response = client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/", answers(**wrong))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert "Come!" in response.content.decode()
    assert letters() == []


def test_member_among_those_invited_stays_in_the_form_and_the_others_get_their_letter(client_as, group, people):
    both = f"grace@example.org\n{people['member'].email}"
    response = client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/", answers(emails=both))
    assert response.status_code == 422
    assert response.context["form"]["emails"].value() == people["member"].email
    assert recipients("group-invitation") == ["grace@example.org"]


def test_inviting_somebody_again_keeps_one_invitation_and_opens_it_for_longer(client_as, group):
    first = InvitationFactory(group=group, expires_at=timezone.now() + timedelta(days=1))
    client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/{first.pk}/again/")
    invitation = Invitation.objects.get()
    assert (invitation.pk, (invitation.expires_at - timezone.now()).days) == (first.pk, 29)
    assert recipients("group-invitation") == [first.email]


def test_account_is_invited_in_the_language_of_its_profile(group, people):
    age(people["stranger"], languages=["de"])
    invite(group=group, by=people["coordinator"], email=people["stranger"].email.upper(), language="it")
    (letter,) = letters("group-invitation")
    assert (letter.recipient, letter.language) == (people["stranger"].email, "de")


def test_group_sends_so_many_invitations_a_day(client_as, group):
    InvitationFactory.create_batch(MOST_A_DAY, group=group, invited_by=None)
    response = client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/", answers())
    assert response.status_code == 422
    assert letters() == []


def test_shut_account_is_not_invited(client_as, group):
    shut = UserFactory(is_active=False)
    response = client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/", answers(emails=shut.email))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["emails"])
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
def test_inviting_is_for_those_who_look_after_the_group(client_as, group, who, status):
    client = client_as(who)
    assert client.get(f"/en/working-groups/{group.pk}/invite/").status_code == status
    if status != 200:
        client.post(f"/en/working-groups/{group.pk}/invite/", answers())
        assert letters() == []


@pytest.mark.parametrize("rows", [1, 3])
def test_invitations_query_count_is_constant(client_as, group, rows, django_assert_num_queries):
    for _row in range(rows):
        InvitationFactory(group=group, city=CityFactory())
    client = client_as("coordinator")
    client.get(f"/en/working-groups/{group.pk}/invite/")
    with django_assert_num_queries(18):
        response = client.get(f"/en/working-groups/{group.pk}/invite/")
    assert len(response.context["invitations"]) == rows


# ---------------------------------------------------------------- answering


def test_stranger_accepts_and_goes_on_to_begin_the_account(client, group):
    city = CityFactory()
    invitation = InvitationFactory(group=group, email="grace@example.org", city=city, language="it")
    address = invitation_address(invitation.pk)
    assert client.get(address).status_code == 200
    assert not User.objects.filter(email="grace@example.org").exists()
    response = client.post(address, NAMES)
    assert response.status_code == 302
    person = User.objects.get(email="grace@example.org")
    assert where_accounts_begin(person) in response["Location"]
    assert (person.get_full_name(), person.city, person.languages) == ("Grace Hopper", city, ["it"])
    assert (is_member(person, group), person.has_usable_password()) == (True, False)
    assert recipients("group-admitted") == ["grace@example.org"]
    assert where_accounts_begin(person) in letters("group-admitted")[0].text


@pytest.mark.parametrize("wrong", ["first_name", "last_name"])
@pytest.mark.parametrize("empty", [" ", "\u200b"])
def test_new_account_needs_a_name(client, group, wrong, empty):
    invitation = InvitationFactory(group=group)
    response = client.post(invitation_address(invitation.pk), NAMES | {wrong: empty})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert not User.objects.filter(email=invitation.email).exists()


def test_person_with_an_account_accepts_by_one_click_without_a_login(client, group, people):
    invitation = InvitationFactory(group=group, email=people["stranger"].email.upper())
    response = client.post(invitation_address(invitation.pk), {"answer": "accept"}, follow=True)
    assert "You belong to the group" in response.content.decode()
    assert is_member(people["stranger"], group)
    assert letters("group-admitted") == []


def test_invitation_taken_up_leads_to_the_letter_until_the_account_is_begun_and_then_in(client, group):
    invitation = InvitationFactory(group=group, email="grace@example.org")
    client.post(invitation_address(invitation.pk), NAMES)
    client.logout()
    letter = "We have sent you a letter with the address at which you begin"
    login = f'<a class="button" href="/en/login/?next={group.url}">'
    for is_begun in (False, True):
        page = client.get(invitation_address(invitation.pk)).content.decode()
        assert (letter in page, login in page) == (not is_begun, is_begun)
        User.objects.filter(email="grace@example.org").update(last_login=timezone.now())


def test_whoever_is_logged_in_accepts_with_that_account(client_as, group, people):
    invitation = InvitationFactory(group=group, email="other@example.org")
    response = client_as("stranger").post(invitation_address(invitation.pk), {"answer": "accept"})
    assert response["Location"] == group.url
    assert is_member(people["stranger"], group)
    assert not User.objects.filter(email="other@example.org").exists()


def test_invitation_makes_a_coordinator_and_never_takes_the_role_away(group, people):
    accept_invitation(invitation=InvitationFactory(group=group, role=Role.COORDINATOR), user=people["stranger"])
    assert is_coordinator(people["stranger"], group)
    accept_invitation(invitation=InvitationFactory(group=group), user=people["coordinator"])
    assert is_coordinator(people["coordinator"], group)


def test_declined_invitation_opens_nothing_afterwards(client, group):
    invitation = InvitationFactory(group=group)
    address = invitation_address(invitation.pk)
    response = client.post(address, {"answer": "decline"})
    assert (response.status_code, "You declined the invitation" in response.content.decode()) == (200, True)
    assert client.post(address, NAMES).status_code == 410
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"withdrawn_at": timezone.now()}, "The coordinators have taken it back."),
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "It was open until"),
    ],
)
def test_closed_invitation_says_why(client, group, fields, words):
    invitation = InvitationFactory(group=group, **fields)
    address = invitation_address(invitation.pk)
    response = client.get(address)
    assert (response.status_code, words in response.content.decode()) == (410, True)
    assert client.post(address, NAMES).status_code == 410
    assert not User.objects.filter(email=invitation.email).exists()


def test_invitation_is_accepted_once(client, group):
    invitation = InvitationFactory(group=group)
    address = invitation_address(invitation.pk)
    client.post(address, NAMES)
    assert client.post(address, NAMES).status_code == 200
    assert User.objects.filter(email=invitation.email).count() == 1
    with pytest.raises(InvitationClosed):
        accept_invitation(invitation=invitation)


def test_shut_account_is_not_let_in_by_an_invitation(client, group):
    user = UserFactory(is_active=False)
    invitation = InvitationFactory(group=group, email=user.email)
    response = client.post(invitation_address(invitation.pk), {"answer": "accept"})
    assert (response.status_code, "is shut" in response.content.decode()) == (409, True)
    assert not user.memberships.exists()


def test_invitation_answers_the_request_of_the_same_person(group, people):
    request = JoinRequestFactory(group=group, email=people["stranger"].email)
    accept_invitation(invitation=InvitationFactory(group=group), user=people["stranger"])
    request.refresh_from_db()
    assert request.status == "accepted"
    assert JoinRequest.objects.waiting().count() == 0


def test_coordinator_takes_an_invitation_back(client_as, group, people):
    invitation = InvitationFactory(group=group)
    client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/{invitation.pk}/withdraw/")
    invitation.refresh_from_db()
    assert not invitation.is_open
    assert [entry.act for entry in AuditEntry.objects.all()] == ["invitation-withdrawn"]
    with pytest.raises(InvitationClosed):
        withdraw_invitation(invitation=invitation, by=people["coordinator"])


def test_invitation_of_another_group_is_not_found(client_as, group):
    invitation = InvitationFactory()
    response = client_as("coordinator").post(f"/en/working-groups/{group.pk}/invite/{invitation.pk}/withdraw/")
    assert response.status_code == 404
    invitation.refresh_from_db()
    assert invitation.is_open


def test_letter_leads_into_a_hidden_group_that_nothing_else_shows(client, group):
    age(group, openness=Openness.HIDDEN)
    invite(group=group, by=UserFactory(), email="grace@example.org", language="en")
    response = client.get(address_in(letters("group-invitation")[0], "/invitation/"))
    assert (response.status_code, group.title in response.content.decode().replace("&amp;", "&")) == (200, True)
    assert client.get(group.url).status_code == 404


def test_member_of_the_network_sees_the_invitation_on_the_groups_page(client_as, group, people):
    invitation = InvitationFactory(group=group, email=people["stranger"].email)
    # What follows in the key is the second in which it was made.
    address = invitation_address(invitation.pk).split(":")[0]
    assert address in client_as("stranger").get(group.url).content.decode()
    assert "invitation" not in client_as("visitor").get(group.url).content.decode()


def test_log_says_who_accepted_which_invitation_and_as_what(group, people):
    invitation = InvitationFactory(group=group, email="office@example.org", role=Role.COORDINATOR)
    accept_invitation(invitation=invitation, user=people["stranger"])
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.group) == ("invitation-accepted", people["stranger"], group)
    assert act_in_words(entry) == "accepted the invitation that went to office@example.org, as coordinator"


# ---------------------------------------------------------------- who came in by another way, or went


def by_request(group, user, people):
    accept_request(request=ask_to_join(group=group, user=user, message=""), by=people["coordinator"])


def at_once(group, user, _people):
    age(group, openness=Openness.OPEN)
    join(group=group, user=user)


def by_an_administrator(group, user, _people):
    set_membership(group=group, user=user, role=Role.MEMBER)


def by_another_invitation(group, user, _people):
    accept_invitation(invitation=InvitationFactory(group=group), user=user)


@pytest.mark.parametrize("come_in", [by_request, at_once, by_an_administrator, by_another_invitation])
def test_whoever_comes_in_by_another_way_has_taken_the_invitation_up(client_as, group, people, come_in):
    person = people["stranger"]
    invitation = InvitationFactory(group=group, email=person.email.upper(), role=Role.COORDINATOR)
    elsewhere, others = InvitationFactory(email=person.email), InvitationFactory(group=group)
    come_in(group, person, people)
    invitation.refresh_from_db()
    assert (invitation.is_open, invitation.accepted_by) == (False, person)
    assert set(Invitation.objects.open()) == {elsewhere, others}
    page = client_as("stranger").get("/en/my/").content.decode()
    keys = [invitation_address(each.pk).split(":")[0] in page for each in (invitation, elsewhere)]
    assert keys == [False, True]
    listed = client_as("coordinator").get(f"/en/working-groups/{group.pk}/invite/").content.decode()
    assert f"/invite/{invitation.pk}/again/" not in listed
    assert f"/invite/{others.pk}/again/" in listed


def test_old_letter_does_not_lead_whoever_was_removed_back_in(client, group, people):
    person = people["stranger"]
    before = InvitationFactory(group=group, email=person.email, role=Role.COORDINATOR)
    by_request(group, person, people)
    # Open while its person belongs to the group: the end of the membership closes it.
    meanwhile = InvitationFactory(group=group, email=person.email, role=Role.COORDINATOR)
    elsewhere, others = InvitationFactory(email=person.email), InvitationFactory(group=group)
    membership = Membership.objects.get(group=group, user=person)
    remove_member(membership=membership, by=people["coordinator"], reason="Left the city")
    for invitation in (before, meanwhile):
        client.post(invitation_address(invitation.pk), {"answer": "accept"})
        with pytest.raises(InvitationClosed):
            accept_invitation(invitation=invitation)
    assert not is_member(person, group)
    assert set(Invitation.objects.open()) == {elsewhere, others}


def test_whoever_leaves_is_let_in_again_only_by_a_new_invitation(client, group, people):
    old = InvitationFactory(group=group, email=people["member"].email)
    leave(group=group, user=people["member"])
    client.post(invitation_address(old.pk), {"answer": "accept"})
    assert not is_member(people["member"], group)
    new = invite(group=group, by=people["coordinator"], email=people["member"].email, language="en")
    client.post(invitation_address(new.pk), {"answer": "accept"})
    assert is_member(people["member"], group)


def test_letter_of_an_accepted_invitation_follows_what_happens_afterwards(client, group, people):
    invitation = InvitationFactory(group=group)
    accept_invitation(invitation=invitation, user=people["stranger"])
    address = invitation_address(invitation.pk)
    assert "<h1>You belong to the group</h1>" in client.get(address).content.decode()
    leave(group=group, user=people["stranger"])
    assert "<h1>You do not belong to the group any more</h1>" in client.get(address).content.decode()
