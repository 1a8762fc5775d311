"""Polls: one vote a person or a city, a result that counts or does not, and words in several languages."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from discussions.actions.polls import ask_poll, close_poll, remove_poll, vote
from discussions.models import Poll, PollOption, PollVote
from discussions.polls import read_poll
from groups.actions import set_membership
from groups.audit import act_in_words
from groups.enums import Role
from groups.models import AuditEntry
from tests.factories import CityFactory, ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db

OPTIONS = [{"en": "May", "fr": "mai"}, {"en": "June"}, {"en": "Never"}]


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["member"], title="Assembly")


@pytest.fixture
def ask(thread, people):
    def ask(**fields):
        by = fields.pop("by", people["member"])
        fields = {"question": {"en": "When?"}, "options": OPTIONS, **fields}
        return ask_poll(thread=thread, by=by, **fields)

    return ask


def member_of(group, city=None):
    user = UserFactory(city=city)
    set_membership(group=group, user=user, role=Role.MEMBER)
    return user


def option(poll, number):
    return list(poll.options.all())[number].pk


def votes(poll):
    return [
        (vote.user, vote.option.words["en"])
        for vote in PollVote.objects.select_related("option", "user").order_by("pk")
    ]


# ---------------------------------------------------------------- asking


def test_poll_keeps_the_order_and_the_languages_of_its_answers(ask):
    poll = ask(quorum=3)
    assert [each.words for each in poll.options.all()] == OPTIONS
    assert (poll.quorum, poll.closes_at, poll.takes_several, poll.is_of_cities) == (3, None, False, False)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"options": OPTIONS[:1]}, "options"),
        ({"options": OPTIONS * 5}, "options"),
        ({"question": {}}, "question"),
        ({"closes_at": timezone.now() - timedelta(minutes=1)}, "closes_at"),
    ],
)
def test_poll_is_refused_at_the_field_that_is_wrong(ask, fields, field):
    with pytest.raises(ValidationError) as refused:
        ask(**fields)
    assert list(refused.value.message_dict) == [field]
    assert not Poll.objects.exists()


def test_asking_is_for_whoever_opened_the_thread_and_coordinators(ask, people, group):
    with pytest.raises(PermissionDenied):
        ask(by=member_of(group))
    with pytest.raises(Http404):
        ask(by=people["stranger"])
    assert ask(by=people["coordinator"]).created_by == people["coordinator"]


def test_poll_without_votes_can_be_asked_anew(ask):
    first = ask()
    second = ask(question={"en": "Where?"}, options=[{"en": "Here"}, {"en": "There"}])
    assert second == first
    assert [each.words["en"] for each in second.options.all()] == ["Here", "There"]


def test_what_people_voted_on_stays_what_it_was(ask, people):
    poll = ask()
    vote(poll=poll, by=people["member"], options=[option(poll, 0)])
    for changed in (
        {"question": {"en": "Where?"}},
        {"options": [{"en": "July"}, *OPTIONS[1:]]},
        {"options": OPTIONS[:2]},
        {"takes_several": True},
    ):
        with pytest.raises(ValidationError, match="People have voted"):
            ask(**changed)
    ends = timezone.now() + timedelta(days=1)
    ask(question={"en": "When?", "de": "Wann?"}, options=[*OPTIONS[:2], {"en": "Never", "de": "Nie"}], closes_at=ends)
    poll.refresh_from_db()
    assert (poll.question, poll.closes_at, PollVote.objects.count()) == ({"en": "When?", "de": "Wann?"}, ends, 1)


# ---------------------------------------------------------------- voting


def test_person_has_one_vote_and_may_change_it(ask, people):
    poll = ask()
    for number in (0, 1, 1):
        vote(poll=poll, by=people["member"], options=[option(poll, number)])
    assert votes(poll) == [(people["member"], "June")]
    vote(poll=poll, by=people["member"], options=[])
    assert votes(poll) == []


def test_several_answers_only_where_the_poll_takes_them(ask, people):
    poll = ask()
    both = [option(poll, 0), option(poll, 1)]
    with pytest.raises(ValidationError, match="one answer only"):
        vote(poll=poll, by=people["member"], options=both)
    poll = ask(takes_several=True)
    vote(poll=poll, by=people["member"], options=both)
    reading = read_poll(poll.thread, people["member"])
    assert [(each.votes, each.percent) for each in reading.options] == [(1, 100), (1, 100), (0, 0)]
    assert reading.voters == 1


def test_last_vote_of_anybody_of_a_city_is_the_citys(ask, group):
    city, other = CityFactory(), CityFactory()
    first, second, third = member_of(group, city), member_of(group, city), member_of(group, other)
    poll = ask(is_of_cities=True)
    vote(poll=poll, by=first, options=[option(poll, 0)])
    vote(poll=poll, by=third, options=[option(poll, 0)])
    vote(poll=poll, by=second, options=[option(poll, 1)])
    reading = read_poll(poll.thread, first)
    assert [[each.pk for each in result.cities] for result in reading.options] == [[other.pk], [city.pk], []]
    assert (reading.voters, reading.has_voted, reading.voted_by) == (2, True, str(second))


def test_vote_of_a_city_stays_when_its_voter_changes_city(ask, group):
    city = CityFactory()
    voter = member_of(group, city)
    poll = ask(is_of_cities=True)
    vote(poll=poll, by=voter, options=[option(poll, 0)])
    voter.city = CityFactory()
    voter.save()
    assert [result.votes for result in read_poll(poll.thread, voter).options] == [1, 0, 0]
    assert not read_poll(poll.thread, voter).has_voted


def test_people_without_a_city_do_not_vote_for_cities(ask, group):
    poll, person = ask(is_of_cities=True), member_of(group)
    with pytest.raises(ValidationError, match="your profile names none"):
        vote(poll=poll, by=person, options=[option(poll, 0)])
    assert not read_poll(poll.thread, person).may_vote


def test_votes_are_for_the_options_of_the_poll_and_until_its_end(ask, people, group):
    poll = ask()
    elsewhere = ask_poll(
        thread=ThreadFactory(group=group, author=people["member"]),
        by=people["member"],
        question={"en": "?"},
        options=OPTIONS,
    )
    with pytest.raises(ValidationError, match="of this poll"):
        vote(poll=poll, by=people["member"], options=[option(elsewhere, 0)])
    close_poll(poll=poll, by=people["member"])
    with pytest.raises(ValidationError, match="over"):
        vote(poll=poll, by=people["member"], options=[option(poll, 0)])
    assert not PollVote.objects.exists()


# ---------------------------------------------------------------- the result


@pytest.mark.parametrize(("voters", "missing"), [(0, 2), (1, 1), (2, 0), (3, 0)])
def test_quorum_says_how_many_votes_are_missing(ask, group, voters, missing):
    poll = ask(quorum=2)
    for _ in range(voters):
        vote(poll=poll, by=member_of(group), options=[option(poll, 0)])
    assert read_poll(poll.thread, member_of(group)).missing == missing


def test_leading_are_those_with_most_votes_if_there_are_any(ask, group):
    poll = ask()
    reader = member_of(group)
    assert read_poll(poll.thread, reader).leading == ()
    for number in (0, 1):
        vote(poll=poll, by=member_of(group), options=[option(poll, number)])
    assert [each.words["en"] for each in read_poll(poll.thread, reader).leading] == ["May", "June"]


def test_result_is_a_click_away_until_one_has_voted(ask, people):
    poll = ask()
    assert not read_poll(poll.thread, people["member"]).shows_result
    vote(poll=poll, by=people["member"], options=[option(poll, 0)])
    assert read_poll(poll.thread, people["member"]).shows_result
    assert not read_poll(poll.thread, people["coordinator"]).shows_result
    close_poll(poll=poll, by=people["member"])
    assert read_poll(poll.thread, people["coordinator"]).shows_result


@pytest.mark.parametrize("cities", [1, 3])
def test_reading_a_poll_asks_no_more_for_more_votes(ask, group, cities, django_assert_num_queries):
    poll = ask(is_of_cities=True)
    for _ in range(cities):
        vote(poll=poll, by=member_of(group, CityFactory()), options=[option(poll, 0)])
    reader = member_of(group)
    thread = poll.thread
    with django_assert_num_queries(6):
        reading = read_poll(thread, reader)
        assert len([str(city) for result in reading.options for city in result.cities]) == cities


# ---------------------------------------------------------------- the end


def test_ending_and_removing_are_recorded_where_coordinators_do_it(ask, people):
    poll = ask()
    close_poll(poll=poll, by=people["coordinator"])
    close_poll(poll=poll, by=people["coordinator"])
    remove_poll(poll=poll, by=people["coordinator"])
    assert [act_in_words(entry) for entry in AuditEntry.objects.order_by("pk")] == [
        "ended the poll in “Assembly”",
        "removed the poll from “Assembly”",
    ]
    assert not PollOption.objects.exists()


def test_whoever_asked_removes_a_poll_only_before_the_first_vote(ask, people, group):
    remove_poll(poll=ask(), by=people["member"])
    poll = ask()
    vote(poll=poll, by=member_of(group), options=[option(poll, 0)])
    with pytest.raises(PermissionDenied, match="People have voted"):
        remove_poll(poll=poll, by=people["member"])
    assert AuditEntry.objects.count() == 0
