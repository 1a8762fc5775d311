"""Checking people in, taking that back, and giving them their certificates."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.languages import complete_order
from events.actions.places import lock_event
from events.codes import new_certificate_code
from events.enums import CheckInSource, Movement
from events.models import Attendance, AttendanceEntry, Certificate, Event, Registration
from members.models import User

# A device that kept something for longer than this has lost its clock.
LONGEST_ON_DEVICE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody did at the door, as a device reports it."""

    registration: int
    movement: Movement
    ago: timedelta
    """How long ago by the device's own clock, which need not be right."""
    key: uuid.UUID
    source: CheckInSource


@transaction.atomic
def check_in(*, registration: Registration, by: User, source: CheckInSource = CheckInSource.LIST) -> None:
    """Note that somebody has come. Twice is the same as once. Raises ValidationError for whoever is not enrolled."""
    lock_event(registration.event_id)
    registration.refresh_from_db(fields=["status"])
    if not registration.is_enrolled:
        raise ValidationError(_("%(name)s is not enrolled.") % {"name": registration.name})
    if not Attendance.objects.filter(registration=registration).exists():
        _note(registration.pk, Movement.IN, timezone.now(), by, source)
        _work_out({registration.pk})


@transaction.atomic
def undo_check_in(*, registration: Registration, by: User) -> None:
    """Take a check-in back that was a mistake. Whoever is not checked in stays so."""
    lock_event(registration.event_id)
    if Attendance.objects.filter(registration=registration).exists():
        _note(registration.pk, Movement.OUT, timezone.now(), by, CheckInSource.LIST)
        _work_out({registration.pk})


@transaction.atomic
def take_entries(*, event: Event, entries: Iterable[Entry], by: User) -> dict[uuid.UUID, str]:
    """Take over what a device kept while it had no network.

    The earliest check-in counts, unless it was undone later; in which order devices report makes no difference, and
    what was sent before is not taken twice. Returns why entries were refused, by their keys.
    """
    lock_event(event.pk)
    entries = list(entries)
    people = {
        person.pk: person
        for person in Registration.objects.filter(event=event, pk__in={entry.registration for entry in entries})
    }
    known = set(AttendanceEntry.objects.filter(key__in=[entry.key for entry in entries]).values_list("key", flat=True))
    now, refused, touched = timezone.now(), dict[uuid.UUID, str](), set[int]()
    for entry in entries:
        if entry.key in known:
            continue
        person = people.get(entry.registration)
        if person is None:
            refused[entry.key] = _("Somebody is not registered for this event any more.")
        elif entry.movement == Movement.IN and not person.is_enrolled:
            refused[entry.key] = _("%(name)s is not enrolled.") % {"name": person.name}
        else:
            at = now - min(max(entry.ago, timedelta(0)), LONGEST_ON_DEVICE)
            _note(person.pk, entry.movement, at, by, entry.source, entry.key)
            known.add(entry.key)
            touched.add(person.pk)
    _work_out(touched)
    return refused


def _note(
    registration: int,
    movement: Movement,
    at: datetime,
    by: User,
    source: CheckInSource,
    key: uuid.UUID | None = None,
) -> None:
    AttendanceEntry.objects.create(
        registration_id=registration, movement=movement, at=at, by=by, source=source, key=key or uuid.uuid4()
    )


def _work_out(registrations: set[int]) -> None:
    """Who of these came: the first check-in after the last undoing counts."""
    entries: dict[int, list[AttendanceEntry]] = {pk: [] for pk in registrations}
    for entry in AttendanceEntry.objects.filter(registration__in=registrations).order_by("at", "pk"):
        entries[entry.registration_id].append(entry)
    for pk, of_person in entries.items():
        undone = max((entry.at for entry in of_person if entry.movement == Movement.OUT), default=None)
        counts = [
            entry for entry in of_person if entry.movement == Movement.IN and (undone is None or entry.at > undone)
        ]
        if counts:
            first = counts[0]
            Attendance.objects.update_or_create(
                registration_id=pk,
                defaults={"checked_in_at": first.at, "checked_in_by_id": first.by_id, "source": first.source},
            )
        else:
            Attendance.objects.filter(registration=pk).delete()


# ---------------------------------------------------------------- certificates

_TRIES = 3


def issue_certificate(*, registration: Registration) -> Certificate:
    """The certificate of somebody who came; made once, and then the same for ever.

    Raises ValidationError before the event is over, and for whoever did not come.
    """
    found = Certificate.objects.filter(registration=registration).first()
    if found is not None:
        return found
    event = registration.event
    if not event.is_over or event.is_cancelled:
        raise ValidationError(_("There are certificates once the event is over."))
    if not Attendance.objects.filter(registration=registration).exists():
        raise ValidationError(_("Certificates are for those who were checked in."))
    for _turn in range(_TRIES):
        certificate = _certificate_for(registration)
        try:
            with transaction.atomic():
                certificate.save(force_insert=True)
        except IntegrityError:
            # Somebody was faster, or the code is taken.
            found = Certificate.objects.filter(registration=registration).first()
            if found is not None:
                return found
        else:
            return certificate
    raise RuntimeError("No free code was found.")


def _certificate_for(registration: Registration) -> Certificate:
    event, language = registration.event, registration.language
    order = complete_order((language,))
    pages = {page.language: page for page in event.pages.select_related("locale").filter(live=True)}
    title_language = next((code for code in order if code in pages), language)
    with translation.override(language):
        place = event.place_name or event.venue if event.is_on_site else ""
    return Certificate(
        registration=registration,
        code=new_certificate_code(),
        language=language,
        name=registration.name,
        organisation=registration.organisation,
        event_title=pages[title_language].title if title_language in pages else str(event),
        title_language=title_language,
        place=place,
        first_day=event.first_day,
        last_day=event.last_day,
    )
