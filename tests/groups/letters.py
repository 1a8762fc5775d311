"""Reading the outbox in tests."""

import re

from members.accounts import begin_address
from members.models import User
from notifications.models import OutgoingMail


def letters(kind: str = "") -> list[OutgoingMail]:
    """Those of one kind, or all, in the order in which they were written. None may show what is not there."""
    written = list(OutgoingMail.objects.order_by("pk"))
    assert [letter.text for letter in written if "undefined template variable" in letter.subject + letter.text] == []
    return [letter for letter in written if kind in ("", letter.kind)]


def recipients(kind: str) -> list[str]:
    return sorted(letter.recipient for letter in letters(kind))


def where_accounts_begin(user: User) -> str:
    """What the addresses have after their language at which somebody takes a new account up."""
    return f"/{begin_address(user).split('/')[2]}/"


def address_in(letter: OutgoingMail, part: str) -> str:
    """The path of the one address in ``letter`` that holds ``part``."""
    (address,) = {found for found in re.findall(r"https?://[^/]+(/[^\s>)]+)", letter.text) if part in found}
    return address
