"""What people are told about reports of posts. Who reported is never told to the author of the post."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from discussions.models import Post, Report
from discussions.reported_posts import deciders_of, guest_token
from members.models import User
from notifications.messages import Addressee, Message, Recipient, active


class ReportMessage(Message):
    """About one report. ``thread_title`` is told to those who may see the thread."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.post = report.post
        self.thread_title = report.post.thread.title

    @property
    def key(self) -> str:
        return str(self.report.pk)

    def context_for(self, recipient: Recipient) -> dict[str, Any]:
        return {"address": reverse("discussions:report", args=[self.report.pk])}


class ReportReceived(ReportMessage):
    """To those who decide."""

    kind = "report-received"
    label = _("Somebody reports a post that you look after")
    template = "emails/discussions/report_received.txt"

    def recipients(self) -> list[User]:
        return active(deciders_of(self.report))


class ReportWaits(ReportMessage):
    """To those who decide, once: it waits for long."""

    kind = "report-waits"
    label = _("A reported post still waits for your decision")
    template = "emails/discussions/report_waits.txt"

    @property
    def key(self) -> str:
        return f"{self.report.pk}:{'appeal' if self.report.appealed_at else 'report'}"

    def recipients(self) -> list[User]:
        return active(deciders_of(self.report))


class ReportDecided(ReportMessage):
    """To whoever reported."""

    kind = "report-decided"
    label = _("Coordinators decided on a post that you reported")
    template = "emails/discussions/report_decided.txt"

    def recipients(self) -> list[User]:
        decided_by = self.report.decided_by_id
        return [person for person in active([self.report.reporter]) if person.pk != decided_by]


class PostDecided(ReportMessage):
    """To the author of the post, with or without an account."""

    kind = "post-decided"
    label = _("Coordinators decided on a post of yours")
    template = "emails/discussions/post_decided.txt"

    def recipients(self) -> list[Recipient]:
        return author_of(self.post)

    def context_for(self, recipient: Recipient) -> dict[str, Any]:
        """Whoever has no account appeals by an address of his or her own."""
        if isinstance(recipient, Addressee):
            return {"address": reverse("discussions:guest_appeal", args=[guest_token(self.report)])}
        return super().context_for(recipient)


class PostShownAgain(Message):
    """To the author of a post that was hidden."""

    kind = "post-shown"
    label = _("A post of yours is shown again")
    template = "emails/discussions/post_shown.txt"

    def __init__(self, post: Post, statement: str) -> None:
        self.post = post
        self.statement = statement
        self.hidden_at = post.hidden_at
        self.thread_title = post.thread.title

    def recipients(self) -> list[Recipient]:
        return author_of(self.post)

    @property
    def key(self) -> str:
        return f"{self.post.pk}:{self.hidden_at.isoformat() if self.hidden_at else ''}"


class AppealReceived(ReportMessage):
    """To those who decide on the appeal."""

    kind = "appeal-received"
    label = _("Somebody appeals against a decision on a post")
    template = "emails/discussions/appeal_received.txt"

    def recipients(self) -> list[User]:
        return active(deciders_of(self.report))


class AppealDecided(ReportMessage):
    """To the author of the post and to whoever reported it."""

    kind = "appeal-decided"
    label = _("An appeal about a post is decided")
    template = "emails/discussions/appeal_decided.txt"

    def recipients(self) -> Sequence[Recipient]:
        decided_by = self.report.appeal_decided_by_id
        reporters = [person for person in active([self.report.reporter]) if person.pk != decided_by]
        return [*reporters, *author_of(self.post)]

    def context_for(self, recipient: Recipient) -> dict[str, Any]:
        is_reporter = self.report.reporter_id is not None and recipient == self.report.reporter
        return {**super().context_for(recipient), "is_reporter": is_reporter}


def author_of(post: Post) -> list[Recipient]:
    """Who wrote ``post``, to be written to: none or one."""
    if post.guest and not post.author_id:
        guest = post.guest
        return [Addressee(f"guest:{guest.pk}", guest.email, guest.name, tuple(guest.languages))]
    people: Iterable[User | None] = [post.author]
    return list(active(people))
