"""Where somebody stands with an event: what pages say about registering."""

from dataclasses import dataclass
from datetime import datetime

from events.enums import RegistrationMode, RegistrationStatus
from events.models import Event, Registration, SessionBooking
from events.opening import Closed, is_city_full, why_closed
from events.permissions import can_manage
from groups.permissions import Reader


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the queue, and what is waited for."""

    number: int
    """1 for the first."""
    waits_for_city: bool
    """Whether it is the city's places that are taken; others, further behind, may then come first."""


@dataclass(frozen=True, slots=True)
class Standing:
    event: Event
    registration: Registration | None
    now: datetime
    closed: Closed | None
    """Why one cannot register; asked only where there is no registration that is open."""
    waiting: int
    """How many wait."""
    position: Position | None
    bookings: tuple[SessionBooking, ...]
    is_city_full: bool
    """Whether somebody without a registration would wait because the places of the own city are taken."""
    shows_join_links: bool
    """Whether this reader is shown the addresses to join."""

    @property
    def state(self) -> str:
        """The status; an offer whose time is over has lapsed, whether or not it has been taken back yet."""
        if self.registration is None:
            return ""
        if self.is_offer_over:
            return str(RegistrationStatus.LAPSED)
        return str(self.registration.status)

    @property
    def is_offer_over(self) -> bool:
        until = self.registration and self.registration.offer_until
        return bool(until and until <= self.now)

    @property
    def is_open(self) -> bool:
        """Whether this person still wants to come and is expected, or may yet be."""
        return self.state in RegistrationStatus.told()

    @property
    def may_come_back(self) -> bool:
        """Whether the form is offered to somebody who registered before."""
        return self.closed is None and self.state not in (*RegistrationStatus.told(), RegistrationStatus.DECLINED)

    @property
    def free(self) -> int | None:
        """Places left; None where there are as many as people want."""
        return None if self.event.capacity is None else max(0, self.event.capacity - self.event.taken)

    @property
    def would_wait(self) -> bool:
        return self.free == 0 or self.is_city_full

    @property
    def has_something_to_say(self) -> bool:
        """Whether the event's page, which tells what has become of the event, says something on registering."""
        is_of_use = self.event.registration_mode != RegistrationMode.NONE and not self.event.is_cancelled
        return self.registration is not None or (is_of_use and self.event.ends_at > self.now)


def standing_of(
    event: Event, user: Reader, registration: Registration | None, now: datetime, *, is_visible: bool = False
) -> Standing:
    """Where ``registration``, or somebody without one, stands.

    ``is_visible``: the event was found by ``visible_to``.
    """
    is_open = registration is not None and registration.status in RegistrationStatus.told()
    is_enrolled = registration is not None and registration.is_enrolled
    city = getattr(user, "city", None)
    has_queue = event.registration_mode == RegistrationMode.HERE and event.capacity is not None
    waiting = Registration.objects.filter(event=event).in_queue()
    return Standing(
        event=event,
        registration=registration,
        now=now,
        closed=None if is_open else why_closed(event, user, now, is_visible=is_visible),
        waiting=waiting.count() if has_queue or event.places_per_city is not None else 0,
        position=position_of(event, registration) if registration else None,
        bookings=bookings_of(registration) if is_open and registration else (),
        is_city_full=not is_open and is_city_full(event, city),
        shows_join_links=is_enrolled or can_manage(user, event),
    )


def position_of(event: Event, registration: Registration) -> Position | None:
    """The place in the queue of somebody who waits; None for everybody else."""
    if registration.status != RegistrationStatus.WAITING:
        return None
    number = Registration.objects.ahead_of(registration).count() + 1
    return Position(number, is_city_full(event, registration.city))


def bookings_of(registration: Registration) -> tuple[SessionBooking, ...]:
    bookings = SessionBooking.objects.filter(registration=registration).select_related("session__event")
    return tuple(bookings.order_by("session__day", "session__starts_at", "session__position", "pk"))
