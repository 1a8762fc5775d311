"""The outbox: what is caused is sent once, and nothing is lost."""

import smtplib

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from notifications.actions import ATTEMPTS, KEPT, deliver_mail, prune_sent_mail
from notifications.messages import Message, active
from notifications.models import OutgoingMail
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
    assert "<p>Hello <strong>Léa</strong>.</p>" in html
    assert "<b>world</b>" not in html


def test_message_of_a_transaction_that_failed_is_not_sent():
    with transaction.atomic():
        Greeting([UserFactory()]).send()
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0


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
    assert deliver_mail.func() == 1
    OutgoingMail.objects.update(sent_at=None, attempts=ATTEMPTS)
    assert deliver_mail.func() == 0


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
