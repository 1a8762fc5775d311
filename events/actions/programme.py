"""Writing the programme."""

from django.db import transaction
from django.db.models import Max, Min

from events.models import Event, Session


@transaction.atomic
def recount_programme(*, event: Event) -> None:
    """Note on the event from which day to which its programme goes; cancelled sessions count, they are still shown.

    Whoever writes sessions calls this in the same transaction: where they lie outside the event's days, the database
    refuses it with an IntegrityError.
    """
    days = Session.objects.filter(event=event).aggregate(first=Min("day"), last=Max("day"))
    event.programme_first_day, event.programme_last_day = days["first"], days["last"]
    Event.objects.filter(pk=event.pk).update(programme_first_day=days["first"], programme_last_day=days["last"])
