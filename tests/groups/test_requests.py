"""Asking to join a group, and answering."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from groups.actions import set_membership
from groups.actions.memberships import leave, remove_member
from groups.actions.requests import (
    KEPT,
    AlreadyDecided,
    Asker,
    accept_request,
    ask_as_stranger,
    ask_to_join,
    confirm_request,
    decline_request,
    forget_old_requests,
    remind_of_requests,
    withdraw_request,
)
from groups.enums import Openness, RequestStatus, Role
from groups.keys import CONFIRM_WITHIN, answer_address, request_address
from groups.models import AuditEntry, JoinRequest, Membership
from groups.queries import is_member
from members.models import User
from tests.factories import (
    CityDomainFactory,
    CityFactory,
    JoinRequestFactory,
    MembershipFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.groups.letters import address_in, letters, recipients, where_accounts_begin

pytestmark = pytest.mark.django_db

STRANGER = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "email": "grace@turin.example",
    "city": "",
    "organisation": "Polizia Municipale",
    "message": "I work on nights.",
}


def asker(email="grace@turin.example", **fields):
    known = {"first_name": "Grace", "last_name": "Hopper", "city": None, "organisation": "", "language": "it"}
    return Asker(email=email, **known | fields)


def age(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


# ---------------------------------------------------------------- asking


def test_member_of_the_network_asks_and_coordinators_get_a_letter_with_a_key_each(client_as, group, people):
    second = MembershipFactory(group=group, role=Role.COORDINATOR).user
    response = client_as("stranger").post(f"/en/working-groups/{group.pk}/join/", {"message": " Let me in "})
    assert response.status_code == 302
    request = JoinRequest.objects.get()
    assert (request.user, request.message, request.status) == (people["stranger"], "Let me in", RequestStatus.WAITING)
    assert request.due_at - request.created_at == pytest.approx(timedelta(days=7), abs=timedelta(seconds=5))
    assert recipients("group-request-waits") == sorted([people["coordinator"].email, second.email])
    keys = {address_in(letter, "/answer/") for letter in letters("group-request-waits")}
    assert len(keys) == 2


def test_asking_twice_is_asking_once_with_the_last_words(group, people):
    for words in ("First", "Second"):
        ask_to_join(group=group, user=people["stranger"], message=words)
    assert [request.message for request in JoinRequest.objects.all()] == ["Second"]
    assert len(letters("group-request-waits")) == 1


def test_answer_is_due_after_the_days_that_the_group_gives_itself(people):
    group = WorkingGroupFactory(answer_within_days=3)
    request = ask_to_join(group=group, user=people["stranger"], message="")
    assert (request.due_at - timezone.now()).days == 2


@pytest.mark.parametrize(
    ("openness", "who", "status"),
    [
        (Openness.LISTED, "visitor", 200),
        (Openness.LISTED, "stranger", 200),
        (Openness.LISTED, "member", 302),
        (Openness.OPEN, "visitor", 200),
        (Openness.OPEN, "stranger", 200),
        (Openness.HIDDEN, "visitor", 404),
        (Openness.HIDDEN, "stranger", 404),
        (Openness.HIDDEN, "administrator", 404),
        (Openness.HIDDEN, "member", 302),
    ],
)
def test_form_is_for_those_who_may_learn_of_the_group_and_do_not_belong_to_it(client_as, group, openness, who, status):
    age(group, openness=openness)
    assert client_as(who).get(f"/en/working-groups/{group.pk}/join/").status_code == status


def test_nobody_asks_to_join_a_hidden_group(people):
    hidden = WorkingGroupFactory(openness=Openness.HIDDEN)
    with pytest.raises(ValidationError):
        ask_to_join(group=hidden, user=people["stranger"], message="")
    with pytest.raises(ValidationError):
        ask_as_stranger(group=hidden, asker=asker(), message="")
    assert not JoinRequest.objects.exists()


def test_accepted_request_leads_to_the_letter_until_the_account_is_begun_and_then_in(client, group, people):
    request = JoinRequestFactory(group=group, email="grace@example.org")
    accept_request(request=request, by=people["coordinator"])
    letter = "We have sent you a letter with the address at which you begin"
    login = f'<a class="button" href="/en/login/?next={group.url}">'
    for is_begun in (False, True):
        page = client.get(request_address(request.pk)).content.decode()
        assert (letter in page, login in page) == (not is_begun, is_begun)
        User.objects.filter(email="grace@example.org").update(last_login=timezone.now())


def test_stranger_confirms_the_address_before_coordinators_hear_of_the_request(client, group, people):
    response = client.post(f"/en/working-groups/{group.pk}/join/", STRANGER, follow=True)
    assert "A letter is on its way to you" in response.content.decode()
    assert recipients("group-confirm-address") == ["grace@turin.example"]
    assert letters("group-request-waits") == []
    address = address_in(letters()[0], "/asked/")
    assert client.get(address).status_code == 200
    assert JoinRequest.objects.get().status == RequestStatus.UNCONFIRMED
    response = client.post(address, {"answer": "confirm"}, follow=True)
    assert "Your request waits for an answer" in response.content.decode()
    assert recipients("group-request-waits") == [people["coordinator"].email]
    assert not User.objects.filter(email="grace@turin.example").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"first_name": "\u200b"}, "first_name"),
        ({"city": "999999999999999999999"}, "city"),
        ({"message": "x" * 2_001}, "message"),
        ({"organisation": "x" * 161}, "organisation"),
    ],
)
def test_stranger_learns_at_the_field_what_is_wrong_and_loses_nothing(client, group, wrong, field):
    response = client.post(f"/en/working-groups/{group.pk}/join/", STRANGER | wrong)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert "Hopper" in response.content.decode()
    assert not JoinRequest.objects.exists()


def test_form_answers_the_same_whoever_has_the_address(client, group, people):
    UserFactory(email="shut@example.com", is_active=False)
    emails = ["nobody@example.com", people["member"].email, people["stranger"].email, "shut@example.com"]
    answers = {
        client.post(f"/en/working-groups/{group.pk}/join/", STRANGER | {"email": email}, follow=True).content
        for email in emails
    }
    assert len(answers) == 1
    assert recipients("group-confirm-address") == sorted(emails)


def test_letter_to_somebody_who_is_in_the_group_says_so(group, people):
    ask_as_stranger(group=group, asker=asker(people["member"].email, language="en"), message="")
    (letter,) = letters()
    assert letter.subject == "You belong to this group already: Innovation & Security"
    assert "/asked/" not in letter.text


def test_letter_to_a_shut_account_says_so(group):
    UserFactory(email="shut@example.com", is_active=False)
    ask_as_stranger(group=group, asker=asker("shut@example.com", language="en"), message="")
    assert "it is shut" in letters()[0].text


def test_form_sent_again_and_again_sends_one_letter_in_five_minutes(group):
    for _time in range(3):
        ask_as_stranger(group=group, asker=asker(), message="")
    assert len(letters()) == 1
    age(JoinRequest.objects.get(), created_at=timezone.now() - timedelta(minutes=6))
    ask_as_stranger(group=group, asker=asker(), message="")
    assert len(letters()) == 2


def test_form_sent_again_before_the_address_is_confirmed_takes_the_place_of_the_first(group):
    ask_as_stranger(group=group, asker=asker(first_name="Grce"), message="First")
    ask_as_stranger(group=group, asker=asker(organisation="Night Watch"), message="Second")
    ask_as_stranger(group=group, asker=asker("other@turin.example"), message="Other")
    asked = JoinRequest.objects.order_by("pk").values_list("first_name", "organisation", "message")
    assert list(asked) == [("Grace", "Night Watch", "Second"), ("Grace", "", "Other")]


def test_stranger_changes_nothing_in_what_was_confirmed_or_asked_with_an_account(group, people):
    address = people["stranger"].email
    JoinRequestFactory(group=group, email=address, message="Waits")
    unconfirmed = {"email": address, "status": RequestStatus.UNCONFIRMED}
    JoinRequestFactory(group=group, user=people["stranger"], message="Own", **unconfirmed)
    ask_as_stranger(group=group, asker=asker(address), message="Another's")
    assert [request.message for request in JoinRequest.objects.all()] == ["Waits", "Own"]


def test_many_strangers_at_once_have_to_wait(client, group):
    JoinRequestFactory.create_batch(30, group=group, status=RequestStatus.UNCONFIRMED)
    response = client.post(f"/en/working-groups/{group.pk}/join/", STRANGER)
    assert response.status_code == 422
    assert letters() == []
    other = WorkingGroupFactory()
    assert client.post(f"/en/working-groups/{other.pk}/join/", STRANGER).status_code == 302


def test_key_to_confirm_ends_after_two_days(client, group):
    request = JoinRequestFactory(group=group, status=RequestStatus.UNCONFIRMED)
    age(request, created_at=timezone.now() - CONFIRM_WITHIN)
    address = request_address(request.pk)
    assert (client.get(address).status_code, client.post(address).status_code) == (410, 410)
    request.refresh_from_db()
    assert request.status == RequestStatus.UNCONFIRMED


@pytest.mark.parametrize("key", ["x", "1:abc", "eyJhIjoxfQ:1:x"])
def test_forged_key_opens_nothing(client, key):
    for name in ("asked", "answer", "invitation"):
        for method in (client.get, client.post):
            assert method(f"/en/working-groups/{name}/{key}/").status_code == 410


def test_keys_of_one_kind_do_not_open_the_others(client, group):
    request = JoinRequestFactory(group=group)
    key = request_address(request.pk).rstrip("/").rpartition("/")[2]
    assert client.post(f"/en/working-groups/answer/{key}/", {"answer": "accept"}).status_code == 410
    assert client.post(f"/en/working-groups/invitation/{key}/", {"answer": "accept"}).status_code == 410


@pytest.mark.usefixtures("people")
def test_confirming_twice_is_confirming_once(client, group):
    request = JoinRequestFactory(group=group, status=RequestStatus.UNCONFIRMED)
    address = request_address(request.pk)
    for _time in range(2):
        client.post(address, {"answer": "confirm"})
    assert len(letters("group-request-waits")) == 1


def test_stranger_who_asks_again_while_waiting_changes_the_words(group):
    JoinRequestFactory(group=group, email="grace@turin.example", message="First")
    again = JoinRequestFactory(
        group=group, email="Grace@turin.example", message="Second", status=RequestStatus.UNCONFIRMED
    )
    confirm_request(request=again)
    assert [request.message for request in JoinRequest.objects.all()] == ["Second"]


def test_address_of_an_account_asks_for_that_account(group, people):
    request = JoinRequestFactory(group=group, email=people["stranger"].email, status=RequestStatus.UNCONFIRMED)
    assert confirm_request(request=request).user == people["stranger"]


def test_asker_takes_the_request_back(client, client_as, group, people):
    request = ask_to_join(group=group, user=people["stranger"], message="")
    client_as("stranger").post(f"/en/working-groups/{group.pk}/withdraw/")
    request.refresh_from_db()
    assert request.status == RequestStatus.WITHDRAWN
    other = JoinRequestFactory(group=group)
    client.post(request_address(other.pk), {"answer": "withdraw"})
    other.refresh_from_db()
    assert other.status == RequestStatus.WITHDRAWN
    with pytest.raises(AlreadyDecided):
        withdraw_request(request=other)


# ---------------------------------------------------------------- mail domains


@pytest.fixture
def turin():
    return CityDomainFactory(domain="turin.example", city=CityFactory(key="turin", names={"en": "Turin"})).city


def test_confirmed_address_in_a_verified_domain_is_admitted_at_once(client, turin):
    group = WorkingGroupFactory(admits_domains=True)
    ask_as_stranger(group=group, asker=asker("Grace@TURIN.example"), message="")
    request = JoinRequest.objects.get()
    assert not User.objects.filter(email__iexact="grace@turin.example").exists()
    client.post(request_address(request.pk), {"answer": "confirm"})
    person = User.objects.get(email__iexact="grace@turin.example")
    assert (person.city, person.languages, is_member(person, group)) == (turin, ["it"], True)
    assert recipients("group-admitted") == [person.email]
    assert letters("group-request-waits") == []
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.group) == ("request-admitted", None, group)


@pytest.mark.parametrize(
    ("email", "admits"),
    [
        ("grace@turin.example", True),
        ("grace@TURIN.EXAMPLE", True),
        ("grace@sub.turin.example", False),
        ("grace@turin.example.evil.example", False),
        ("grace@notturin.example", False),
        ("turin.example@evil.example", False),
        ("grace@pending.example", False),
    ],
)
def test_only_the_whole_verified_domain_admits(turin, email, admits):
    CityDomainFactory(domain="pending.example", verified_on=None)
    group = WorkingGroupFactory(admits_domains=True)
    request = JoinRequestFactory(group=group, email=email, status=RequestStatus.UNCONFIRMED, due_at=None)
    status = confirm_request(request=request).status
    assert status == (RequestStatus.ACCEPTED if admits else RequestStatus.WAITING)


@pytest.mark.usefixtures("turin")
def test_group_that_does_not_admit_domains_asks_its_coordinators(group):
    request = JoinRequestFactory(group=group, email="a@turin.example", status=RequestStatus.UNCONFIRMED)
    assert confirm_request(request=request).status == RequestStatus.WAITING


def test_member_of_the_network_is_admitted_by_the_domain_only_where_the_address_was_confirmed(turin):
    group = WorkingGroupFactory(admits_domains=True)
    entered = UserFactory(email="ada@turin.example")
    request = ask_to_join(group=group, user=entered, message="")
    assert (request.status, is_member(entered, group)) == (RequestStatus.UNCONFIRMED, False)
    assert recipients("group-confirm-address") == ["ada@turin.example"]
    confirm_request(request=request)
    assert is_member(entered, group)


def removed(group, person, by):
    membership = MembershipFactory(group=group, user=person)
    remove_member(membership=membership, by=by, reason="Left the city")


def declined(group, person, by):
    decline_request(request=JoinRequestFactory(group=group, email=person.email), by=by, reason="Not now")


@pytest.mark.parametrize("turn_away", [removed, declined])
@pytest.mark.usefixtures("turin")
def test_whoever_was_removed_or_declined_waits_whatever_the_domain(people, turn_away):
    group, other = WorkingGroupFactory.create_batch(2, admits_domains=True)
    person = UserFactory(email="ada@turin.example")
    turn_away(group, person, people["administrator"])
    statuses = []
    for each in (group, other):
        again = JoinRequestFactory(group=each, email="Ada@Turin.example", status=RequestStatus.UNCONFIRMED)
        statuses.append(confirm_request(request=again).status)
    assert statuses == [RequestStatus.WAITING, RequestStatus.ACCEPTED]
    assert (is_member(person, group), is_member(person, other)) == (False, True)
    request = JoinRequest.objects.waiting().get()
    assert request.due_at is not None
    assert recipients("group-request-waits") == [people["administrator"].email]


@pytest.mark.usefixtures("turin")
def test_whoever_left_by_himself_is_admitted_by_the_domain_again():
    group = WorkingGroupFactory(admits_domains=True)
    person = UserFactory(email="ada@turin.example")
    set_membership(group=group, user=person, role=Role.MEMBER)
    leave(group=group, user=person)
    again = JoinRequestFactory(group=group, email=person.email, status=RequestStatus.UNCONFIRMED)
    assert confirm_request(request=again).status == RequestStatus.ACCEPTED


@pytest.mark.usefixtures("turin")
def test_member_of_the_network_who_was_removed_need_not_confirm_the_address_to_wait(people):
    group = WorkingGroupFactory(admits_domains=True)
    person = UserFactory(email="ada@turin.example")
    removed(group, person, people["administrator"])
    assert ask_to_join(group=group, user=person, message="").status == RequestStatus.WAITING


# ---------------------------------------------------------------- answering


def test_coordinator_admits_from_the_letter_without_a_login(client, group, people):
    request = JoinRequestFactory(group=group, email="grace@example.org", city=CityFactory(), message="Hello")
    address = answer_address(request.pk, people["coordinator"].pk)
    response = client.get(address)
    assert "Hello" in response.content.decode()
    request.refresh_from_db()
    assert request.status == RequestStatus.WAITING
    response = client.post(address, {"answer": "accept", "accept-city": request.city_id}, follow=True)
    assert "Grace" in response.content.decode()
    person = User.objects.get(email="grace@example.org")
    assert (person.city, is_member(person, group), person.has_usable_password()) == (request.city, True, False)
    request.refresh_from_db()
    assert (request.status, request.decided_by, request.user) == ("accepted", people["coordinator"], person)
    assert where_accounts_begin(person) in letters("group-admitted")[0].text
    assert [entry.act for entry in AuditEntry.objects.all()] == ["request-accepted"]


def test_letter_of_admission_leads_whoever_has_used_the_account_to_the_group_alone(group, people):
    user = UserFactory(last_login=timezone.now())
    request = ask_to_join(group=group, user=user, message="")
    accept_request(request=request, by=people["coordinator"])
    assert "An account was made for you" not in letters("group-admitted")[0].text


def test_coordinator_declines_with_a_reason_that_the_person_reads(client, group, people):
    request = JoinRequestFactory(group=group, language="it")
    address = answer_address(request.pk, people["coordinator"].pk)
    response = client.post(address, {"answer": "decline", "decline-reason": " "})
    assert (response.status_code, list(response.context["decline"].errors)) == (422, ["reason"])
    client.post(address, {"answer": "decline", "decline-reason": "Not a city"})
    request.refresh_from_db()
    assert (request.status, request.reason) == ("declined", "Not a city")
    (letter,) = letters("group-request-declined")
    assert (letter.recipient, letter.language, "Not a city" in letter.text) == (request.email, "it", True)
    assert [(entry.act, entry.reason) for entry in AuditEntry.objects.all()] == [("request-declined", "Not a city")]


@pytest.mark.parametrize(
    ("is_active", "words", "number"),
    [(True, "gets a letter with your reason.", 1), (False, "No letter goes out: the account is shut.", 0)],
)
def test_coordinator_who_declines_learns_whether_a_letter_goes_out(client_as, group, is_active, words, number):
    user = UserFactory()
    request = ask_to_join(group=group, user=user, message="")
    age(user, is_active=is_active)
    response = client_as("coordinator").post(
        f"/en/working-groups/requests/{request.pk}/",
        {"answer": "decline", "decline-reason": "Not a city"},
        follow=True,
    )
    (message,) = response.context["messages"]
    assert (words in str(message), len(letters("group-request-declined"))) == (True, number)


def test_of_two_coordinators_the_first_one_decides_and_the_second_one_is_told(client, group, people):
    second = MembershipFactory(group=group, role=Role.COORDINATOR, user__first_name="Second").user
    request = JoinRequestFactory(group=group)
    client.post(answer_address(request.pk, second.pk), {"answer": "decline", "decline-reason": "No"})
    response = client.post(answer_address(request.pk, people["coordinator"].pk), {"answer": "accept"})
    assert response.status_code == 409
    assert f"{second} declined on" in response.content.decode()
    request.refresh_from_db()
    assert (request.status, len(letters("group-admitted"))) == ("declined", 0)


@pytest.mark.parametrize("change", ["demoted", "left", "shut"])
def test_key_of_somebody_who_does_not_look_after_the_group_any_more_opens_nothing(client, group, people, change):
    request = JoinRequestFactory(group=group)
    coordinator = people["coordinator"]
    if change == "shut":
        age(coordinator, is_active=False)
    elif change == "left":
        coordinator.memberships.all().delete()
    else:
        coordinator.memberships.update(role=Role.MEMBER)
    address = answer_address(request.pk, coordinator.pk)
    assert client.get(address).status_code == 410
    assert client.post(address, {"answer": "accept"}).status_code == 410
    request.refresh_from_db()
    assert request.status == RequestStatus.WAITING


def test_used_key_says_what_became_of_the_request(client, group, people):
    request = JoinRequestFactory(group=group)
    address = answer_address(request.pk, people["coordinator"].pk)
    client.post(address, {"answer": "accept"})
    response = client.get(address)
    assert response.status_code == 200
    assert f"{people['coordinator']} admitted the person on" in response.content.decode()


def test_unconfirmed_request_is_nobodys_to_answer(client, client_as, group, people):
    request = JoinRequestFactory(group=group, status=RequestStatus.UNCONFIRMED)
    assert client.get(answer_address(request.pk, people["coordinator"].pk)).status_code == 410
    assert client_as("coordinator").get(f"/en/working-groups/requests/{request.pk}/").status_code == 404
    with pytest.raises(AlreadyDecided):
        accept_request(request=request, by=people["coordinator"])


@pytest.mark.parametrize(
    ("known", "words"), [(None, "Night Watch"), ({}, "Night Watch"), ({"organisation_name": "Police"}, "Police")]
)
def test_account_gets_the_organisation_that_it_lacks(group, people, known, words):
    if known is not None:
        UserFactory(email="grace@turin.example", **known)
    request = JoinRequestFactory(group=group, email="grace@turin.example", organisation="Night Watch")
    accept_request(request=request, by=people["coordinator"])
    assert User.objects.get(email="grace@turin.example").organisation_in_words == words


def test_shut_account_is_not_admitted(client, group, people):
    user = UserFactory()
    request = ask_to_join(group=group, user=user, message="")
    age(user, is_active=False)
    response = client.post(answer_address(request.pk, people["coordinator"].pk), {"answer": "accept"})
    assert response.status_code == 422
    assert "The account with this address is shut." in response.content.decode()
    assert not is_member(User.objects.get(pk=user.pk), group)


def test_account_keeps_its_city_whatever_the_coordinator_says(group, people):
    own, other = CityFactory(), CityFactory()
    user = UserFactory(city=own)
    accept_request(request=ask_to_join(group=group, user=user, message=""), by=people["coordinator"], city=other)
    user.refresh_from_db()
    assert user.city == own


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
def test_queue_is_for_those_who_look_after_the_group(client_as, group, who, status):
    assert client_as(who).get(f"/en/working-groups/{group.pk}/requests/").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 404), ("stranger", 404), ("visitor", 302)],
)
def test_request_is_for_those_who_look_after_the_group(client_as, group, who, status):
    request = JoinRequestFactory(group=group)
    assert client_as(who).get(f"/en/working-groups/requests/{request.pk}/").status_code == status


def test_coordinator_of_another_group_decides_nothing(group):
    other = MembershipFactory(role=Role.COORDINATOR).user
    request = JoinRequestFactory(group=group)
    for decide in (
        lambda: accept_request(request=request, by=other),
        lambda: decline_request(request=request, by=other, reason="No"),
    ):
        with pytest.raises(ValidationError):
            decide()
    request.refresh_from_db()
    assert request.status == RequestStatus.WAITING


def test_request_is_answered_in_the_queue(client_as, group):
    request = JoinRequestFactory(group=group)
    response = client_as("coordinator").post(
        f"/en/working-groups/requests/{request.pk}/", {"answer": "accept"}, follow=True
    )
    assert "belongs to the group now" in response.content.decode()
    assert [each.pk for each in response.context["decided"]] == [request.pk]
    assert response.context["waiting"] == []


def test_queue_shows_the_oldest_first_and_no_other_groups(client_as, group):
    late = JoinRequestFactory(group=group, due_at=timezone.now() - timedelta(days=1))
    soon = JoinRequestFactory(group=group)
    JoinRequestFactory()
    JoinRequestFactory(group=group, status=RequestStatus.UNCONFIRMED)
    response = client_as("coordinator").get(f"/en/working-groups/{group.pk}/requests/")
    assert [each.pk for each in response.context["waiting"]] == [late.pk, soon.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_query_count_is_constant(client_as, group, rows, django_assert_num_queries):
    for _row in range(rows):
        JoinRequestFactory(group=group, city=CityFactory())
        JoinRequestFactory(group=group, city=CityFactory(), status=RequestStatus.DECLINED, decided_at=timezone.now())
    client = client_as("coordinator")
    client.get(f"/en/working-groups/{group.pk}/requests/")
    with django_assert_num_queries(19):
        client.get(f"/en/working-groups/{group.pk}/requests/")


def test_request_belongs_to_the_group_in_every_language(client_as, group, people):
    french = translate(group, "fr")
    request = ask_to_join(group=french, user=people["stranger"], message="")
    assert request.group == group
    response = client_as("coordinator").get(f"/fr/working-groups/{french.pk}/requests/")
    assert [each.pk for each in response.context["waiting"]] == [request.pk]


def test_letters_are_in_the_language_of_whoever_reads_them(group, people):
    translate(group, "fr", title="Innovation & Sécurité")
    age(people["coordinator"], languages=["fr"])
    JoinRequestFactory(group=group)
    ask_to_join(group=group, user=people["stranger"], message="")
    (letter,) = letters("group-request-waits")
    assert (letter.language, "Innovation & Sécurité" in letter.subject) == ("fr", True)
    assert "/fr/working-groups/answer/" in letter.text


# ---------------------------------------------------------------- what the letters lead to, later


def test_page_of_a_request_follows_what_happens_after_the_answer(client, group, people):
    request = JoinRequestFactory(group=group, email=people["stranger"].email)
    accept_request(request=request, by=people["coordinator"])
    address, again = request_address(request.pk), f"/en/working-groups/{group.pk}/join/"
    page = client.get(address).content.decode()
    assert ("<h1>You belong to the group</h1>" in page, again in page) == (True, False)
    remove_member(
        membership=Membership.objects.get(user=people["stranger"]), by=people["coordinator"], reason="Left the city"
    )
    page = client.get(address).content.decode()
    assert ("<h1>You do not belong to the group any more</h1>" in page, again in page) == (True, True)


@pytest.mark.parametrize(("openness", "is_led"), [(Openness.LISTED, True), (Openness.HIDDEN, False)])
@pytest.mark.parametrize("contact", ["", "group@example.org"])
def test_whoever_was_declined_is_led_to_asking_again_where_one_asks(client, group, people, openness, is_led, contact):
    age(group, openness=openness, contact=contact)
    request = JoinRequestFactory(group=group)
    decline_request(request=request, by=people["coordinator"], reason="Not now")
    again = f"/en/working-groups/{group.pk}/join/"
    (letter,) = letters("group-request-declined")
    assert (again in letter.text, "ask again" in letter.text) == (is_led, is_led)
    assert ("write to them: group@example.org" in letter.text) is bool(contact)
    assert (again in client.get(request_address(request.pk)).content.decode()) is is_led


def test_whoever_took_the_request_back_is_led_to_asking_again(client, group):
    request = JoinRequestFactory(group=group)
    address, again = request_address(request.pk), f"/en/working-groups/{group.pk}/join/"
    assert again not in client.get(address).content.decode()
    withdraw_request(request=request)
    assert again in client.get(address).content.decode()


# ---------------------------------------------------------------- by the clock


def test_coordinators_are_reminded_once_before_and_once_after_the_day(group, people):
    request = JoinRequestFactory(group=group)
    age(request, created_at=timezone.now(), due_at=timezone.now() + timedelta(days=7))
    moments = [timedelta(days=days) for days in (0, 4, 5.5, 6, 6.5, 7.5, 8, 30)]
    reminded = [remind_of_requests(timezone.now() + moment) for moment in moments]
    assert reminded == [0, 0, 1, 0, 0, 1, 0, 0]
    assert recipients("group-request-due") == [people["coordinator"].email]
    assert recipients("group-request-late") == sorted([people["coordinator"].email, people["administrator"].email])


def test_request_that_is_answered_is_not_reminded_of(group, people):
    request = JoinRequestFactory(group=group, due_at=timezone.now())
    accept_request(request=request, by=people["coordinator"])
    assert remind_of_requests() == 0


def test_group_that_answers_within_two_days_is_reminded_only_when_late(group):
    request = JoinRequestFactory(group=group, due_at=timezone.now() + timedelta(days=2))
    assert remind_of_requests(timezone.now() + timedelta(hours=1)) == 0
    assert remind_of_requests(request.due_at) == 1


def test_administrators_answer_where_nobody_coordinates(people):
    group = WorkingGroupFactory()
    ask_to_join(group=group, user=people["stranger"], message="")
    assert recipients("group-request-waits") == [people["administrator"].email]


def test_what_nobody_confirmed_is_erased_and_what_waits_is_kept(group):
    old, kept = timezone.now() - timedelta(days=4), timezone.now() - KEPT - timedelta(days=1)
    unconfirmed = JoinRequestFactory(group=group, status=RequestStatus.UNCONFIRMED)
    waiting = JoinRequestFactory(group=group)
    for request in (unconfirmed, waiting):
        age(request, created_at=old)
    JoinRequestFactory(group=group, status=RequestStatus.DECLINED, decided_at=kept)
    declined = JoinRequestFactory(group=group, status=RequestStatus.DECLINED, decided_at=timezone.now())
    accepted = JoinRequestFactory(group=group, status=RequestStatus.ACCEPTED, decided_at=kept)
    assert forget_old_requests() == 2
    assert set(JoinRequest.objects.all()) == {waiting, declined, accepted}
