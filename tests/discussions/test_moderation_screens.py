"""The screens of moderation, reports, polls and translations: who reaches them, and what stands there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discussions.actions.polls import ask_poll
from discussions.actions.reporting import appeal, decide_report, hide_post, report_post
from discussions.actions.translating import allow_service, mend_translation
from discussions.models import Poll, PollVote, Post, PostTranslation, Report, Thread, ThreadGuest
from discussions.reported_posts import guest_token
from discussions.translation import TranslationFailed
from groups.actions import set_membership
from groups.enums import Role
from groups.models import AuditEntry, WorkingGroup
from tests.discussions.machine import Machine
from tests.factories import CityFactory, PostFactory, ThreadFactory, UserFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db

SECRET = "The address of Mr Smith is 3 High Street."
WHO = ["visitor", "stranger", "administrator", "member", "coordinator"]


@pytest.fixture
def author(group):
    author = UserFactory(email="author@example.com", first_name="Ada", last_name="Author")
    set_membership(group=group, user=author, role=Role.MEMBER)
    return author


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"], title="Cameras", language="en")


@pytest.fixture
def post(thread, author):
    return PostFactory(thread=thread, author=author, text=SECRET)


def statuses(client_as, address, *, post=None):
    """The answer to each, by person; ``post`` is what is sent."""
    return [
        (client_as(who).post(address, post) if post is not None else client_as(who).get(address)).status_code
        for who in WHO
    ]


# ---------------------------------------------------------------- looking after threads


@pytest.mark.parametrize("screen", ["move", "merge", "split"])
def test_screens_of_a_thread_are_for_its_coordinators(client_as, thread, post, screen):
    assert statuses(client_as, f"/en/discussions/{thread.pk}/{screen}/") == [302, 404, 404, 403, 200]


@pytest.mark.parametrize("act", ["pin", "close"])
def test_acts_on_a_thread_are_for_its_coordinators_and_need_a_post(client_as, thread, act):
    address = f"/en/discussions/{thread.pk}/{act}/"
    assert statuses(client_as, address) == [405] * 5
    assert statuses(client_as, address, post={}) == [302, 404, 404, 403, 302]
    thread.refresh_from_db()
    assert {"pin": thread.is_pinned, "close": thread.is_closed}[act]
    client_as("coordinator").post(address, {"undo": "1"})
    thread.refresh_from_db()
    assert not {"pin": thread.is_pinned, "close": thread.is_closed}[act]


def test_tools_stand_only_where_they_can_be_used(client_as, thread, post):
    pages = {who: client_as(who).get(thread.get_absolute_url()).content.decode() for who in ("member", "coordinator")}
    for tool in (f"/{thread.pk}/pin/", f"/{thread.pk}/merge/", f"posts/{post.pk}/hide/", f"posts/{post.pk}/answer/"):
        assert (tool in pages["member"], tool in pages["coordinator"]) == (False, True), tool
    assert f"posts/{post.pk}/report/" in pages["member"]


def test_moving_names_those_who_are_left_behind(client_as, thread, post, people):
    other = WorkingGroupFactory(title="Public transport", slug="transport")
    set_membership(group=other, user=people["coordinator"], role=Role.COORDINATOR)
    client = client_as("coordinator")
    page = client.get(f"/en/discussions/{thread.pk}/move/").content.decode()
    assert "do not belong to Public transport" in page
    assert "Ada Author" in page
    response = client.post(f"/en/discussions/{thread.pk}/move/", {"to": other.pk, "reason": "Buses"}, follow=True)
    assert response.status_code == 200
    assert Thread.objects.get(pk=thread.pk).group == other


@pytest.mark.parametrize("to", ["", "999999", "99999999999999999999", "x", "own"])
def test_moving_nowhere_is_refused_at_the_field(client_as, thread, group, people, to):
    set_membership(group=WorkingGroupFactory(slug="b"), user=people["coordinator"], role=Role.COORDINATOR)
    response = client_as("coordinator").post(
        f"/en/discussions/{thread.pk}/move/", {"to": group.pk if to == "own" else to, "reason": "typed"}
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["to"])
    assert "typed" in response.content.decode()


def test_merging_finds_threads_among_the_same_people(client_as, thread, group, people):
    near, far = ThreadFactory(group=group, title="Lighting"), ThreadFactory(title="Lighting elsewhere")
    client = client_as("coordinator")
    assert list(client.get(f"/en/discussions/{thread.pk}/merge/?q=light").context["offered"]) == [near]
    assert list(client.get(f"/en/discussions/{thread.pk}/merge/?q=nothing").context["offered"]) == []
    assert client.post(f"/en/discussions/{thread.pk}/merge/", {"into": far.pk}).status_code == 422
    response = client.post(f"/en/discussions/{thread.pk}/merge/", {"into": near.pk})
    assert response["Location"] == near.get_absolute_url()
    assert Thread.objects.get(pk=thread.pk).merged_into == near


def test_splitting_begins_at_the_post_that_was_chosen(client_as, thread, post):
    later, last = PostFactory(thread=thread), PostFactory(thread=thread)
    client = client_as("coordinator")
    address = f"/en/discussions/{thread.pk}/split/?post={later.pk}"
    offered = client.get(address).context["offered"]
    assert [(each.pk, is_chosen) for each, is_chosen in offered] == [(later.pk, True), (last.pk, False)]
    wrong = client.post(address, {"posts": [last.pk], "language": "en", "title": " "})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["title"])
    assert [is_chosen for _each, is_chosen in wrong.context["offered"]] == [False, True]
    client.post(address, {"posts": [later.pk, last.pk], "language": "en", "title": "Drones"})
    assert Thread.objects.get(title="Drones").post_count == 2


def test_posts_to_be_split_off_are_shown_in_plain_words(client_as, thread):
    PostFactory(thread=thread, author=thread.author, text="Trois points : **l’éthique** & la suite.", language="fr")
    page = client_as("coordinator").get(f"/en/discussions/{thread.pk}/split/").content.decode()
    assert "Trois points : l’éthique &amp; la suite." in page


def test_splitting_off_all_later_posts_takes_those_that_are_not_shown(client_as, thread, post, monkeypatch):
    monkeypatch.setattr("discussions.views.moderation.POSTS_OFFERED", 1)
    later = [PostFactory(thread=thread) for _ in range(2)]
    address = f"/en/discussions/{thread.pk}/split/?post={post.pk}"
    client_as("coordinator").post(address, {"posts": [post.pk], "and_later": "on", "language": "en", "title": "Drones"})
    new = Thread.objects.get(title="Drones")
    assert [each.pk for each in new.posts.all()] == [post.pk, *(each.pk for each in later)]


def test_answer_is_marked_and_stands_at_the_top(client_as, thread, post):
    assert statuses(client_as, f"/en/discussions/posts/{post.pk}/answer/", post={}) == [302, 404, 404, 403, 302]
    page = client_as("member").get(thread.get_absolute_url()).content.decode()
    assert "Answered by Ada Author" in page
    assert "This post answered the question" in page


# ---------------------------------------------------------------- hidden posts


def test_text_of_a_hidden_post_is_nowhere_on_the_pages_of_others(client_as, thread, post, people, group):
    hide_post(post=post, by=people["coordinator"], reason="personal-data", statement="Private.")
    client = client_as("member")
    for address in (thread.get_absolute_url(), group.url, "/en/", f"/en/discussions/posts/{post.pk}/report/"):
        assert "High Street" not in client.get(address).content.decode(), address
    assert "This post was hidden by the coordinators." in client.get(thread.get_absolute_url()).content.decode()


def test_translation_of_a_hidden_post_is_hidden_with_it(client_as, thread, people):
    foreign = PostFactory(thread=thread, text="Segreto", language="it")
    mend_translation(post=foreign, language="en", text="High Street", by=people["member"])
    hide_post(post=foreign, by=people["coordinator"], reason="personal-data", statement="Private.")
    client = client_as("member")
    assert "High Street" not in client.get(thread.get_absolute_url()).content.decode()
    assert client.get(f"/en/discussions/posts/{foreign.pk}/translations/en/").status_code == 404


# ---------------------------------------------------------------- reports


def test_reporting_is_for_those_who_see_the_post(client_as, post):
    address = f"/en/discussions/posts/{post.pk}/report/"
    assert statuses(client_as, address) == [302, 404, 404, 200, 200]
    wrong = client_as("member").post(address, {"words": "kept"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["reason"])
    assert "kept" in wrong.content.decode()
    client_as("member").post(address, {"reason": "hurtful"})
    assert Report.objects.get().reason == "hurtful"
    page = client_as("member").get(post.thread.get_absolute_url()).content.decode()
    assert "You reported this post" in page
    assert "Decide on it" not in page
    assert "Decide on it" in client_as("coordinator").get(post.thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize("screen", ["hide", "show"])
def test_hiding_and_showing_are_for_coordinators(client_as, post, screen):
    assert statuses(client_as, f"/en/discussions/posts/{post.pk}/{screen}/") == [302, 404, 404, 403, 200]


def test_hiding_and_showing_by_the_screens(client_as, post):
    client = client_as("coordinator")
    assert client.post(f"/en/discussions/posts/{post.pk}/hide/", {"reason": "hurtful"}).status_code == 422
    client.post(f"/en/discussions/posts/{post.pk}/hide/", {"reason": "hurtful", "statement": "No."})
    post.refresh_from_db()
    assert not post.is_standing
    client.post(f"/en/discussions/posts/{post.pk}/show/", {"statement": "Well."})
    post.refresh_from_db()
    assert post.is_standing


def test_queue_is_for_coordinators(client_as, post, people):
    report = report_post(post=post, reporter=people["member"], reason="hurtful")
    assert statuses(client_as, "/en/discussions/reports/") == [302, 403, 200, 403, 200]
    assert client_as("coordinator").get("/en/discussions/reports/").context["waiting"] == [report]
    assert client_as("administrator").get("/en/discussions/reports/").context["waiting"] == []


def test_report_is_read_by_those_who_decide_and_those_concerned(client_as, post, people, author):
    report = report_post(post=post, reporter=people["member"], reason="hurtful", words="So rude")
    address = f"/en/discussions/reports/{report.pk}/"
    assert statuses(client_as, address) == [302, 404, 404, 200, 200]
    people["author"] = author
    page = client_as("author").get(address).content.decode()
    assert ("High Street" in page, "So rude" in page, str(people["member"]) in page) == (True, False, False)


def test_report_is_decided_and_appealed_by_the_screen(client_as, post, people, author, group):
    people["author"], people["second"] = author, UserFactory(email="second@example.com")
    set_membership(group=group, user=people["second"], role=Role.COORDINATOR)
    report = report_post(post=post, reporter=people["member"], reason="hurtful")
    address = f"/en/discussions/reports/{report.pk}/"
    assert client_as("coordinator").post(address, {"decision": "hidden"}).status_code == 422
    client_as("coordinator").post(address, {"decision": "hidden", "statement": "No."})
    assert client_as("author").post(address, {"appeal": " "}).status_code == 422
    client_as("author").post(address, {"appeal": "Look again."})
    # Who decided first can do no more.
    assert client_as("coordinator").post(address, {"decision": "hidden", "statement": "No."}).status_code == 422
    client_as("second").post(address, {"decision": "kept", "statement": "Harmless."})
    report.refresh_from_db()
    assert (report.appeal_decision, Post.objects.get(pk=post.pk).is_standing) == ("kept", True)
    assert "Harmless." in client_as("author").get(address).content.decode()


def test_page_of_a_decision_that_was_undone_says_so_and_asks_for_no_appeal(client_as, post, people, author):
    people["author"] = author
    report = hide_post(post=post, by=people["coordinator"], reason="other", statement="No.")
    address = f"/en/discussions/reports/{report.pk}/"
    page = client_as("author").get(address)
    assert (page.context["form"] is None, b"shown the post again" in page.content) == (False, False)
    assert b"say what" not in page.content
    client_as("coordinator").post(f"/en/discussions/posts/{post.pk}/show/", {"statement": "Well."})
    page = client_as("author").get(address)
    assert (page.context["form"] is None, b"shown the post again" in page.content) == (True, True)
    assert b"shown again since" in client_as("coordinator").get("/en/discussions/reports/").content


def test_administrator_reads_the_post_of_an_appeal_and_not_the_thread(client_as, post, people, author):
    report = report_post(post=post, reporter=people["member"], reason="hurtful")
    report = decide_report(report=report, by=people["coordinator"], decision="hidden", statement="No.")
    administrator = client_as("administrator")
    assert administrator.get(f"/en/discussions/reports/{report.pk}/").status_code == 404
    appeal(report=report, by=author, words="Look again.")
    page = administrator.get(f"/en/discussions/reports/{report.pk}/").content.decode()
    assert ("High Street" in page, "Cameras" in page) == (True, False)
    assert administrator.get(post.thread.get_absolute_url()).status_code == 404


def test_guest_appeals_without_an_account_and_by_no_other_token(client_as, thread, people):
    guest = ThreadGuest.objects.create(thread=thread, email="guest@example.org", name="Gus", languages=["en"])
    by_guest = PostFactory(thread=thread, author=None, guest=guest, text="Mine")
    report = hide_post(post=by_guest, by=people["coordinator"], reason="hurtful", statement="No.")
    address = f"/en/discussions/appeals/{guest_token(report)}/"
    visitor = client_as("visitor")
    assert "Mine" in visitor.get(address).content.decode()
    assert visitor.post(address, {"appeal": ""}).status_code == 422
    assert visitor.post(address, {"appeal": "Why?"}).status_code == 302
    report.refresh_from_db()
    assert report.appeal == "Why?"
    assert visitor.get(address).context["form"] is None
    assert visitor.get("/en/discussions/appeals/nonsense/").status_code == 404


# ---------------------------------------------------------------- polls


def poll_data(**fields):
    return {
        "languages": "en fr",
        "rows": "3",
        "question_en": "When?",
        "question_fr": "Quand ?",
        "option_0_en": "May",
        "option_1_en": "June",
        "option_1_fr": "juin",
        **fields,
    }


def test_asking_a_poll_is_for_whoever_opened_the_thread_and_coordinators(client_as, thread):
    assert statuses(client_as, f"/en/discussions/{thread.pk}/poll/") == [302, 404, 404, 403, 200]


def test_poll_is_asked_in_several_languages(client_as, thread):
    later = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    data = poll_data(is_of_cities="on", quorum="2", closes_at=later)
    assert client_as("coordinator").post(f"/en/discussions/{thread.pk}/poll/", data).status_code == 302
    poll = Poll.objects.get()
    assert (poll.question, poll.is_of_cities, poll.quorum) == ({"fr": "Quand ?", "en": "When?"}, True, 2)
    assert [each.words for each in poll.options.all()] == [{"en": "May"}, {"fr": "juin", "en": "June"}]
    assert "When?" in client_as("member").get(thread.get_absolute_url()).content.decode()
    assert "Quand ?" in client_as("member").get(f"/fr/discussions/{thread.pk}/").content.decode()


def test_more_rows_and_languages_keep_what_was_typed_and_save_nothing(client_as, thread):
    client = client_as("coordinator")
    for button in ("more", "all_languages"):
        response = client.post(f"/en/discussions/{thread.pk}/poll/", poll_data(**{button: "1"}))
        page = response.content.decode()
        assert (response.status_code, "juin" in page, 'value="Quand ?"' in page) == (200, True, True)
        assert "nothing that you typed" not in page.lower()
    assert response.context["has_all_languages"]
    assert not Poll.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"question_en": "", "question_fr": ""}, "question"),
        ({"option_1_en": "", "option_1_fr": ""}, "option_0"),
        ({"quorum": "0"}, "quorum"),
        ({"closes_at": "yesterday"}, "closes_at"),
        ({"closes_at": "2020-01-01T10:00"}, "closes_at"),
        ({"option_0_en": "x" * 161}, "option_0"),
    ],
)
def test_poll_is_refused_at_the_field_that_is_wrong(client_as, thread, wrong, field):
    response = client_as("coordinator").post(f"/en/discussions/{thread.pk}/poll/", poll_data(**wrong))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize("rows", ["", "0", "99999999999", "x", "-1"])
def test_nonsense_about_rows_and_languages_is_borne(client_as, thread, rows):
    data = poll_data(rows=rows, languages="xx <b>")
    assert client_as("coordinator").post(f"/en/discussions/{thread.pk}/poll/", data).status_code in {302, 422}


def test_voting_is_for_those_who_see_the_thread(client_as, thread, people):
    poll = ask_poll(
        thread=thread, by=people["coordinator"], question={"en": "When?"}, options=[{"en": "May"}, {"en": "June"}]
    )
    option = poll.options.first()
    address = f"/en/discussions/{thread.pk}/poll/vote/"
    assert statuses(client_as, address, post={"option": option.pk}) == [302, 404, 404, 302, 302]
    assert PollVote.objects.count() == 2
    page = client_as("member").get(thread.get_absolute_url()).content.decode()
    assert ("2 votes, 100 %" in page, "your vote" in page) == (True, True)
    client_as("member").post(address, {"take_back": "1"})
    assert PollVote.objects.count() == 1
    for nonsense in ({}, {"option": "x"}, {"option": "999999999999"}, {"option": "999999"}):
        response = client_as("member").post(address, nonsense, follow=True)
        assert (response.status_code, [str(each.level_tag) for each in response.context["messages"]]) == (
            200,
            ["error"],
        )


def test_ending_and_removing_by_the_screens(client_as, thread, people):
    ask_poll(thread=thread, by=people["coordinator"], question={"en": "?"}, options=[{"en": "a"}, {"en": "b"}])
    assert statuses(client_as, f"/en/discussions/{thread.pk}/poll/close/", post={}) == [302, 404, 404, 403, 302]
    assert "over since" in client_as("member").get(thread.get_absolute_url()).content.decode()
    assert statuses(client_as, f"/en/discussions/{thread.pk}/poll/remove/") == [302, 404, 404, 403, 200]
    client_as("coordinator").post(f"/en/discussions/{thread.pk}/poll/remove/")
    assert not Poll.objects.exists()
    assert client_as("coordinator").post(f"/en/discussions/{thread.pk}/poll/close/").status_code == 404


def test_poll_of_cities_names_them(client_as, thread, group, people):
    people["member"].city = CityFactory(names={"en": "Turin"})
    people["member"].save()
    poll = ask_poll(
        thread=thread,
        by=people["coordinator"],
        question={"en": "?"},
        options=[{"en": "a"}, {"en": "b"}],
        is_of_cities=True,
        quorum=2,
    )
    client_as("member").post(f"/en/discussions/{thread.pk}/poll/vote/", {"option": poll.options.first().pk})
    page = client_as("member").get(thread.get_absolute_url()).content.decode()
    assert str(people["member"].city) in page
    assert "2 votes are needed; 1 is missing." in page
    # The coordinator has no city, and learns why there is nothing to choose.
    assert "your profile names none" in client_as("coordinator").get(thread.get_absolute_url()).content.decode()


# ---------------------------------------------------------------- translations


@pytest.fixture
def foreign(thread, author):
    return PostFactory(thread=thread, author=author, text="Ciao **amici**", language="it")


@pytest.fixture
def machine(settings):
    settings.TRANSLATOR = {"ENGINE": "tests.discussions.machine.Machine", "OPTIONS": {}}
    Machine.reset()
    return Machine


def test_translating_is_for_those_who_see_the_post_where_it_is_allowed(client_as, foreign, group, machine):
    address = f"/en/discussions/posts/{foreign.pk}/translate/"
    assert statuses(client_as, address, post={}) == [302, 404, 404, 403, 403]
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)
    assert statuses(client_as, address, post={}) == [302, 404, 404, 302, 302]
    assert len(machine.sent) == 1
    page = client_as("member").get(foreign.thread.get_absolute_url()).content.decode()
    assert "Hello <strong>friends</strong>" in page
    assert "Translated from italiano by a machine (Machine)" in page


def test_reading_and_previewing_send_nothing(client_as, foreign, group, machine):
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)
    client = client_as("member")
    client.get(foreign.thread.get_absolute_url())
    client.get(f"/en/discussions/posts/{foreign.pk}/translations/en/")
    assert machine.sent == []


def test_failing_service_is_said_and_breaks_nothing(client_as, foreign, group, machine):
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)
    machine.fails = TranslationFailed("status 500")
    response = client_as("member").post(f"/en/discussions/posts/{foreign.pk}/translate/", follow=True)
    assert "does not help at the moment" in response.content.decode()


def test_page_of_a_thread_is_translated_in_the_background(client_as, foreign, group, machine):
    elsewhere = PostFactory(thread=ThreadFactory(), language="it")
    address = f"/en/discussions/{foreign.thread_id}/translate/"
    data = {"post": [foreign.pk, elsewhere.pk, "x"]}
    assert statuses(client_as, address, post=data) == [302, 404, 404, 403, 403]
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)
    assert "Translate this page" in client_as("member").get(foreign.thread.get_absolute_url()).content.decode()
    assert statuses(client_as, address, post=data) == [302, 404, 404, 302, 302]


def test_mending_is_for_those_who_see_the_post(client_as, foreign):
    address = f"/en/discussions/posts/{foreign.pk}/translations/en/"
    assert statuses(client_as, address) == [302, 404, 404, 200, 200]
    assert client_as("member").post(address, {"text": " "}).status_code == 422
    assert client_as("member").post(address, {"text": "Hi **friends**"}).status_code == 302
    page = client_as("coordinator").get(foreign.thread.get_absolute_url()).content.decode()
    assert "Hi <strong>friends</strong>" in page
    for nonsense in ("it", "xx"):
        assert (
            client_as("member").get(f"/en/discussions/posts/{foreign.pk}/translations/{nonsense}/").status_code == 404
        )


def test_title_is_mended_with_the_first_post_only_and_stands_where_threads_are_listed(
    client_as, people, group, foreign
):
    first = ThreadFactory(group=group, author=people["member"], title="Saluti", language="it").posts.get()
    client = client_as("member")
    address = f"/en/discussions/posts/{first.pk}/translations/en/"
    assert "The original: Saluti" in client.get(address).content.decode()
    assert "The original:" not in client.get(f"/en/discussions/posts/{foreign.pk}/translations/en/").content.decode()
    client.post(address, {"title": "Greetings", "text": "Hi"})
    for page in (first.thread.get_absolute_url(), "/en/discussions/", group.get_url()):
        assert client.get(page).content.decode().count("Translated: Greetings") == 1, page
    assert "Translated:" not in client.get(first.thread.get_absolute_url().replace("/en/", "/fr/")).content.decode()


def test_mending_at_once_shows_the_other_and_keeps_what_was_typed(client_as, foreign, people):
    mend_translation(post=foreign, language="en", text="Theirs", by=people["coordinator"])
    address = f"/en/discussions/posts/{foreign.pk}/translations/en/"
    response = client_as("member").post(address, {"text": "Mine", "seen": ""})
    page = response.content.decode()
    assert (response.status_code, "Theirs" in page, "Mine" in page) == (422, True, True)
    client_as("member").post(address, {"text": "Mine", "seen": response.context["form"]["seen"].value()})
    assert PostTranslation.objects.get().source == "Mine"


def test_removing_a_translation_is_for_coordinators(client_as, foreign, people):
    mend_translation(post=foreign, language="en", text="Hi", by=people["member"])
    address = f"/en/discussions/posts/{foreign.pk}/translations/en/remove/"
    assert statuses(client_as, address, post={}) == [302, 404, 404, 403, 302]
    assert AuditEntry.objects.count() == 1


# ---------------------------------------------------------------- what administrators allow


def test_only_administrators_allow_the_translation_service(client_as, group):
    address = "/en/discussions/translation-service/"
    assert statuses(client_as, address) == [302, 403, 200, 403, 403]
    assert statuses(client_as, address, post={"group": group.pk}) == [302, 403, 302, 403, 403]
    group.refresh_from_db()
    assert group.allows_translation_service
    administrator = client_as("administrator")
    for _ in range(2):
        administrator.post(address, {"group": group.pk, "forbid": "1"})
    group.refresh_from_db()
    assert not group.allows_translation_service
    assert list(AuditEntry.objects.values_list("act", flat=True)) == ["translation-forbidden", "translation-allowed"]
    assert administrator.post(address, {"group": "99999"}).status_code == 404


def test_what_administrators_decide_holds_in_every_language_of_the_page(people, group):
    french = translate(group, "fr", slug="groupe")
    allow_service(group=french, by=people["administrator"], is_allowed=True)
    assert set(WorkingGroup.objects.values_list("allows_translation_service", flat=True)) == {True}


def test_former_version_of_the_page_does_not_undo_what_administrators_decided(people, group):
    allow_service(group=group, by=people["administrator"], is_allowed=True)
    group.refresh_from_db()
    revision = group.save_revision()
    allow_service(group=group, by=people["administrator"], is_allowed=False)
    revision.publish()
    group.refresh_from_db()
    assert not group.allows_translation_service


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_forms_of_the_editor_do_not_ask_about_the_service(client_as, group, who):
    page = client_as(who).get(f"/cms/pages/{group.pk}/edit/")
    assert page.status_code == 200
    assert "allows_translation_service" not in page.context["form"].fields


# ---------------------------------------------------------------- counts of queries


def test_thread_with_everything_asks_no_more_for_more_posts(client_as, thread, people, django_assert_num_queries):
    poll = ask_poll(thread=thread, by=people["coordinator"], question={"en": "?"}, options=[{"en": "a"}, {"en": "b"}])
    client = client_as("coordinator")

    def add_posts(number):
        for _ in range(number):
            author = UserFactory()
            post = PostFactory(thread=thread, author=author, language="it", text="Ciao")
            mend_translation(post=post, language="en", text="Hi", by=author)
            report_post(post=post, reporter=people["member"], reason="hurtful")
            PollVote.objects.create(option=poll.options.first(), user=author)
        # What is new is marked as read, and the session and the caches are warm.
        client.get(thread.get_absolute_url())

    add_posts(1)
    with CaptureQueriesContext(connection) as at_one:
        client.get(thread.get_absolute_url())
    # The next request forgets what was captured.
    number = len(at_one)
    add_posts(2)
    with django_assert_num_queries(number):
        client.get(thread.get_absolute_url())
