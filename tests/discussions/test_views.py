"""Members of the group see its discussions; for everybody else there are none, in title or in number."""

import pytest
from django.contrib.auth.models import AnonymousUser

from discussions.actions.posting import add_post
from discussions.models import Post, Thread
from tests.factories import PracticeSheetFactory, StandardPageFactory, ThreadFactory, translate

pytestmark = pytest.mark.django_db

EVERYBODY = ["visitor", "stranger", "administrator", "member", "coordinator"]
OUTSIDERS = ["visitor", "stranger", "administrator"]
SECRET = "How far may we read along?"


@pytest.fixture
def sheet(group):
    return PracticeSheetFactory(group=group)


@pytest.fixture
def thread(group, people, sheet):
    return ThreadFactory(group=group, author=people["coordinator"], title=SECRET, about=sheet)


@pytest.mark.parametrize(("who", "count"), [(who, 0 if who in OUTSIDERS else 1) for who in EVERYBODY])
@pytest.mark.usefixtures("thread")
def test_visible_to_is_for_members_of_the_group(people, who, count):
    assert Thread.objects.visible_to(people[who] or AnonymousUser()).count() == count


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("stranger", 404), ("administrator", 404), ("member", 200), ("coordinator", 200)],
)
def test_reading_a_thread_is_for_members_of_the_group(client_as, thread, who, status):
    assert client_as(who).get(f"/en/discussions/{thread.pk}/").status_code == status


def test_visitor_cannot_tell_a_thread_from_none(client_as, thread):
    visitor = client_as("visitor")
    there, not_there = (visitor.get(f"/en/discussions/{pk}/") for pk in (thread.pk, thread.pk + 1000))
    assert there["Location"].replace(str(thread.pk), "N") == not_there["Location"].replace(str(thread.pk + 1000), "N")


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.usefixtures("thread")
def test_pages_show_threads_to_members_of_the_group_only(client_as, group, sheet, who):
    client = client_as(who)
    for address in ("/en/", group.url, sheet.url):
        page = client.get(address).content.decode()
        assert (SECRET in page) is (who not in OUTSIDERS), address
        assert ("1 post" in page) is (who not in OUTSIDERS), address


def test_sheet_shows_its_threads_in_every_language(client_as, sheet, thread):
    french = translate(sheet, "fr", slug="fiche")
    assert SECRET in client_as("member").get(french.url).content.decode()


@pytest.mark.parametrize(
    ("who", "status", "posts"),
    [("visitor", 302, 1), ("stranger", 404, 1), ("administrator", 404, 1), ("member", 302, 2), ("coordinator", 302, 2)],
)
def test_replying_is_for_members_of_the_group(client_as, thread, who, status, posts):
    response = client_as(who).post(f"/en/discussions/{thread.pk}/", {"text": "I wonder, too.", "language": "en"})
    thread.refresh_from_db()
    assert (response.status_code, thread.posts.count(), thread.post_count) == (status, posts, posts)


def test_reply_leads_to_itself_and_is_rendered_safely(client_as, thread):
    response = client_as("member").post(
        f"/fr/discussions/{thread.pk}/", {"text": "**Oui** <script>", "language": "fr"}, follow=True
    )
    post = Post.objects.latest("pk")
    assert response.redirect_chain == [(f"/fr/discussions/{thread.pk}/#post-{post.pk}", 302)]
    assert "<strong>Oui</strong> &lt;script&gt;" in response.content.decode()


def test_empty_reply_is_asked_for_again(client_as, thread):
    response = client_as("member").post(f"/en/discussions/{thread.pk}/", {"text": " ", "language": "nl"})
    assert response.status_code == 422
    assert "Write your message first." in response.content.decode()
    assert '<option value="nl" selected>' in response.content.decode()


@pytest.mark.parametrize("text", ["\u200b", "\u2060\n\u00ad", "![](x)"])
def test_reply_of_which_nothing_can_be_seen_is_asked_for_again(client_as, thread, text):
    response = client_as("member").post(f"/en/discussions/{thread.pk}/", {"text": text, "language": "en"})
    assert (response.status_code, thread.posts.count()) == (422, 1)


