"""The outbox: what is caused is sent once, and nothing is lost."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.markdown import render_markdown
from notifications.actions import ATTEMPTS, HELD, KEPT, _take, deliver_mail, prune_sent_mail
from notifications.letter_html import dress
from notifications.messages import Message, active
from notifications.models import OutgoingMail
from notifications.sending import Letter
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class Greeting(Message):
    kind = "greeting"
    template = "emails/test_greeting.txt"

    def __init__(self, people, name="<b>world</b>"):
        self.people = people
        self.name = name

    def recipients(self):
        return self.people

    @property
    def key(self):
        return self.name


@pytest.fixture(autouse=True)
def _template(tmp_path, settings):
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "test_greeting.txt").write_text(
        "{% load i18n %}{% translate 'Log in' %}: {{ name|safe }}\n\nHello **{{ recipient.first_name }}**.\n"
    )
    (options,) = settings.TEMPLATES
    settings.TEMPLATES = [{**options, "DIRS": [*options["DIRS"], tmp_path]}]


def test_message_is_written_in_the_readers_language_and_sent_once():
    reader = UserFactory(languages=["fr", "en"], first_name="Léa")
    Greeting([reader]).send()
    Greeting([reader]).send()
    assert [deliver_mail.func(), deliver_mail.func()] == [1, 0]
    (letter,) = mail.outbox
    assert (letter.subject, letter.to, letter.body) == (
        "Se connecter: <b>world</b>",
        [reader.email],
        "Hello **Léa**.\n",
    )
    ((html, kind),) = [(part.content, part.mimetype) for part in letter.alternatives]
    assert kind == "text/html"
    assert '<html lang="fr">' in html
    assert re.search(r"<p [^>]*>Hello <strong>Léa</strong>.</p>", html)
    assert "<b>world</b>" not in html


def test_message_of_a_transaction_that_failed_is_not_sent():
    with transaction.atomic():
        Greeting([UserFactory()]).send()
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0


def make_due():
    OutgoingMail.objects.update(due_at=timezone.now())


def test_refused_message_waits_and_the_others_go_out(monkeypatch):
    bad, good = UserFactory(), UserFactory()
    Greeting([bad, good]).send()
    send = mail.EmailMultiAlternatives.send

    def refuse(self, **kwargs):
        if self.to == [bad.email]:
            raise smtplib.SMTPRecipientsRefused({bad.email: (450, b"later")})
        return send(self, **kwargs)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse)
    assert deliver_mail.func() == 1
    waiting = OutgoingMail.objects.get(sent_at=None)
    assert (waiting.recipient, waiting.attempts) == (bad.email, 1)
    monkeypatch.undo()
    assert deliver_mail.func() == 0
    make_due()
    assert deliver_mail.func() == 1
    OutgoingMail.objects.update(sent_at=None, attempts=ATTEMPTS, due_at=timezone.now())
    assert deliver_mail.func() == 0


def test_each_attempt_waits_twice_as_long_and_all_of_them_days(monkeypatch):
    Greeting([UserFactory()]).send()

    def refuse(self, **kwargs):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse)
    pauses = []
    for _attempt in range(ATTEMPTS):
        make_due()
        before = timezone.now()
        deliver_mail.func()
        pauses.append(round((OutgoingMail.objects.get().due_at - before) / timedelta(minutes=1)))
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses) == 720
    assert timedelta(days=2) < timedelta(minutes=sum(pauses[:-1])) < timedelta(days=4)


def test_server_that_is_away_costs_no_attempt(monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    Greeting([UserFactory(), UserFactory()]).send()
    assert deliver_mail.func() == 0
    assert list(OutgoingMail.objects.values_list("attempts", "sent_at")) == [(0, None)] * 2


def test_message_that_somebody_is_sending_is_sent_by_nobody_else():
    Greeting([UserFactory()]).send()
    (letter,) = OutgoingMail.objects.all()
    assert _take(letter.pk) == letter
    assert _take(letter.pk) is None
    assert deliver_mail.func() == 0
    OutgoingMail.objects.update(due_at=F("due_at") - HELD)
    assert deliver_mail.func() == 1


def test_letter_says_that_no_person_sent_it_and_keeps_its_name_when_sent_again():
    Greeting([UserFactory()]).send()
    deliver_mail.func()
    OutgoingMail.objects.update(sent_at=None, due_at=timezone.now())
    deliver_mail.func()
    first, again = (letter.message() for letter in mail.outbox)
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")
    assert (first["Auto-Submitted"], first["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert first["From"] == "portal@example.org"


def test_letters_are_as_text_what_people_can_read():
    letter = OutgoingMail.objects.create(
        key="1",
        kind="x",
        recipient="a@example.org",
        language="en",
        subject="S",
        text="**[Read \\*all\\*](http://localhost/en/)**\n\n> one\n> - two\n\nA\\\nB\n\n<http://localhost/x_y_z/>\n",
    )
    assert Letter(letter).body == (
        "Read *all* <http://localhost/en/>\n\n> one\n>\n> - two\n\nA\nB\n\n<http://localhost/x_y_z/>\n"
    )


@pytest.mark.parametrize(
    ("source", "is_button"),
    [
        ("**[Go](http://localhost/)**", True),
        ("> **[Go](http://localhost/)**", False),
        ("[Go](http://localhost/)", False),
    ],
)
def test_bold_link_of_the_portal_is_a_button_and_never_one_that_somebody_wrote(source, is_button):
    assert ('class="button"' in dress(render_markdown(source))) is is_button


def test_old_messages_are_forgotten_once_they_are_sent():
    Greeting([UserFactory(), UserFactory()]).send()
    first, second = OutgoingMail.objects.all()
    OutgoingMail.objects.filter(pk=first.pk).update(sent_at=timezone.now() - KEPT * 2)
    OutgoingMail.objects.filter(pk=second.pk).update(created_at=timezone.now() - KEPT * 2)
    assert prune_sent_mail() == 1
    assert list(OutgoingMail.objects.all()) == [second]


def test_only_people_who_can_log_in_are_told():
    person, gone = UserFactory(), UserFactory(is_active=False)
    assert active([person, gone, person, None]) == [person]


@pytest.mark.parametrize("ending", ["\r", "\x0b", "\u2028"])
def test_end_of_line_in_a_name_leaves_the_subject_one_line(ending):
    Greeting([UserFactory()], name=f"A{ending}Bcc: b@example.org").send()
    assert deliver_mail.func() == 1
    assert mail.outbox[0].subject == "Log in: A Bcc: b@example.org"


def test_message_that_is_none_holds_no_other_up():
    Greeting([UserFactory()], name="first").send()
    OutgoingMail.objects.update(subject="Two\rlines")
    Greeting([UserFactory()], name="second").send()
    assert deliver_mail.func() == 1
    broken = OutgoingMail.objects.get(sent_at=None)
    assert (broken.attempts, broken.last_error.partition(":")[0]) == (1, "BadHeaderError")
