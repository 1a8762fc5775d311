"""The files of a letter: what somebody sent, without logos and without what programs add."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from common.uploads import PICTURES, Checked, check_document, check_picture
from discussions.incoming.bodies import MOST_CHARACTERS, UNREADABLE, decode, is_file, own_elements
from discussions.incoming.letters import decoded, header

MOST_FILES = 10
_LEAST_WIDTH, _LEAST_HEIGHT = 320, 200
"""Pixels of a picture within a text that is worth keeping: logos and banners of signatures have fewer."""
_PICTURE_FORMATS = [*PICTURES, "GIF", "BMP"]
# Signatures of programs, visiting cards, invitations, and what one program of Microsoft's packs into one.
_ADDED = {
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys",
    "text/vcard", "text/x-vcard", "text/directory", "text/calendar", "application/ics", "application/pgp-encrypted",
    "message/delivery-status", "text/rfc822-headers", "text/x-amp-html", "text/watch-html",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentFile:
    name: str
    content: bytes

    def checked(self) -> Checked:
        """Raises ValidationError with a sentence for the person who sent it."""
        file = SimpleUploadedFile(self.name, self.content)
        return check_picture(file) if _is_picture(self) else check_document(file)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that cannot be kept, and why, in the language that was active."""

    name: str
    reason: str


def files_of(message: Message) -> list[SentFile]:
    """The files that somebody meant to send."""
    shown = _pictures_in_own_words(message)
    return [file for part in _file_parts(message) if (file := _sent(part)) and not _is_decoration(part, file, shown)]


def check_files(files: list[SentFile]) -> tuple[list[Checked], list[LeftOut]]:
    """The files that may be kept, and those that may not, each with its reason in the active language."""
    kept: list[Checked] = []
    left_out: list[LeftOut] = []
    for file in files:
        try:
            if len(kept) >= MOST_FILES:
                sentence = _("At most %(number)d files can be sent with one post.")
                raise ValidationError(sentence % {"number": MOST_FILES})
            kept.append(file.checked())
        except ValidationError as error:
            left_out.append(LeftOut(file.name, " ".join(error.messages)))
    return kept, left_out


def _file_parts(part: Message, depth: int = 0) -> Iterator[Message]:
    if depth > 20:
        return
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        if is_file(part):
            yield part
        return
    for each in part.get_payload():
        if isinstance(each, Message):
            yield from _file_parts(each, depth + 1)


def _sent(part: Message) -> SentFile | None:
    kind = part.get_content_type()
    if kind in _ADDED:
        return None
    if kind == "message/rfc822":
        inner = part.get_payload()
        title = header(inner[0], "Subject") if isinstance(inner, list) and isinstance(inner[0], Message) else ""
        return SentFile(f"{title or 'message'}.eml", b"message")
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    name = _name(part)
    return SentFile(name, content) if content or name else None


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError):
        name = ""
    name = decoded(name)
    name = re.sub(r"[\x00-\x1f/\\]+", "-", name).strip()[-120:]
    return name or f"file.{part.get_content_subtype()[:10]}"


def _is_picture(file: SentFile) -> bool:
    return _size(file.content) is not None or file.name.lower().endswith(
        tuple(f".{name}" for name in PICTURES.values())
    )


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a picture; None of anything else. Reads its head only."""
    try:
        with Image.open(BytesIO(content), formats=_PICTURE_FORMATS) as picture:
            return picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return None


def _is_decoration(part: Message, file: SentFile, shown: frozenset[str]) -> bool:
    """Whether it is a picture that belongs to a signature or to what is quoted, or too small to show anything."""
    name = header(part, "Content-ID").strip("<> ").lower()
    is_inline = part.get_content_disposition() != "attachment" or (bool(name) and name in shown)
    if part.get_content_maintype() != "image" or not (is_inline or name):
        return False
    if name and name not in shown and part.get_content_disposition() != "attachment":
        return True
    width, height = _size(file.content) or (0, 0)
    return bool(name) and (width < _LEAST_WIDTH or height < _LEAST_HEIGHT)


def _pictures_in_own_words(message: Message) -> frozenset[str]:
    """The ids of pictures that the HTML shows outside of what is marked as quoted or signature."""
    shown: set[str] = set()
    for part in message.walk():
        if part.get_content_type() == "text/html" and not is_file(part):
            payload = part.get_payload(decode=True)
            html = decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
            try:
                pictures = own_elements(html[:MOST_CHARACTERS]).find_all("img", src=re.compile("^cid:", re.IGNORECASE))
            except UNREADABLE:
                continue
            shown.update(str(picture["src"])[4:].strip().lower() for picture in pictures)
    return frozenset(shown)
