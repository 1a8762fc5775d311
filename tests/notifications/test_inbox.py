"""The inbox: one truth with the discussions, and nothing of what may not be seen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import mark_unread_from, read_until
from discussions.models import Post, ReadState
from discussions.telling import tell_of_post
from groups.models import Membership
from notifications import inbox
from notifications.inbox import SHOWN_OF_TOPIC, inbox_of, unread_count
from notifications.models import Notice
from tests.conftest import StrictClient
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(group, people):
    return opened(group, people, "Lamps")


def opened(group, people, title):
    thread = open_thread(group=group, author=people["coordinator"], title=title, text=f"About {title}.", language="en")
    tell_of_post.func(thread.posts.get().pk)
    return thread


def say(thread, people, text="More."):
    post = add_post(thread=thread, author=people["coordinator"], text=text, language="en")
    tell_of_post.func(post.pk)
    return post


def page_of(client, query=""):
    response = client.get(f"/en/mail/inbox/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_inbox_is_for_people_who_are_logged_in(client):
    assert client.get("/en/mail/inbox/")["Location"] == "/en/login/?next=/en/mail/inbox/"
    assert client.post("/en/mail/inbox/read/")["Location"] == "/en/login/?next=/en/mail/inbox/read/"


def test_inbox_shows_what_one_was_told_by_thread_newest_first(client_as, thread, people, group):
    other = opened(group, people, "Benches")
    say(thread, people, "Newest words.")
    page = page_of(client_as("member"))
    assert "3 things that you have not read yet." in page
    places = [
        page.index(words) for words in (">Lamps<", "Newest words.", "About Lamps.", ">Benches<", "About Benches.")
    ]
    assert places == sorted(places)
    topics, _page = inbox_of(people["member"], 1)
    assert [(topic.topic, topic.unread, topic.more) for topic in topics] == [(thread.topic, 2, 0), (other.topic, 1, 0)]


def test_inbox_is_ones_own(client_as, thread, people):
    assert "Nothing yet." in page_of(client_as("stranger"))
    assert "Nothing yet." in page_of(client_as("coordinator"))


def test_long_thread_shows_the_newest_and_says_how_many_there_are(client_as, thread, people):
    for number in range(SHOWN_OF_TOPIC + 2):
        say(thread, people, f"Post {number}.")
    page = page_of(client_as("member"))
    assert (f"Post {SHOWN_OF_TOPIC + 1}." in page, "Post 1." in page) == (True, False)
    assert f"{SHOWN_OF_TOPIC + 3} unread" in page
    assert "and 3 before" in page


# ---------------------------------------------------------------- one truth of what is read


def test_what_was_read_in_the_thread_is_read_in_the_inbox(thread, people, group):
    opened(group, people, "Benches")
    assert unread_count(people["member"]) == 2
    read_until(user=people["member"], thread=thread, moment=timezone.now())
    assert unread_count(people["member"]) == 1
    mark_unread_from(user=people["member"], thread=thread, moment=thread.created_at - timedelta(minutes=1))
    assert unread_count(people["member"]) == 2


def test_marking_a_thread_as_read_in_the_inbox_moves_its_mark_and_spares_its_letter(client_as, thread, people, group):
    other = opened(group, people, "Benches")
    client = client_as("member")
    response = client.post("/en/mail/inbox/read/", {"topic": thread.topic, "until": timezone.now().timestamp()})
    assert response["Location"] == "/en/mail/inbox/"
    assert ReadState.objects.get(user=people["member"], thread=thread).read_until == thread.posts.get().created_at
    assert not ReadState.objects.filter(user=people["member"], thread=other).exists()
    assert list(Notice.objects.filter(user=people["member"]).waiting_for_mail().values_list("topic", flat=True)) == [
        other.topic
    ]
    assert unread_count(people["member"]) == 1
    assert "1 thing that you have not read yet." in page_of(client)


def test_marking_everything_as_read_leaves_what_came_since_the_page_was_shown(client_as, thread, people, group):
    shown = timezone.now().timestamp()
    say(thread, people, "While you were reading.")
    opened(group, people, "Benches")
    client = client_as("member")
    client.post("/en/mail/inbox/read/", {"until": shown})
    assert unread_count(people["member"]) == 2
    client.post("/en/mail/inbox/read/", {"until": timezone.now().timestamp()})
    assert unread_count(people["member"]) == 0
    page = page_of(client)
    assert ("You have read everything." in page, "Everything in your inbox is read." in page) == (True, True)
    assert "Nothing is unread." in page_of(client, "?show=unread")


def test_only_what_is_unread_is_shown_on_demand(client_as, thread, people, group):
    opened(group, people, "Benches")
    client = client_as("member")
    client.post("/en/mail/inbox/read/", {"topic": thread.topic, "until": timezone.now().timestamp(), "show": "unread"})
    page = page_of(client, "?show=unread")
    assert (">Benches<" in page, ">Lamps<" in page) == (True, False)


def test_what_comes_while_the_inbox_is_read_is_not_shown_as_read(thread, people, monkeypatch):
    read_until(user=people["member"], thread=thread, moment=timezone.now())
    read_lines = inbox._lines_of

    def something_comes(topics, user):
        say(thread, people)
        return read_lines(topics, user)

    monkeypatch.setattr(inbox, "_lines_of", something_comes)
    (topic,), _page = inbox_of(people["member"], 1)
    assert (topic.unread, [line.is_unread for line in topic.lines]) == (1, [True, False])


@pytest.mark.parametrize("until", ["", "soon", "9e99", "nan", "99999999999"])
def test_odd_times_mark_what_is_there_now(client_as, thread, people, until):
    assert client_as("member").post("/en/mail/inbox/read/", {"until": until}).status_code == 302
    assert unread_count(people["member"]) == 0


def test_reading_is_a_post(client_as, thread, people):
    assert client_as("member").get("/en/mail/inbox/read/").status_code == 405
    assert unread_count(people["member"]) == 1


def test_nobody_marks_the_inbox_of_another(client_as, thread, people):
    client_as("stranger").post("/en/mail/inbox/read/", {"topic": thread.topic})
    assert unread_count(people["member"]) == 1
    assert not ReadState.objects.filter(user=people["stranger"]).exists()


# ---------------------------------------------------------------- what may not be seen


@pytest.mark.parametrize("happening", ["hidden", "withdrawn", "left"])
def test_what_may_no_longer_be_seen_is_neither_shown_nor_counted(client_as, thread, people, happening):
    hidden = say(thread, people, "Hidden words.")
    match happening:
        case "hidden":
            Post.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
        case "withdrawn":
            Post.objects.filter(pk=hidden.pk).update(withdrawn_at=timezone.now())
        case "left":
            Membership.objects.filter(user=people["member"]).delete()
    page = page_of(client_as("member"))
    assert "Hidden words." not in page
    rest = 0 if happening == "left" else 1
    assert unread_count(people["member"]) == rest
    assert (">Lamps<" in page) is bool(rest)


@pytest.mark.parametrize("topics", [1, 3])
@pytest.mark.parametrize("posts", [1, 3])
def test_inbox_takes_as_many_queries_for_few_as_for_many(people, group, topics, posts, django_assert_num_queries):
    reader = UserFactory()
    Membership.objects.create(group=group, user=reader)
    for number in range(topics):
        thread = open_thread(
            group=group, author=people["coordinator"], title=f"T{number}", text="First.", language="en"
        )
        for _post in range(posts):
            post = add_post(thread=thread, author=people["coordinator"], text="More.", language="en")
            Notice.objects.create(user=reader, kind="post", subject=post.key, topic=thread.topic, at=post.created_at)
    client = StrictClient()
    client.force_login(reader)
    client.get("/en/mail/inbox/")
    with django_assert_num_queries(18):
        client.get("/en/mail/inbox/")
