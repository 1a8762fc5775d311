"""Once a year: is what the sheet says still true? Asked of its authors, answered by them."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import User
from notifications.messages import active
from practices.models import Practice, authors_of
from practices.notifications import StillTrue, StillTrueReminder
from practices.verifying import due_to_be_asked, sheet_for

REMIND_AFTER = timedelta(days=30)
# A network's old sheets are not all asked about in one minute.
ASKED_AT_ONCE = 50


def ask_whether_true() -> int:
    """Ask the authors of the sheets that nobody confirmed for a year, and remind those who did not answer, once.

    Returns how many practices that were. The dates of the practice decide, so that it may be called as often as one
    likes.
    """
    due = list(due_to_be_asked()[:ASKED_AT_ONCE])
    for practice in due:
        _ask(practice)
    unanswered = list(Practice.objects.filter(verification_reminder_due_on__lte=timezone.localdate())[:ASKED_AT_ONCE])
    for practice in unanswered:
        _remind(practice)
    return len(due) + len(unanswered)


@transaction.atomic
def _ask(practice: Practice) -> None:
    today = timezone.localdate()
    # Only one of two rounds of the schedule at once finds the row as it was read.
    unchanged = Practice.objects.filter(pk=practice.pk, verification_asked_on=practice.verification_asked_on)
    if not unchanged.update(verification_asked_on=today, verification_reminder_due_on=today + REMIND_AFTER):
        return
    practice.verification_asked_on = today
    _write_to_authors(practice, StillTrue)


@transaction.atomic
def _remind(practice: Practice) -> None:
    waiting = Practice.objects.filter(pk=practice.pk, verification_reminder_due_on__isnull=False)
    if waiting.update(verification_reminder_due_on=None):
        _write_to_authors(practice, StillTrueReminder)


def _write_to_authors(practice: Practice, message: type[StillTrue]) -> None:
    asked_on = practice.verification_asked_on
    for author in active(authors_of(practice)):
        sheet = sheet_for(practice, author)
        if sheet is not None and asked_on is not None:
            message(practice=practice, sheet=sheet, author=author, asked_on=asked_on).send()


@transaction.atomic
def confirm_still_true(*, practice: Practice, user: User) -> None:
    """An author says that the sheet is still true. Confirming twice is confirming once."""
    _require_author(practice, user)
    Practice.objects.filter(pk=practice.pk).update(verified_on=timezone.localdate(), verification_reminder_due_on=None)


@transaction.atomic
def note_that_it_changed(*, practice: Practice, user: User) -> None:
    """An author says that something has changed and will write it down: nobody needs to be reminded."""
    _require_author(practice, user)
    Practice.objects.filter(pk=practice.pk).update(verification_reminder_due_on=None)


def _require_author(practice: Practice, user: User) -> None:
    if not user.is_active or not authors_of(practice).filter(pk=user.pk).exists():
        raise PermissionDenied(_("Only its authors can say whether this sheet is still true."))
