"""Moved, merged and split threads keep whatever hangs on their posts, and show nothing to anybody new."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from discussions.actions.reading import read_until
from discussions.actions.rearranging import merge_threads, move_thread, people_left_behind, split_thread
from discussions.models import Call, Mention, Poll, PostAttachment, ReadState, Thread, ThreadGuest
from groups.actions import set_membership
from groups.audit import act_in_words
from groups.enums import Openness, Role
from groups.models import AuditEntry, WorkingGroup
from notifications.models import Notice, Subscription
from notifications.topics import follow, mute
from search.models import PendingUpdate
from search.sources import documents_by_id
from tests.factories import (
    CityFactory,
    PostFactory,
    PracticeSheetFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 5, 4, 8, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


@pytest.fixture
def coordinator(people):
    return people["coordinator"]


@pytest.fixture
def other_group(coordinator):
    other = WorkingGroupFactory(title="Public transport", slug="transport")
    set_membership(group=other, user=coordinator, role=Role.COORDINATOR)
    return other


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["member"], title="Cameras", at=at(0))


@pytest.fixture
def other(group):
    return ThreadFactory(group=group, title="Lighting", at=at(5))


def recorded():
    return [(act_in_words(entry), entry.group_id) for entry in AuditEntry.objects.order_by("pk")]


def reloaded(thread):
    return Thread.objects.get(pk=thread.pk)


def tell(user, post):
    return Notice.objects.create(user=user, kind="post", subject=post.key, topic=post.thread.topic, at=post.created_at)


# ---------------------------------------------------------------- moving


def test_moved_thread_is_seen_by_the_new_group_only(thread, other_group, people, coordinator):
    there = UserFactory()
    set_membership(group=other_group, user=there, role=Role.MEMBER)
    move_thread(thread=thread, to=other_group, by=coordinator, reason="It is about buses.")
    seers = [user for user in (people["member"], coordinator, there) if Thread.objects.visible_to(user).exists()]
    assert seers == [coordinator, there]
    assert recorded() == [
        ("moved the discussion “Cameras” to another working group", thread.group_id),
        ("took in the discussion “Cameras” from elsewhere", other_group.pk),
    ]


def test_moving_forgets_what_was_kept_for_those_who_see_it_no_more(thread, other_group, people, coordinator):
    post = thread.posts.get()
    for user in (people["member"], coordinator):
        tell(user, post)
        follow(user_pk=user.pk, topic=thread.topic)
    move_thread(thread=thread, to=other_group, by=coordinator)
    assert list(Notice.objects.values_list("user", flat=True)) == [coordinator.pk]
    assert list(Subscription.objects.filter(topic=thread.topic).values_list("user", flat=True)) == [coordinator.pk]


def test_moving_says_who_is_left_behind(thread, other_group, people):
    outsider = UserFactory(last_name="Ames")
    PostFactory(thread=thread, author=outsider)
    set_membership(group=other_group, user=people["member"], role=Role.MEMBER)
    assert people_left_behind(thread, other_group) == [outsider]


def test_moving_needs_coordinators_of_both_groups(thread, other_group, people, coordinator):
    set_membership(group=other_group, user=people["member"], role=Role.COORDINATOR)
    with pytest.raises(PermissionDenied, match="Only the coordinators"):
        move_thread(thread=thread, to=other_group, by=people["member"])
    set_membership(group=other_group, user=coordinator, role=Role.MEMBER)
    with pytest.raises(PermissionDenied, match="that you look after as well"):
        move_thread(thread=thread, to=other_group, by=coordinator)
    assert reloaded(thread).group_id == thread.group_id
    assert recorded() == []


def test_thread_is_not_moved_to_where_it_is(thread, group, coordinator):
    with pytest.raises(ValidationError, match="already"):
        move_thread(thread=thread, to=group, by=coordinator)


def test_name_of_a_hidden_group_does_not_stand_in_the_log_of_the_other(thread, other_group, coordinator):
    WorkingGroup.objects.filter(pk=other_group.pk).update(openness=Openness.HIDDEN)
    move_thread(thread=thread, to=other_group, by=coordinator)
    assert not AuditEntry.objects.filter(details__icontains="transport").exists()


def test_thread_of_the_network_moves_into_a_group_and_a_call_does_not(group, coordinator):
    open_to_all, call = (ThreadFactory(group=None, title=title) for title in ("Question", "Call"))
    Call.objects.create(thread=call, deadline=date(2027, 6, 1), languages=["en"])
    move_thread(thread=open_to_all, to=group, by=coordinator)
    assert reloaded(open_to_all).audience == f"group:{group.translation_key}"
    with pytest.raises(ValidationError, match="A call to the network stays"):
        move_thread(thread=call, to=group, by=coordinator)


# ---------------------------------------------------------------- merging


def test_merged_posts_stand_in_the_order_of_time(thread, other, coordinator):
    PostFactory(thread=thread, text="later", at=at(10))
    merge_threads(thread=thread, into=other, by=coordinator, reason="The same question")
    old, new = reloaded(thread), reloaded(other)
    assert [post.created_at for post in new.posts.all()] == [at(0), at(5), at(10)]
    assert (new.post_count, new.last_post_at) == (3, at(10))
    assert (old.post_count, old.merged_into, old.is_closed) == (0, new, True)
    assert recorded() == [("merged the discussion “Cameras” into “Lighting”", thread.group_id)]


def test_merging_takes_along_what_hangs_on_the_posts(thread, other, people, coordinator):
    post = thread.posts.get()
    mention = Mention.objects.create(post=post, user=people["member"])
    attachment = PostAttachment.objects.create(post=post, file="x.pdf", title="Plan", size=1)
    notice = tell(people["member"], post)
    merge_threads(thread=thread, into=other, by=coordinator)
    for kept in (mention, attachment, notice):
        kept.refresh_from_db()
    assert mention.post.thread == attachment.post.thread == other
    assert notice.topic == other.topic


def test_after_merging_the_unread_is_unread_and_no_more_than_one_mark_needs(thread, other, people, coordinator):
    reader, newcomer = people["member"], UserFactory()
    set_membership(group=thread.group, user=newcomer, role=Role.MEMBER)
    newcomer.memberships.update(joined_at=at(20))
    PostFactory(thread=thread, at=at(10))
    PostFactory(thread=other, at=at(15))
    ReadState.objects.all().delete()
    read_until(user=reader, thread=thread, moment=at(10))
    read_until(user=reader, thread=other, moment=at(5))
    read_until(user=newcomer, thread=other, moment=at(30))
    merge_threads(thread=thread, into=other, by=coordinator)
    marks = dict(ReadState.objects.filter(thread=other).values_list("user", "read_until"))
    assert at(10) <= marks[reader.pk] < at(15)
    # Of the thread that the newcomer never opened, everything was written before he or she came.
    assert marks[newcomer.pk] == at(30)
    assert not ReadState.objects.filter(thread=thread).exists()


@pytest.mark.parametrize("readers", [1, 3])
def test_merging_asks_no_more_for_more_readers(thread, other, coordinator, django_assert_num_queries, readers):
    for _ in range(readers):
        reader = UserFactory()
        set_membership(group=thread.group, user=reader, role=Role.MEMBER)
        for each in (thread, other):
            read_until(user=reader, thread=each, moment=at(0))
            follow(user_pk=reader.pk, topic=each.topic)
    with django_assert_num_queries(36):
        merge_threads(thread=thread, into=other, by=coordinator)


def test_whoever_muted_the_thread_that_stays_hears_nothing_more(thread, other, people, coordinator):
    follow(user_pk=people["member"].pk, topic=thread.topic)
    mute(user_pk=people["member"].pk, topic=other.topic)
    follow(user_pk=coordinator.pk, topic=thread.topic)
    merge_threads(thread=thread, into=other, by=coordinator)
    rows = Subscription.objects.filter(topic__startswith="thread:", user__in=[people["member"], coordinator])
    assert set(rows.values_list("user", "topic", "is_muted")) == {
        (people["member"].pk, other.topic, True),
        (coordinator.pk, other.topic, False),
    }


def test_guests_of_merged_threads_stay_guests_of_their_posts(thread, other, coordinator):
    only, both, there = (
        ThreadGuest.objects.create(thread=of, email=f"{email}@example.org", name=email)
        for of, email in ((thread, "only"), (thread, "both"), (other, "both"))
    )
    post = PostFactory(thread=thread, author=None, guest=both)
    merge_threads(thread=thread, into=other, by=coordinator)
    for each in (only, both, post):
        each.refresh_from_db()
    assert (only.thread, both.thread, post.guest) == (other, thread, there)


def test_thread_that_stays_takes_over_what_it_does_not_say(thread, other, group, coordinator):
    sheet, city = PracticeSheetFactory(group=group), CityFactory()
    answer = PostFactory(thread=thread)
    Thread.objects.filter(pk=thread.pk).update(about=sheet, passage="at night", addressed_to=city, answer=answer)
    poll = Poll.objects.create(thread=thread, question={"en": "Which?"})
    merge_threads(thread=thread, into=other, by=coordinator)
    new = reloaded(other)
    poll.refresh_from_db()
    assert (new.about.pk, new.passage, new.addressed_to, new.answer) == (sheet.pk, "at night", city, answer)
    assert poll.thread == new
    assert reloaded(thread).answer is None


def test_whatever_was_merged_before_leads_to_the_last(thread, other, group, coordinator):
    last = ThreadFactory(group=group)
    merge_threads(thread=thread, into=other, by=coordinator)
    merge_threads(thread=other, into=last, by=coordinator)
    assert reloaded(thread).merged_into == last


def test_search_finds_the_posts_in_the_thread_that_stays(thread, other, coordinator):
    PendingUpdate.objects.all().delete()
    merge_threads(thread=thread, into=other, by=coordinator)
    pending = set(PendingUpdate.objects.values_list("document_id", flat=True))
    assert pending == {f"discussions.thread:{thread.pk}", f"discussions.thread:{other.pk}"}
    documents = list(documents_by_id(pending))
    assert [(document.title, document.text) for document in documents] == [
        ("Lighting", "A first **post**.\nA first **post**.")
    ]


@pytest.mark.parametrize("reason", ["another group", "two polls", "itself", "a call", "into a call", "merged already"])
def test_merging_is_refused_with_the_reason(thread, other, other_group, coordinator, reason):
    words = {
        "another group": "for different people",
        "two polls": "Both discussions have a poll",
        "itself": "Choose another",
        "a call": "A call to the network stays",
        "into a call": "A call to the network stays",
        "merged already": "part of another one",
    }
    if reason == "another group":
        other = ThreadFactory(group=other_group)
    elif reason == "two polls":
        for each in (thread, other):
            Poll.objects.create(thread=each, question={"en": "Which?"})
    elif reason == "itself":
        other = thread
    elif "a call" in reason:
        thread, other = ThreadFactory(group=None), ThreadFactory(group=None)
        Call.objects.create(thread=thread if reason == "a call" else other, deadline=date(2027, 6, 1), languages=["en"])
    else:
        merge_threads(thread=thread, into=other, by=coordinator)
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError, match=words[reason]):
        merge_threads(thread=reloaded(thread), into=reloaded(other), by=coordinator)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("who", ["member", "stranger", "administrator"])
def test_merging_and_splitting_are_for_coordinators(thread, other, people, who):
    with pytest.raises(PermissionDenied):
        merge_threads(thread=thread, into=other, by=people[who])
    with pytest.raises(PermissionDenied):
        split_thread(thread=thread, posts=[PostFactory(thread=thread).pk], title="New", language="en", by=people[who])


# ---------------------------------------------------------------- splitting


def test_split_thread_begins_with_its_first_post(thread, people, coordinator):
    author = UserFactory(city=CityFactory())
    moved = [PostFactory(thread=thread, author=author, at=at(10)), PostFactory(thread=thread, at=at(20))]
    PostFactory(thread=thread, at=at(15))
    new = split_thread(
        thread=thread, posts=[post.pk for post in moved], title=" Drones ", language="fr", by=coordinator
    )
    new, old = reloaded(new), reloaded(thread)
    assert (new.title, new.language, new.author, new.city, new.created_at) == (
        "Drones", "fr", author, author.city, at(10),
    )  # fmt: skip
    assert (new.group, new.visibility, new.post_count, new.last_post_at) == (thread.group, "group", 2, at(20))
    assert (old.post_count, old.last_post_at) == (2, at(15))
    assert recorded() == [("split the discussion “Drones” off from “Cameras”", thread.group_id)]


def test_splitting_takes_along_who_read_follows_and_was_told(thread, people, coordinator):
    moved = PostFactory(thread=thread, at=at(10))
    kept = thread.posts.first()
    notices = [tell(people["member"], post) for post in (kept, moved)]
    mute(user_pk=people["member"].pk, topic=thread.topic)
    read_until(user=coordinator, thread=thread, moment=at(10))
    new = split_thread(thread=thread, posts=[moved.pk], title="Drones", language="en", by=coordinator)
    for notice in notices:
        notice.refresh_from_db()
    assert [notice.topic for notice in notices] == [thread.topic, new.topic]
    assert Subscription.objects.get(user=people["member"], topic=new.topic).is_muted
    assert ReadState.objects.get(user=coordinator, thread=new).read_until == at(10)


def test_splitting_copies_guests(thread, coordinator):
    guest = ThreadGuest.objects.create(thread=thread, email="a@example.org", name="A")
    moved = PostFactory(thread=thread, author=None, guest=guest)
    new = split_thread(thread=thread, posts=[moved.pk], title="Drones", language="en", by=coordinator)
    moved.refresh_from_db()
    assert (moved.guest.email, moved.guest.thread) == ("a@example.org", new)


@pytest.mark.parametrize("answers", [True, False])
def test_answer_goes_with_the_split_unless_it_begins_it(thread, coordinator, answers):
    first, second = PostFactory(thread=thread, at=at(10)), PostFactory(thread=thread, at=at(20))
    Thread.objects.filter(pk=thread.pk).update(answer=second if answers else first)
    new = split_thread(thread=thread, posts=[first.pk, second.pk], title="Drones", language="en", by=coordinator)
    assert (reloaded(thread).answer, reloaded(new).answer) == (None, second if answers else None)


@pytest.mark.parametrize("chosen", ["none", "the first", "of another thread"])
def test_splitting_is_refused_with_the_reason(thread, other, coordinator, chosen):
    posts = {"none": [], "the first": [thread.posts.get().pk], "of another thread": [other.posts.get().pk]}[chosen]
    with pytest.raises(ValidationError) as refused:
        split_thread(thread=thread, posts=posts, title="Drones", language="en", by=coordinator)
    assert list(refused.value.message_dict) == ["posts"]
    assert Thread.objects.count() == 2
