"""From draft to review and back."""

from django.db import transaction
from wagtail.models import Workflow, WorkflowTask

from members.models import User
from practices.completeness import check_complete
from practices.models import GroupReviewTask, PracticeSheet


@transaction.atomic
def submit_sheet(*, sheet: PracticeSheet, user: User) -> None:
    """Hand the draft to its reviewers. Raises ValidationError, field by field, when something is missing or wrong."""
    check_complete(sheet.get_latest_revision_as_object())
    workflow, created = Workflow.objects.get_or_create(name="Review by the working group")
    if created:
        task = GroupReviewTask.objects.create(name="Review by the working group")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    workflow.start(sheet, user)


@transaction.atomic
def withdraw_sheet(*, sheet: PracticeSheet, user: User) -> None:
    """Take a submitted sheet back."""
    state = sheet.current_workflow_state
    if state is not None:
        state.cancel(user=user)
