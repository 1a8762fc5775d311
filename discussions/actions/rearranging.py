"""Moving, merging and splitting threads. Whatever hangs on the posts goes with them: what people have read, follow and
were told, mentions, files, reports."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from discussions import acts  # noqa: F401 -- declares what is recorded here
from discussions.actions.moderating import check_moderates
from discussions.models import Call, Poll, Post, ReadState, Thread, ThreadGuest
from discussions.permissions import groups_to_move_to
from discussions.reading_marks import mark_of_both
from groups.audit import record
from groups.enums import Visibility
from groups.models import Membership, WorkingGroup
from groups.permissions import readers_of
from members.models import User
from notifications.moving import divide_topic, join_topics, keep_to_readers

# ---------------------------------------------------------------- to another group


@transaction.atomic
def move_thread(*, thread: Thread, to: WorkingGroup, by: User, reason: str = "") -> Thread:
    """Give ``thread`` to another group that ``by`` looks after as well: from now on its members alone see it.

    Raises PermissionDenied for whoever does not look after both, ValidationError for a call to the network, for a
    thread that lives on in another one, and where it is there already.
    """
    thread = _locked(thread.pk)[thread.pk]
    check_moderates(by, thread)
    to = to.original
    if thread.group and thread.group.translation_key == to.translation_key:
        raise ValidationError(_("The discussion is in this working group already."), code="there")
    if to.pk not in {group.pk for group in groups_to_move_to(by, thread)}:
        raise PermissionDenied(_("You can move a discussion only to a working group that you look after as well."))
    _check_is_no_call(thread)
    _check_is_not_merged(thread)
    before = thread.group
    # Members of another group may not learn what a group is called that is hidden from them.
    for act, group in (("thread-moved-away", before), ("thread-moved-in", to)):
        record(act, group=group, actor=by, subject=thread.topic, reason=reason.strip(), name=thread.title)
    thread.group, thread.visibility, thread.is_pinned = to, Visibility.GROUP, False
    thread.save(update_fields=["group", "visibility", "is_pinned"])
    keep_to_readers(thread.topic, readers_of(thread))
    return thread


def people_left_behind(thread: Thread, to: WorkingGroup) -> list[User]:
    """Those who wrote in ``thread`` and would not see it in the group ``to``."""
    members = Membership.objects.filter(group__translation_key=to.translation_key)
    writers = User.objects.filter(pk__in=Post.objects.filter(thread=thread).values("author"), is_active=True)
    return list(writers.exclude(pk__in=members.values("user")).by_name())


# ---------------------------------------------------------------- two become one


@transaction.atomic
def merge_threads(*, thread: Thread, into: Thread, by: User, reason: str = "") -> Thread:
    """Put the posts of ``thread`` among those of ``into``, in the order of time; the old address leads to the new one.

    Raises PermissionDenied for whoever does not look after both, ValidationError where they are not for the same
    people, where both have a poll, and where one is a call to the network.
    """
    if thread.pk == into.pk:
        raise ValidationError(_("Choose another discussion."), code="same")
    both = _locked(thread.pk, into.pk)
    thread, into = both[thread.pk], both[into.pk]
    check_moderates(by, thread)
    check_moderates(by, into)
    _check_can_be_merged(thread, into)
    moments = _moments_of(thread), _moments_of(into)
    _join_read_states(thread, into, moments)
    Post.objects.filter(thread=thread).update(thread=into)
    _join_guests(thread, into)
    Poll.objects.filter(thread=thread).update(thread=into)
    join_topics(thread.topic, into.topic)
    Thread.objects.filter(merged_into=thread).update(merged_into=into)
    record(
        "thread-merged",
        group=into.group,
        actor=by,
        subject=thread.topic,
        reason=reason.strip(),
        name=thread.title,
        into=into.title,
    )
    # What the one that stays does not say, the other one may.
    into.about = into.about or thread.about
    into.passage = into.passage or thread.passage
    into.addressed_to = into.addressed_to or thread.addressed_to
    into.answer = into.answer or thread.answer
    thread.answer, thread.merged_into, thread.is_closed, thread.is_pinned = None, into, True, False
    _recount(into)
    _recount(thread)
    into.save()
    thread.save()
    return into


def _check_can_be_merged(thread: Thread, into: Thread) -> None:
    # What was said elsewhere is no answer to a call, and may be older than its question.
    _check_is_no_call(thread, into)
    _check_is_not_merged(thread)
    _check_is_not_merged(into)
    groups = {each.group.translation_key if each.group else None for each in (thread, into)}
    if len(groups) > 1:
        raise ValidationError(_("The two discussions are for different people. Move one of them first."), code="group")
    if Poll.objects.filter(thread__in=[thread, into]).count() > 1:
        raise ValidationError(
            _("Both discussions have a poll, and a discussion can have one. Remove one of them first.")
        )


def _join_read_states(thread: Thread, into: Thread, moments: tuple[list[datetime], list[datetime]]) -> None:
    marks: dict[int, dict[int, datetime]] = defaultdict(dict)
    for user, of, mark in ReadState.objects.filter(thread__in=[thread, into]).values_list(
        "user", "thread", "read_until"
    ):
        marks[user][of] = mark
    baselines = _baselines(into, marks)
    joined = []
    for user, by_thread in marks.items():
        # Whoever may not see the thread any more has only the marks of then.
        baseline = baselines.get(user, min(by_thread.values()))
        pair = by_thread.get(thread.pk, baseline), by_thread.get(into.pk, baseline)
        joined.append(ReadState(user_id=user, thread=into, read_until=mark_of_both(pair, moments)))
    ReadState.objects.bulk_create(
        joined,
        update_conflicts=True,
        unique_fields=["user", "thread"],
        update_fields=["read_until"],
        batch_size=500,
    )
    ReadState.objects.filter(thread=thread).delete()


def _baselines(thread: Thread, users: Collection[int]) -> dict[int, datetime]:
    """Up to when those have read a thread of this group who have not opened it: see ``ReadState``."""
    if thread.group is None:
        return dict(User.objects.filter(pk__in=users).values_list("pk", "date_joined"))
    members = Membership.objects.filter(group__translation_key=thread.group.translation_key, user__in=users)
    return dict(members.values_list("user").annotate(Min("joined_at")))


def _join_guests(thread: Thread, into: Thread) -> None:
    """A guest of both stays in the old thread as well: letters that were sent name that row."""
    there = dict(ThreadGuest.objects.filter(thread=into).values_list("email", "pk"))
    for guest in ThreadGuest.objects.filter(thread=thread):
        if guest.email in there:
            Post.objects.filter(guest=guest).update(guest=there[guest.email])
        else:
            ThreadGuest.objects.filter(pk=guest.pk).update(thread=into)


# ---------------------------------------------------------------- one becomes two


@transaction.atomic
def split_thread(
    *, thread: Thread, posts: Collection[int], title: str, language: str, by: User, reason: str = ""
) -> Thread:
    """Make a new thread of some ``posts`` (primary keys) of ``thread``, in the same group; returns the new one.

    Raises PermissionDenied for whoever does not look after it, ValidationError where no post is chosen, one that is not
    in the thread, or the first, with which it begins.
    """
    thread = _locked(thread.pk)[thread.pk]
    check_moderates(by, thread)
    _check_is_not_merged(thread)
    chosen = list(Post.objects.filter(thread=thread, pk__in=posts).order_by("created_at", "pk"))
    if not chosen or len(chosen) != len(set(posts)):
        raise ValidationError({"posts": _("Choose posts of this discussion.")})
    if thread.first_post_pk in {post.pk for post in chosen}:
        raise ValidationError({"posts": _("The first post stays: the discussion begins with it.")})
    first = chosen[0]
    new = Thread.objects.create(
        group=thread.group,
        visibility=thread.visibility,
        about=thread.about,
        title=title.strip(),
        language=language,
        author=first.author,
        city=first.city,
        last_post_at=chosen[-1].created_at,
    )
    Post.objects.filter(pk__in=[post.pk for post in chosen]).update(thread=new)
    _copy_guests(thread, new)
    ReadState.objects.bulk_create(
        [
            ReadState(user_id=user, thread=new, read_until=mark)
            for user, mark in ReadState.objects.filter(thread=thread).values_list("user", "read_until")
        ],
        batch_size=500,
    )
    divide_topic(thread.topic, new.topic, [post.key for post in chosen])
    if thread.answer_id in {post.pk for post in chosen}:
        new.answer_id, thread.answer_id = (thread.answer_id if thread.answer_id != first.pk else None), None
    new.created_at = first.created_at
    for each in (thread, new):
        _recount(each)
        each.save()
    record(
        "thread-split",
        group=thread.group,
        actor=by,
        subject=new.topic,
        reason=reason.strip(),
        name=thread.title,
        into=new.title,
    )
    return new


def _copy_guests(thread: Thread, new: Thread) -> None:
    """Guests have read the posts in their letters, and may answer them."""
    for guest in ThreadGuest.objects.filter(thread=thread):
        copied = ThreadGuest.objects.create(
            thread=new, email=guest.email, name=guest.name, city=guest.city, languages=guest.languages
        )
        Post.objects.filter(thread=new, guest=guest).update(guest=copied)


# ---------------------------------------------------------------- what they have in common


def _locked(*pks: int) -> dict[int, Thread]:
    """In one order, so that two who merge the same threads wait for each other, rather than for ever."""
    threads = Thread.objects.select_for_update(of=("self",)).select_related("group", "about", "answer")
    return {thread.pk: thread for thread in threads.filter(pk__in=pks).order_by("pk")}


def _check_is_no_call(*threads: Thread) -> None:
    if Call.objects.filter(thread__in=threads).exists():
        raise ValidationError(_("A call to the network stays what it is: the whole network was asked."), code="call")


def _check_is_not_merged(thread: Thread) -> None:
    if thread.merged_into_id:
        raise ValidationError(_("This discussion is part of another one now."), code="merged")


def _moments_of(thread: Thread) -> list[datetime]:
    return list(Post.objects.filter(thread=thread).order_by("created_at").values_list("created_at", flat=True))


def _recount(thread: Thread) -> None:
    thread.post_count = Post.objects.filter(thread=thread).count()
    latest = Post.objects.filter(thread=thread).aggregate(Max("created_at"))["created_at__max"]
    thread.last_post_at = latest or thread.last_post_at
