"""Letters that the portal under test sends, which without a mail server are files, and that it gets."""

import email
import os
import re
import subprocess
import sys
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from django.conf import settings

WAIT_SECONDS = 60
_BETWEEN = "\n" + "-" * 79 + "\n"


def letters_to(portal: Any, recipient: str) -> list[EmailMessage]:
    """The letters that went out to ``recipient``, the latest first."""
    folder = Path(portal.environment["DATA_DIR"]) / "outgoing-mail"
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    texts = [text.lstrip() for file in files for text in reversed(file.read_text(encoding="utf-8").split(_BETWEEN))]
    letters = [email.message_from_string(text, policy=default) for text in texts if text]
    return [letter for letter in letters if letter["To"] == recipient]  # type: ignore[misc] # of the default policy


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def letter_with(portal: Any, recipient: str, pattern: str) -> tuple[EmailMessage, re.Match[str]]:
    """The latest letter to ``recipient`` in which ``pattern`` is found, once the worker has sent it; and what was found."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        for letter in letters_to(portal, recipient):
            if found := re.search(pattern, text_of(letter)):
                return letter, found
        time.sleep(0.5)
    others = "\n\n".join(map(text_of, letters_to(portal, recipient)))
    raise AssertionError(f"No letter to {recipient} with {pattern}, only:\n{others}")


def address_in_letter(portal: Any, recipient: str, part: str, *, below: str = "") -> str:
    """The path of the address with ``part``, a pattern, in the latest letter to ``recipient`` that has one, somewhere
    below these words: letters of other tests lie there, too."""
    return letter_with(portal, recipient, rf"(?s){re.escape(below)}.*?https?://[^/\s]+(/\S*{part}\S*?)>")[1][1]


def hand_in(portal: Any, letter: bytes) -> str:
    """Deliver ``letter`` to the portal as a mail server does, through the pipe; returns what became of it."""
    command = [sys.executable, "manage.py", "receive_mail"]
    taken = subprocess.run(
        command, cwd=settings.BASE_DIR, env=portal.environment, input=letter, capture_output=True, check=False
    )
    assert taken.returncode == os.EX_OK, taken.stderr.decode()
    return taken.stdout.decode().strip()
