"""What writing a post does."""

from datetime import UTC, datetime, timedelta

import pytest

from discussions.actions.posting import add_post, open_thread
from discussions.limits import MOST_IN_A_WHILE
from discussions.models import Post, Thread, ThreadGuest
from discussions.queries import POSTS_A_PAGE
from discussions.quoting import lasting_address
from groups.enums import Visibility
from notifications.models import Subscription
from notifications.topics import mute
from tests.factories import CityFactory, PracticeSheetFactory, ThreadFactory

pytestmark = pytest.mark.django_db

ITALIAN = "Come avete fatto con i lampioni vicino alla stazione?"


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"])


# ---------------------------------------------------------------- language


def test_language_that_nobody_said_is_detected_and_marked_as_such(thread, people):
    post = add_post(thread=thread, author=people["member"], text=ITALIAN)
    assert (post.language, post.is_language_given) == ("it", False)


def test_language_that_somebody_said_holds(thread, people):
    post = add_post(thread=thread, author=people["member"], text=ITALIAN, language="fr")
    assert (post.language, post.is_language_given) == ("fr", True)


def test_thread_is_in_the_language_of_its_first_post(group, people):
    thread = open_thread(group=group, author=people["member"], title="Lampioni", text=ITALIAN)
    assert [thread.language, *thread.posts.values_list("language", "is_language_given")] == ["it", ("it", False)]


def test_short_post_is_in_the_language_of_its_author(client_as, thread, people):
    people["member"].languages = ["nl", "en"]
    people["member"].save()
    client_as("member").post(f"/en/discussions/{thread.pk}/", {"text": "Ok!", "language": ""})
    assert Post.objects.latest("pk").language == "nl"


# ---------------------------------------------------------------- order


def test_posts_of_one_moment_keep_their_order(thread, people, monkeypatch):
    now = datetime(2058, 5, 3, 14, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    posts = [
        add_post(thread=thread, author=people["member"], text=f"Post {number}", language="en") for number in range(3)
    ]
    assert [post.created_at - now for post in posts] == [timedelta(microseconds=number) for number in range(3)]


def test_post_from_before_leaves_the_latest_moment_of_its_thread(thread, people):
    latest = thread.last_post_at
    add_post(thread=thread, author=people["member"], text="Old", language="en", at=datetime(2019, 1, 1, tzinfo=UTC))
    thread.refresh_from_db()
    assert (thread.last_post_at, thread.post_count) == (latest, 2)


# ---------------------------------------------------------------- who


def test_post_and_thread_stay_with_the_city_of_their_author(group, people):
    member, city = people["member"], CityFactory()
    member.city = city
    member.save()
    thread = open_thread(group=group, author=member, title="A", text="B", language="en")
    member.city = None
    member.save()
    assert [thread.city_id, thread.posts.get().city_id] == [city.pk, city.pk]


def test_guest_writes_under_the_guests_name_and_city(client_as, thread):
    guest = ThreadGuest.objects.create(thread=thread, email="g@example.org", name="Gast Vrij", city=CityFactory())
    post = add_post(thread=thread, author=None, guest=guest, text="Hallo", language="nl", came_by="mail")
    page = client_as("member").get(thread.get_absolute_url()).content.decode()
    assert (post.city_id, "Gast Vrij" in page, "by mail" in page) == (guest.city_id, True, True)


def test_whoever_writes_follows_the_thread(thread, people):
    add_post(thread=thread, author=people["member"], text="Well", language="en")
    rows = Subscription.objects.filter(topic=thread.topic).values_list("user", "is_muted")
    assert sorted(rows) == sorted([(people["coordinator"].pk, False), (people["member"].pk, False)])


def test_whoever_muted_the_thread_and_writes_still_hears_nothing(thread, people):
    mute(user_pk=people["member"].pk, topic=thread.topic)
    add_post(thread=thread, author=people["member"], text="Well", language="en")
    assert Subscription.objects.get(user=people["member"], topic=thread.topic).is_muted


def test_thread_without_a_group_is_for_the_network(people, client_as):
    thread = open_thread(group=None, author=people["member"], title="Who has lamps?", text="Who?", language="en")
    page = client_as("stranger").get(thread.get_absolute_url()).content.decode()
    assert thread.visibility == Visibility.NETWORK
    assert "All members of the network can see this discussion." in page


# ---------------------------------------------------------------- the form


def reply(client, thread, **fields):
    return client.post(f"/en/discussions/{thread.pk}/", {"text": "I wonder, too.", "language": "", **fields})


def test_preview_shows_the_text_and_posts_nothing(client_as, thread):
    response = reply(client_as("member"), thread, text="**Bold** words", preview="1")
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert "<strong>Bold</strong> words" in response.content.decode()
    assert response.context["form"]["text"].value() == "**Bold** words"


def test_preview_of_a_new_thread_opens_nothing(client_as, group):
    data = {"title": "Lamps", "text": "*Which* lamps?", "language": "", "preview": "1"}
    response = client_as("member").post(f"/en/discussions/new/{group.pk}/", data)
    assert (response.status_code, Thread.objects.count()) == (200, 0)
    assert "<em>Which</em> lamps?" in response.content.decode()


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("stranger", 404), ("member", 200)])
def test_preview_for_scripts_is_for_readers_of_the_thread(client_as, thread, who, status):
    response = client_as(who).post(f"/en/discussions/preview/?thread={thread.pk}", {"text": "**Bold**"})
    assert (response.status_code, b"<strong>Bold</strong>" in response.content) == (status, status == 200)


