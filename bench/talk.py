"""Generated discussions: fifteen groups, a thousand members, threads and posts by the hundred thousand."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from common.languages import CODES
from common.names import name_key
from discussions.models import Post, ReadState, Thread
from groups.enums import Openness
from groups.models import Membership, WorkingGroup, WorkingGroupIndexPage
from members.models import User
from notifications.models import Frequency, MailPreference, Subscription

GROUPS = 15
MEMBERS = 1_000
GROUPS_OF_A_MEMBER = 2
POSTS_A_THREAD = 20
LONG_THREAD = 2_000
"""Posts of the one long thread, which is there at every size."""
WORDS_A_POST = 60
BEGAN = datetime(2024, 1, 1, 9, tzinfo=UTC)
BATCH = 2_000


class Talk:
    """Grows from size to size; what is measured reads it as the portal does."""

    def __init__(self) -> None:
        self.chance = random.Random("talk")
        self.groups = [self._group(number) for number in range(GROUPS)]
        self.members = self._members()
        self.now = BEGAN
        self.posts = 0
        self.long_thread = self._threads(self.groups[0], 1)[0]
        self._write([self.long_thread] * LONG_THREAD)

    @property
    def reader(self) -> User:
        """A member of the group with the long thread."""
        return self.members[0]

    @transaction.atomic
    def grow_to(self, posts: int) -> None:
        """Write until there are so many posts besides those of the long thread."""
        wanted = (posts - self.posts) // POSTS_A_THREAD
        threads = [
            thread
            for number in range(GROUPS)
            for thread in self._threads(self.groups[number], wanted // GROUPS + (number < wanted % GROUPS))
        ]
        # Everybody has read a fifth of the threads, the rest is new.
        states = [
            ReadState(user=member, thread=thread, read_until=self.now)
            for member in self.members[:50]
            for thread in self.chance.sample(threads, len(threads) // 5)
        ]
        order = [thread for thread in threads for _post in range(POSTS_A_THREAD)]
        self.chance.shuffle(order)
        self._write(order)
        ReadState.objects.bulk_create(states, batch_size=BATCH)
        self.posts += len(order)

    def say_something(self, posts: int) -> list[Post]:
        """A day's posts in threads of all groups, written one by one as people do; nobody was told of them yet."""
        threads = list(Thread.objects.exclude(pk=self.long_thread.pk).order_by("?")[:posts])
        return self._write(threads, since=timezone.now() - timedelta(seconds=len(threads)), apart=timedelta(seconds=1))

    # ------------------------------------------------------------ rows

    def _group(self, number: int) -> WorkingGroup:
        index = WorkingGroupIndexPage.objects.get(locale=Locale.objects.get(language_code="en"))
        return index.add_child(
            instance=WorkingGroup(
                title=f"Group {number + 1}",
                slug=f"generated-{number + 1}",
                openness=Openness.LISTED,
                locale=index.locale,
            )
        )

    @transaction.atomic
    def _members(self) -> list[User]:
        members = User.objects.bulk_create(
            [
                User(
                    email=f"generated-{number}@example.org",
                    first_name="Ada",
                    last_name=f"Generated {number}",
                    name_key=name_key(f"Generated {number}", "Ada"),
                    languages=[CODES[number % len(CODES)]],
                    time_zone="Europe/Paris",
                )
                for number in range(MEMBERS)
            ]
        )
        pairs = [
            (member, self.groups[(number + step * 7) % GROUPS])
            for number, member in enumerate(members)
            for step in range(GROUPS_OF_A_MEMBER)
        ]
        Membership.objects.bulk_create([Membership(user=user, group=group) for user, group in pairs])
        Membership.objects.filter(user__in=members).update(joined_at=BEGAN - timedelta(days=1))
        Subscription.objects.bulk_create([Subscription(user=user, topic=group.topic) for user, group in pairs])
        MailPreference.objects.bulk_create(
            [MailPreference(user=user, kind="post", frequency=Frequency.DAILY) for user in members]
        )
        return members

    def _threads(self, group: WorkingGroup, count: int) -> list[Thread]:
        return Thread.objects.bulk_create(
            [
                Thread(
                    group=group,
                    title=f"Question {number}",
                    language="en",
                    author=self.chance.choice(self.members),
                    last_post_at=self.now,
                )
                for number in range(count)
            ],
            batch_size=BATCH,
        )

    def _write(
        self, order: Sequence[Thread], *, since: datetime | None = None, apart: timedelta = timedelta(minutes=1)
    ) -> list[Post]:
        """One post after the other in these threads; where no time is given, from where the last ones ended."""
        posts, at = [], since or self.now
        for thread in order:
            at += apart
            text = " ".join(
                self.chance.choices(("lamp", "street", "night", "data", "square", "police"), k=WORDS_A_POST)
            )
            thread.last_post_at, thread.post_count = at, thread.post_count + 1
            posts.append(
                Post(
                    thread=thread,
                    author=self.chance.choice(self.members),
                    language="en",
                    source=text,
                    html=f"<p>{text}</p>",
                    created_at=at,
                )
            )
        if since is None:
            self.now = at
        written = Post.objects.bulk_create(posts, batch_size=BATCH)
        Thread.objects.bulk_update(
            {thread.pk: thread for thread in order}.values(), ["last_post_at", "post_count"], BATCH
        )
        return written
