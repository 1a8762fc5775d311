"""What those who look after a thread do with it where it is: pin, close, mark the answer."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from discussions import acts  # noqa: F401 -- declares what is recorded here
from discussions.models import Post, Thread
from discussions.permissions import moderates, solves
from groups.audit import record
from members.models import User


@transaction.atomic
def pin_thread(*, thread: Thread, by: User, is_pinned: bool) -> None:
    """Keep ``thread`` at the top of the lists of its group, or no longer. Raises PermissionDenied."""
    _switch(thread, by, "is_pinned", is_pinned, "thread-pinned" if is_pinned else "thread-unpinned")


@transaction.atomic
def close_thread(*, thread: Thread, by: User, is_closed: bool, reason: str = "") -> None:
    """Take no more replies, on the portal or by mail, or take them again. Raises PermissionDenied, and ValidationError
    for a thread that lives on in another one."""
    if thread.merged_into_id:
        raise ValidationError(_("This discussion is part of another one now."))
    _switch(thread, by, "is_closed", is_closed, "thread-closed" if is_closed else "thread-reopened", reason)


def _switch(thread: Thread, by: User, name: str, value: bool, act: str, reason: str = "") -> None:
    check_moderates(by, thread)
    # Pressed twice, or by two coordinators at once, it is done and recorded once.
    if Thread.objects.filter(pk=thread.pk, **{name: not value}).update(**{name: value}):
        record(act, group=thread.group, actor=by, subject=thread.topic, reason=reason.strip(), name=thread.title)
    setattr(thread, name, value)


@transaction.atomic
def mark_answer(*, post: Post, by: User, is_answer: bool = True) -> None:
    """Say that ``post`` solved its thread, in place of what was said before; or that it did not.

    Raises PermissionDenied for whoever neither opened the thread nor looks after it, ValidationError for a post that
    does not stand, or is the question itself.
    """
    thread = Thread.objects.select_for_update(of=("self",)).select_related("group").get(pk=post.thread_id)
    if not solves(by, thread):
        raise PermissionDenied(_("Only whoever opened the discussion and its coordinators may mark the answer."))
    if is_answer and not post.is_standing:
        raise ValidationError(_("This post does not stand any more."))
    if is_answer and post.pk == thread.first_post_pk:
        raise ValidationError(_("The first post is the question. Mark the post that answers it."))
    if is_answer is (thread.answer_id == post.pk):
        return
    Thread.objects.filter(pk=thread.pk).update(answer=post if is_answer else None)
    if by.pk != thread.author_id:
        act = "answer-marked" if is_answer else "answer-unmarked"
        record(act, group=thread.group, actor=by, subject=post.key, name=thread.title, author=name_of_author(post))


def check_moderates(user: User, thread: Thread) -> None:
    """Raises PermissionDenied for whoever does not look after ``thread``."""
    if not moderates(user, thread):
        raise PermissionDenied(_("Only the coordinators of the working group may do this."))


def name_of_author(post: Post) -> str:
    return str(post.author or post.guest or "–")
