"""What an event's page says of it, besides its own words."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from events.enums import AccessFact
from events.models import Event, Session, SessionPerson

_CITY_ZOOM, _VENUE_ZOOM = 12, 17


@dataclass(frozen=True, slots=True)
class Access:
    """What people who need something can count on."""

    known: list[tuple[str, str]]
    """What it is, and how far it is there."""
    unknown: list[str]

    def __bool__(self) -> bool:
        return bool(self.known or self.unknown)


def access_of(event: Event) -> Access:
    facts = [(str(_field(name).verbose_name), getattr(event, name), name) for name in event.access_fields]
    silent = ("", AccessFact.UNKNOWN)
    return Access(
        known=[
            (str(capfirst(label)), getattr(event, f"get_{name}_display")())
            for label, value, name in facts
            if value not in silent
        ],
        unknown=[label for label, value, _name in facts if value in silent],
    )


def _field(name: str) -> Any:
    return Event._meta.get_field(name)


@dataclass(frozen=True, slots=True)
class StreetMap:
    """Where a map of the streets shows the place."""

    address: str
    latitude: str
    longitude: str
    is_venue: bool
    """Whether this is the venue, and not just its city."""


def street_map(event: Event) -> StreetMap | None:
    if not event.is_on_site:
        return None
    is_venue = event.latitude is not None
    place: Any = event if is_venue else event.city
    if place is None or place.latitude is None or place.longitude is None:
        return None
    # Small numbers come as 0E-4, which no map reads.
    latitude, longitude = f"{place.latitude:.4f}", f"{place.longitude:.4f}"
    zoom = _VENUE_ZOOM if is_venue else _CITY_ZOOM
    return StreetMap(
        f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map={zoom}/{latitude}/{longitude}",
        latitude,
        longitude,
        is_venue,
    )


def speakers_of(sessions: list[Session]) -> list[SessionPerson]:
    """Each person of the programme once, in the order in which they appear; of cancelled sessions, nobody."""
    people: dict[Any, SessionPerson] = {}
    for session in sessions:
        for person in [] if session.is_cancelled else session.people.all():
            people.setdefault(person.identity, person)
    return [person for person in people.values() if person.shown_name]
