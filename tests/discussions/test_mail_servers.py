"""Answers on their real ways: by SMTP out and back, by IMAP from a mailbox, through a pipe."""

import io
import os
import smtplib
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from discussions.actions.fetching_mail import fetch_mail, open_mailbox, watch_mailbox
from discussions.actions.taking_mail import take_mail
from discussions.models import Post, ReceivedMail, Thread
from discussions.reply_addresses import reply_address
from notifications.actions import deliver_mail
from notifications.messages import Message
from notifications.models import OutgoingMail
from portal.settings.env import Mailbox
from tests.discussions.letters import delivery_report, letter_to
from tests.discussions.mail_servers import PASSWORD, USER, count_in, imap_server, put_into, smtp_server
from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def imap_port():
    with imap_server() as port:
        yield port


@pytest.fixture(autouse=True)
def _address(settings):
    settings.REPLY_ADDRESS = "replies@portal.example.org"


@pytest.fixture
def mailbox(imap_port, settings):
    """The port of the mailbox, emptied."""
    settings.MAILBOX = Mailbox("none", "127.0.0.1", imap_port, USER, PASSWORD)
    with open_mailbox() as opened:
        for folder in ("INBOX", "Done", "Refused", "Failed"):
            if opened.folder.exists(folder):
                opened.folder.set(folder)
                opened.delete(opened.uids())
    return imap_port


@pytest.fixture
def post(group, people):
    return ThreadFactory(group=group, author=people["coordinator"]).posts.get()


def counts(port):
    return {folder: count_in(port, folder) for folder in ("INBOX", "Done", "Refused", "Failed")}


# ------------------------------------------------------------ a mailbox


def test_letters_of_the_mailbox_are_taken_in_and_moved_to_where_they_belong(mailbox, post, people):
    put_into(
        mailbox,
        letter_to(post, people["member"], "Yes, since 2024.").as_bytes(),
        letter_to(post, people["member"], "> Quoted.", message_id="<2@mail.example.org>").as_bytes(),
        delivery_report("gone@example.org"),
    )
    assert fetch_mail() == 3
    assert counts(mailbox) == {"INBOX": 0, "Done": 2, "Refused": 1, "Failed": 0}
    assert Post.objects.latest("pk").source == "Yes, since 2024."
    assert fetch_mail() == 0


def test_letter_that_was_taken_before_a_crash_is_moved_and_not_taken_again(mailbox, post, people):
    raw = letter_to(post, people["member"]).as_bytes()
    take_mail(raw)
    put_into(mailbox, raw)
    assert fetch_mail() == 1
    assert (Post.objects.count(), count_in(mailbox, "Done")) == (2, 1)


def test_letter_at_which_the_portal_breaks_holds_no_other_up(mailbox, post, people, monkeypatch):
    def break_at_the_first(raw):
        if b"<1@mail.example.org>" in raw:
            raise ValueError("broken")
        return take_mail(raw)

    monkeypatch.setattr("discussions.actions.fetching_mail.take_mail", break_at_the_first)
    letters = [letter_to(post, people["member"], f"{n}", message_id=f"<{n}@mail.example.org>") for n in (1, 2)]
    put_into(mailbox, *(letter.as_bytes() for letter in letters))
    assert fetch_mail() == 2
    assert counts(mailbox) == {"INBOX": 0, "Done": 1, "Refused": 0, "Failed": 1}


def test_letters_wait_for_a_database_that_is_away(mailbox, post, people, monkeypatch):
    def fail(raw):
        raise OperationalError("away")

    put_into(mailbox, letter_to(post, people["member"]).as_bytes())
    with monkeypatch.context() as broken:
        broken.setattr("discussions.actions.fetching_mail.take_mail", fail)
        with pytest.raises(OperationalError):
            fetch_mail()
    assert counts(mailbox)["INBOX"] == 1
    assert fetch_mail() == 1


def test_mailbox_is_watched_over_one_connection(mailbox, post, people):
    rounds = watch_mailbox(idle_seconds=1)
    assert next(rounds) == 0
    put_into(mailbox, letter_to(post, people["member"]).as_bytes())
    assert next(rounds) == 1
    rounds.close()
    assert Post.objects.count() == 2


def test_very_large_letter_is_not_fetched_whole(mailbox, post, people, monkeypatch):
    monkeypatch.setattr("discussions.actions.fetching_mail.LARGEST", 2_000)
    monkeypatch.setattr("discussions.actions.answering.LARGEST", 2_000)
    put_into(mailbox, letter_to(post, people["member"], "words " * 2_000).as_bytes())
    fetch_mail()
    assert (ReceivedMail.objects.get().reason, count_in(mailbox, "Refused")) == ("too-large", 1)


def test_portal_without_a_mailbox_has_nothing_to_fetch(settings):
    settings.MAILBOX = None
    assert fetch_mail() == 0
    with pytest.raises(CommandError, match=r"^Set MAILBOX_URL and REPLY_ADDRESS"):
        call_command("fetch_mail")


