"""Fetching answers from the mailbox, by IMAP.

A letter is moved out of the folder once it is taken in. A process that dies between the two finds it again, and
``take_mail`` knows it by its name.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4

from django.conf import settings
from django.db import InterfaceError, OperationalError
from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderCreateError

from discussions.actions.answering import LARGEST
from discussions.actions.taking_mail import take_mail
from discussions.enums import MailOutcome

logger = logging.getLogger(__name__)

DONE, REFUSED, FAILED = "Done", "Refused", "Failed"
"""Folders for letters that were taken in, that could not be used, and at which the portal itself broke: whoever moves
these back has them tried again."""
AT_ONCE = 200
"""Letters that one round takes at most."""
TIMEOUT_SECONDS = 20
MAILBOX_ERRORS = (OSError, IMAP4.error, ImapToolsError)
_KINDS = {"tls": MailBox, "starttls": MailBoxStartTls, "none": MailBoxUnencrypted}


def fetch_mail() -> int:
    """Take in what lies in the mailbox; returns how many letters that was. Nothing to do without one.

    Raises one of ``MAILBOX_ERRORS`` where the mailbox cannot be reached.
    """
    if not settings.MAILBOX:
        return 0
    with open_mailbox() as mailbox:
        return take_waiting(mailbox)


def watch_mailbox(*, idle_seconds: int = 600) -> Iterator[int]:
    """Take in letters as they come, over one connection, until it breaks; yields the numbers of each round.

    Raises one of ``MAILBOX_ERRORS`` then.
    """
    with open_mailbox() as mailbox:
        while True:
            yield take_waiting(mailbox)
            mailbox.idle.wait(timeout=idle_seconds)


@contextmanager
def open_mailbox() -> Iterator[BaseMailBox]:
    """The mailbox of the settings, with its folder chosen. Raises OSError where there is none."""
    config = settings.MAILBOX
    if config is None:
        raise OSError("MAILBOX_URL is not set.")
    connection = _KINDS[config.security](config.host, config.port, timeout=TIMEOUT_SECONDS)
    try:
        mailbox = connection.login(config.user, config.password, initial_folder=config.folder)
    except BaseException:
        connection.client.shutdown()
        raise
    with mailbox:
        yield mailbox


def take_waiting(mailbox: BaseMailBox) -> int:
    """Take in each letter of the folder, and move it to where it belongs."""
    folders = {name: _folder(mailbox, name) for name in (DONE, REFUSED, FAILED)}
    uids = mailbox.uids(AND(all=True))[:AT_ONCE]
    for uid in uids:
        mailbox.move(uid, folders[_take(mailbox, uid)])
    return len(uids)


def _take(mailbox: BaseMailBox, uid: str) -> str:
    """Take in one letter; returns the name of the folder in which it belongs now."""
    try:
        received = take_mail(_content(mailbox, uid))
    except (OperationalError, InterfaceError):
        # The database is away: the letters wait for it where they are.
        raise
    except Exception:
        # One letter at which the portal breaks must not hold the others up.
        logger.exception("Letter %s of the mailbox could not be taken in.", uid)
        return FAILED
    return REFUSED if received.outcome == MailOutcome.REFUSED else DONE


def _content(mailbox: BaseMailBox, uid: str) -> bytes:
    """The bytes of a letter, one more than are read at most if there are as many; it stays unread."""
    _status, answer = mailbox.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")


def _folder(mailbox: BaseMailBox, name: str) -> str:
    """The name of a folder, made if it is not there; below INBOX where the server wants all folders there."""
    if mailbox.folder.exists(name):
        return name
    try:
        mailbox.folder.create(name)
    except MailboxFolderCreateError:
        delimiter = next((folder.delim for folder in mailbox.folder.list("", "INBOX")), ".") or "."
        name = f"INBOX{delimiter}{name}"
        if not mailbox.folder.exists(name):
            mailbox.folder.create(name)
    return name
