"""Letters that tell of posts: one for each at once, one digest at its hour; each post in exactly one."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.utils import timezone

from discussions import notices
from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import read_until
from discussions.models import Post, PostAttachment, PostTranslation, Thread
from discussions.telling import tell_of_post
from groups.actions import set_membership
from groups.enums import Role, Visibility
from groups.models import Membership
from notifications.actions import choose_digest_time, choose_mail, deliver_mail
from notifications.digests import send_due_digests, send_waiting_at_once
from notifications.models import MailTrouble, Notice, OutgoingMail
from notifications.topics import mute
from practices.models import PracticeSheet
from tests.factories import CityFactory, PracticeSheetFactory, UserFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)  # eight o'clock in Paris
HOUR = timedelta(hours=1)


@pytest.fixture
def reader(people):
    """Belongs to the group, and hears of its posts in a daily digest."""
    reader = people["member"]
    reader.languages, reader.first_name, reader.last_name = ["en"], "Ada", "Reader"
    reader.save()
    return reader


@pytest.fixture
def writer(people):
    writer = people["coordinator"]
    writer.first_name, writer.last_name, writer.city = "Maria", "Rossi", CityFactory(names={"en": "Turin"})
    writer.save()
    return writer


@pytest.fixture
def thread(group, writer):
    return open_thread(group=group, author=writer, title="Lamps", text="Which **lamps**?", language="en")


def tell(post, at=None):
    tell_of_post.func(post.pk)
    if at:
        Notice.objects.filter(subject=post.key).update(written_at=at, at=at)
    return post


def say(thread, author, text="More.", at=None, **fields):
    return tell(add_post(thread=thread, author=author, text=text, **{"language": "en", **fields}), at)


def sent():
    """What is new in the mailboxes."""
    mail.outbox.clear()
    deliver_mail.func()
    return mail.outbox


# ---------------------------------------------------------------- at once


def test_letter_at_once_carries_one_post_with_its_text(thread, reader, writer):
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    post = tell(thread.posts.get())
    assert [send_waiting_at_once.func(), send_waiting_at_once.func()] == [1, 0]
    (letter,) = sent()
    assert letter.to == [reader.email]
    assert letter.subject == "[Innovation & Security] Lamps"
    assert letter.body.startswith("**Maria Rossi**, Turin\n")
    assert "> Which **lamps**?" in letter.body
    assert f"<http://localhost:8000/en/discussions/posts/{post.pk}/>" in letter.body
    assert "You get this because you follow the discussion" in letter.body
    notice = Notice.objects.get()
    assert (notice.mail.kind, notice.mailed_at is None, notice.read_at) == ("post", False, None)


def test_letters_of_a_thread_are_one_conversation_to_mail_programs(thread, reader, writer):
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    first = tell(thread.posts.get())
    answer = say(thread, writer, reply_to=first)
    send_waiting_at_once.func()
    heads = [message_from_bytes(letter.message().as_bytes()) for letter in sent()]
    assert [(head["Message-ID"], head["In-Reply-To"], head["References"]) for head in heads] == [
        (f"<post-{first.pk}@example.org>", f"<thread-{thread.pk}@example.org>", f"<thread-{thread.pk}@example.org>"),
        (
            f"<post-{answer.pk}@example.org>",
            f"<post-{first.pk}@example.org>",
            f"<thread-{thread.pk}@example.org> <post-{first.pk}@example.org>",
        ),
    ]
    assert {head["Subject"] for head in heads} == {"[Innovation & Security] Lamps"}
    assert {head["From"] for head in heads} == {"Maria Rossi <portal@example.org>"}
    assert all(head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for head in heads)


@pytest.mark.parametrize("address", ["", "reply+abc@example.org"])
def test_letter_says_that_one_can_answer_it_where_one_can(thread, reader, monkeypatch, address):
    monkeypatch.setattr(notices, "reply_address", lambda post, person: address)
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    tell(thread.posts.get())
    send_waiting_at_once.func()
    (letter,) = sent()
    assert letter.extra_headers.get("Reply-To", "") == address
    assert ("simply answer this letter" in letter.body) is bool(address)


def test_letter_is_in_the_readers_language_and_names_that_of_the_text(thread, reader, writer, group):
    translate(group, "fr", title="Innovation et sécurité", slug="innovation-fr")
    reader.languages = ["fr", "en"]
    reader.save()
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    say(thread, writer, "Welche Lampen?", language="de")
    send_waiting_at_once.func()
    (letter,) = sent()
    assert letter.subject == "[Innovation et sécurité] Lamps"
    assert "· Deutsch\n" in letter.body
    assert '<html lang="fr">' in letter.alternatives[0].content


@pytest.mark.parametrize("day", [1, 16])
def test_date_at_the_beginning_of_a_line_is_no_numbered_list(thread, reader, writer, day):
    reader.languages = ["de"]
    reader.save()
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    say(thread, writer, at=datetime(2026, 12, day, 9, tzinfo=UTC))
    send_waiting_at_once.func()
    (letter,) = sent()
    html = letter.alternatives[0].content
    assert (f"{day}. Dezember 2026, 10:00" in html, "<ol" in html) == (True, False)


def test_dates_in_letters_stand_where_they_are_written_as_plain_words():
    letters = Path(settings.BASE_DIR, "templates", "emails").rglob("*.txt")
    bare = re.compile(r"\{\{ [^}]*\|(?:day|weekday_and_day) \}\}")
    assert [
        (path.name, bare.findall(path.read_text(encoding="utf-8")))
        for path in letters
        if bare.search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize("is_fresh", [True, False])
def test_translation_that_is_there_is_sent_to_who_does_not_read_the_original(thread, reader, writer, is_fresh):
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    post = add_post(thread=thread, author=writer, text="Welche Lampen?", language="de")
    digest = hashlib.sha256(post.source.encode() if is_fresh else b"another").hexdigest()
    PostTranslation.objects.create(
        post=post, language="en", source="Which lamps?", html="<p>", of=digest, engine="Engine"
    )
    tell(post)
    send_waiting_at_once.func()
    (letter,) = sent()
    assert ("> Which lamps?" in letter.body, "> Welche Lampen?" in letter.body) == (is_fresh, not is_fresh)
    assert ("Translated from Deutsch by a machine: Engine." in letter.body) is is_fresh


@pytest.mark.parametrize(
    "text",
    ["```\nnever closed", "- a list\n\n  - in it", "<div>", "[x]: http://evil.example\n\n[x]", "# Big", "---", "> > >"],
)
def test_whatever_somebody_writes_stays_within_its_quotation(thread, reader, writer, text):
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    say(thread, writer, text)
    send_waiting_at_once.func()
    (letter,) = sent()
    html = letter.alternatives[0].content
    after = html.rpartition("</blockquote>")[2]
    assert "You get this because" in after
    assert '<a class="button"' in after
    assert html.count("<blockquote") == html.count("</blockquote>")


def test_links_into_the_portal_lead_there_from_the_letter(thread, reader, writer):
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    say(thread, writer, "See [the sheet](/en/practices/lamps/).")
    send_waiting_at_once.func()
    (letter,) = sent()
    assert "the sheet <http://localhost:8000/en/practices/lamps/>" in letter.body


# ---------------------------------------------------------------- digests


def test_digest_comes_at_its_hour_once_with_what_was_written_before(thread, reader, writer):
    tell(thread.posts.get(), MONDAY - 2 * HOUR)
    say(thread, writer, "Later.", MONDAY + HOUR)
    assert [send_due_digests(MONDAY - timedelta(seconds=1)), send_due_digests(MONDAY), send_due_digests(MONDAY)] == [
        0,
        1,
        0,
    ]
    (letter,) = sent()
    assert letter.subject == "1 new: Lamps"
    assert ("Which **lamps**?" in letter.body, "Later." in letter.body) == (True, False)
    # A worker that comes late sends what was due, and no more.
    assert [send_due_digests(MONDAY + 23 * HOUR), send_due_digests(MONDAY + 30 * HOUR)] == [0, 1]
    (letter,) = sent()
    assert "Later." in letter.body


def test_nothing_new_is_no_letter(reader):
    assert send_due_digests(MONDAY) == 0
    assert OutgoingMail.objects.count() == 0


def test_digest_is_grouped_by_thread_newest_first_with_the_texts(thread, reader, writer, group):
    other = open_thread(group=group, author=writer, title="Benches", text="Which benches?", language="en")
    tell(thread.posts.get(), MONDAY - 5 * HOUR)
    tell(other.posts.get(), MONDAY - 4 * HOUR)
    say(thread, writer, "Newest lamps.", MONDAY - 3 * HOUR)
    send_due_digests(MONDAY)
    (letter,) = sent()
    assert letter.subject == "3 new: Lamps, Benches"
    places = [letter.body.index(words) for words in ("Newest lamps.", "Which **lamps**?", "Which benches?")]
    assert places == sorted(places)
    assert letter.body.count("Lamps <http://localhost:8000/en/discussions/") == 1


def test_digest_says_why_it_comes_and_how_each_part_of_it_and_all_of_it_is_stopped(
    thread, reader, writer, group, client
):
    choose_mail(user_pk=reader.pk, frequencies={"reply": "daily"})
    say(thread, reader, "Mine.")
    say(thread, writer, "An answer.", MONDAY - HOUR)
    other = open_thread(group=group, author=writer, title="Benches", text="Which benches?", language="en")
    tell(other.posts.get(), MONDAY - HOUR)
    send_due_digests(MONDAY)
    (letter,) = sent()
    assert "You get this because you wrote in this discussion." in letter.body
    assert "You get this because you follow the discussion, its working group, or what it is about." in letter.body
    addresses = re.findall(r"<http://localhost:8000(/en/mail/stop/[^>]*)>", letter.body)
    assert len(addresses) == len(set(addresses)) == 3
    assert letter.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{addresses[-1]}>"
    assert client.post(addresses[-1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    say(thread, writer, "Not sent.", MONDAY)
    assert send_due_digests(MONDAY + 48 * HOUR) == 0


def test_times_are_those_of_the_readers_clock(thread, reader):
    reader.time_zone = "Europe/Lisbon"
    reader.save()
    tell(thread.posts.get(), datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    assert send_due_digests(MONDAY) == 0
    assert send_due_digests(MONDAY + HOUR) == 1
    assert "29 November 2026, 23:30" in sent()[0].body


def test_city_tells_the_clock_of_who_has_chosen_no_zone(thread, reader):
    reader.city = CityFactory(country="FI")
    reader.save()
    tell(thread.posts.get(), MONDAY - 5 * HOUR)
    assert send_due_digests(MONDAY - HOUR) == 1


@pytest.mark.parametrize(
    ("frequency", "hours"), [("daily", [24, 48]), ("weekly", [72]), ("monthly", [72]), ("never", [])]
)
def test_each_frequency_has_its_days(thread, reader, writer, frequency, hours):
    # Thursday, 3 December, is the first one of its month.
    choose_digest_time(user_pk=reader.pk, weekday=3, hour=8)
    choose_mail(user_pk=reader.pk, frequencies={"post": frequency})
    tell(thread.posts.get(), MONDAY + timedelta(minutes=1))
    if frequency == "daily":
        say(thread, writer, "Next.", MONDAY + 25 * HOUR)
    letters = [hour for hour in range(1, 24 * 14) if send_due_digests(MONDAY + hour * HOUR)]
    assert letters == hours


def test_kinds_of_different_frequencies_that_are_due_at_one_hour_come_in_one_letter(thread, reader, writer):
    choose_mail(user_pk=reader.pk, frequencies={"reply": "weekly"})
    say(thread, reader, "Mine.")
    say(thread, writer, "An answer.", MONDAY - HOUR)
    other = open_thread(group=thread.group, author=writer, title="Benches", text="Which?", language="en")
    tell(other.posts.get(), MONDAY - 2 * HOUR)
    assert send_due_digests(MONDAY) == 1
    assert OutgoingMail.objects.get().subject == "2 new: Lamps, Benches"


def test_what_was_read_on_the_portal_comes_by_no_letter(thread, reader, writer):
    tell(thread.posts.get(), MONDAY - 3 * HOUR)
    read_until(user=reader, thread=thread, moment=MONDAY)
    assert send_due_digests(MONDAY) == 0


@pytest.mark.parametrize("happening", ["hidden", "withdrawn", "left", "deleted", "suspended", "bounced"])
def test_what_may_no_longer_be_seen_or_sent_is_not(thread, reader, happening):
    tell(thread.posts.get(), MONDAY - 3 * HOUR)
    match happening:
        case "hidden":
            Post.objects.update(hidden_at=timezone.now())
        case "withdrawn":
            Post.objects.update(withdrawn_at=timezone.now())
        case "left":
            Membership.objects.filter(user=reader).delete()
        case "deleted":
            Post.objects.all().delete()
        case "suspended":
            reader.is_active = False
            reader.save()
        case "bounced":
            MailTrouble.objects.create(email=reader.email, last_at=timezone.now(), stopped_at=timezone.now())
    assert [send_due_digests(MONDAY), OutgoingMail.objects.count()] == [0, 0]
    # It was decided once: nothing is looked at again every minute.
    assert not Notice.objects.waiting_for_mail().exists()


def test_rest_of_a_digest_comes_without_what_may_no_longer_be_seen(thread, reader, writer):
    tell(thread.posts.get(), MONDAY - 3 * HOUR)
    hidden = say(thread, writer, "Hidden words.", MONDAY - 2 * HOUR)
    Post.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    assert send_due_digests(MONDAY) == 1
    assert "Hidden words." not in OutgoingMail.objects.get().text


def test_long_text_is_sent_as_far_as_its_last_whole_paragraph(thread, reader, writer):
    say(thread, writer, "First paragraph.\n\n" * 100 + "x" * 3_000, MONDAY - HOUR)
    send_due_digests(MONDAY)
    text = OutgoingMail.objects.get().text
    assert text.count("> First paragraph.") == 100
    assert "> First paragraph. …" in text
    assert "xxx" not in text


def test_muted_thread_is_in_no_digest(thread, reader, writer):
    mute(user_pk=reader.pk, topic=thread.topic)
    say(thread, writer, "Muted.", MONDAY - HOUR)
    assert send_due_digests(MONDAY) == 0


def test_choosing_at_once_sends_what_waits_and_choosing_never_does_not_bring_it_back(thread, reader, writer):
    tell(thread.posts.get(), MONDAY - 3 * HOUR)
    choose_mail(user_pk=reader.pk, frequencies={"post": "at-once"})
    assert [send_waiting_at_once.func(), send_due_digests(MONDAY)] == [1, 0]
    choose_mail(user_pk=reader.pk, frequencies={"post": "daily"})
    say(thread, writer, "Waits.", MONDAY - HOUR)
    choose_mail(user_pk=reader.pk, frequencies={"post": "never"})
    choose_mail(user_pk=reader.pk, frequencies={"post": "daily"})
    assert send_due_digests(MONDAY) == 0


def test_person_whose_digest_fails_keeps_the_others_waiting_for_nothing(thread, reader, group, monkeypatch, caplog):
    other = UserFactory(languages=["en"])
    set_membership(group=group, user=other, role=Role.MEMBER)
    read = notices.PostNotice.read.__func__

    def fail(cls, subjects, user):
        if user == reader:
            raise ZeroDivisionError
        return read(cls, subjects, user)

    monkeypatch.setattr(notices.PostNotice, "read", classmethod(fail))
    tell(thread.posts.get(), MONDAY - HOUR)
    assert send_due_digests(MONDAY) == 1
    assert OutgoingMail.objects.get().user == other
    monkeypatch.undo()
    assert send_due_digests(MONDAY) == 1
    assert f"to person {reader.pk} could not be written" in caplog.text


@pytest.mark.parametrize("posts", [1, 3])
@pytest.mark.parametrize("members", [1, 3])
def test_digest_takes_as_many_queries_for_many_posts_and_a_constant_number_a_member(
    thread, reader, writer, group, posts, members, django_assert_num_queries
):
    for _member in range(members - 1):
        set_membership(group=group, user=UserFactory(languages=["en"]), role=Role.MEMBER)
    for _post in range(posts):
        say(thread, writer, "More.", MONDAY - HOUR)
    with django_assert_num_queries(6 + 14 * members):
        assert send_due_digests(MONDAY) == members


# ---------------------------------------------------------------- what a post is about, and what came with it


def test_letter_says_which_page_and_passage_a_post_is_about_and_which_files_came_with_it(thread, writer, reader):
    sheet = PracticeSheetFactory(title="Street lamps")
    translate(sheet, "fr", title="Réverbères")
    Thread.objects.filter(pk=thread.pk).update(about=sheet, passage="Lamps  that see.")
    post = add_post(thread=thread, author=writer, text="Which?", language="en")
    for name in ("plan.pdf", "costs.csv"):
        PostAttachment.objects.create(post=post, uploaded_by=writer, file=name, title=name, size=1)
    [item] = notices.ReplyNotice.read([post.key], reader).values()
    assert (item.about, item.files) == ("Street lamps – “Lamps that see.”", ["plan.pdf", "costs.csv"])
    entry = render_to_string("emails/notifications/entry.txt", {"entry": {"item": item, "at": timezone.now()}})
    assert "About: Street lamps – “Lamps that see.”" in entry
    assert "With files: plan.pdf, costs.csv" in entry
    for hidden in (
        {"visibility": Visibility.GROUP, "group": WorkingGroupFactory()},
        {"visibility": Visibility.PUBLIC, "live": False},
    ):
        PracticeSheet.objects.versions_of(sheet).update(**hidden)
        [item] = notices.ReplyNotice.read([post.key], reader).values()
        assert item.about == ""
