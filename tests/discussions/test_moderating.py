"""Pinning, closing and marking the answer: by those who look after a thread, each once, and written down."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from discussions.actions.moderating import close_thread, mark_answer, pin_thread
from discussions.actions.rearranging import merge_threads
from discussions.models import Thread
from groups.audit import act_in_words
from groups.models import AuditEntry
from tests.factories import PostFactory, ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["member"], title="Cameras")


def recorded():
    return [act_in_words(entry) for entry in AuditEntry.objects.order_by("pk")]


def test_pinning_and_unpinning_are_recorded_once_each(thread, people):
    for is_pinned in (True, True, False, False):
        pin_thread(thread=thread, by=people["coordinator"], is_pinned=is_pinned)
        assert Thread.objects.get(pk=thread.pk).is_pinned is is_pinned
    assert recorded() == ["pinned the discussion “Cameras”", "unpinned the discussion “Cameras”"]


def test_closing_records_who_and_why(thread, people):
    close_thread(thread=thread, by=people["coordinator"], is_closed=True, reason=" All is said. ")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.reason, entry.subject) == (people["coordinator"], "All is said.", thread.topic)
    assert entry.group.pk == thread.group_id
    close_thread(thread=thread, by=people["coordinator"], is_closed=False)
    assert recorded() == ["opened the discussion “Cameras” again", "closed the discussion “Cameras”"][::-1]
    assert not Thread.objects.get(pk=thread.pk).is_closed


@pytest.mark.parametrize("who", ["member", "stranger", "administrator"])
@pytest.mark.parametrize("act", [pin_thread, close_thread])
def test_pinning_and_closing_are_for_the_coordinators_of_the_group(thread, people, who, act):
    name = {pin_thread: "is_pinned", close_thread: "is_closed"}[act]
    with pytest.raises(PermissionDenied):
        act(thread=thread, by=people[who], **{name: True})
    assert AuditEntry.objects.count() == 0


def test_merged_thread_cannot_be_opened_again(thread, people, group):
    merge_threads(thread=thread, into=ThreadFactory(group=group), by=people["coordinator"])
    with pytest.raises(ValidationError, match="part of another one"):
        close_thread(thread=Thread.objects.get(pk=thread.pk), by=people["coordinator"], is_closed=False)


def test_answer_marked_by_whoever_asked_is_no_act_of_coordinators(thread, people):
    answer = PostFactory(thread=thread)
    mark_answer(post=answer, by=people["member"])
    assert Thread.objects.get(pk=thread.pk).answer == answer
    mark_answer(post=answer, by=people["member"], is_answer=False)
    assert Thread.objects.get(pk=thread.pk).answer is None
    assert recorded() == []


def test_answer_marked_by_coordinators_is_recorded_and_takes_the_place_of_the_former(thread, people):
    first, second = (
        PostFactory(thread=thread, author=UserFactory(first_name="Ada", last_name=name)) for name in ("Bo", "Cruz")
    )
    mark_answer(post=first, by=people["coordinator"])
    mark_answer(post=second, by=people["coordinator"])
    mark_answer(post=first, by=people["coordinator"], is_answer=False)
    assert Thread.objects.get(pk=thread.pk).answer == second
    assert recorded() == [
        "marked a post of Ada Bo as the answer in “Cameras”",
        "marked a post of Ada Cruz as the answer in “Cameras”",
    ]


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_answer_is_not_marked_by_others(thread, people, who):
    with pytest.raises(PermissionDenied):
        mark_answer(post=PostFactory(thread=thread), by=people[who])


def test_whoever_opened_a_thread_and_left_the_group_marks_nothing(thread, people):
    people["member"].memberships.all().delete()
    with pytest.raises(PermissionDenied):
        mark_answer(post=PostFactory(thread=thread), by=people["member"])


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
def test_answer_is_a_post_that_stands_and_not_the_question(thread, people, gone):
    post = PostFactory(thread=thread)
    type(post).objects.filter(pk=post.pk).update(**{gone: timezone.now()})
    post.refresh_from_db()
    with pytest.raises(ValidationError, match="does not stand"):
        mark_answer(post=post, by=people["member"])
    with pytest.raises(ValidationError, match="first post is the question"):
        mark_answer(post=thread.posts.first(), by=people["member"])
