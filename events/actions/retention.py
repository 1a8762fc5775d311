"""What is erased when its time has come. Numbers stay right: who took part is counted without being named."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.actions.registering import CONFIRM_WITHIN
from events.enums import RegistrationStatus
from events.models import Answer, Question, Registration
from events.models.registration import new_secret

GUESTS_KEPT = timedelta(days=365)
"""How long guests' names and addresses are kept after the event: until the next one of a yearly series has taken
place, for certificates and lists of participants that funders ask for. Members look after their own account."""

ERASED = "erased.invalid"
"""The domain of what stands in the place of an address (RFC 2606: it can never be one)."""


def erase_answers(now: datetime | None = None) -> int:
    """Erase the answers whose day has come, the guests whose year is over, and what nobody confirmed. A step of the
    schedule. Returns how many answers went."""
    moment = now or timezone.now()
    forget_unconfirmed(moment)
    forget_guests(moment)
    return erase_due_answers(timezone.localdate(moment))


@transaction.atomic
def erase_due_answers(today: date) -> int:
    """Delete the answers to questions whose day is ``today`` or was before, and note on these that it is done."""
    due = Question.objects.filter(erase_on__lte=today, erased_at=None)
    number, _by_model = Answer.objects.filter(question__erase_on__lte=today).delete()
    due.update(erased_at=timezone.now())
    return number


@transaction.atomic
def forget_guests(now: datetime) -> int:
    """Take the names off guests' registrations; the rows stay, with status and city, and are counted."""
    over = Registration.objects.filter(user=None, event__ends_at__lt=now - GUESTS_KEPT)
    number = 0
    for pk in over.exclude(email__endswith=f"@{ERASED}").order_by().values_list("pk", flat=True):
        Answer.objects.filter(registration=pk).delete()
        number += Registration.objects.filter(pk=pk).update(
            name="",
            organisation="",
            reason="",
            time_zone="",
            secret=new_secret(),
            email=f"registration-{pk}@{ERASED}",
        )
    return number


def forget_unconfirmed(now: datetime) -> int:
    """Delete what guests typed and did not confirm while the link was valid; it never held a place."""
    stale = Registration.objects.filter(status=RegistrationStatus.UNCONFIRMED, changed_at__lt=now - CONFIRM_WITHIN)
    number, _by_model = stale.delete()
    return number
