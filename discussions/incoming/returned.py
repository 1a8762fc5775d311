"""Reports of mail servers that a letter could not be delivered (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from discussions.incoming.letters import Letter, header

_ADDRESS = re.compile(r"[^\s<>;,:\"]+@[^\s<>;,:\"]+")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_CODE = re.compile(r"\b(?:[45]\d\d(?=[ -])|[45]\.\d{1,3}\.\d{1,3}\b)")
# A mailbox that is full, or a letter that was held for spam, says nothing of the address.
_SOFT_STATUS = re.compile(r"\b5\.(?:2\.[23]|3\.[24]|4\.\d+|7\.\d+)\b")


@dataclass(frozen=True, slots=True)
class Returned:
    address: str
    """In small letters."""
    is_hard: bool
    """Whether the address takes no mail for good."""
    reason: str


def read_returned(letter: Letter) -> list[Returned] | None:
    """Which addresses did not take a letter, and why; None of a letter that reports no delivery.

    A report that all went well, or that a letter is only late, names none.
    """
    message = letter.message
    is_report = message.get_content_type() == "multipart/report"
    if not is_report or str(message.get_param("report-type") or "").lower() != "delivery-status":
        return _in_old_style(letter)
    found = {each.address: each for part in _status_parts(message) for each in _failed(part)}
    return list(found.values())


def _status_parts(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            # The first block is about the report, each other one about a recipient.
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _failed(block: Message) -> Iterator[Returned]:
    recipient = header(block, "Original-Recipient") or header(block, "Final-Recipient")
    address = _ADDRESS.search(recipient.partition(";")[2] or recipient)
    if address is None or header(block, "Action").lower() != "failed":
        return
    status, diagnostic = header(block, "Status"), header(block, "Diagnostic-Code")
    codes = _STATUS.search(status) or _STATUS.search(diagnostic)
    is_hard = bool(codes and codes[1] == "5" and not _SOFT_STATUS.search(f"{status} {diagnostic}"))
    yield Returned(address[0].lower(), is_hard, (diagnostic.partition(";")[2].strip() or diagnostic or status)[:300])


def read_returned_to(letter: Letter, recipient: str) -> list[Returned] | None:
    """The same of a letter that came to the bounce address of one to ``recipient``, whatever names it has for it."""
    returned = read_returned(letter)
    if returned is None and is_from_a_server(letter) and _CODE.search(text := letter.body()[:4_000]):
        return [Returned(recipient.lower(), *_in_words(text))]
    # A forwarded letter comes back from an address that the portal has never heard of.
    return returned and [Returned(recipient.lower(), returned[0].is_hard, returned[0].reason)]


def is_from_a_server(letter: Letter) -> bool:
    is_returned = letter.message.get("Return-Path") is not None and letter.header("Return-Path") in {"<>", "< >"}
    return is_returned or letter.sender.startswith(("mailer-daemon@", "postmaster@"))


def _in_old_style(letter: Letter) -> list[Returned] | None:
    """Exim's and Gmail's, which name the recipients in a header of their own."""
    failed = letter.header("X-Failed-Recipients")
    if not failed:
        return None
    said = _in_words(letter.body()[:4_000])
    return [Returned(address.lower(), *said) for address in _ADDRESS.findall(failed)]


def _in_words(text: str) -> tuple[bool, str]:
    """Whether a server says for good that it does not take a letter, and the line in which it says so."""
    code = _CODE.search(text)
    is_hard = bool(code and code[0].startswith(("550", "551", "553", "5.1"))) and not _SOFT_STATUS.search(text)
    reason = next((line.strip(" \\") for line in text.splitlines() if _CODE.search(line)), "")
    return is_hard, reason[:300]
