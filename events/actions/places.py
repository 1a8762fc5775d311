"""Places of an event: taking them, giving them back, and the waiting list.

Everything here runs with the event's row locked, so that two people cannot take the last place at once; the check
constraints on the counters are the second lock. ``actions.registering`` has what people and coordinators do.

The one rule: whenever a transaction ends, nobody waits who could have a place (see ``promote``). So a newcomer who
finds a place free overtakes nobody.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import ngettext

from events.enums import BookingStatus, RegistrationMode, RegistrationStatus, Status
from events.models import CityPlaces, Event, Registration, Session, SessionBooking
from events.notifications import RegistrationChanged, SessionBookingChanged
from events.opening import is_city_full, is_full

_TICK = timedelta(microseconds=1)


def lock_event(pk: int) -> Event:
    """The event as it is now; nobody else changes its places until the transaction ends. Raises Event.DoesNotExist.

    On SQLite the transaction itself, which begins by taking the write lock, keeps others out.
    """
    return Event.objects.select_for_update().get(pk=pk)


@transaction.atomic
def recount_places(*, event: Event) -> None:
    """Set the counters of the event, of its cities and of its sessions to what the registrations say.

    Raises IntegrityError where more people hold a place than there are.
    """
    holding = Registration.objects.filter(event=event).holding()
    event.taken = holding.count()
    Event.objects.filter(pk=event.pk).update(taken=event.taken)
    by_city = dict(holding.exclude(city=None).order_by().values_list("city").annotate(number=Count("pk")))
    known = set(CityPlaces.objects.filter(event=event).values_list("city", flat=True))
    CityPlaces.objects.bulk_create(
        CityPlaces(event=event, city_id=city, places=event.places_per_city) for city in by_city if city not in known
    )
    for places in CityPlaces.objects.filter(event=event):
        CityPlaces.objects.filter(pk=places.pk).update(taken=by_city.get(places.city_id, 0))
    booked = Count("bookings", filter=Q(bookings__status=BookingStatus.BOOKED))
    for session in Session.objects.filter(event=event).annotate(booked=booked):
        Session.objects.filter(pk=session.pk).update(taken=session.booked)


# ------------------------------------------------------------ one registration


def move(
    event: Event, registration: Registration, status: RegistrationStatus, *, until: datetime | None = None
) -> None:
    """Give ``registration`` another status, and the person the news. The event is locked by the caller.

    Places that are given back stay free until the caller calls ``promote``.
    """
    held = registration.holds_place
    registration.event = event
    registration.status, registration.offer_until = status, until
    if status != RegistrationStatus.WAITING:
        registration.queued_at = registration.queued_at if status == RegistrationStatus.OFFERED else None
    registration.round += 1
    registration.save()
    if registration.holds_place != held:
        _count(event, registration, 1 if registration.holds_place else -1)
    if status == RegistrationStatus.ENROLLED:
        _enter_sessions(registration)
    elif not registration.is_open:
        release_sessions(registration)
    RegistrationChanged(registration).send()


def seat(event: Event, registration: Registration, now: datetime) -> None:
    """Enrol somebody who has just come, or put the person at the end of the queue. The event is locked, and nobody
    waits who could have a place, except where offers are no longer made: those who wait go first then, too."""
    city = registration.city
    if is_full(event) or is_city_full(event, city) or _somebody_waits_for(event):
        wait(event, registration, now)
    else:
        move(event, registration, RegistrationStatus.ENROLLED)


def wait(event: Event, registration: Registration, now: datetime) -> None:
    """Put somebody at the end of the queue, whatever the clocks of the computers say."""
    last = Registration.objects.filter(event=event, queued_at__isnull=False).order_by("-queued_at").first()
    registration.queued_at = now if last is None or last.queued_at is None else max(now, last.queued_at + _TICK)
    move(event, registration, RegistrationStatus.WAITING)


def _somebody_waits_for(event: Event) -> bool:
    """Whether somebody in the queue could take a place that is free."""
    return bool(_who_could_be_offered(event))


def _count(event: Event, registration: Registration, number: int) -> None:
    event.taken += number
    Event.objects.filter(pk=event.pk).update(taken=F("taken") + number)
    if registration.city_id is not None:
        open_city(event, registration)
        CityPlaces.objects.filter(event=event, city=registration.city_id).update(taken=F("taken") + number)


def open_city(event: Event, registration: Registration) -> None:
    """Make sure that the city of ``registration`` is counted, with the quota of all cities if it has none."""
    if registration.city_id is not None:
        CityPlaces.objects.get_or_create(
            event=event, city_id=registration.city_id, defaults={"places": event.places_per_city}
        )


# ------------------------------------------------------------ the queue


def offers_until(event: Event, now: datetime) -> datetime | None:
    """Until when an offer made now is open; None if none is made: it is not for a past event, nor after closing.

    When registration closes, the list of those who come is final, unless a coordinator moves the closing.
    """
    last = min(filter(None, (event.registration_closes_at, event.starts_at)))
    is_on = event.status in Status.open() and event.registration_mode == RegistrationMode.HERE
    return min(now + timedelta(hours=event.offer_hours), last) if is_on and now < last else None


def promote(event: Event, now: datetime) -> int:
    """Offer free places to those who wait, first come first; whose city has none left keeps the place in the queue.

    The event is locked by the caller. Returns how many offers were made.
    """
    until = offers_until(event, now)
    if until is None:
        return 0
    offered = _who_could_be_offered(event)
    for registration in offered:
        move(event, registration, RegistrationStatus.OFFERED, until=until)
    return len(offered)


def _who_could_be_offered(event: Event) -> list[Registration]:
    """Those in the queue for whom there is a place, each after those before."""
    if is_full(event):
        return []
    free = None if event.capacity is None else event.capacity - event.taken
    quotas = {places.city_id: places for places in CityPlaces.objects.filter(event=event)}
    left = {city: None if row.places is None else row.places - row.taken for city, row in quotas.items()}
    found: list[Registration] = []
    for registration in Registration.objects.filter(event=event).in_queue().select_related("user", "city"):
        if free is not None and len(found) >= free:
            break
        city = registration.city_id
        of_city = None if city is None else left.get(city, event.places_per_city)
        if of_city is not None and of_city <= 0:
            continue
        if of_city is not None and city is not None:
            left[city] = of_city - 1
        found.append(registration)
    return found


def settle(event: Event, now: datetime) -> int:
    """Take back the offers whose time is over, and pass the places on. The event is locked by the caller.

    Everybody who touches the places of an event calls it first, so that what the clock has decided is never decided
    otherwise. Returns how many offers lapsed and were made.
    """
    lapsed = Registration.objects.filter(event=event, status=RegistrationStatus.OFFERED, offer_until__lte=now)
    number = 0
    for registration in lapsed.order_by("offer_until", "queued_at", "pk").select_related("user", "city"):
        move(event, registration, RegistrationStatus.LAPSED)
        number += 1
    number += promote(event, now)
    waited_for = Q(bookings__status=BookingStatus.WAITING, bookings__registration__status=RegistrationStatus.ENROLLED)
    for session in Session.objects.filter(waited_for, event=event).distinct():
        promote_in_session(session)
    return number


def lapse_offers(now: datetime | None = None) -> int:
    """Settle each event where an offer's time is over or somebody could move up. Returns how many people moved.

    A step of the schedule; an event a transaction, so that a crash undoes no other's.
    """
    moment = now or timezone.now()
    over = Q(status=RegistrationStatus.OFFERED, offer_until__lte=moment)
    waiting = Q(status=RegistrationStatus.WAITING, event__starts_at__gt=moment, event__status__in=Status.open())
    waiting &= Q(event__capacity__isnull=True) | Q(event__taken__lt=F("event__capacity"))
    in_sessions = Q(bookings__status=BookingStatus.WAITING, status=RegistrationStatus.ENROLLED)
    in_sessions &= Q(bookings__session__capacity__isnull=True) | Q(
        bookings__session__taken__lt=F("bookings__session__capacity")
    )
    found = Registration.objects.filter(over | waiting | in_sessions).order_by().values_list("event", flat=True)
    return sum(settle_event(pk, moment if now else None) for pk in sorted(set(found)))


@transaction.atomic
def settle_event(pk: int, now: datetime | None = None) -> int:
    """``settle`` of an event that is not locked yet. Returns how many people moved."""
    event = lock_event(pk)
    # The clock is read once the lock is there: it may have taken a while.
    return settle(event, now or timezone.now())


# ------------------------------------------------------------ sessions


def book(registration: Registration, session: Session) -> SessionBooking:
    """Book ``session`` for somebody, or put the person at the end of its queue. Before the person is enrolled, it is
    a wish, which takes no place. The event is locked by the caller."""
    booking, is_new = SessionBooking.objects.get_or_create(
        registration=registration, session=session, defaults={"status": BookingStatus.WAITING}
    )
    if is_new and registration.is_enrolled:
        session.refresh_from_db(fields=["taken", "capacity"])
        if session.capacity is None or session.taken < session.capacity:
            _take_seat(booking, session)
    return booking


def unbook(booking: SessionBooking) -> None:
    """Give the place in the session back; the next in its queue has it."""
    session = booking.session
    was_booked = booking.status == BookingStatus.BOOKED
    booking.delete()
    if was_booked:
        Session.objects.filter(pk=session.pk).update(taken=F("taken") - 1)
        promote_in_session(session)


def _take_seat(booking: SessionBooking, session: Session) -> None:
    booking.status = BookingStatus.BOOKED
    booking.save(update_fields=["status"])
    session.taken += 1
    Session.objects.filter(pk=session.pk).update(taken=F("taken") + 1)


def _enter_sessions(registration: Registration) -> None:
    """What the person wished for becomes bookings, or a place in the queue from now on."""
    wishes = SessionBooking.objects.filter(registration=registration, status=BookingStatus.WAITING)
    for wish in wishes.select_related("session"):
        SessionBooking.objects.filter(pk=wish.pk).update(queued_at=timezone.now())
        if wish.session.capacity is None or wish.session.taken < wish.session.capacity:
            _take_seat(wish, wish.session)


def release_sessions(registration: Registration) -> None:
    for booking in SessionBooking.objects.filter(registration=registration).select_related("session"):
        unbook(booking)


def promote_in_session(session: Session) -> None:
    """Let those who wait for the session move up, as far as there are places. They come anyway: nobody is asked."""
    session.refresh_from_db(fields=["taken", "capacity"])
    waiting = SessionBooking.objects.filter(
        session=session, status=BookingStatus.WAITING, registration__status=RegistrationStatus.ENROLLED
    ).select_related("registration__user", "registration__event")
    for booking in waiting.order_by("queued_at", "pk"):
        if session.capacity is not None and session.taken >= session.capacity:
            break
        booking.session = session
        _take_seat(booking, session)
        SessionBookingChanged(booking).send()


# ------------------------------------------------------------ how many places there are


@transaction.atomic
def change_registration(
    *, event: Event, values: Mapping[str, Any], own_places: Mapping[int, int | None], now: datetime | None = None
) -> Event:
    """Set the facts of registration, among them the places, and those of single cities (city → places, None: no
    limit; a city that is not named follows the others). What becomes free is offered at once.

    Raises ValidationError with the fields that are wrong; that of single cities is ``own_places``.
    """
    locked = lock_event(event.pk)
    settle(locked, now or timezone.now())
    for name, value in values.items():
        setattr(locked, name, value)
    _check_places(locked, own_places)
    others = [field.name for field in Event._meta.concrete_fields if field.name not in values]
    locked.clean_fields(exclude=others)
    locked.validate_constraints()
    locked.save(update_fields=[*values])
    for city, number in own_places.items():
        CityPlaces.objects.update_or_create(event=locked, city_id=city, defaults={"places": number, "is_own": True})
    others_places = CityPlaces.objects.filter(event=locked).exclude(city__in=own_places)
    others_places.update(places=locked.places_per_city, is_own=False)
    settle(locked, now or timezone.now())
    return locked


def _check_places(event: Event, own_places: Mapping[int, int | None]) -> None:
    errors: dict[str, list[str]] = {}
    if is_over(event.taken, event.capacity):
        text = ngettext(
            "%(taken)s person holds a place already: at least as many places are needed.",
            "%(taken)s people hold a place already: at least as many places are needed.",
            event.taken,
        )
        errors["capacity"] = [text % {"taken": event.taken}]
    for row in CityPlaces.objects.filter(event=event).select_related("city"):
        is_own = row.city_id in own_places
        if is_over(row.taken, own_places[row.city_id] if is_own else event.places_per_city):
            text = ngettext(
                "%(taken)s person from %(city)s holds a place already: at least as many places are needed.",
                "%(taken)s people from %(city)s hold a place already: at least as many places are needed.",
                row.taken,
            )
            errors.setdefault("own_places" if is_own else "places_per_city", []).append(
                text % {"taken": row.taken, "city": row.city.label()}
            )
    if errors:
        raise ValidationError(errors)


def is_over(taken: int, places: int | None) -> bool:
    return places is not None and taken > places
