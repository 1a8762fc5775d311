"""Letters made of notices: what they say and how they are stopped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse

from common.languages import current_language, own_name
from common.markdown import beginning, blockquote, with_kept_lines, with_whole_addresses
from notifications.messages import Message
from notifications.models import Notice
from notifications.notices import Item, notice_kind
from notifications.preferences import DIGEST, label_of
from notifications.reply_line import reply_line
from notifications.stopping import stop_address

LONGEST_TEXT = 20_000
LONGEST_IN_DIGEST = 2_000
# With more items than this, a digest shows of each only how it begins.
MANY = 25
LONGEST_OF_MANY = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice as a letter shows it."""

    notice: Notice
    item: Item
    longest: int

    @property
    def at(self) -> datetime:
        return self.notice.at

    @property
    def quotation(self) -> str:
        """Its text, as Markdown that cannot upset the letter."""
        text = beginning(self.item.text, self.longest)
        return blockquote(with_whole_addresses(with_kept_lines(text), settings.BASE_URL)) if text else ""

    @property
    def language_name(self) -> str:
        """That of the text, where it is not the reader's."""
        return own_name(self.item.language) if self.item.language not in {"", current_language()} else ""


@dataclass(frozen=True, slots=True)
class Section:
    """The entries that belong to one topic, the newest first."""

    entries: list[Entry]

    @property
    def first(self) -> Item:
        return self.entries[0].item


@dataclass
class NoticeLetter(Message):
    """One notice, at once."""

    user: Any
    entry: Entry

    template = "emails/notifications/notice.txt"
    is_optional = True

    def __post_init__(self) -> None:
        self.kind = self.entry.notice.kind  # type: ignore[misc]

    def recipients(self) -> Iterable[Any]:
        return [self.user]

    @property
    def key(self) -> str:
        return self.entry.notice.subject

    @property
    def subject(self) -> str:
        return self.entry.item.subject or self.entry.item.title

    @property
    def reason(self) -> Any:
        return reason_of(self.kind)

    @property
    def choices_address(self) -> str:
        return reverse("notifications:preferences")

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return {"reply_line": reply_line()}

    def headers(self, recipient: Any) -> dict[str, str]:
        item = self.entry.item
        headers = super().headers(recipient) | dict(item.headers or {})
        if item.author:
            # Whom it is from stands where mail programs show it; the address stays the portal's.
            headers["From"] = formataddr((item.author, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
        if item.reply_address:
            headers["Reply-To"] = item.reply_address
        return headers


@dataclass
class DigestLetter(Message):
    """What has gathered for one person: by topic, the newest first."""

    user: Any
    sections: list[Section]

    template = "emails/notifications/digest.txt"
    is_optional = True

    def __post_init__(self) -> None:
        self.kind = DIGEST  # type: ignore[misc]

    def recipients(self) -> Iterable[Any]:
        return [self.user]

    @property
    def entries(self) -> list[Entry]:
        return [entry for section in self.sections for entry in section.entries]

    @property
    def key(self) -> str:
        # A notice is in one digest: its lowest number names this one for ever.
        return str(min(entry.notice.pk for entry in self.entries))

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def headings(self) -> str:
        return ", ".join(section.first.within or section.first.title for section in self.sections)

    @property
    def reasons(self) -> list[tuple[Any, Any, str]]:
        """Of each kind of notices in it: what it is called, why it came, and where it is stopped without a login."""
        kinds = sorted({entry.notice.kind for entry in self.entries})
        return [(label_of(kind), reason_of(kind), stop_address(kind, self.user.pk)) for kind in kinds]

    @property
    def choices_address(self) -> str:
        return reverse("notifications:preferences")


def reason_of(kind: str) -> Any:
    """Why people get notices of this kind, in a sentence."""
    found = notice_kind(kind)
    return found.reason if found else ""


def sections_of(notices: Sequence[Notice], items: dict[int, Item], longest: int) -> list[Section]:
    """Those of ``notices`` that have an item, by topic: the topics with the newest first, and so within each."""
    by_topic: dict[str, list[Entry]] = {}
    for notice in sorted(notices, key=lambda notice: (notice.at, notice.pk), reverse=True):
        if notice.pk in items:
            by_topic.setdefault(notice.topic, []).append(Entry(notice, items[notice.pk], longest))
    return [Section(entries) for entries in by_topic.values()]
