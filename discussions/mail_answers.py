"""What the portal answers to letters that it could not use, or not all of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from discussions.incoming.files import LeftOut
from discussions.models import Post, ReceivedMail, Thread
from notifications.messages import Message, Recipient


@dataclass
class _AnswerToMail(Message):
    """Goes to whoever sent the letter, as an answer that no machine answers (RFC 3834)."""

    received: ReceivedMail
    recipient: Recipient
    answers: str
    """The ``Message-ID`` of the letter; empty if it had none."""

    def recipients(self) -> Iterable[Recipient]:
        return [self.recipient]

    @property
    def key(self) -> str:
        return str(self.received.pk)

    def headers(self, recipient: Any) -> dict[str, str]:
        thread = {"In-Reply-To": self.answers, "References": self.answers} if self.answers else {}
        return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", **thread}


@dataclass
class ReplyRefused(_AnswerToMail):
    kind = "reply-refused"
    label = _("An answer that you sent by mail could not be used")
    template = "emails/discussions/reply_refused.txt"

    text: str
    """What it said, as Markdown, so that nothing is lost."""
    thread: Thread | None
    """The discussion; None for whoever may not see it on the portal."""
    left_out: Sequence[LeftOut] = ()

    @property
    def quotation(self) -> str:
        return "\n".join(f"> {line}".rstrip() for line in self.text.splitlines())


@dataclass
class FilesLeftOut(_AnswerToMail):
    kind = "reply-files-left-out"
    label = _("Files that you sent by mail could not be taken")
    template = "emails/discussions/files_left_out.txt"

    post: Post
    left_out: Sequence[LeftOut]