def test_answer_names_the_post_that_it_answers(client_as, thread, people):
    first = thread.posts.get()
    client = client_as("member")
    begun = client.get(f"/en/discussions/{thread.pk}/?reply_to={first.pk}")
    assert begun.context["answers"] == first
    reply(client, thread, reply_to=first.pk)
    assert Post.objects.latest("pk").reply_to == first
    assert "In answer to" in client.get(thread.get_absolute_url()).content.decode()


def test_answer_to_a_post_of_another_thread_answers_none(client_as, group, thread, people):
    elsewhere = ThreadFactory(group=group, author=people["member"]).posts.get()
    reply(client_as("member"), thread, reply_to=elsewhere.pk)
    assert thread.posts.latest("pk").reply_to is None


@pytest.mark.parametrize("number", ["", "0", "abc", "9" * 400, "-1"])
def test_answer_to_what_is_not_there_is_a_post_like_any_other(client_as, thread, number):
    assert reply(client_as("member"), thread, reply_to=number).status_code == 302
    assert thread.posts.latest("pk").reply_to is None


def test_quotation_names_its_source_and_leaves_out_what_is_quoted_in_it(client_as, thread, people):
    post = add_post(thread=thread, author=people["coordinator"], text="> old\n\nNew *words*\n\nMore", language="en")
    text = client_as("member").get(f"/en/discussions/{thread.pk}/?quote={post.pk}").context["form"]["text"].value()
    name = people["coordinator"].get_full_name()
    assert text == (f"> [{name}](http://localhost:8000/discussions/posts/{post.pk}/):\n>\n> New *words*\n>\n> More\n\n")


@pytest.mark.parametrize("state", ["hidden_at", "withdrawn_at"])
def test_post_that_does_not_stand_is_not_quoted(client_as, thread, state):
    post = thread.posts.get()
    Post.objects.filter(pk=post.pk).update(**{state: post.created_at})
    form = client_as("member").get(f"/en/discussions/{thread.pk}/?quote={post.pk}").context["form"]
    assert form["text"].value() is None


def test_quotation_leads_readers_to_its_source_in_their_language(client_as, thread, people):
    post = thread.posts.get()
    text = f"> [Ada](http://localhost:8000/discussions/posts/{post.pk}/):\n> hm"
    add_post(thread=thread, author=people["member"], text=text, language="en")
    page = client_as("member").get(f"/fr/discussions/{thread.pk}/").content.decode()
    assert f'href="/fr/discussions/posts/{post.pk}/" rel=' in page


def test_same_reply_sent_again_is_not_posted_again(client_as, thread):
    client = client_as("member")
    first, again = (reply(client, thread) for _time in range(2))
    assert (first["Location"], thread.posts.count()) == (again["Location"], 2)


def test_same_thread_sent_again_is_not_opened_again(client_as, group):
    data = {"title": "Lamps", "text": "Which?", "language": "en"}
    answers = [client_as("member").post(f"/en/discussions/new/{group.pk}/", data)["Location"] for _time in range(2)]
    assert (answers[0], Thread.objects.count()) == (answers[1], 1)


def test_whoever_posts_too_fast_is_asked_to_wait_and_loses_nothing(client_as, thread, people):
    for number in range(MOST_IN_A_WHILE):
        add_post(thread=thread, author=people["member"], text=f"Post {number}", language="en")
    response = reply(client_as("member"), thread, text="One more")
    assert (response.status_code, thread.posts.count()) == (422, 1 + MOST_IN_A_WHILE)
    assert "That was a lot in a short time." in response.content.decode()
    assert response.context["form"]["text"].value() == "One more"