def test_thread_names_its_page_in_the_readers_language(client_as, thread, sheet):
    translate(sheet, "fr", title="La fiche", slug="fiche")
    assert client_as("member").get(f"/fr/discussions/{thread.pk}/").context["about"].title == "La fiche"


def test_sheet_names_the_groups_of_the_reader_in_the_readers_language(client_as, sheet, group):
    translate(group, "fr", title="Le groupe", slug="groupe")
    page = client_as("member").get(f"/fr/practices/{sheet.slug}/")
    assert [own.title for own in page.context["own_groups"]] == ["Le groupe"]


def test_too_long_reply_is_refused_and_kept(client_as, thread):
    long = "a" * 20_001
    response = client_as("member").post(f"/en/discussions/{thread.pk}/", {"text": long, "language": "en"})
    assert response.status_code == 422
    assert long in response.content.decode()


def test_closed_thread_takes_no_replies(client_as, thread):
    Thread.objects.filter(pk=thread.pk).update(is_closed=True)
    response = client_as("member").post(f"/en/discussions/{thread.pk}/", {"text": "Late", "language": "en"})
    assert response.status_code == 403
    assert "This discussion is closed to new replies." in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status", "threads"),
    [("visitor", 302, 0), ("stranger", 404, 0), ("administrator", 404, 0), ("member", 302, 1), ("coordinator", 302, 1)],
)
def test_opening_a_thread_is_for_members_of_the_group(client_as, group, sheet, who, status, threads):
    response = client_as(who).post(
        f"/en/discussions/new/{group.pk}/?about={sheet.pk}", {"title": SECRET, "text": "Well?", "language": "en"}
    )
    assert (response.status_code, Thread.objects.count()) == (status, threads)
    assert [thread.about_id for thread in Thread.objects.all()] == [sheet.pk] * threads


@pytest.mark.parametrize(
    ("words", "title", "text"),
    [
        (" Who has <lamps>? ", "Who has <lamps>?", None),
        ("lamp " * 40, "lamp " * 31 + "lamp…", "lamp " * 39 + "lamp"),
        ("", "", None),
    ],
)
def test_form_for_a_thread_begins_with_the_words_of_the_address(client_as, group, words, title, text):
    form = client_as("member").get(f"/en/discussions/new/{group.pk}/", {"title": words}).context["form"]
    assert (form["title"].value(), form["text"].value()) == (title, text)


def test_thread_opened_in_french_belongs_to_the_group_in_every_language(client_as, group):
    french = translate(group, "fr")
    client_as("member").post(
        f"/fr/discussions/new/{french.pk}/", {"title": "Une question", "text": "Eh bien ?", "language": "fr"}
    )
    assert [thread.group_id for thread in Thread.objects.all()] == [group.pk]


def test_thread_opened_on_a_translation_is_about_the_original(client_as, group, sheet):
    french = translate(sheet, "fr")
    client_as("member").post(
        f"/fr/discussions/new/{group.pk}/?about={french.pk}",
        {"title": "Une question", "text": "Eh bien ?", "language": "fr"},
    )
    assert [thread.about_id for thread in Thread.objects.all()] == [sheet.pk]


@pytest.mark.parametrize("about", ["", "0", "99999", "abc", "%00", "9" * 400])
def test_thread_about_something_that_is_not_there_is_about_nothing(client_as, group, about):
    response = client_as("member").get(f"/en/discussions/new/{group.pk}/?about={about}")
    assert (response.status_code, response.context["about"]) == (200, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_thread_query_count_is_constant(client_as, thread, people, rows, django_assert_num_queries):
    for row in range(rows):
        add_post(thread=thread, author=people["member"], text=f"Post {row}", language="en")
    client = client_as("member")
    client.get(thread.get_absolute_url())
    with django_assert_num_queries(25):
        response = client.get(f"/en/discussions/{thread.pk}/")
    assert len(response.context["posts"]) == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_group_query_count_is_constant_for_members(client_as, group, people, rows, django_assert_num_queries):
    for _row in range(rows):
        ThreadFactory(group=group, author=people["member"], about=StandardPageFactory())
    client = client_as("member")
    client.get(group.url)
    with django_assert_num_queries(29):
        response = client.get(group.url)
    assert len(response.context["threads"]) == rows
