"""Answers by mail: what becomes a post, what is ignored, and what is sent back with its reason."""

from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from PIL import Image

from discussions.actions.answering import POSTS_AN_HOUR, SAID_AGAIN
from discussions.actions.posting import add_post
from discussions.actions.taking_mail import ANSWERS_A_DAY, KEPT, prune_received_mail, take_mail
from discussions.enums import MailOutcome, MailRefusal
from discussions.models import Post, PostAttachment, ReadState, ReceivedMail, Thread, ThreadGuest
from discussions.reply_addresses import reply_address
from groups.models import Membership
from members.models import User
from notifications.bounces import bounce_address
from notifications.models import MailTrouble, Notice, OutgoingMail
from tests.discussions.letters import delivery_report, letter_to
from tests.factories import CityFactory, ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db

MAILS = Path(__file__).with_name("mails")
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.REPLY_ADDRESS = "replies@portal.example.org"


@pytest.fixture(autouse=True)
def _private_files(monkeypatch, tmp_path):
    monkeypatch.setattr(PostAttachment._meta.get_field("file").storage, "location", str(tmp_path))


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"])


@pytest.fixture
def post(thread):
    return thread.posts.get()


@pytest.fixture
def member(people):
    person = people["member"]
    person.languages = ["nl", "en"]
    person.city = CityFactory()
    person.save()
    return person


@pytest.fixture
def guest(thread):
    return ThreadGuest.objects.create(
        thread=thread, email="contact@example.org", name="A contact", city=CityFactory(), languages=["it"]
    )


def send(message, **options):
    return take_mail(message.as_bytes() if isinstance(message, EmailMessage) else message, **options)


def picture(width, height):
    file = BytesIO()
    Image.new("RGB", (width, height)).save(file, "PNG")
    return file.getvalue()


def told(received):
    """The letter that answers one that was refused: its first line after the greeting in bold, or nothing."""
    mail = OutgoingMail.objects.filter(kind="reply-refused", key__contains=f":{received.pk}:").first()
    return mail and mail.text.split("**")[1]


# ------------------------------------------------------------ what becomes a post


def test_answer_becomes_a_post_of_its_person(post, member):
    received = send(letter_to(post, member, "Ja, dat hebben wij vorig jaar gemeten.\n\n-- \nFenna"))
    answer = Post.objects.latest("pk")
    assert (received.outcome, received.post) == (MailOutcome.POSTED, answer)
    assert (answer.author, answer.city, answer.source) == (
        member,
        member.city,
        "Ja, dat hebben wij vorig jaar gemeten.",
    )
    assert (answer.thread, answer.reply_to, answer.came_by) == (post.thread, post, "mail")
    assert (answer.language, answer.is_language_given) == ("nl", False)
    assert Thread.objects.get().post_count == 2


def test_guest_answers_without_an_account(post, guest):
    send(letter_to(post, guest, "Sì, abbiamo un progetto simile in due quartieri."))
    answer = Post.objects.latest("pk")
    assert (answer.author, answer.guest, answer.city, answer.language) == (None, guest, guest.city, "it")


@pytest.mark.parametrize("program", ["outlook-desktop", "gmail", "iphone", "samsung", "thunderbird"])
def test_letter_of_a_mail_program_is_posted_as_it_was_written(post, member, program):
    raw = (MAILS / f"{program}-nl.eml").read_text("utf-8")
    sender = raw.split("@nl.example.org", 1)[0].rpartition("<")[2] + "@nl.example.org"
    User.objects.filter(pk=member.pk).update(email=sender)
    member.refresh_from_db()
    raw = raw.replace("replies+1-u1-aaaaaaaaaaaaaaaa@portal.example.org", reply_address(post, member))
    received = send(raw.encode())
    assert (received.outcome, received.reason) == (MailOutcome.POSTED, "")
    answer = Post.objects.latest("pk")
    assert answer.source.split() == (MAILS / f"{program}-nl.txt").read_text().split()
    # The logo of the signature is no file of the post.
    assert answer.attachments.count() == 0


def test_letter_is_taken_once(post, member):
    letter = letter_to(post, member)
    assert send(letter).pk == send(letter).pk
    assert Post.objects.count() == 2


