"""A letter as it came in: who sent it where, and what is in it. Whatever the bytes are, reading them raises nothing."""

import email
import hashlib
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from discussions.incoming.bodies import body_in_markdown, decode
from discussions.models import ReceivedMail

_LONGEST_ID = ReceivedMail._meta.get_field("message_id").max_length or 0
_LONGEST_HEADER, _MOST_HEADERS = 20_000, 50
_ADDRESSED = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "To",
    "Cc",
    "Resent-To",
    "X-Forwarded-To",
)


@dataclass(frozen=True, slots=True)
class Letter:
    message: Message
    message_id: str
    """Its own, or a digest of it where it has none or a very long one."""
    sender: str
    """The address in ``From``, in small letters; empty if there is none."""
    subject: str
    addresses: tuple[str, ...] = field(default=())
    """All addresses that it went to, as far as its headers say; in small letters, each once."""
    size: int = 0
    """Bytes."""

    def header(self, name: str) -> str:
        return header(self.message, name)

    @property
    def own_id(self) -> str:
        """The ``Message-ID`` that an answer to it refers to; empty if it has none."""
        return header(self.message, "Message-ID")

    @property
    def is_encrypted(self) -> bool:
        kind = self.message.get_content_type()
        enveloped = str(self.message.get_param("smime-type") or "").lower() in {"enveloped-data", ""}
        return kind == "multipart/encrypted" or (
            kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"} and enveloped
        )

    def body(self) -> str:
        """The text as Markdown, with what it quotes."""
        return body_in_markdown(self.message)


def read_letter(raw: bytes) -> Letter:
    # Some mailboxes keep a line of their own above the headers.
    content = raw.split(b"\n", 1)[-1] if raw.startswith((b"From ", b">From ")) else raw
    try:
        message = email.message_from_bytes(content)
    except RecursionError:
        # Nobody's mail program nests parts so deep.
        message = BytesHeaderParser().parsebytes(content)
    message_id = header(message, "Message-ID")
    if not message_id or len(message_id) > _LONGEST_ID:
        message_id = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    senders = addresses_in(message, ("From",))
    return Letter(
        message=message,
        message_id=message_id,
        sender=senders[0] if senders else "",
        subject=header(message, "Subject"),
        addresses=tuple(addresses_in(message, _ADDRESSED)),
        size=len(raw),
    )


def header(message: Message, name: str) -> str:
    """A header in one line, its encoded words decoded; empty if it is not there."""
    return " ".join(decoded(str(message.get(name) or "")).replace("\x00", "").split())


def addresses_in(message: Message, names: tuple[str, ...]) -> list[str]:
    """The addresses in these headers, in small letters, each once."""
    values = [value for name in names for value in message.get_all(name, [])]
    return list(dict.fromkeys(address for value in values[:_MOST_HEADERS] for address in _addresses(value)))


def _addresses(value: object) -> list[str]:
    line = " ".join(str(value)[:_LONGEST_HEADER].encode("utf-8", "replace").decode().replace("\x00", "").split())
    try:
        return [address.strip().lower() for _name, address in getaddresses([line]) if "@" in address]
    except RecursionError:
        # Comments within comments.
        return []


def decoded(value: str) -> str:
    """A header or the name of a file with its encoded words decoded, whatever stands in it."""
    # Bytes that are no ASCII come as lone surrogates.
    text = decode(value.encode("utf-8", "surrogateescape"), None)
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(part if isinstance(part, str) else decode(part, charset) for part, charset in parts)
