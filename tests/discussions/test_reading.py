"""One truth of what a person has read: a mark of time a thread."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from discussions.actions.changing import withdraw_post
from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import mark_post_unread, read_all, read_until
from discussions.models import ReadState, Thread
from discussions.queries import POSTS_A_PAGE, count_new, count_unread, mark_of, new_posts, unread_of, with_marks
from groups.actions import set_membership
from groups.enums import Role
from groups.models import Membership
from notifications.models import Notice
from tests.factories import ThreadFactory, UserFactory, WorkingGroupFactory

pytestmark = pytest.mark.django_db

MOMENT = datetime(2027, 5, 3, 9, tzinfo=UTC)


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"])


def write(thread, author, minutes=0):
    at = thread.last_post_at + timedelta(minutes=minutes) if minutes else None
    return add_post(thread=thread, author=author, text=f"Post {minutes}", language="en", at=at)


def new_in(thread, user):
    return list(new_posts(thread, user, mark_of(thread, user)))


def test_what_was_written_before_somebody_joined_is_not_new(group, people, thread):
    late = UserFactory()
    set_membership(group=group, user=late, role=Role.MEMBER)
    assert (new_in(thread, late), count_unread(late)) == ([], 0)
    post = write(thread, people["member"])
    assert (new_in(thread, late), count_unread(late)) == ([post], 1)


def test_thread_of_the_network_is_new_since_the_account_was_made(people):
    early, late = people["stranger"], UserFactory(date_joined=datetime(2999, 1, 1, tzinfo=UTC))
    open_thread(group=None, author=people["member"], title="A", text="B", language="en")
    assert [count_unread(early), count_unread(late)] == [1, 0]


def test_ones_own_posts_are_never_new(thread, people):
    write(thread, people["member"])
    assert [count_unread(people["member"]), count_unread(people["coordinator"])] == [0, 1]


def test_opening_a_thread_reads_what_its_page_shows(client_as, thread, people):
    for _number in range(POSTS_A_PAGE):
        write(thread, people["coordinator"])
    client, member = client_as("member"), people["member"]
    page = client.get(thread.get_absolute_url())
    assert page.context["new_count"] == POSTS_A_PAGE + 1
    assert len(new_in(thread, member)) == 1
    page = client.get(f"/en/discussions/{thread.pk}/?page=2")
    assert (page.context["new_count"], new_in(thread, member)) == (1, [])
    assert client.get(thread.get_absolute_url()).context["new_count"] == 0


def test_page_that_a_browser_fetched_ahead_is_not_read(client_as, thread, people):
    client_as("member").get(thread.get_absolute_url(), headers={"Sec-Purpose": "prefetch;prerender"})
    assert count_unread(people["member"]) == 1


def test_first_new_post_is_marked_and_led_to(client_as, thread, people):
    client = client_as("member")
    client.get(thread.get_absolute_url())
    post = write(thread, people["coordinator"])
    write(thread, people["coordinator"])
    assert client.get(f"/en/discussions/{thread.pk}/new/")["Location"].endswith(f"/#post-{post.pk}")
    page = client.get(thread.get_absolute_url())
    assert page.context["first_new"] == post
    assert page.content.decode().count("New since your last visit") == 1
    assert [each.is_new for each in page.context["posts"]] == [False, True, True]


def test_way_to_the_new_leads_to_the_last_post_where_nothing_is_new(client_as, thread, people):
    client = client_as("member")
    for _number in range(POSTS_A_PAGE):
        last = write(thread, people["member"])
    assert client.get(f"/en/discussions/{thread.pk}/new/")["Location"] == (
        f"/en/discussions/{thread.pk}/?page=2#post-{last.pk}"
    )


def test_mark_is_moved_forward_and_never_back(thread, people):
    member, later = people["member"], MOMENT + timedelta(days=1)
    for moment in (MOMENT, later, MOMENT):
        read_until(user=member, thread=thread, moment=moment)
    assert ReadState.objects.get(user=member, thread=thread).read_until == later


def test_notices_of_what_was_read_are_read_and_need_no_letter(thread, people):
    member = people["member"]
    for number, at in enumerate((MOMENT, MOMENT + timedelta(hours=1))):
        Notice.objects.create(user=member, kind="post", subject=f"post:{number}", topic=thread.topic, at=at)
    read_until(user=member, thread=thread, moment=MOMENT)
    before, after = Notice.objects.filter(user=member).order_by("at")
    assert (before.read_at is None, before.is_for_mail) == (False, False)
    assert (after.read_at is None, after.is_for_mail) == (True, True)


def test_notice_written_after_the_mark_was_moved_is_read_with_the_next_visit(thread, people):
    member = people["member"]
    read_until(user=member, thread=thread, moment=MOMENT)
    Notice.objects.create(user=member, kind="post", subject="post:1", topic=thread.topic, at=MOMENT)
    read_until(user=member, thread=thread, moment=MOMENT)
    assert Notice.objects.unread().filter(user=member).count() == 0


def test_post_marked_as_unread_is_new_with_all_that_follows(client_as, thread, people):
    client, member = client_as("member"), people["member"]
    posts = [write(thread, people["coordinator"]) for _number in range(2)]
    client.get(thread.get_absolute_url())
    assert client.post(f"/en/discussions/posts/{posts[0].pk}/unread/")["Location"] == "/en/discussions/"
    assert (new_in(thread, member), count_unread(member)) == (posts, 1)


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("stranger", 404), ("member", 302)])
def test_marking_as_unread_is_for_readers(client_as, thread, who, status):
    address = f"/en/discussions/posts/{thread.posts.get().pk}/unread/"
    assert client_as(who).post(address).status_code == status
    assert ReadState.objects.exclude(user=thread.author).exists() is (who == "member")


def test_thread_whose_only_new_post_was_taken_back_is_not_unread(thread, people):
    write(thread, people["member"])
    read_all(user=people["coordinator"])
    post = write(thread, people["member"])
    assert count_unread(people["coordinator"]) == 1
    withdraw_post(post=post)
    assert count_unread(people["coordinator"]) == 0


def test_reading_all_reads_what_may_be_seen_and_its_notices(client_as, group, people, thread):
    member, elsewhere = people["member"], ThreadFactory(group=WorkingGroupFactory(), author=people["stranger"])
    ThreadFactory(group=group, author=people["coordinator"])
    for number, topic in enumerate((thread.topic, elsewhere.topic)):
        Notice.objects.create(
            user=member, kind="post", subject=f"post:{number}", topic=topic, at=MOMENT - timedelta(days=900)
        )
    page = client_as("member").post("/en/discussions/read/", follow=True)
    assert "2 discussions are marked as read." in page.content.decode()
    assert count_unread(member) == 0
    assert [notice.topic for notice in Notice.objects.unread().filter(user=member)] == [elsewhere.topic]


def test_reading_all_of_a_group_leaves_the_other_groups(client_as, people, thread, group):
    member, other = people["member"], WorkingGroupFactory()
    set_membership(group=other, user=member, role=Role.MEMBER)
    kept = ThreadFactory(group=other, author=people["stranger"])
    answer = client_as("member").post(f"/en/discussions/read/?group={group.pk}")
    assert answer["Location"] == f"/en/discussions/?group={group.pk}"
    assert list(unread_of(member)) == [kept]


def test_former_member_has_nothing_unread(group, people, thread):
    assert count_unread(people["member"]) == 1
    Membership.objects.filter(user=people["member"]).delete()
    assert count_unread(people["member"]) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_counting_new_posts_takes_one_query(group, people, rows, django_assert_num_queries):
    for _row in range(rows):
        write(ThreadFactory(group=group, author=people["coordinator"]), people["coordinator"])
    threads = list(with_marks(Thread.objects.visible_to(people["member"]), people["member"]))
    with django_assert_num_queries(1):
        count_new(threads, people["member"])
    assert [thread.new_count for thread in threads] == [2] * rows


ACTS = ["write", "read", "read all", "unread"]


class Expected:
    """What is new for whom, kept as plain sets of posts."""

    def __init__(self, people, threads):
        self.people, self.threads = people, threads
        self.new = {(person.pk, thread.pk): set() for person in people for thread in threads}
        for thread in threads:
            self.written(thread.posts.get())

    def written(self, post):
        for person in self.people:
            if person.pk != post.author_id:
                self.new[person.pk, post.thread_id].add(post.pk)
        self.new[post.author_id, post.thread_id] = set()

    def do(self, act, person, thread):
        thread.refresh_from_db()
        if act == "write":
            self.written(write(thread, person))
        elif act == "read":
            read_until(user=person, thread=thread, moment=thread.last_post_at)
            self.new[person.pk, thread.pk] = set()
        elif act == "read all":
            read_all(user=person)
            self.new |= {(person.pk, each.pk): set() for each in self.threads}
        else:
            mark_post_unread(user=person, post=thread.posts.first())
            of_others = thread.posts.exclude(author=person)
            self.new[person.pk, thread.pk] = set(of_others.values_list("pk", flat=True))


class ReadingAtRandom(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(steps=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 1)), max_size=12))
    def test_posts_marked_as_new_counts_in_lists_and_the_count_of_threads_say_the_same(self, steps):
        group, people = WorkingGroupFactory(), [UserFactory() for _number in range(3)]
        for person in people:
            set_membership(group=group, user=person, role=Role.MEMBER)
        threads = [ThreadFactory(group=group, author=people[0]) for _number in range(2)]
        expected = Expected(people, threads)
        for act, who, where in steps:
            expected.do(act, people[who], threads[where])
        for person in people:
            new = {thread.pk: expected.new[person.pk, thread.pk] for thread in threads}
            listed = list(with_marks(Thread.objects.visible_to(person), person))
            count_new(listed, person)
            assert {thread.pk: {post.pk for post in new_in(thread, person)} for thread in threads} == new
            assert {thread.pk: thread.new_count for thread in listed} == {pk: len(posts) for pk, posts in new.items()}
            assert count_unread(person) == sum(map(bool, new.values()))