def test_letters_without_a_name_are_told_apart_by_what_they_say(post, member):
    letters = [letter_to(post, member, text, message_id="").as_bytes() for text in ("Once.", "Twice.")]
    for letter in (letters[0], letters[0], letters[1]):
        send(letter)
    assert [answer.source for answer in Post.objects.order_by("pk")][1:] == ["Once.", "Twice."]


def test_address_of_the_envelope_counts_where_headers_do_not_have_it(post, member):
    letter = letter_to(post, member, To="undisclosed-recipients:;")
    assert send(letter, envelope_recipient=reply_address(post, member)).outcome == MailOutcome.POSTED


def test_of_several_addresses_the_senders_own_counts(post, people, member):
    letter = letter_to(post, member, To=f"{reply_address(post, people['coordinator'])}, {reply_address(post, member)}")
    send(letter)
    assert Post.objects.latest("pk").author == member


def test_answer_to_a_thread_that_was_merged_stands_where_its_posts_went(group, post, member):
    other = ThreadFactory(group=group)
    Thread.objects.filter(pk=post.thread_id).update(merged_into=other)
    send(letter_to(post, member))
    assert Post.objects.latest("pk").thread == other


def test_signed_address_in_an_answer_is_not_given_away(post, member):
    address = reply_address(post, member)
    send(letter_to(post, member, f"Write to {address}, that works."))
    assert Post.objects.latest("pk").source == "Write to replies@portal.example.org, that works."


# ------------------------------------------------------------ what was read


def test_answer_marks_the_thread_as_read(post, member):
    Notice.objects.create(user=member, kind="post", subject=post.key, topic=post.thread.topic, at=post.created_at)
    send(letter_to(post, member))
    state = ReadState.objects.get(user=member)
    assert state.read_until == Post.objects.latest("pk").created_at
    notice = Notice.objects.get(user=member)
    assert (notice.read_at is None, notice.is_for_mail) == (False, False)


def test_what_came_after_the_post_that_is_answered_stays_new(post, member, people):
    later = add_post(thread=post.thread, author=people["coordinator"], text="One more thing.", language="en")
    for each in (post, later):
        Notice.objects.create(user=member, kind="post", subject=each.key, topic=post.thread.topic, at=each.created_at)
    send(letter_to(post, member))
    assert ReadState.objects.get(user=member).read_until == post.created_at
    read = {notice.subject: (notice.read_at is not None, notice.is_for_mail) for notice in member.notices.all()}
    assert read == {post.key: (True, False), later.key: (False, True)}


def test_answer_to_an_old_post_takes_back_nothing_that_was_read(post, member, people):
    later = add_post(thread=post.thread, author=people["coordinator"], text="One more thing.", language="en")
    ReadState.objects.create(user=member, thread=post.thread, read_until=later.created_at)
    send(letter_to(post, member))
    assert ReadState.objects.get(user=member).read_until == Post.objects.latest("pk").created_at


# ------------------------------------------------------------ files


def test_files_come_along_checked(post, member):
    letter = letter_to(post, member, "See the report.")
    letter.add_attachment(PDF, "application", "octet-stream", filename="Bericht März.pdf")
    letter.add_attachment(picture(40, 40), "image", "png", filename="square.png")
    send(letter)
    files = Post.objects.latest("pk").attachments.all()
    assert [(file.title, file.extension, file.uploaded_by) for file in files] == [
        ("Bericht März", "pdf", member),
        ("square", "png", member),
    ]
    assert [Path(file.file.path).read_bytes() for file in files] == [PDF, picture(40, 40)]


def test_files_without_words_are_a_post(post, member):
    letter = letter_to(post, member, "\n")
    letter.add_attachment(PDF, "application", "pdf", filename="report.pdf")
    send(letter)
    answer = Post.objects.latest("pk")
    assert (answer.source, answer.attachments.count()) == ("report", 1)


def test_file_that_cannot_be_taken_is_left_out_and_its_sender_told(post, member):
    letter = letter_to(post, member, "See both.")
    letter.add_attachment(PDF, "application", "pdf", filename="report.pdf")
    letter.add_attachment(b"MZ\x90", "application", "octet-stream", filename="tool.exe")
    send(letter)
    assert [file.title for file in PostAttachment.objects.all()] == ["report"]
    mail = OutgoingMail.objects.get(kind="reply-files-left-out")
    assert mail.recipient == member.email
    assert "- tool.exe: " in mail.text


