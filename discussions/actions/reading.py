"""What people have read: one mark of time a thread, moved by pages and by mail alike."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from discussions.models import Post, ReadState, Thread
from discussions.models.threads import ThreadQuerySet
from discussions.queries import unread_of
from members.models import User
from notifications.models import Notice, NoticeQuerySet

_TICK = timedelta(microseconds=1)


@transaction.atomic
def read_until(*, user: User, thread: Thread, moment: datetime) -> None:
    """``user`` has read the posts up to ``moment``: moves the mark forward, never back."""
    state, is_new = ReadState.objects.get_or_create(user=user, thread=thread, defaults={"read_until": moment})
    if not is_new and state.read_until < moment:
        ReadState.objects.filter(pk=state.pk, read_until__lt=moment).update(read_until=moment)
    # A notice may be written after the mark was moved.
    _settle(Notice.objects.filter(user=user, topic=thread.topic, at__lte=moment))


def _settle(notices: NoticeQuerySet) -> None:
    """They are read: what was read here before its letter went out needs none."""
    open_ones = notices.unread() | notices.waiting_for_mail()
    # Most often there are none, and whoever only reads should not wait for whoever writes.
    if open_ones.exists():
        notices.unread().update(read_at=timezone.now())
        notices.waiting_for_mail().update(is_for_mail=False)


@transaction.atomic
def read_all(*, user: User, threads: ThreadQuerySet | None = None) -> int:
    """``user`` has read all that there is in these threads, or in all that he or she may see; returns in how many
    of them there was something new."""
    unread = unread_of(user)
    if threads is not None:
        unread = unread.filter(pk__in=threads.values("pk"))
    latest = {thread.pk: thread for thread in unread.only("pk", "last_post_at")}
    ReadState.objects.bulk_create(
        [ReadState(user=user, thread_id=pk, read_until=thread.last_post_at) for pk, thread in latest.items()],
        update_conflicts=True,
        unique_fields=["user", "thread"],
        update_fields=["read_until"],
        batch_size=500,
    )
    # A notice can be unread in a thread that has nothing new: of a post that was withdrawn.
    visible = threads if threads is not None else Thread.objects.visible_to(user)
    topics = [f"thread:{pk}" for pk in visible.order_by().values_list("pk", flat=True)]
    until = max((thread.last_post_at for thread in latest.values()), default=timezone.now())
    for start in range(0, len(topics), 500):
        _settle(Notice.objects.filter(user=user, topic__in=topics[start : start + 500], at__lte=until))
    return len(latest)


@transaction.atomic
def mark_unread_from(*, user: User, thread: Thread, moment: datetime) -> None:
    """Posts after ``moment`` count as new again; letters that they were spared do not come after all."""
    ReadState.objects.update_or_create(user=user, thread=thread, defaults={"read_until": moment})
    Notice.objects.filter(user=user, topic=thread.topic, at__gt=moment).update(read_at=None)


def mark_post_unread(*, user: User, post: Post) -> None:
    """``post`` and what follows it count as new again."""
    mark_unread_from(user=user, thread=post.thread, moment=post.created_at - _TICK)
