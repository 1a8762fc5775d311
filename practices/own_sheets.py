"""The sheets that somebody writes, and how far each is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import WorkflowState

from members.models import User
from practices.completeness import Completeness, completeness_of
from practices.models import CoAuthor, PracticeSheet
from practices.schema import Level

# Wagtail's own ``prefetch_workflow_states`` finds nothing from a queryset of a page type.
_CURRENT_REVIEWS = Prefetch(
    "_specific_workflow_states",
    queryset=WorkflowState.objects.active().select_related("current_task_state__task"),
    to_attr="_current_workflow_states",
)


class Progress(models.TextChoices):
    DRAFT = "draft", _("draft, not submitted yet")
    IN_REVIEW = "in-review", _("under review")
    SENT_BACK = "sent-back", _("sent back with remarks")
    PUBLISHED = "published", pgettext_lazy("state of a sheet", "published")
    CHANGED = "changed", _("published; your last changes are not")
    WITHDRAWN = "withdrawn", _("no longer published")


@dataclass(frozen=True, slots=True)
class OwnSheet:
    sheet: PracticeSheet
    progress: Progress
    completeness: Completeness

    @property
    def can_be_changed(self) -> bool:
        return self.progress != Progress.IN_REVIEW

    @property
    def sent_back_at(self) -> datetime | None:
        """When its reviewers sent it back; None unless it waits for its authors."""
        if self.progress != Progress.SENT_BACK:
            return None
        sent_back: datetime | None = self.sheet.current_workflow_state.current_task_state.finished_at
        return sent_back


def own_sheets(user: User) -> list[OwnSheet]:
    """The sheets that ``user`` may write as an author, in each language, the last one changed first."""
    owned = PracticeSheet.objects.filter(owner=user).order_by()
    shared = CoAuthor.objects.filter(user=user).order_by()
    sheets = (
        PracticeSheet.objects.filter(
            Q(practice__in=owned.values("practice")) | Q(practice__in=shared.values("practice"))
        )
        .select_related("locale", "latest_revision")
        .order_by("-latest_revision_created_at", "-pk")
        .prefetch_related(_CURRENT_REVIEWS)
    )
    return [OwnSheet(sheet, progress_of(sheet), completeness_of(_content(sheet), Level.QUICK)) for sheet in sheets]


def _content(sheet: PracticeSheet) -> dict[str, Any]:
    revision = sheet.latest_revision
    content: dict[str, Any] = revision.content if revision else sheet.serializable_data()
    return content


def progress_of(sheet: PracticeSheet) -> Progress:
    state = sheet.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        return Progress.IN_REVIEW
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return Progress.SENT_BACK
    if sheet.live:
        return Progress.CHANGED if sheet.has_unpublished_changes else Progress.PUBLISHED
    return Progress.WITHDRAWN if sheet.first_published_at else Progress.DRAFT
