"""Things that wait for one person, each with the one screen on which it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

LONGEST_QUOTE = 160


class TaskKind(models.TextChoices):
    """The kinds of the queue, then those of a member's own page."""

    REQUEST = "request", _("Requests to join")
    SHEET = "sheet", _("Sheets to review")
    ADOPTION = "adoption", _("Adoptions to confirm")
    REPORT = "report", _("Reports")
    APPEAL = "appeal", _("Appeals")
    REGISTRATION = "registration", _("Registrations to answer")
    UNANSWERED = "unanswered", _("Questions without an answer")
    STALE = "stale", _("Sheets that nobody confirmed for a year")
    ADDRESS = "address", _("Addresses that take no mail")

    INVITATION = "invitation", _("Invitations")
    QUESTION = "question", _("Questions to your city")
    CALL = "call", _("Calls that name your city")
    MENTION = "mention", _("Posts that name you")
    OFFER = "offer", _("Answers of yours for a sheet")
    PLACE = "place", _("Places kept for you")
    REMARKS = "remarks", _("Sheets sent back to you")
    TRUE = "true", _("Sheets of yours to confirm")
    ENDED_CALL = "ended-call", _("Calls of yours that are over")

    @property
    def action(self) -> str:
        """What its link says."""
        return str(_ACTIONS[self])


_ACTIONS: Mapping[TaskKind, Any] = {
    TaskKind.REQUEST: _("Answer the request"),
    TaskKind.SHEET: _("Review the sheet"),
    TaskKind.ADOPTION: _("Confirm or decline"),
    TaskKind.REPORT: _("Decide on the report"),
    TaskKind.APPEAL: _("Decide on the appeal"),
    TaskKind.REGISTRATION: _("Admit or decline"),
    TaskKind.UNANSWERED: _("Read and answer"),
    TaskKind.STALE: _("See where it stands"),
    TaskKind.ADDRESS: _("See the account"),
    TaskKind.INVITATION: _("Accept or decline"),
    TaskKind.QUESTION: _("Read and answer"),
    TaskKind.CALL: _("Answer the call"),
    TaskKind.MENTION: _("Read and answer"),
    TaskKind.OFFER: _("Agree or refuse"),
    TaskKind.PLACE: _("Take the place or leave it"),
    TaskKind.REMARKS: _("See the remarks"),
    TaskKind.TRUE: _("Say whether it is still true"),
    TaskKind.ENDED_CALL: _("Say what came of it"),
}


@dataclass(frozen=True, slots=True)
class Task:
    kind: TaskKind
    title: str
    address: str
    since: datetime
    """When it began to wait."""
    due: date | None = None
    """The last day for it, if there is one."""
    language: str = ""
    """That of the title; empty where it is the reader's, or a name."""
    facts: tuple[str, ...] = ()
    """What one wants to know before opening it, in the reader's language."""
    quote: str = ""
    """The beginning of what somebody wrote, in the language in which it was written."""
    quote_language: str = ""
    group: int | None = None
    """The page of the working group that it belongs to, in any of its languages."""
    thread: int | None = None
    """The discussion in which it is settled, if it is one."""

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


def oldest_first(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.since, task.kind, task.title))


def facts_of(*facts: Any) -> tuple[str, ...]:
    """Those of ``facts`` that say something."""
    return tuple(str(fact) for fact in facts if fact)


def beginning_of(text: str) -> str:
    """The beginning of what somebody wrote, on one line."""
    return Truncator(" ".join(text.split())).chars(LONGEST_QUOTE)


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