def test_whoever_posted_as_much_long_ago_may_post(client_as, thread, people):
    for number in range(MOST_IN_A_WHILE):
        at = datetime(2020, 1, 1, 0, number, tzinfo=UTC)
        add_post(thread=thread, author=people["member"], text=f"Post {number}", language="en", at=at)
    assert reply(client_as("member"), thread).status_code == 302


def test_text_written_while_a_thread_was_closed_is_shown_once_more(client_as, thread):
    Thread.objects.filter(pk=thread.pk).update(is_closed=True)
    response = reply(client_as("member"), thread, text="Long considered words")
    assert (response.status_code, "Long considered words" in response.content.decode()) == (403, True)


def test_reply_to_a_merged_thread_goes_where_its_posts_went(client_as, group, thread, people):
    old = ThreadFactory(group=group, author=people["member"])
    Thread.objects.filter(pk=old.pk).update(merged_into=thread)
    client = client_as("member")
    assert client.get(f"/en/discussions/{old.pk}/")["Location"] == f"/en/discussions/{thread.pk}/"
    reply(client, old)
    assert (old.posts.count(), thread.posts.count()) == (1, 2)


def test_merged_thread_leads_nobody_to_one_that_he_may_not_see(client_as, group, people):
    old = open_thread(group=None, author=people["member"], title="A", text="B", language="en")
    Thread.objects.filter(pk=old.pk).update(merged_into=ThreadFactory(group=group, author=people["member"]))
    assert client_as("stranger").get(f"/en/discussions/{old.pk}/").status_code == 404


# ---------------------------------------------------------------- passages


def test_thread_about_a_passage_shows_it_and_leads_to_it(client_as, group):
    sheet = PracticeSheetFactory(group=group)
    passage = "Ten words, or so - enough to be found again & again."
    client = client_as("member")
    address = f"/en/discussions/new/{group.pk}/?about={sheet.pk}"
    form = client.get(address, {"about": sheet.pk, "passage": f"  {passage}\n"}).context["form"]
    assert form["passage"].value() == passage
    client.post(address, {"title": "Lamps", "text": "Which?", "language": "en", "passage": passage})
    thread = Thread.objects.get()
    page = client.get(thread.get_absolute_url()).content.decode()
    assert thread.passage == passage
    assert "#:~:text=Ten%20words%2C%20or%20so%20%2D,be%20found%20again%20%26%20again." in page


def test_thread_about_no_page_has_no_passage(client_as, group):
    assert "passage" not in client_as("member").get(f"/en/discussions/new/{group.pk}/").context["form"].fields


# ---------------------------------------------------------------- addresses that last


@pytest.mark.parametrize("language", ["nl", "it"])
def test_lasting_address_leads_to_the_post_in_the_language_of_the_reader(client_as, thread, people, language):
    for number in range(POSTS_A_PAGE):
        post = add_post(thread=thread, author=people["member"], text=f"Post {number}", language="en")
    response = client_as("member").get(
        f"/discussions/posts/{post.pk}/", follow=True, headers={"Accept-Language": language}
    )
    assert [address for address, _status in response.redirect_chain] == [
        f"/{language}/discussions/posts/{post.pk}/",
        f"/{language}/discussions/{thread.pk}/?page=2#post-{post.pk}",
    ]
    assert lasting_address(post) == f"http://localhost:8000/discussions/posts/{post.pk}/"


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("stranger", 404), ("administrator", 404)])
def test_address_of_a_post_says_nothing_to_whoever_may_not_see_it(client_as, thread, who, status):
    response = client_as(who).get(f"/en/discussions/posts/{thread.posts.get().pk}/")
    assert (response.status_code, f"/discussions/{thread.pk}" in response.get("Location", "")) == (status, False)


def test_page_of_a_thread_shows_fifty_posts_in_order(client_as, thread, people):
    for number in range(POSTS_A_PAGE + 1):
        add_post(thread=thread, author=people["member"], text=f"Post {number}", language="en")
    pages = [
        client_as("member").get(f"/en/discussions/{thread.pk}/?page={page}").context["posts"] for page in (1, 2, 9)
    ]
    assert [len(page) for page in pages] == [POSTS_A_PAGE, 2, 2]
    assert [post.source for post in pages[1]] == [f"Post {POSTS_A_PAGE - 1}", f"Post {POSTS_A_PAGE}"]
