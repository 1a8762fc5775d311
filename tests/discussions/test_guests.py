"""People without an account who are asked: what they get by mail, what they may read, and how they answer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discussions import guests
from discussions.actions.guests import MOST_A_DAY, answer_as_guest, invite_guest
from discussions.actions.posting import add_post
from discussions.guest_letters import tell_guests
from discussions.models import Post, Thread, ThreadGuest
from notifications.models import OutgoingMail
from tests.factories import CityFactory, ThreadFactory, ThreadGuestFactory, UserFactory, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return UserFactory(first_name="Ada", last_name="Rossi", city=CityFactory(key="turin"))


@pytest.fixture
def thread(group, asker):
    return ThreadFactory(group=group, author=asker, title="How many?", text="How *many* were there?", language="it")


@pytest.fixture
def guest(thread):
    guest = ThreadGuestFactory(thread=thread, email="anna@example.org", name="Anna de Vries", languages=["nl"])
    tell_guests(thread.posts.get())
    return guest


def letters():
    return list(OutgoingMail.objects.filter(kind="guest-question").order_by("pk"))


def test_guest_is_invited_once(thread):
    first = invite_guest(thread=thread, email=" Anna@Example.org", name="Anna")
    assert invite_guest(thread=thread, email="anna@example.org", name="A. de Vries") == first
    assert [(each.email, each.name) for each in thread.guests.all()] == [("anna@example.org", "Anna")]


def test_guest_gets_the_question_once_in_an_own_language(guest, thread):
    tell_guests(thread.posts.get())
    (letter,) = letters()
    assert (letter.recipient, letter.language, letter.subject) == ("anna@example.org", "nl", "How many?")
    assert "> How *many* were there?" in letter.text
    assert "/nl/discussions/asked/" in letter.text
    assert "Reply-To" not in letter.headers


def test_letter_can_be_answered_where_the_portal_takes_mail_in(thread, monkeypatch):
    monkeypatch.setattr("discussions.guest_letters.reply_address", lambda post, person: "replies+1@example.org")
    ThreadGuestFactory(thread=thread)
    tell_guests(thread.posts.get())
    assert letters()[0].headers["Reply-To"] == "replies+1@example.org"


def test_guest_hears_of_what_the_asker_adds_and_of_answers_to_own_posts_alone(guest, thread, asker):
    member = UserFactory()
    own = answer_as_guest(guest=guest, text="Twelve.", language="nl")
    add_post(thread=thread, author=member, text="Among members: they were few.", language="en")
    back = add_post(thread=thread, author=asker, text="Thank you. And before?", language="it")
    reply = add_post(thread=thread, author=member, text="Twelve where?", language="en", reply_to=own)
    assert [letter.key.split(":")[1] for letter in letters()] == [
        str(post.pk) for post in (thread.posts.earliest("created_at"), back, reply)
    ]
    assert list(guests.posts_for(guest).values_list("pk", flat=True)) == [
        thread.posts.earliest("created_at").pk, own.pk, back.pk, reply.pk,
    ]  # fmt: skip


def test_every_post_of_posts_for_concerns_the_guest_and_no_other(guest, thread, asker):
    answer_as_guest(guest=guest, text="Twelve.", language="nl")
    add_post(thread=thread, author=UserFactory(), text="Among members.", language="en")
    add_post(thread=thread, author=asker, text="Thanks.", language="it")
    shown = set(guests.posts_for(guest))
    assert {post for post in thread.posts.all() if guests.concerns(guest, post)} == shown
    assert len(shown) == 3


def test_guest_who_stopped_the_letters_gets_none(guest, thread, asker, client):
    address = guests.guest_stop_address(guest)
    assert "Stop these letters?" in client.get(address).content.decode()
    add_post(thread=thread, author=asker, text="One.", language="it")
    assert "No more letters" in client.post(address).content.decode()
    add_post(thread=thread, author=asker, text="Two.", language="it")
    assert len(letters()) == 2


def test_opening_the_address_that_stops_letters_changes_nothing(guest, client):
    client.get(guests.guest_stop_address(guest))
    guest.refresh_from_db()
    assert guest.stopped_at is None


def test_letter_carries_the_way_to_be_spared_the_next_one(guest):
    (letter,) = letters()
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/stop/" in letter.headers["List-Unsubscribe"]


# ---------------------------------------------------------------- the page without a login


def test_guest_reads_the_question_and_answers_without_a_login(guest, thread, client):
    address = guests.guest_address(guest)
    page = client.get(address).content.decode()
    assert "How <em>many</em> were there?" in page
    response = client.post(address, {"text": "**Twaalf.**", "language": "nl"}, follow=True)
    post = Post.objects.latest("pk")
    assert (post.guest, post.author, post.city, post.source) == (guest, None, guest.city, "**Twaalf.**")
    assert post.reply_to == thread.posts.earliest("created_at")
    assert "Thank you: your answer is in the discussion." in response.content.decode()


def test_guest_does_not_read_what_members_say(guest, thread, client):
    add_post(thread=thread, author=UserFactory(), text="Among members alone.", language="en")
    assert "Among members alone." not in client.get(guests.guest_address(guest)).content.decode()


def test_hidden_post_is_not_shown_to_the_guest(guest, thread, client):
    thread.posts.update(hidden_at=timezone.now())
    assert "were there?" not in client.get(guests.guest_address(guest)).content.decode()


def test_empty_answer_is_asked_for_again(guest, thread, client):
    response = client.post(guests.guest_address(guest), {"text": " ", "language": "nl"})
    assert (response.status_code, thread.posts.count()) == (422, 1)
    assert "Write your message first." in response.content.decode()


@pytest.mark.parametrize("token", ["nonsense", "MQ:1abc:x"])
def test_broken_key_opens_nothing(client, token):
    response = client.get(f"/en/discussions/asked/{token}/")
    assert response.status_code == 410
    assert "This address is not complete." in response.content.decode()


def test_key_that_stops_letters_does_not_answer(guest, client):
    token = guests.guest_stop_address(guest).rstrip("/").split("/")[-2]
    assert client.get(f"/en/discussions/asked/{token}/").status_code == 410


def test_key_of_a_thread_that_is_gone_opens_nothing(guest, thread, client):
    address = guests.guest_address(guest)
    thread.delete()
    assert client.get(address).status_code == 410


@pytest.mark.parametrize(
    ("changes", "is_closed"),
    [
        ({}, False),
        ({"is_closed": True}, True),
        ({"last_post_at": timezone.now() - guests.OPEN_FOR - timedelta(hours=1)}, True),
        ({"last_post_at": timezone.now() - guests.OPEN_FOR + timedelta(hours=1)}, False),
    ],
)
def test_thread_takes_answers_of_guests_while_it_lives(guest, thread, changes, is_closed):
    Thread.objects.filter(pk=thread.pk).update(**changes or {"title": thread.title})
    if is_closed:
        with pytest.raises(PermissionDenied):
            answer_as_guest(guest=guest, text="Late.", language="nl")
    else:
        answer_as_guest(guest=guest, text="In time.", language="nl")
    assert thread.posts.count() == (1 if is_closed else 2)


def test_guest_does_not_write_without_end(guest):
    for number in range(MOST_A_DAY):
        answer_as_guest(guest=guest, text=f"Post {number}", language="nl")
    with pytest.raises(ValidationError):
        answer_as_guest(guest=guest, text="One more.", language="nl")
    Post.objects.filter(guest=guest).update(created_at=timezone.now() - timedelta(days=2))
    answer_as_guest(guest=guest, text="The day after.", language="nl")


def test_guest_is_named_by_nothing_that_others_can_guess(guest):
    other = ThreadGuestFactory(thread=guest.thread)
    assert guests.read_guest_token(guests.guest_address(guest).rstrip("/").split("/")[-1]) == guest
    assert guests.guest_address(guest) != guests.guest_address(other)
    assert ThreadGuest.objects.count() == 2


def test_hidden_group_is_not_named_to_the_guest(group, thread, client):
    group.openness = "hidden"
    group.save()
    guest = ThreadGuestFactory(thread=Thread.objects.get(pk=thread.pk), languages=["en"])
    tell_guests(Thread.objects.get(pk=thread.pk).posts.get())
    page = client.get(guests.guest_address(guest)).content.decode()
    assert "The members of the working group that asks read it." in page
    assert "Innovation" not in page
    assert "Innovation" not in letters()[0].text


def test_group_is_named_in_the_language_of_the_guest(group, thread):
    translate(group, "nl", title="Innovatie", slug="innovatie")
    ThreadGuestFactory(thread=thread, languages=["nl"])
    tell_guests(thread.posts.get())
    assert "Innovatie" in letters()[0].text


WRITERS = st.sampled_from(["asker", "member", "guest", "other guest"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=st.lists(st.tuples(WRITERS, st.integers(0, 5)), max_size=6))
def test_guests_get_each_post_that_concerns_them_once_and_no_other(group, asker, posts):
    """Whatever is said by whom in answer to what: letters, the page and ``concerns`` say the same."""
    member = UserFactory()
    thread = ThreadFactory(group=group, author=asker)
    invited = [ThreadGuestFactory(thread=thread), ThreadGuestFactory(thread=thread)]
    writers = {"guest": invited[0], "other guest": invited[1]}
    said = [thread.posts.get()]
    tell_guests(said[0])
    for writer, above in posts:
        author = {"asker": asker, "member": member}.get(writer)
        answered = said[above] if above < len(said) else None
        said.append(add_post(thread=thread, author=author, guest=writers.get(writer), text="?", language="en", reply_to=answered))  # fmt: skip
        tell_guests(said[-1])
    for guest in invited:
        shown = list(guests.posts_for(guest))
        assert shown == [post for post in said if guests.concerns(guest, post)]
        keys = OutgoingMail.objects.filter(recipient=guest.email).order_by("pk").values_list("key", flat=True)
        assert [int(key.split(":")[1]) for key in keys] == [post.pk for post in shown if post.guest != guest]
