"""Polls: asking, voting, ending."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions import acts  # noqa: F401 -- declares what is recorded here
from discussions.models import Poll, PollOption, PollVote, Thread
from discussions.permissions import get_thread, moderates
from discussions.polls import is_closed, manages_poll
from groups.audit import record
from members.models import User

FEWEST_OPTIONS, MOST_OPTIONS = 2, 12

Words = Mapping[str, str]


@transaction.atomic
def ask_poll(
    *,
    thread: Thread,
    by: User,
    question: Words,
    options: Sequence[Words],
    takes_several: bool = False,
    is_of_cities: bool = False,
    quorum: int | None = None,
    closes_at: datetime | None = None,
) -> Poll:
    """Put a poll below the beginning of ``thread``; or, as long as nobody has voted, in the place of the one there is.

    After the first vote only words in further languages, the quorum and the end can still change. Raises
    PermissionDenied for whoever neither opened the thread nor looks after it; ValidationError, by argument.
    """
    thread = _locked_thread(thread.pk)
    _check_manages(by, thread)
    if closes_at is not None and closes_at <= timezone.now():
        raise ValidationError({"closes_at": _("This moment is over.")})
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise ValidationError(
            {
                "options": _("Give at least %(fewest)d and at most %(most)d answers to choose from.")
                % {"fewest": FEWEST_OPTIONS, "most": MOST_OPTIONS}
            }
        )
    poll = Poll.objects.filter(thread=thread).first() or Poll(thread=thread, created_by=by)
    was_voted = poll.pk is not None and PollVote.objects.filter(option__poll=poll).exists()
    if was_voted:
        _check_says_the_same(poll, question, options, takes_several=takes_several, is_of_cities=is_of_cities)
    poll.question = dict(question)
    poll.takes_several, poll.is_of_cities = takes_several, is_of_cities
    poll.quorum, poll.closes_at = quorum, closes_at
    poll.full_clean(exclude=["thread", "created_by"])
    poll.save()
    present = list(poll.options.all())
    for place, words in enumerate(options):
        option = present[place] if place < len(present) else PollOption(poll=poll)
        option.words, option.place = dict(words), place
        option.save()
    PollOption.objects.filter(pk__in=[option.pk for option in present[len(options) :]]).delete()
    return poll


def _check_says_the_same(
    poll: Poll, question: Words, options: Sequence[Words], *, takes_several: bool, is_of_cities: bool
) -> None:
    """What people voted on stays what it was."""
    message = _("People have voted on this. You can add languages, and change the end and the votes needed.")
    present = list(poll.options.all())
    if not _holds(poll.question, question):
        raise ValidationError({"question": message})
    if len(present) != len(options) or not all(
        _holds(option.words, words) for option, words in zip(present, options, strict=True)
    ):
        raise ValidationError({"options": message})
    if (poll.takes_several, poll.is_of_cities) != (takes_several, is_of_cities):
        raise ValidationError(message)


def _holds(before: Words, after: Words) -> bool:
    return all(after.get(language) == text for language, text in before.items())


@transaction.atomic
def vote(*, poll: Poll, by: User, options: Collection[int]) -> None:
    """Vote for ``options`` (primary keys), in the place of what this person, or in a poll of cities anybody of this
    person's city, voted before; for none takes the vote back.

    Raises ValidationError after the end, for options of another poll, for several where one is taken, and in a poll of
    cities for somebody without a city. The caller has seen to it that ``by`` may see the thread.
    """
    poll = Poll.objects.select_for_update().get(pk=poll.pk)
    if is_closed(poll):
        raise ValidationError(_("This poll is over."), code="closed")
    if poll.is_of_cities and by.city_id is None:
        raise ValidationError(_("Here cities vote, and your profile names none."), code="city")
    chosen = list(PollOption.objects.filter(poll=poll, pk__in=set(options)))
    if len(chosen) != len(set(options)):
        raise ValidationError(_("Choose one of the answers of this poll."))
    if len(chosen) > 1 and not poll.takes_several:
        raise ValidationError(_("Choose one answer only."))
    before = PollVote.objects.filter(option__poll=poll)
    before.filter(user=by).delete()
    if poll.is_of_cities:
        before.filter(city=by.city_id).delete()
    PollVote.objects.bulk_create(
        [PollVote(option=option, user=by, city_id=by.city_id if poll.is_of_cities else None) for option in chosen]
    )


@transaction.atomic
def close_poll(*, poll: Poll, by: User) -> None:
    """End the poll now. Raises PermissionDenied as ``ask_poll`` does."""
    thread = _locked_thread(poll.thread_id)
    _check_manages(by, thread)
    now = timezone.now()
    still_open = Poll.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now), pk=poll.pk)
    if still_open.update(closes_at=now):
        _record_unless_own("poll-closed", thread, by)


@transaction.atomic
def remove_poll(*, poll: Poll, by: User) -> None:
    """Take the poll away with its votes: whoever asked it as long as nobody has voted, and those who look after the
    thread. Raises PermissionDenied."""
    thread = _locked_thread(poll.thread_id)
    _check_manages(by, thread)
    if PollVote.objects.filter(option__poll=poll).exists() and not moderates(by, thread):
        raise PermissionDenied(_("People have voted. Only the coordinators can remove the poll now."))
    Poll.objects.filter(pk=poll.pk).delete()
    _record_unless_own("poll-removed", thread, by)


def _locked_thread(pk: int) -> Thread:
    return Thread.objects.select_for_update(of=("self",)).select_related("group").get(pk=pk)


def _check_manages(user: User, thread: Thread) -> None:
    get_thread(user, thread.pk)
    if not manages_poll(user, thread):
        raise PermissionDenied(_("Only whoever opened the discussion and its coordinators look after its poll."))


def _record_unless_own(act: str, thread: Thread, by: User) -> None:
    if thread.author_id != by.pk:
        record(act, group=thread.group, actor=by, subject=thread.topic, name=thread.title)