def test_nothing_but_files_that_cannot_be_taken_is_refused(post, member):
    letter = letter_to(post, member, "\n")
    letter.add_attachment(b"MZ\x90", "application", "octet-stream", filename="tool.exe")
    received = send(letter)
    assert (received.reason, Post.objects.count()) == (MailRefusal.FILES, 1)
    assert "- tool.exe: " in OutgoingMail.objects.get().text


@pytest.mark.parametrize(
    ("size", "html", "count"),
    [
        ((180, 60), '<p>Yes.</p><img src="cid:a">', 0),
        ((800, 600), '<p>Yes, see:</p><img src="cid:a">', 1),
        ((800, 600), '<p>Yes.</p><div class="gmail_signature"><img src="cid:a"></div>', 0),
        ((800, 600), '<p>Yes.</p><blockquote type="cite"><img src="cid:a"></blockquote>', 0),
    ],
    ids=["logo", "screenshot", "in signature", "quoted"],
)
def test_pictures_within_the_text_are_files_only_if_somebody_put_them_there(post, member, size, html, count):
    letter = letter_to(post, member, "Yes.")
    letter.add_alternative(html, subtype="html")
    letter.get_payload()[1].add_related(
        picture(*size), "image", "png", cid="<a>", filename="image001.png", disposition="inline"
    )
    send(letter)
    assert Post.objects.latest("pk").attachments.count() == count


