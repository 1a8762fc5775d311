"""``python -m tests.notifications.dying``: processes that die while they send, on a database and a mail server of
their own. What came of it is printed as JSON, for ``test_dying``.

The mail server is a real one (aiosmtpd); the processes are killed, by themselves or by it, without a chance to tidy up.
"""

import json
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

fork = multiprocessing.get_context("fork")


class MailServer:
    """Keeps what it has taken. ``at_data`` is called when it has a whole letter, before it says so."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.taken: list[str] = []
        self.at_recipient: Callable[[], Any] = lambda: None
        self.at_data: Callable[[Any], Any] = lambda server: None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("unknown"):
            return "550 5.1.1 There is nobody of this name"
        self.at_recipient()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        from email import message_from_bytes

        message = message_from_bytes(envelope.content)
        if self.at_data(server) == "refuse":
            return "451 4.3.0 Try again later"
        self.taken.append(message["Message-ID"])
        self.sender, self.message = envelope.mail_from, message
        return "250 OK"


def in_process(act: Callable[[], Any], started: Callable[[int], None] = lambda pid: None) -> bool:
    """Run ``act`` in a process of its own; whether it was killed."""
    from django.db import connections

    connections.close_all()
    go = fork.Event()

    def run() -> None:
        go.wait(60)
        act()

    process = fork.Process(target=run)
    process.start()
    started(process.pid or 0)
    go.set()
    process.join(60)
    return process.exitcode == -signal.SIGKILL


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def prepare() -> None:
    from django.conf import settings

    from portal.structure import create_structure
    from tests.database import create_tables

    create_tables()
    create_structure(Path(settings.CONTENT_DIR) / "structure.toml")


def letter(number: int, recipient: str = "reader@example.org") -> Any:
    from notifications.models import OutgoingMail

    return OutgoingMail.objects.create(
        key=f"letter-{number}", kind="x", recipient=recipient, language="en", subject="S", text="Hello\n"
    )


def hold_ends() -> None:
    """The time is over for which a letter is out of sight that somebody sends."""
    from django.utils import timezone

    from notifications.models import OutgoingMail

    OutgoingMail.objects.filter(sent_at=None).update(due_at=timezone.now())


def sending(server: MailServer, number: int, *, killed_at: str) -> dict[str, Any]:
    """A process is killed by the server at some point of sending; then the next one has its turn."""
    from notifications.actions import deliver_mail
    from notifications.models import OutgoingMail

    mail, victims = letter(number), []
    server.taken.clear()

    def kill(*_server: Any) -> None:
        if victims:
            os.kill(victims.pop(), signal.SIGKILL)

    server.at_recipient = kill if killed_at == "recipient" else lambda: None
    server.at_data = kill if killed_at == "data" else lambda server: None
    was_killed = in_process(deliver_mail.func, victims.append)
    at_once = deliver_mail.func()
    hold_ends()
    later = deliver_mail.func()
    return {
        "killed": was_killed,
        "sent at once by the next": at_once,
        "sent by the next after a while": later,
        "taken": len(server.taken),
        "different ids": len(set(server.taken)),
        "noted as sent": OutgoingMail.objects.filter(pk=mail.pk).exclude(sent_at=None).exists(),
    }


def server_that_dies(server: MailServer, number: int, *, how: str) -> dict[str, Any]:
    """It closes the line, or asks for patience, when it has the first letter; the second one is not held up."""
    from notifications.actions import deliver_mail
    from notifications.models import OutgoingMail

    first, _second = letter(number), letter(number + 1)
    server.taken.clear()
    answers = [how]

    def stumble(smtp: Any) -> str:
        answer = answers.pop() if answers else ""
        if answer == "close":
            smtp.transport.abort()
        return answer

    server.at_recipient, server.at_data = lambda: None, stumble
    sent = deliver_mail.func()
    attempts = OutgoingMail.objects.get(pk=first.pk).attempts
    hold_ends()
    return {"sent": sent, "attempts": attempts, "sent later": deliver_mail.func(), "ids": len(set(server.taken))}


def refusal(server: MailServer, number: int) -> dict[str, Any]:
    """An address that the server does not know is tried once, and counted."""
    from notifications.actions import deliver_mail
    from notifications.models import MailTrouble

    server.at_recipient, server.at_data = lambda: None, lambda server: None
    letter(number, "unknown@example.org")
    sent = deliver_mail.func()
    hold_ends()
    trouble = MailTrouble.objects.get(email="unknown@example.org")
    return {"sent": [sent, deliver_mail.func()], "hard": trouble.hard_bounces, "reason": "550" in trouble.last_reason}


def writing(*, killed_at: str) -> dict[str, Any]:
    """A process is killed while it writes the digest of two people; then the next one has its turn."""
    from datetime import timedelta

    from django.utils import timezone

    from discussions.actions.posting import open_thread
    from discussions.telling import tell_of_post
    from groups.actions import set_membership
    from notifications import digests
    from notifications.models import Notice, OutgoingMail
    from tests.factories import UserFactory, WorkingGroupFactory

    group, author = WorkingGroupFactory(), UserFactory()
    for _reader in range(2):
        set_membership(group=group, user=UserFactory(languages=["en"]), role="member")
    thread = open_thread(group=group, author=author, title="Lamps", text="Which lamps?", language="en")
    tell_of_post.func(thread.posts.get().pk)
    notices = Notice.objects.filter(topic=thread.topic)
    tomorrow = timezone.now() + timedelta(days=2)
    carry = digests._carry

    def die_first(*args: Any) -> None:
        die()

    def die_afterwards(*args: Any) -> None:
        carry(*args)
        die()

    digests._carry = die_first if killed_at == "letter" else die_afterwards
    try:
        was_killed = in_process(lambda: digests.send_due_digests(tomorrow))
    finally:
        digests._carry = carry
    left = notices.filter(mailed_at=None).count()
    letters = OutgoingMail.objects.filter(notices__in=notices).distinct()
    lost = letters.count()
    return {
        "killed": was_killed,
        "written by the dead": lost,
        "still waiting": left,
        "written by the next": digests.send_due_digests(tomorrow),
        "and by the one after it": digests.send_due_digests(tomorrow),
        "letters": letters.count(),
        "digests in all": OutgoingMail.objects.filter(kind="digest", user__in=notices.values("user")).count(),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    from django.conf import settings

    prepare()
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    report = {
        "killed before the letter was taken": sending(server, 1, killed_at="recipient"),
        "killed after the letter was taken": sending(server, 2, killed_at="data"),
        "server closes the line": server_that_dies(server, 10, how="close"),
        "server asks for patience": server_that_dies(server, 20, how="refuse"),
        "unknown address": refusal(server, 30),
        "killed with the letter written": writing(killed_at="letter"),
        "killed before the commit": writing(killed_at="mark"),
    }
    server.controller.stop()
    report["envelope"] = [server.sender, server.message["From"]]
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
