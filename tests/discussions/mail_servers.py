"""Real servers on this machine, for tests: one that takes mail by SMTP, one that keeps a mailbox for IMAP."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from imaplib import IMAP4
from pathlib import Path

from aiosmtpd.controller import Controller

USER, PASSWORD = "replies", "mailbox-password"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Keeping:
    """Keeps what it is handed: ``(recipient, message)``."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- the name that aiosmtpd calls
        self.taken += [(recipient, envelope.content) for recipient in envelope.rcpt_tos]
        return "250 OK"


@contextmanager
def smtp_server() -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
    """The port of a mail server, and what it took: ``(recipient, message)`` for each recipient."""
    handler = _Keeping()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, handler.taken
    finally:
        controller.stop()


@contextmanager
def imap_server() -> Iterator[int]:
    """The port of a server with one empty mailbox, that of ``USER``."""
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--pid-file", f"portal-tests-{port}"]
    command = [Path(sys.executable).with_name("pymap"), *options, "dict"]
    process = subprocess.Popen(
        [*command, "--demo-user", USER, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The IMAP server did not start.")


@contextmanager
def mailbox_at(port: int) -> Iterator[IMAP4]:
    client = IMAP4("127.0.0.1", port, timeout=10)
    client.login(USER, PASSWORD)
    try:
        yield client
    finally:
        client.logout()


def put_into(port: int, *messages: bytes, folder: str = "INBOX") -> None:
    with mailbox_at(port) as client:
        for message in messages:
            status, answer = client.append(folder, None, None, message)
            assert status == "OK", answer


def count_in(port: int, folder: str) -> int:
    """How many letters are in a folder; 0 if it is not there."""
    with mailbox_at(port) as client:
        status, answer = client.select(f'"{folder}"', readonly=True)
        return int(answer[0]) if status == "OK" else 0