@pytest.mark.parametrize(
    ("kind", "name"), [("pkcs7-signature", "smime.p7s"), ("pgp-signature", "signature.asc"), ("ics", "invite.ics")]
)
def test_what_programs_add_is_neither_a_file_nor_complained_of(post, member, kind, name):
    letter = letter_to(post, member)
    letter.add_attachment(b"x", "application", kind, filename=name)
    send(letter)
    assert (PostAttachment.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_files_of_a_letter_that_broke_are_not_left_behind(post, member, monkeypatch, tmp_path):
    def break_down(**fields):
        raise ValueError("broken")

    monkeypatch.setattr("discussions.actions.answering.add_post", break_down)
    letter = letter_to(post, member)
    letter.add_attachment(PDF, "application", "pdf", filename="report.pdf")
    with pytest.raises(ValueError, match="broken"):
        send(letter)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert ReceivedMail.objects.count() == 0


# ------------------------------------------------------------ what is refused


def _write_very_often(thread, member):
    for number in range(POSTS_AN_HOUR):
        add_post(thread=thread, author=member, text=f"{number}", language="en", came_by="mail")


def _say_the_same(thread, member):
    add_post(thread=thread, author=member, text="My words.", language="en", came_by="mail")


BEFORE = {
    MailRefusal.SHUT: lambda thread, member: User.objects.filter(pk=member.pk).update(is_active=False),
    MailRefusal.NOT_OPEN: lambda thread, member: Membership.objects.filter(user=member).delete(),
    MailRefusal.CLOSED: lambda thread, member: Thread.objects.update(is_closed=True),
    MailRefusal.TOO_OLD: lambda thread, member: Post.objects.update(created_at=timezone.now() - timedelta(days=366)),
    MailRefusal.TOO_MANY: _write_very_often,
    MailRefusal.SAID: _say_the_same,
}
LETTER = {
    MailRefusal.UNKNOWN_ADDRESS: lambda letter: letter.replace_header("To", letter["To"].replace("-u", "-g")),
    MailRefusal.OTHER_SENDER: lambda letter: letter.replace_header("From", "private@example.net"),
    MailRefusal.EMPTY: lambda letter: letter.set_content("> Only what we had written."),
    MailRefusal.TOO_LONG: lambda letter: letter.set_content("words " * 4_000),
    MailRefusal.ENCRYPTED: lambda letter: letter.replace_header("Content-Type", "multipart/encrypted; boundary=b"),
}


def refused(thread, member, reason):
    """Bring about that an answer of ``member`` is refused for this reason; returns the letter."""
    letter = letter_to(thread.posts.first(), member, "My words.")
    if reason in BEFORE:
        BEFORE[reason](thread, member)
    if reason in LETTER:
        LETTER[reason](letter)
    return letter


@pytest.mark.parametrize("reason", sorted({*BEFORE, *LETTER}))
def test_letter_that_cannot_be_used_is_answered_with_the_reason(thread, member, reason):
    letter = refused(thread, member, reason)
    count = Post.objects.count()
    received = send(letter)
    assert (received.outcome, received.reason, Post.objects.count()) == (MailOutcome.REFUSED, reason, count)
    mail = OutgoingMail.objects.get(kind="reply-refused")
    assert mail.recipient == letter["From"]
    with translation.override(mail.language):
        assert told(received) == reason.label
    assert mail.headers == {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": "<1@mail.example.org>",
        "References": "<1@mail.example.org>",
    }


def test_too_large_letter_is_answered_with_the_reason(post, member, monkeypatch):
    monkeypatch.setattr("discussions.actions.answering.LARGEST", 2_000)
    with translation.override("nl"):
        assert told(send(letter_to(post, member, "words " * 1_000))) == MailRefusal.TOO_LARGE.label


def test_reason_is_told_in_the_language_of_the_sender(thread, member):
    send(refused(thread, member, MailRefusal.CLOSED))
    assert OutgoingMail.objects.get().language == "nl"


def test_refused_words_come_back_so_that_nothing_is_lost(thread, member):
    send(refused(thread, member, MailRefusal.CLOSED))
    assert "\n\n> My words.\n\n" in OutgoingMail.objects.get().text


@pytest.mark.parametrize(
    ("reason", "is_named"),
    [(MailRefusal.CLOSED, True), (MailRefusal.NOT_OPEN, False), (MailRefusal.OTHER_SENDER, False)],
)
def test_answer_leads_to_the_discussion_only_those_who_may_see_it(thread, member, reason, is_named):
    send(refused(thread, member, reason))
    mail = OutgoingMail.objects.get()
    assert (f"/discussions/{thread.pk}/" in mail.text) is is_named
    assert thread.title not in mail.subject + mail.text


def test_answer_leads_to_the_discussion_in_the_language_of_the_sender(thread, member):
    send(refused(thread, member, MailRefusal.CLOSED))
    assert f"/nl/discussions/{thread.pk}/" in OutgoingMail.objects.get().text


def test_stranger_with_a_made_up_address_is_not_answered():
    letter = EmailMessage()
    letter["From"], letter["To"] = "spam@example.net", "replies+1-u1-aaaaaaaaaaaaaaaa@portal.example.org"
    letter.set_content("Buy lamps!")
    received = send(letter)
    assert (received.reason, OutgoingMail.objects.count()) == (MailRefusal.UNKNOWN_ADDRESS, 0)


def test_sender_is_not_told_without_end(post, member):
    for number in range(ANSWERS_A_DAY + 2):
        send(letter_to(post, member, "> Quoted.", message_id=f"<{number}@mail.example.org>"))
    assert OutgoingMail.objects.count() == ANSWERS_A_DAY
    ReceivedMail.objects.update(received_at=timezone.now() - timedelta(days=1, minutes=1))
    send(letter_to(post, member, "> Quoted.", message_id="<later@mail.example.org>"))
    assert OutgoingMail.objects.count() == ANSWERS_A_DAY + 1


def test_program_that_forbids_answers_gets_none(post, member):
    send(letter_to(post, member, "> Quoted.", X_Auto_Response_Suppress="OOF, AutoReply"))
    assert OutgoingMail.objects.count() == 0


# ------------------------------------------------------------ what nobody wrote


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Out"},
        {"List_Id": "<list.example.org>"},
        {"Return_Path": "<>"},
        {"X_POST_MessageClass": "9; Autoresponder"},
        {"sender": "MAILER-DAEMON@example.org"},
        {"sender": "no-reply@example.org"},
        {"sender": "portal@example.org"},
        {"sender": "replies+x@portal.example.org"},
        {"Subject": "Automatic reply: A question"},
        {"Subject": "Automatische Antwort: Frage"},
        {"Subject": "Abwesenheitsnotiz: Frage"},
        {"Subject": "Réponse automatique : Question"},
        {"Subject": "Risposta automatica: Domanda"},
        {"Subject": "Automatisch antwoord: Vraag"},
        {"Subject": "Respuesta automática: Pregunta"},
        {"Subject": "Resposta automática: Pergunta"},
    ],
    ids=lambda headers: "-".join(next(iter(headers.items()))),
)
def test_letter_that_nobody_wrote_is_ignored_and_not_answered(post, member, headers):
    received = send(letter_to(post, member, **headers))
    assert (received.outcome, bool(received.reason)) == (MailOutcome.IGNORED, True)
    assert (Post.objects.count(), OutgoingMail.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "DR, RN, NRN"},
        {"Return_Path": "<member@example.com>"},
        {"Subject": "RE: Autonomous lighting"},
        {"Importance": "high"},
    ],
    ids=lambda headers: "-".join(next(iter(headers.items()))),
)
def test_letter_that_somebody_wrote_is_not_taken_for_automatic(post, member, headers):
    assert send(letter_to(post, member, **headers)).outcome == MailOutcome.POSTED


