"""Authors change and take back what they wrote; what it said before is for them and for the coordinators."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from discussions.actions.changing import change_post, say_language, withdraw_post
from discussions.actions.posting import add_post
from discussions.models import Mention, Post, PostTranslation, Thread
from groups.actions import set_membership
from groups.enums import Role
from members.models import PersonVisibility
from search.sources import SOURCES
from tests.factories import ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "Nobody should have read this name."


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"], title="Lamps")


@pytest.fixture
def post(thread, people):
    return add_post(thread=thread, author=people["member"], text=SECRET, language="en")


def send(client, post, text="Better.", **fields):
    data = {"text": text, "language": "en", "versions_seen": post.versions.count(), **fields}
    return client.post(f"/en/discussions/posts/{post.pk}/change/", data)


@pytest.fixture
def anybody(client_as, group, people):
    """Another member of the group besides those of ``people``."""
    people["another member"] = UserFactory()
    set_membership(group=group, user=people["another member"], role=Role.MEMBER)
    return client_as


CHANGE = [
    ("visitor", 302),
    ("stranger", 404),
    ("administrator", 404),
    ("another member", 403),
    ("coordinator", 403),
    ("member", 200),
]


@pytest.mark.parametrize("screen", ["change", "withdraw"])
@pytest.mark.parametrize(("who", "status"), CHANGE)
def test_changing_and_taking_back_are_for_the_author(anybody, post, screen, who, status):
    address = f"/en/discussions/posts/{post.pk}/{screen}/"
    assert anybody(who).get(address).status_code == status
    anybody(who).post(address, {"text": "Changed", "language": "en", "versions_seen": 0})
    post.refresh_from_db()
    is_as_before = (post.source, post.withdrawn_at) == (SECRET, None)
    assert is_as_before is (who != "member")


@pytest.mark.parametrize("screen", ["versions", "language"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("visitor", 302),
        ("stranger", 404),
        ("administrator", 404),
        ("another member", 403),
        ("coordinator", 200),
        ("member", 200),
    ],
)
def test_former_versions_and_the_language_are_for_author_and_coordinators(anybody, post, screen, who, status):
    assert anybody(who).get(f"/en/discussions/posts/{post.pk}/{screen}/").status_code == status


def test_change_is_shown_and_what_was_said_before_is_kept(client_as, post):
    client = client_as("member")
    response = send(client, post)
    assert response["Location"] == f"/en/discussions/{post.thread_id}/#post-{post.pk}"
    post.refresh_from_db()
    assert (post.source, post.html, post.edited_at is None) == ("Better.", "<p>Better.</p>\n", False)
    assert [(version.source, version.written_at) for version in post.versions.all()] == [(SECRET, post.created_at)]
    assert SECRET in client.get(f"/en/discussions/posts/{post.pk}/versions/").content.decode()
    page = client_as("coordinator").get(post.thread.get_absolute_url()).content.decode()
    assert (SECRET in page, "changed on" in page) == (False, True)


def test_text_that_stays_the_same_is_no_change(post):
    assert change_post(post=post, text=SECRET, language="en") is False
    post.refresh_from_db()
    assert (post.edited_at, post.versions.count()) == (None, 0)


def test_change_in_another_window_is_told_and_nothing_is_lost(client_as, post):
    client = client_as("member")
    change_post(post=post, text="From the other window.", language="en")
    response = client.post(
        f"/en/discussions/posts/{post.pk}/change/", {"text": "Mine.", "language": "en", "versions_seen": 0}
    )
    page = response.content.decode()
    assert (response.status_code, "From the other window." in page, "Mine." in page) == (422, True, True)
    seen = response.context["form"]["versions_seen"].value()
    assert send(client, post, "Mine.", versions_seen=seen).status_code == 302
    post.refresh_from_db()
    assert post.source == "Mine."


def test_stale_change_is_refused_by_the_action(post):
    change_post(post=post, text="Other", language="en")
    with pytest.raises(ValidationError):
        change_post(post=post, text="Mine", language="en", versions_seen=0)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "a" * 20_001])
def test_change_to_what_is_no_post_is_refused(client_as, post, text):
    response = send(client_as("member"), post, text)
    assert (response.status_code, Post.objects.get(pk=post.pk).source) == (422, SECRET)


def test_preview_of_a_change_changes_nothing(client_as, post):
    response = send(client_as("member"), post, "**New**", preview="1")
    assert (response.status_code, Post.objects.get(pk=post.pk).source) == (200, SECRET)
    assert "<strong>New</strong>" in response.content.decode()


def test_title_is_changed_with_the_first_post_alone(client_as, thread, post):
    first = thread.posts.first()
    assert send(client_as("coordinator"), first, title="Street lamps").status_code == 302
    send(client_as("member"), post, title="Mine")
    thread.refresh_from_db()
    assert thread.title == "Street lamps"


def test_closed_thread_is_not_changed_but_posts_are_taken_back(client_as, thread, post):
    Thread.objects.filter(pk=thread.pk).update(is_closed=True)
    client = client_as("member")
    assert send(client, post).status_code == 403
    client.post(f"/en/discussions/posts/{post.pk}/withdraw/")
    post.refresh_from_db()
    assert (post.source, post.is_standing) == (SECRET, False)


@pytest.mark.parametrize("state", ["hidden_at", "withdrawn_at"])
def test_post_that_does_not_stand_is_neither_changed_nor_taken_back(client_as, post, state):
    Post.objects.filter(pk=post.pk).update(**{state: post.created_at})
    client = client_as("member")
    assert [
        send(client, post).status_code,
        client.post(f"/en/discussions/posts/{post.pk}/withdraw/").status_code,
    ] == [403, 403]


def test_asking_to_take_back_takes_nothing_back(client_as, post):
    client_as("member").get(f"/en/discussions/posts/{post.pk}/withdraw/")
    post.refresh_from_db()
    assert post.is_standing


def test_post_taken_back_says_only_that_it_was_there(client_as, thread, post, people):
    thread.answer = post
    thread.save()
    withdraw_post(post=post)
    thread.refresh_from_db()
    for who in ("member", "coordinator"):
        page = client_as(who).get(thread.get_absolute_url()).content.decode()
        assert (SECRET in page, "This post was taken back by its author." in page) == (False, True)
    [document] = next(source for source in SOURCES if source.type == "discussion").documents()
    assert (thread.answer, SECRET in document.text) == (None, False)


def test_hidden_post_is_shown_to_coordinators_alone(anybody, thread, post):
    Post.objects.filter(pk=post.pk).update(hidden_at=post.created_at)
    shown = {
        who: SECRET in anybody(who).get(thread.get_absolute_url()).content.decode()
        for who in ("another member", "coordinator")
    }
    assert shown == {"another member": False, "coordinator": True}


# ---------------------------------------------------------------- names, and the language


def test_change_brings_mentions_in_line(post, group):
    people = [
        UserFactory(first_name=name, last_name="Rossi", shown_to=PersonVisibility.MEMBERS) for name in ("Anna", "Bea")
    ]
    for person in people:
        set_membership(group=group, user=person, role=Role.MEMBER)
    named = []
    for text in ("@Anna Rossi", "@Anna Rossi and @Bea Rossi", "@Bea Rossi", "nobody"):
        change_post(post=post, text=text, language="en")
        named.append(sorted(Mention.objects.filter(post=post).values_list("user__first_name", flat=True)))
    assert named == [["Anna"], ["Anna", "Bea"], ["Bea"], []]


def test_only_a_change_that_names_somebody_new_is_told(post, group, monkeypatch):
    told = []
    teller = SimpleNamespace(enqueue=lambda post_pk: told.append(post_pk))
    monkeypatch.setattr("discussions.actions.changing.tell_of_post", teller)
    anna = UserFactory(first_name="Anna", last_name="Rossi", shown_to=PersonVisibility.MEMBERS)
    set_membership(group=group, user=anna, role=Role.MEMBER)
    counts = []
    for text in ("plain", "@Anna Rossi", "@Anna Rossi again"):
        change_post(post=post, text=text, language="en")
        counts.append(len(told))
    assert counts == [0, 1, 1]


def test_corrected_language_holds_for_post_and_thread(client_as, thread):
    first = thread.posts.first()
    assert (
        client_as("coordinator").post(f"/en/discussions/posts/{first.pk}/language/", {"language": "it"}).status_code
        == 302
    )
    first.refresh_from_db()
    thread.refresh_from_db()
    assert (first.language, first.is_language_given, thread.language) == ("it", True, "it")


def test_language_of_a_reply_leaves_that_of_the_thread(thread, post):
    say_language(post=post, language="it")
    thread.refresh_from_db()
    assert thread.language == "en"


@pytest.mark.parametrize("language", ["", "xx", "EN"])
def test_language_that_the_portal_does_not_have_is_refused(client_as, post, language):
    response = client_as("member").post(f"/en/discussions/posts/{post.pk}/language/", {"language": language})
    assert (response.status_code, Post.objects.get(pk=post.pk).language) == (422, "en")


def test_corrected_language_drops_what_a_machine_made_of_the_wrong_one(post, people):
    fields = {"post": post, "source": "x", "html": "x", "of": "x", "engine": "x"}
    PostTranslation.objects.create(language="fr", **fields)
    PostTranslation.objects.create(language="de", corrected_by=people["member"], corrected_at=post.created_at, **fields)
    say_language(post=post, language="en")
    assert post.translations.count() == 2
    say_language(post=post, language="it")
    assert [translation.language for translation in post.translations.all()] == ["de"]
