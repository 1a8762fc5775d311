"""From submitted to published or sent back. Wagtail's workflow keeps the state; what a decision needs is asked here."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState

from members.models import User
from practices.completeness import check_complete
from practices.enums import EvidenceLevel, ReviewLevel
from practices.models import EvidenceConfirmation, Practice, PracticeSheet, ReviewRemark, ReviewState
from practices.notifications import (
    ReviewDue,
    ReviewLate,
    SheetAccepted,
    SheetReceived,
    SheetSentBack,
    SheetTakenBack,
    SheetWaits,
)
from practices.permissions import can_write, has_conflict_of_interest, is_author, is_reviewer
from practices.reviewing import labels_of, open_review_of
from practices.schema import FIELDS_BY_NAME, Level, missing

REMIND_BEFORE = timedelta(days=3)


class Confirmation(NamedTuple):
    """What a reviewer found in one dimension of the evidence, and what was looked at."""

    dimension: str
    level: int
    note: str


# ---------------------------------------------------------------- by the author


@transaction.atomic
def submit_sheet(*, sheet: PracticeSheet, user: User, note: str = "") -> ReviewState:
    """Hand the latest draft of ``sheet`` to the coordinators of its group, and tell them and the authors.

    What is published stays as it is until they decide. Raises ValidationError, by field, while the draft lacks
    something, and when it waits already; PermissionDenied for whoever may not write on it.
    """
    sheet = _locked(sheet.pk)
    if not can_write(user, sheet):
        raise PermissionDenied(_("Only its authors and the coordinators of its working group may submit this sheet."))
    if sheet.workflow_in_progress:
        raise ValidationError(_("This sheet waits for the reviewers already."), code="waits")
    workflow = sheet.get_workflow()
    if workflow is None:
        raise ValidationError(_("Nobody has set up how sheets are reviewed here. Ask an administrator."))
    if sheet.get_latest_revision() is None:
        sheet.save_revision(user=user)
    draft = sheet.get_latest_revision_as_object()
    check_complete(draft)
    if not sheet.live and draft.group_id != sheet.group_id:
        # Of a draft the row may be older than its last revision. Of a published sheet the published group decides.
        sheet.group = draft.group
        PracticeSheet.objects.filter(pk=sheet.pk).update(group=draft.group_id)
    state = sheet.current_workflow_state
    if state is None:
        workflow.start(sheet, user)
    else:
        state.resume(user=user)
    review = open_review_of(sheet)
    if review is None:
        raise ValidationError(_("Nobody has set up how sheets are reviewed here. Ask an administrator."))
    review.note = note.strip()
    review.save(update_fields=["note"])
    SheetWaits(sheet=sheet, review=review, submitter=user).send()
    SheetReceived(sheet=sheet, review=review, submitter=user).send()
    return review


@transaction.atomic
def withdraw_sheet(*, sheet: PracticeSheet, user: User) -> None:
    """Take ``sheet`` back from the reviewers, to go on writing. Raises ValidationError when it does not wait."""
    sheet = _locked(sheet.pk)
    if not is_author(user, sheet):
        raise PermissionDenied(_("Only its authors can take this sheet back."))
    review = open_review_of(sheet)
    if review is None:
        raise ValidationError(_("This sheet does not wait for reviewers: there is nothing to take back."))
    review.workflow_state.cancel(user=user)
    SheetTakenBack(sheet=sheet, review=review, author=user).send()


# ---------------------------------------------------------------- by the reviewer


@transaction.atomic
def accept_sheet(
    *,
    review: ReviewState,
    reviewer: User,
    level: int,
    reason: str,
    confirmations: Iterable[Confirmation] = (),
    revision: int | None = None,
) -> ReviewState:
    """Publish the sheet that waits in ``review``, with ``level`` and the reason for all to read.

    ``revision`` is the draft that the reviewer read: if there is a later one by now, nothing is decided. Raises
    ValidationError by argument, PermissionDenied for whoever may not decide.
    """
    review, sheet = _open_review(review, reviewer)
    if has_conflict_of_interest(reviewer, sheet):
        raise PermissionDenied(_("You wrote on this sheet: somebody else in the working group has to accept it."))
    latest = sheet.get_latest_revision()
    if revision is not None and revision != latest.pk:
        raise ValidationError(
            _("The sheet was changed after you opened it. What you see now is the latest: read it again."),
            code="changed",
        )
    draft: PracticeSheet = latest.as_object()
    confirmations = list(confirmations)
    _check_acceptance(draft, level, reason, confirmations)
    review.revision = Revision.objects.get(pk=latest.pk)
    review.level, review.reason = level, reason.strip()
    review.approve(user=reviewer)
    Practice.objects.filter(pk=sheet.practice_id).update(
        verified_on=timezone.localdate(), verification_reminder_due_on=None
    )
    _confirm_evidence(draft, reviewer, confirmations)
    SheetAccepted(sheet=PracticeSheet.objects.get(pk=sheet.pk), review=review).send()
    return review


@transaction.atomic
def send_back(
    *, review: ReviewState, reviewer: User, remarks: Iterable[tuple[str, str]] = (), comment: str = ""
) -> ReviewState:
    """Give the sheet that waits in ``review`` back to its authors. Of ``remarks``, each is the name of a field and a
    text; without a name it is about the whole.

    Raises ValidationError when there is nothing to say, PermissionDenied for whoever may not decide.
    """
    review, sheet = _open_review(review, reviewer)
    kept = [(name, text.strip()) for name, text in remarks if text.strip()]
    if unknown := [name for name, _text in kept if name and name not in FIELDS_BY_NAME]:
        raise ValidationError(_("A sheet has no field “%(name)s”.") % {"name": unknown[0]})
    if not kept and not comment.strip():
        raise ValidationError(
            {"comment": _("Say what the authors should change: a remark on a field, or a word on the whole.")}
        )
    ReviewRemark.objects.bulk_create(
        ReviewRemark(review=review, field=name, text=text, author=reviewer) for name, text in kept
    )
    review.reject(user=reviewer, comment=comment.strip())
    SheetSentBack(sheet=sheet, review=review).send()
    return review


def _locked(pk: int) -> PracticeSheet:
    """The sheet as it is now; nobody else submits, takes back or decides until the transaction ends."""
    Page.objects.select_for_update().get(pk=pk)
    return PracticeSheet.objects.select_related("locale", "practice", "group").get(pk=pk)


def _open_review(review: ReviewState, reviewer: User) -> tuple[ReviewState, PracticeSheet]:
    """The review as it is now, locked, with its sheet. Raises ValidationError when it is over."""
    sheet = _locked(review.sheet_pk)
    if not is_reviewer(reviewer, sheet):
        raise PermissionDenied(_("Only the coordinators of its working group decide on this sheet."))
    review = ReviewState.objects.select_related("workflow_state", "finished_by").get(pk=review.pk)
    if not review.is_open:
        raise ValidationError(what_was_decided(review), code="decided")
    return review, sheet


def what_was_decided(review: ReviewState) -> str:
    """In a sentence, for the one who comes second."""
    names = {"name": review.finished_by or _("Somebody")}
    if review.status == TaskState.STATUS_APPROVED:
        return _("%(name)s has accepted this sheet already.") % names
    if review.status == TaskState.STATUS_REJECTED:
        return _("%(name)s has sent this sheet back already.") % names
    return _("This sheet has been taken back and waits no more.")


def _check_acceptance(draft: PracticeSheet, level: int, reason: str, confirmations: list[Confirmation]) -> None:
    errors: dict[str, str] = {}
    if level not in ReviewLevel.values:
        errors["level"] = _("Choose what you accept the sheet as.")
    elif level == ReviewLevel.VALIDATED and (lacking := missing(draft, Level.VALIDATED)):
        errors["level"] = _("It can be validated once these are filled in: %(fields)s.") % {
            "fields": ", ".join(str(field.label) for field in lacking)
        }
    if not reason.strip():
        errors["reason"] = _("Say why: readers see it beside the sheet.")
    if errors:
        raise ValidationError(errors)
    claimed = {claim.dimension for claim in draft.evidence.all()}
    for found in confirmations:
        if found.dimension not in claimed:
            raise ValidationError(_("The sheet claims nothing there: %(dimension)s.") % {"dimension": found.dimension})
        if found.level not in EvidenceLevel.values or not found.note.strip():
            raise ValidationError(_("Whoever confirms evidence says to which level, and what was looked at."))
    try:
        check_complete(draft)
    except ValidationError as error:
        names = ", ".join(labels_of(error.message_dict)) or "; ".join(error.messages)
        raise ValidationError(
            _("It cannot be published as it is. Send it back, with a remark on: %(fields)s.") % {"fields": names}
        ) from error


def _confirm_evidence(draft: PracticeSheet, reviewer: User, confirmations: list[Confirmation]) -> None:
    for found in confirmations:
        EvidenceConfirmation.objects.update_or_create(
            practice_id=draft.practice_id,
            dimension=found.dimension,
            defaults={
                "level": found.level,
                "note": found.note.strip(),
                "reviewer": reviewer,
                "confirmed_on": timezone.localdate(),
            },
        )
    # What nobody claims any more, nobody confirms.
    claimed = [claim.dimension for claim in draft.evidence.all()]
    EvidenceConfirmation.objects.filter(practice=draft.practice_id).exclude(dimension__in=claimed).delete()


# ---------------------------------------------------------------- by the clock


def remind_reviewers() -> int:
    """Tell reviewers three days before a sheet is due, and once more when it is late. Returns how many were due.

    ``reminded_on`` decides, so that it may be called as often as one likes.
    """
    today = timezone.localdate()
    is_due = Q(due_on__range=(today, today + REMIND_BEFORE), reminded_on=None)
    is_late = Q(due_on__lt=today) & (Q(reminded_on=None) | Q(reminded_on__lte=F("due_on")))
    waiting = ReviewState.objects.filter(is_due | is_late, status=TaskState.STATUS_IN_PROGRESS)
    for review in (due := list(waiting.select_related("workflow_state"))):
        _remind(review)
    return len(due)


@transaction.atomic
def _remind(review: ReviewState) -> None:
    # Only one of two rounds of the schedule at once finds the row as it was read.
    unchanged = ReviewState.objects.filter(pk=review.pk, reminded_on=review.reminded_on)
    if not unchanged.update(reminded_on=timezone.localdate()):
        return
    if sheet := PracticeSheet.objects.filter(pk=review.sheet_pk).select_related("practice", "group").first():
        (ReviewLate if review.is_late else ReviewDue)(sheet=sheet, review=review).send()