def test_letter_of_our_own_that_comes_round_is_ignored(post, member):
    OutgoingMail.objects.create(
        key="x",
        kind="post",
        recipient="a@example.org",
        language="en",
        subject="x",
        text="x",
        headers={"Message-ID": "<1@mail.example.org>"},
    )
    assert send(letter_to(post, member)).outcome == MailOutcome.IGNORED


def test_receipt_of_reading_is_ignored(post, member):
    letter = letter_to(post, member)
    letter.replace_header("Content-Type", "multipart/report; report-type=disposition-notification; boundary=b")
    assert send(letter).outcome == MailOutcome.IGNORED


def test_acceptance_of_an_invitation_is_ignored(post, member):
    letter = letter_to(post, member, "Accepted: Meeting")
    letter.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", params={"method": "REPLY"})
    assert send(letter).outcome == MailOutcome.IGNORED


def test_machine_that_hides_stops_where_it_repeats_itself(post, member):
    for number in range(3):
        send(letter_to(post, member, "I am away until Monday.", message_id=f"<{number}@mail.example.org>"))
    reasons = list(ReceivedMail.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons == ["", MailRefusal.SAID, MailRefusal.SAID]
    Post.objects.update(created_at=timezone.now() - SAID_AGAIN)
    send(letter_to(post, member, "I am away until Monday.", message_id="<later@mail.example.org>"))
    assert Post.objects.count() == 3


# ------------------------------------------------------------ what came back


@pytest.fixture
def written_to():
    return OutgoingMail.objects.create(
        key="x", kind="post", recipient="Gone@example.org", language="en", subject="x", text="x", sent_at=timezone.now()
    )


@pytest.mark.parametrize(
    ("status", "diagnostic", "hard", "soft"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", 1, 0),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", 0, 1),
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", 0, 1),
        ("5.7.1", "smtp; 554 5.7.1 Spam detected", 0, 1),
        ("4.4.7", "smtp; 421 4.4.7 Delivery time expired", 0, 1),
    ],
)
@pytest.mark.usefixtures("written_to")
def test_report_of_a_letter_that_came_back_is_counted(status, diagnostic, hard, soft):
    received = send(delivery_report("gone@example.org", status=status, diagnostic=diagnostic))
    assert received.outcome == MailOutcome.BOUNCE
    trouble = MailTrouble.objects.get()
    assert (trouble.email, trouble.hard_bounces, trouble.soft_bounces) == ("gone@example.org", hard, soft)
    assert trouble.last_reason == diagnostic.removeprefix("smtp; ")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
@pytest.mark.usefixtures("written_to")
def test_report_of_a_letter_that_is_on_its_way_is_ignored(action):
    received = send(delivery_report("gone@example.org", action=action))
    assert (received.outcome, MailTrouble.objects.count()) == (MailOutcome.IGNORED, 0)


def test_report_about_somebody_to_whom_nothing_was_sent_is_not_believed():
    received = send(delivery_report("victim@example.org"))
    assert (received.outcome, MailTrouble.objects.count()) == (MailOutcome.IGNORED, 0)


@pytest.mark.usefixtures("written_to")
def test_report_in_the_old_style_is_counted():
    raw = b"From: Mailer-Daemon@example.org\r\nX-Failed-Recipients: gone@example.org\r\nMessage-ID: <e@example.org>\r\nAuto-Submitted: auto-replied\r\n\r\nA message could not be delivered.\r\n\r\n  gone@example.org\r\n    550 5.1.1 No such user\r\n"
    assert send(raw).outcome == MailOutcome.BOUNCE
    assert MailTrouble.objects.get().hard_bounces == 1


