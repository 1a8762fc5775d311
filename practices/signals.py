"""What follows from publishing a sheet, by whichever way it is published."""

from typing import Any

from wagtail.admin import mail
from wagtail.models import Revision, WorkflowState
from wagtail.signals import page_published, workflow_approved, workflow_rejected, workflow_submitted

from practices.actions.publishing import freeze_version, mark_translated_rows, share_facts
from practices.models import PracticeSheet


def _sheet_published(instance: PracticeSheet, revision: Revision, **_kwargs: Any) -> None:
    freeze_version(sheet=instance, revision=revision)
    if instance.is_original:
        share_facts(sheet=instance)
    else:
        mark_translated_rows(sheet=instance)


class _MailOfOtherWorkflows:
    """Wagtail's own letter about a workflow, for everything but sheets: of these the review tells people itself."""

    def __init__(self, notifier: Any) -> None:
        self.notifier = notifier

    def __call__(self, instance: WorkflowState, **kwargs: Any) -> None:
        if instance.content_type.model_class() is not PracticeSheet:
            self.notifier(instance=instance, **kwargs)


# By the names under which Wagtail connects its own: a signal keeps the first receiver of a name, and this app comes
# before Wagtail's.
_LETTERS = [
    (workflow_submitted, "workflow_state_submitted_email_notification", mail.WorkflowStateSubmissionEmailNotifier),
    (workflow_rejected, "workflow_state_rejected_email_notification", mail.WorkflowStateRejectionEmailNotifier),
    (workflow_approved, "workflow_state_approved_email_notification", mail.WorkflowStateApprovalEmailNotifier),
]


def connect() -> None:
    for signal, name, notifier in _LETTERS:
        signal.connect(_MailOfOtherWorkflows(notifier()), sender=WorkflowState, dispatch_uid=name, weak=False)
    page_published.connect(_sheet_published, sender=PracticeSheet, dispatch_uid="practices-sheet-published")
