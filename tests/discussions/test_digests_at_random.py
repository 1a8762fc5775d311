"""Nothing twice, nothing lost: whatever happens in whatever order, what digests carry is what letters at once carry,
without what was read on the portal before, or could no longer be seen when its hour came."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import read_until
from discussions.models import Post
from discussions.telling import tell_of_post
from groups.actions import set_membership
from groups.enums import Role
from notifications import digests
from notifications.actions import choose_digest_time, choose_mail
from notifications.models import Notice, OutgoingMail
from tests.factories import UserFactory, WorkingGroupFactory

pytestmark = pytest.mark.django_db

# Over the night in which clocks are put back, and the end of a month.
START = datetime(2026, 10, 22, 12, tzinfo=UTC)
ZONES = ("Europe/Paris", "Europe/Lisbon", "Europe/Athens", "UTC")
KINDS = ("post", "reply", "mention")


class Crash(BaseException):
    """What no handler catches: the process is gone, and with it the transaction."""


@dataclass
class Wanted:
    """What the reader of digests wants, and when such a digest is due: found by looking at every hour."""

    frequency: str
    zone: str
    weekday: int
    hour: int

    def first_hour_from(self, moment: datetime) -> datetime:
        whole = moment.replace(minute=0, second=0, microsecond=0)
        candidate = whole if whole == moment else whole + timedelta(hours=1)
        while not self._is_due(candidate.astimezone(ZoneInfo(self.zone))):
            candidate += timedelta(hours=1)
        return candidate

    def _is_due(self, local: datetime) -> bool:
        is_day = {
            "daily": True,
            "weekly": local.weekday() == self.weekday,
            "monthly": local.weekday() == self.weekday and local.day <= 7,
        }[self.frequency]
        return local.hour == self.hour and is_day


@dataclass
class Scene:
    """A thread with a writer, a reader who gets letters at once, and one who gets digests."""

    wanted: Wanted
    now: datetime = START
    pending: dict[str, datetime] = field(default_factory=dict)
    """What the next digests have to carry, and from when on."""
    expected: list[set[str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.group = WorkingGroupFactory()
        self.writer, self.at_once = UserFactory(), UserFactory(languages=["en"])
        self.gathers = UserFactory(languages=["en"], time_zone=self.wanted.zone)
        for person in (self.writer, self.at_once, self.gathers):
            set_membership(group=self.group, user=person, role=Role.MEMBER)
        choose_mail(user_pk=self.at_once.pk, frequencies=dict.fromkeys(KINDS, "at-once"))
        choose_mail(user_pk=self.gathers.pk, frequencies=dict.fromkeys(KINDS, self.wanted.frequency))
        choose_digest_time(user_pk=self.gathers.pk, weekday=self.wanted.weekday, hour=self.wanted.hour)
        self.threads = [
            open_thread(group=self.group, author=self.writer, title=title, text="First.", language="en")
            for title in ("Lamps", "Benches")
        ]
        for thread in self.threads:
            self._tell(thread.posts.get())

    # ------------------------------------------------------------ what can happen

    def post(self, number: int) -> None:
        self._tell(add_post(thread=self.threads[number % 2], author=self.writer, text=f"Post {number}", language="en"))

    def read(self, number: int) -> None:
        thread = self.threads[number % 2]
        read_until(user=self.gathers, thread=thread, moment=timezone.now())
        read = {post.key for post in thread.posts.all()}
        self.pending = {subject: hour for subject, hour in self.pending.items() if subject not in read}

    def hide(self, number: int) -> None:
        posts = list(Post.objects.standing().filter(thread__in=self.threads).order_by("pk"))
        if posts:
            hidden = posts[number % len(posts)]
            Post.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
            self.pending.pop(hidden.key, None)

    def wait(self, number: int) -> None:
        self.now += timedelta(minutes=17 * number)

    def work(self, number: int) -> None:
        """The worker comes by, as it does every minute when it lives."""
        digests.send_due_digests(self.now)
        due = {subject for subject, hour in self.pending.items() if hour <= self.now}
        if due:
            self.expected.append(due)
            self.pending = {subject: hour for subject, hour in self.pending.items() if subject not in due}

    def die(self, number: int) -> None:
        """The worker dies with the letter written and before the transaction ends: nothing has happened."""
        carry = digests._carry

        def crash(*args: Any) -> None:
            if number % 2:
                carry(*args)
            raise Crash

        digests._carry = crash
        try:
            with transaction.atomic():
                digests.send_due_digests(self.now)
        except Crash:
            pass
        finally:
            digests._carry = carry

    def tell_again(self, number: int) -> None:
        """A task of the queue is run a second time."""
        for post in Post.objects.filter(thread__in=self.threads):
            tell_of_post.func(post.pk)

    def _tell(self, post: Post) -> None:
        tell_of_post.func(post.pk)
        Notice.objects.filter(subject=post.key).update(written_at=self.now)
        digests.send_waiting_at_once.func()
        self.written.append(post.key)
        self.pending[post.key] = self.wanted.first_hour_from(self.now)

    # ------------------------------------------------------------ what must hold

    def check(self) -> None:
        assert self._letters_of(self.gathers) == self.expected
        # Instant letters carry everything, one each: what digests carry is a part of it, and each thing once.
        assert self._letters_of(self.at_once) == [{subject} for subject in self.written]
        carried = [subject for letter in self.expected for subject in letter]
        assert len(carried) == len(set(carried))

    def _letters_of(self, person: Any) -> list[set[str]]:
        letters = OutgoingMail.objects.filter(user=person).order_by("pk").prefetch_related("notices")
        return [{notice.subject for notice in letter.notices.all()} for letter in letters]


steps = st.lists(
    st.tuples(
        st.sampled_from(["post", "post", "wait", "wait", "wait", "work", "work", "read", "hide", "die", "tell_again"]),
        st.integers(0, 200),
    ),
    max_size=25,
)
wants = st.builds(
    Wanted,
    frequency=st.sampled_from(["daily", "weekly", "monthly"]),
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    hour=st.integers(4, 23),
)


@example(wanted=Wanted("daily", "Europe/Paris", 0, 8), steps=[("wait", 200), ("die", 0), ("die", 1), ("work", 0)])
@example(wanted=Wanted("daily", "Europe/Paris", 0, 8), steps=[("wait", 65), ("post", 1), ("wait", 10), ("work", 0)])
@example(wanted=Wanted("weekly", "UTC", 6, 4), steps=[("wait", 200), ("hide", 0), ("wait", 200), ("read", 1)])
@given(wanted=wants, steps=steps)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_digests_carry_what_letters_at_once_carry(wanted, steps):
    with transaction.atomic():
        scene = Scene(wanted)
        for name, number in steps:
            getattr(scene, name)(number)
            scene.check()
        # Some months later the worker has been by every day.
        for _day in range(70):
            scene.now += timedelta(days=1)
            scene.work(0)
        scene.check()
        assert scene.pending == {}
        assert not Notice.objects.filter(user=scene.gathers).waiting_for_mail().exists()
        transaction.set_rollback(True)