@pytest.mark.parametrize(
    ("raw", "hard", "reason"),
    [
        # It was forwarded, and came back from elsewhere.
        (delivery_report("forwarded@example.net"), 1, "550 5.1.1 User unknown"),
        (
            b"Return-Path: <>\r\nFrom: mail@example.org\r\n\r\nSorry.\r\n\r\n550 No such user here\r\n",
            1,
            "550 No such user here",
        ),
        (
            b"From: postmaster@example.org\r\n\r\nRemote server: 452 Mailbox is full\r\n",
            0,
            "Remote server: 452 Mailbox is full",
        ),
    ],
    ids=["forwarded", "without a form", "for a while"],
)
def test_letter_that_came_back_is_known_by_the_address_to_which_it_came(written_to, settings, raw, hard, reason):
    settings.BOUNCE_ADDRESS = "bounces@portal.example.org"
    assert send(raw, envelope_recipient=bounce_address(written_to).upper()).outcome == MailOutcome.BOUNCE
    trouble = MailTrouble.objects.get()
    assert (trouble.email, trouble.hard_bounces, trouble.last_reason) == ("gone@example.org", hard, reason)


def test_absence_of_somebody_is_no_letter_that_came_back(written_to, settings):
    settings.BOUNCE_ADDRESS = "bounces@portal.example.org"
    raw = (
        b"Return-Path: <>\r\nFrom: gone@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nI am away until Monday.\r\n"
    )
    assert send(raw, envelope_recipient=bounce_address(written_to)).outcome == MailOutcome.IGNORED
    assert MailTrouble.objects.count() == 0


# ------------------------------------------------------------ whatever comes


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"no headers at all",
        b"From: =?utf-8?b?broken?=\r\nTo: <<>>,,;\r\nSubject: =?x-none?q?=ff?=\r\n\r\n",
        b'From: \xe9\xe8@example.org\r\nTo: replies@portal.example.org\r\nContent-Type: text/plain; charset="\xff"\r\n\r\n\xff',
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"From: a@example.org\r\nTo: " + b"(" * 50_000 + b"\r\n\r\nx",
        b"From: a\x00@example.org\r\nTo: replies@portal.example.org\r\nSubject: \x00\r\n\r\n\x00",
        b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800",
        b"Content-Type: text/html\r\n\r\n<![if<![CDATA[<!DOCTYPE [<",
        b"From: a@example.org\r\nMessage-ID: " + b"<x" * 400 + b"@example.org>\r\n\r\nx",
    ],
    ids=range(12),
)
def test_bytes_of_any_kind_end_as_one_outcome(raw):
    assert send(raw).outcome in {MailOutcome.REFUSED, MailOutcome.IGNORED}
    assert (ReceivedMail.objects.count(), Post.objects.count()) == (1, 0)


def test_every_refusal_is_brought_about_by_a_test():
    assert {*BEFORE, *LETTER, MailRefusal.TOO_LARGE, MailRefusal.FILES} == set(MailRefusal)


def test_taking_a_letter_costs_the_same_in_a_long_thread(post, member, people):
    send(letter_to(post, member, "To begin with.", message_id="<0@mail.example.org>"))
    counts = []
    for number in (1, 3):
        for _post in range(number):
            add_post(thread=post.thread, author=people["coordinator"], text="More.", language="en")
        letter = letter_to(post, member, f"Answer {number}", message_id=f"<{number}@mail.example.org>")
        with CaptureQueriesContext(connection) as queries:
            send(letter)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_letters_are_forgotten_after_half_a_year(post, member):
    send(letter_to(post, member))
    assert prune_received_mail() == 0
    ReceivedMail.objects.update(received_at=timezone.now() - KEPT - timedelta(days=1))
    assert prune_received_mail() == 1
    assert Post.objects.count() == 2


def test_letter_written_by_a_suspended_person_says_so_politely(post, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    with translation.override("nl"):
        assert told(send(letter_to(post, member))) == MailRefusal.SHUT.label


def test_member_writes_from_any_address_of_the_account_whatever_its_case(post, member):
    assert send(letter_to(post, member, sender=member.email.upper())).outcome == MailOutcome.POSTED


def test_person_of_another_group_cannot_use_the_address_of_a_member(post, member):
    other = UserFactory()
    assert send(letter_to(post, member, sender=other.email)).reason == MailRefusal.OTHER_SENDER
