"""What does not go together in a programme. Warnings: whoever builds it may know better, and saves all the same.

Pure functions on sessions with their room and people loaded. Cancelled sessions count for nothing; sessions that touch,
one ending when the next begins, do not overlap; of a session without times nothing is known that could overlap.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from common.languages import own_name
from events.enums import Precision, SessionKind
from events.models import Event, Session


class ConflictKind(StrEnum):
    ROOM = "room"
    PERSON = "person"
    HOURS = "hours"
    SEATS = "seats"
    INTERPRETATION = "interpretation"


PLENARY_KINDS = (SessionKind.TALK, SessionKind.PANEL, SessionKind.MEETING)


@dataclass(frozen=True, slots=True)
class Conflict:
    kind: ConflictKind
    sessions: tuple[Session, ...]
    """Those that it is about, the earlier first: two that overlap, or one."""
    subject: str = ""
    """The room, the person or the languages."""

    @property
    def is_hint(self) -> bool:
        """Whether it may well be meant."""
        return self.kind == ConflictKind.INTERPRETATION

    @property
    def reason(self) -> str:
        sentences = {
            ConflictKind.ROOM: _("Two sessions at the same time in the room “%(subject)s”:"),
            ConflictKind.PERSON: _("%(subject)s is in two places at the same time:"),
            ConflictKind.HOURS: _("Outside the hours of the event:"),
            ConflictKind.SEATS: _("More places than the room “%(subject)s” has seats:"),
            ConflictKind.INTERPRETATION: _("For everybody, yet not to be followed in %(subject)s:"),
        }
        return sentences[self.kind] % {"subject": self.subject}


def overlap(one: Session, other: Session) -> bool:
    if not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def find_conflicts(event: Event, sessions: Iterable[Session]) -> list[Conflict]:
    """All conflicts of the programme, in its order: what is certain before what may be meant."""
    held = sorted((session for session in sessions if not session.is_cancelled), key=_place_in_time)
    return [
        *_double_booked_rooms(held),
        *_people_in_two_places(held),
        *_outside_the_hours(event, held),
        *_too_few_seats(held),
        *_not_interpreted(event, held),
    ]


def _place_in_time(session: Session) -> Any:
    return (session.day, session.starts_at is None, session.starts_at or session.day, session.position, session.pk or 0)


def _double_booked_rooms(sessions: list[Session]) -> list[Conflict]:
    by_room: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.room_id is not None:
            by_room[session.room_id].append(session)
    return [
        Conflict(ConflictKind.ROOM, pair, str(pair[0].room))
        for used in by_room.values()
        for pair in combinations(used, 2)
        if overlap(*pair)
    ]


def _people_in_two_places(sessions: list[Session]) -> list[Conflict]:
    by_person: dict[Hashable, list[Session]] = defaultdict(list)
    names: dict[Hashable, str] = {}
    for session in sessions:
        for identity, name in {(person.identity, person.shown_name) for person in session.people.all()}:
            names.setdefault(identity, name or _("a member without a name"))
            if session not in by_person[identity]:
                by_person[identity].append(session)
    return [
        Conflict(ConflictKind.PERSON, pair, names[identity])
        for identity, occupied in by_person.items()
        for pair in combinations(occupied, 2)
        if overlap(*pair)
    ]


def _outside_the_hours(event: Event, sessions: list[Session]) -> list[Conflict]:
    if event.precision != Precision.TIME:
        return []
    return [
        Conflict(ConflictKind.HOURS, (session,))
        for session in sessions
        if session.starts_at
        and session.ends_at
        and (session.starts_at < event.starts_at or session.ends_at > event.ends_at)
    ]


def _too_few_seats(sessions: list[Session]) -> list[Conflict]:
    return [
        Conflict(ConflictKind.SEATS, (session,), str(session.room))
        for session in sessions
        if session.room is not None
        and session.room.capacity is not None
        and session.capacity is not None
        and session.room.capacity < session.capacity
    ]


def _not_interpreted(event: Event, sessions: list[Session]) -> list[Conflict]:
    """Of sessions beside which there is nothing else, those that cannot be followed in a language that is promised."""
    found = []
    for session in sessions:
        lacking = [code for code in event.interpreted if not session.can_be_followed_in(code)]
        is_plenary = (
            session.kind in PLENARY_KINDS
            and session.starts_at is not None
            and not any(overlap(session, other) for other in sessions if other is not session)
        )
        if lacking and is_plenary:
            languages = ", ".join(own_name(code) for code in lacking)
            found.append(Conflict(ConflictKind.INTERPRETATION, (session,), languages))
    return found
