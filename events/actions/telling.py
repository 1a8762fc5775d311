"""What people are told about events by the clock.

Everything here may be called again at any time, by several workers at once, and may be killed at any point: what was
told is noted in the transaction that writes the letters, and the outbox takes each letter to each person once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from events.enums import Precision, RegistrationStatus, Status
from events.models import Event, EventLetters, EventReminder, Material, Registration
from events.models.reminders import counted_from
from events.notifications import (
    OfferEnds,
    RegistrationChanged,
    Reminder,
    RequestsWait,
    Thanks,
    prepare_letters,
)
from notifications.models import OutgoingMail

AT_ONCE = 50
"""Letters in a transaction: nobody waits long for the database."""
FARTHEST = timedelta(days=60)
REQUESTS_EVERY = timedelta(days=1)
THANKS_AFTER, THANKS_UNTIL = timedelta(days=3), timedelta(days=30)
MATERIALS_REST = timedelta(hours=1)


def tell_what_is_due(now: datetime | None = None) -> int:
    """All of it, as the schedule does. Returns how many letters, or rounds of letters, that were."""
    now = now or timezone.now()
    steps = (send_reminders, remind_of_offers, tell_requests, thank_people)
    return sum(step(now) for step in steps)


# ------------------------------------------------------------ reminders


def send_reminders(now: datetime) -> int:
    """Remind those who are enrolled of events that begin soon. Returns how many reminders were told.

    Each reminder is told once for a date of its event; an event that moves is told again. Where several have become
    due meanwhile, the one nearest to the start stands for all of them. Nobody is reminded who was enrolled later than
    the reminder was due: the letter about that says the same.
    """
    upcoming = Event.objects.filter(
        status__in=Status.open(), starts_at__gt=now - timedelta(days=1), starts_at__lte=now + FARTHEST
    ).exclude(precision=Precision.MONTH)
    enrolled = Registration.objects.filter(event=OuterRef("pk"), status=RegistrationStatus.ENROLLED)
    for event in upcoming.filter(Exists(enrolled), letters=None):
        prepare_letters(event)
    told = 0
    untold = EventReminder.objects.filter(event__in=upcoming).exclude(told_for=F("event__starts_at"))
    in_order = untold.select_related("event__city").order_by("event", "-minutes_before")
    for _event, reminders in groupby(in_order, key=lambda reminder: reminder.event_id):
        due = [each for each in reminders if each.due_at <= now < counted_from(each.event)]
        if due:
            *others, nearest = due
            told += _remind(nearest)
            _note(others, nearest.event.starts_at)
    return told


def _remind(reminder: EventReminder) -> bool:
    event = reminder.event
    late = _enrolled_after(event, reminder.due_at)
    enrolled = Registration.objects.filter(event=event, status=RegistrationStatus.ENROLLED)
    pks = [pk for pk in enrolled.order_by("pk").values_list("pk", flat=True) if pk not in late]
    for some in _batches(pks):
        with transaction.atomic():
            if not _is_still_due(reminder):
                return False
            registrations = enrolled.filter(pk__in=some).select_related("user", "city")
            Reminder(reminder, list(registrations.order_by("pk"))).send()
    with transaction.atomic():
        if _is_still_due(reminder):
            _note([reminder], event.starts_at)
            return True
    return False


def _is_still_due(reminder: EventReminder) -> bool:
    """Whether the event is still to take place on this date, and nobody else has told it meanwhile."""
    event = Event.objects.select_for_update().filter(
        pk=reminder.event_id, starts_at=reminder.event.starts_at, status__in=Status.open()
    )
    untold = EventReminder.objects.filter(pk=reminder.pk).exclude(told_for=reminder.event.starts_at)
    return bool(list(event)) and untold.exists()


def _note(reminders: Iterable[EventReminder], starts_at: datetime) -> None:
    EventReminder.objects.filter(pk__in=[each.pk for each in reminders]).update(told_for=starts_at)


def _enrolled_after(event: Event, moment: datetime) -> set[int]:
    """The registrations that were enrolled later than ``moment``: the letter about it was written with the change."""
    letters = OutgoingMail.objects.filter(kind=RegistrationChanged.kind, created_at__gt=moment)
    keys = set(letters.values_list("key", flat=True))
    found = Registration.objects.filter(event=event, status=RegistrationStatus.ENROLLED)
    return {
        registration.pk
        for registration in found.select_related("user")
        if any(key.startswith(f"{RegistrationChanged.kind}:{registration.pk}:{registration.round}:") for key in keys)
    }


def remind_of_offers(now: datetime) -> int:
    """Tell those to whom a place is offered that the time to answer is nearly over: when a quarter of it is left, and
    at most twelve hours. Returns how many letters that were."""
    soon = Registration.objects.filter(
        status=RegistrationStatus.OFFERED,
        offer_until__gt=now,
        offer_until__lte=now + timedelta(hours=12),
        event__status__in=Status.open(),
    )
    number = 0
    for registration in soon.select_related("event__city", "user").order_by("offer_until", "pk"):
        if _is_nearly_over(registration, now):
            with transaction.atomic():
                current = Registration.objects.select_for_update(of=("self",)).select_related("event__city", "user")
                same = current.filter(pk=registration.pk, status=registration.status, round=registration.round).first()
                if same is not None:
                    OfferEnds(same).send()
                    number += 1
    return number


def _is_nearly_over(registration: Registration, now: datetime) -> bool:
    until = registration.offer_until
    if until is None or _is_written(OfferEnds.kind, registration):
        return False
    key = f"{RegistrationChanged.kind}:{registration.pk}:{registration.round}:"
    letter = OutgoingMail.objects.filter(key__startswith=key).first()
    offered_at = letter.created_at if letter else until - timedelta(hours=registration.event.offer_hours)
    return until - now <= (until - offered_at) / 4


def _is_written(kind: str, registration: Registration) -> bool:
    key = f"{kind}:{registration.pk}:{registration.round}:"
    return OutgoingMail.objects.filter(key__startswith=key).exists()


@transaction.atomic
def save_reminder(*, reminder: EventReminder) -> EventReminder:
    """Keep a reminder that a coordinator has written. One that is told at another time from now on is told again."""
    prepare_letters(reminder.event)
    former = EventReminder.objects.select_for_update().filter(pk=reminder.pk).first()
    reminder.told_for = former.told_for if former and former.minutes_before == reminder.minutes_before else None
    reminder.save()
    return reminder


def remove_reminder(*, reminder: EventReminder) -> None:
    reminder.delete()


# ------------------------------------------------------------ who waits


def tell_requests(now: datetime) -> int:
    """Tell coordinators who waits to be admitted, of each event at most once a day and only where somebody new does.
    Returns of how many events that was."""
    requested = Registration.objects.filter(event=OuterRef("event"), status=RegistrationStatus.REQUESTED)
    waiting = EventLetters.objects.filter(Exists(requested), event__ends_at__gt=now, event__status__in=Status.open())
    number = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            letters = (
                EventLetters.objects.select_for_update(of=("self",))
                .select_related("event__city", "event__group", "event__created_by")
                .get(pk=pk)
            )
            told_at = letters.requests_told_at
            new = Registration.objects.filter(event=letters.event_id, status=RegistrationStatus.REQUESTED)
            if told_at is not None:
                new = new.filter(changed_at__gt=told_at)
            if (told_at is None or told_at <= now - REQUESTS_EVERY) and new.exists():
                RequestsWait(letters.event, now).send()
                EventLetters.objects.filter(pk=pk).update(requests_told_at=now)
                number += 1
    return number


# ------------------------------------------------------------ afterwards


def thank_people(now: datetime) -> int:
    """Thank those who were enrolled, some days after the event, if there is something to hand out and nobody has done
    it by hand. Returns for how many events that was."""
    over = Event.objects.filter(
        status__in=Status.open(), ends_at__lte=now - THANKS_AFTER, ends_at__gt=now - THANKS_UNTIL
    )
    enrolled = Registration.objects.filter(event=OuterRef("pk"), status=RegistrationStatus.ENROLLED)
    found = over.filter(Exists(enrolled), Exists(Material.objects.filter(event=OuterRef("pk")))).annotate(
        newest=Max("materials__added_at")
    )
    unthanked = found.filter(Q(letters=None) | Q(letters__thanked_at=None), newest__lte=now - MATERIALS_REST)
    return sum(send_thanks(event=event, now=now) for event in unthanked)


def send_thanks(*, event: Event, now: datetime | None = None) -> bool:
    """Thank those who were enrolled and send them what remains of the event. Returns whether that was done: nobody is
    thanked twice, nor before the end, nor for what did not take place."""
    now = now or timezone.now()
    if event.ends_at > now or event.status not in Status.open():
        return False
    letters = prepare_letters(event)
    enrolled = Registration.objects.filter(event=event, status=RegistrationStatus.ENROLLED)
    for some in [*_batches(list(enrolled.order_by("pk").values_list("pk", flat=True))), ()]:
        with transaction.atomic():
            waiting = EventLetters.objects.select_for_update().filter(pk=letters.pk, thanked_at=None)
            if not list(waiting):
                return False
            Thanks(event, list(enrolled.filter(pk__in=some).select_related("user").order_by("pk"))).send()
            if not some:
                waiting.update(thanked_at=now)
    return True


def _batches(pks: Sequence[int]) -> Iterable[tuple[int, ...]]:
    return (tuple(pks[start : start + AT_ONCE]) for start in range(0, len(pks), AT_ONCE))


def stop_letters_to_guest(*, registration: Registration) -> None:
    """Send this guest none of the letters about the event that one can do without."""
    registration.wants_reminders = False
    registration.save(update_fields=["wants_reminders", "changed_at"])
