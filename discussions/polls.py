"""Polls as readers see them: what was voted, whether it counts, and what this reader may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from discussions.models import Poll, PollOption, PollVote, Thread
from discussions.permissions import moderates
from members.models import City, CityName, User
from taxonomy.queries import preferred_labels


@dataclass(frozen=True, slots=True)
class OptionResult:
    pk: int
    words: dict[str, str]
    votes: int
    percent: int
    """Of those who voted: with several answers, more than a hundred in all."""
    is_own: bool
    """Whether the reader, or the reader's city, voted for it."""
    cities: tuple[City, ...]
    """Which cities voted for it; of a poll of people nobody learns who."""


@dataclass(frozen=True, slots=True)
class PollReading:
    """A poll as one reader sees it."""

    poll: Poll
    options: tuple[OptionResult, ...]
    voters: int
    """People or cities that voted."""
    is_closed: bool
    has_voted: bool
    voted_by: str
    """Who voted for the reader's city, if that was somebody else."""
    why_not: str
    """Why the reader cannot vote: ``city`` for somebody without one; empty if nothing is in the way."""
    may_manage: bool
    has_votes: bool

    @property
    def may_vote(self) -> bool:
        return not self.is_closed and not self.why_not

    @property
    def missing(self) -> int:
        """Votes that are still needed."""
        return max(0, (self.poll.quorum or 0) - self.voters)

    @property
    def shows_result(self) -> bool:
        """Whether the result stands in the open: before one has voted, it is a click away."""
        return self.has_voted or not self.may_vote

    @property
    def leading(self) -> tuple[OptionResult, ...]:
        """The options with most votes, if there are any."""
        most = max((option.votes for option in self.options), default=0)
        return tuple(option for option in self.options if most and option.votes == most)


def is_closed(poll: Poll, now: datetime | None = None) -> bool:
    return poll.closes_at is not None and poll.closes_at <= (now or timezone.now())


def manages_poll(user: User, thread: Thread) -> bool:
    """Whoever opened the thread, and those who look after it."""
    return thread.author_id == user.pk or moderates(user, thread)


def read_poll(thread: Thread, user: User) -> PollReading | None:
    """The poll of ``thread``, if it has one; the same number of queries whatever was voted."""
    poll = Poll.objects.filter(thread=thread).first()
    if poll is None:
        return None
    options = list(poll.options.all())
    votes = list(PollVote.objects.filter(option__poll=poll).select_related("user"))
    voters = {_voter(poll, vote) for vote in votes}
    own = [vote for vote in votes if _is_of(poll, vote, user)]
    cities = _cities({vote.city_id for vote in votes if vote.city_id}) if poll.is_of_cities else {}
    return PollReading(
        poll=poll,
        options=tuple(
            _result(
                option,
                [vote for vote in votes if vote.option_id == option.pk],
                voters=len(voters),
                own={vote.option_id for vote in own},
                cities=cities,
            )
            for option in options
        ),
        voters=len(voters),
        is_closed=is_closed(poll),
        has_voted=bool(own),
        voted_by=next((str(vote.user) for vote in own if vote.user_id != user.pk), ""),
        why_not="city" if poll.is_of_cities and user.city_id is None else "",
        may_manage=manages_poll(user, thread),
        has_votes=bool(votes),
    )


def _voter(poll: Poll, vote: PollVote) -> int | None:
    return vote.city_id if poll.is_of_cities else vote.user_id


def _is_of(poll: Poll, vote: PollVote, user: User) -> bool:
    if poll.is_of_cities:
        return vote.city_id is not None and vote.city_id == user.city_id
    return vote.user_id == user.pk


def _cities(pks: set[int]) -> dict[int, City]:
    return City.objects.prefetch_related(preferred_labels("labels", CityName)).in_bulk(pks)


def _result(
    option: PollOption, votes: Sequence[PollVote], *, voters: int, own: set[int], cities: dict[int, City]
) -> OptionResult:
    named = sorted((cities[vote.city_id] for vote in votes if vote.city_id in cities), key=str)
    return OptionResult(
        pk=option.pk,
        words=option.words,
        votes=len(votes),
        percent=round(100 * len(votes) / voters) if voters else 0,
        is_own=option.pk in own,
        cities=tuple(named),
    )