def test_command_says_what_it_took_and_what_is_the_matter(mailbox, post, people, settings, capsys):
    put_into(mailbox, letter_to(post, people["member"]).as_bytes())
    call_command("fetch_mail")
    assert capsys.readouterr().out == "Taken in: 1\n"
    settings.MAILBOX = Mailbox("none", "127.0.0.1", mailbox, USER, "wrong")
    with pytest.raises(CommandError, match=r"^The mailbox cannot be read: ") as failed:
        call_command("fetch_mail")
    assert "wrong" not in str(failed.value)


# ------------------------------------------------------------ a pipe


def pipe(monkeypatch, raw, **options):
    """Run ``receive_mail`` with this on its standard input; returns its exit status."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("receive_mail", **options)
    except SystemExit as end:
        return end.code
    return 0


def test_pipe_takes_a_letter(monkeypatch, post, people, capsys):
    assert pipe(monkeypatch, letter_to(post, people["member"]).as_bytes()) == 0
    assert (capsys.readouterr().out, Post.objects.count()) == ("posted\n", 2)


def test_pipe_is_told_the_address_of_the_envelope(monkeypatch, post, people):
    address = reply_address(post, people["member"])
    letter = letter_to(post, people["member"], To="portal@example.org")
    assert pipe(monkeypatch, letter.as_bytes(), recipient=address) == 0
    assert Post.objects.count() == 2


def test_letter_that_is_refused_is_no_failure_of_the_pipe(monkeypatch, post, people, capsys):
    assert pipe(monkeypatch, letter_to(post, people["member"], "> Quoted.").as_bytes()) == 0
    assert capsys.readouterr().out == "refused empty\n"


def test_empty_standard_input_is_no_message(monkeypatch):
    assert pipe(monkeypatch, b"\n") == os.EX_DATAERR


def test_mail_server_is_asked_to_come_back_when_the_portal_breaks(monkeypatch, post, people):
    def fail(raw, **options):
        raise OperationalError("away")

    monkeypatch.setattr("discussions.management.commands.receive_mail.take_mail", fail)
    assert pipe(monkeypatch, letter_to(post, people["member"]).as_bytes()) == os.EX_TEMPFAIL


@pytest.mark.parametrize(
    ("variables", "status", "sentence"),
    [
        ({}, os.EX_CONFIG, "The portal takes no mail in: REPLY_ADDRESS is not set."),
        # The tables are not there yet.
        ({"REPLY_ADDRESS": "replies@example.org"}, os.EX_TEMPFAIL, "The portal cannot take mail in at the moment."),
    ],
)
def test_process_of_the_pipe_ends_as_mail_servers_understand(tmp_path, variables, status, sentence):
    ended = subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.base", "DATA_DIR": str(tmp_path), **variables},
        input=b"From: a@example.org\r\n\r\nHello\r\n",
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr.decode().splitlines()[-1]) == (status, sentence)


# ------------------------------------------------------------ out and back by SMTP


class Asked(Message):
    kind = "test-asked"
    template = "emails/test_asked.txt"

    def __init__(self, post, person):
        self.post, self.person = post, person

    def recipients(self):
        return [self.person]

    @property
    def key(self):
        return self.post.key

    def headers(self, recipient):
        return {"Reply-To": reply_address(self.post, recipient)}


@pytest.fixture
def _asked_template(tmp_path: Path, settings):
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "test_asked.txt").write_text("A question\n\n{{ post.source|safe }}\n")
    (options,) = settings.TEMPLATES
    settings.TEMPLATES = [{**options, "DIRS": [*options["DIRS"], tmp_path]}]


@pytest.mark.usefixtures("_asked_template")
def test_letter_goes_out_by_smtp_and_its_answer_comes_back_into_the_thread(
    post, people, settings, monkeypatch, mailbox
):
    person = people["member"]
    with smtp_server() as (port, taken):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        Asked(post, person).send()
        assert deliver_mail.func() == 1
        ((recipient, raw),) = taken
        letter = message_from_bytes(raw)
        assert recipient == person.email

        # A mail program answers to where the letter says.
        answer = letter_to(
            post,
            person,
            "Sí, lo hemos medido.\n\nEl 3/3/26 a las 9:12, Portal escribió:\n> A first post.\n",
            To=letter["Reply-To"],
        )
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(answer)
        recipient, raw = taken.pop()
        assert recipient == reply_address(post, person)
        put_into(mailbox, raw)
        assert fetch_mail() == 1
        assert Post.objects.latest("pk").source == "Sí, lo hemos medido."

        # Another one comes too late, and its sender learns why by mail.
        Thread.objects.update(is_closed=True)
        late = letter_to(post, person, "One more thing.", To=letter["Reply-To"], message_id="<late@mail.example.org>")
        assert pipe(monkeypatch, late.as_bytes()) == 0
        assert deliver_mail.func() == 1
        recipient, raw = taken.pop()
        told = message_from_bytes(raw)
        assert (recipient, told["In-Reply-To"], told["Auto-Submitted"]) == (
            person.email,
            "<late@mail.example.org>",
            "auto-replied",
        )
        # If a machine sends that one back, it ends there.
        assert take_mail(raw).outcome == "ignored"
    assert OutgoingMail.objects.filter(sent_at=None).count() == 0
