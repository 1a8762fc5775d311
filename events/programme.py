"""The programme of an event as people read it: by day, by room, by track, and what can be followed in a language."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from common.filters import one_of
from common.languages import CODES, own_name
from events.enums import SessionKind
from events.models import Event, Room, Session, Track
from members.models import CityName
from taxonomy.queries import preferred_labels

VIEWS = {"day": _("By day"), "room": _("By room"), "track": _("By track")}
FIRST_VIEW = "day"

_clean_view = one_of(VIEWS)
_clean_language = one_of(CODES)


def sessions_of(event: Event) -> list[Session]:
    """The sessions in the order of the programme, cancelled ones included, with all that a reader is shown of them."""
    return list(
        event.sessions.select_related("room", "track").prefetch_related(
            "people__user",
            preferred_labels("people__city__labels", CityName),
            preferred_labels("people__user__city__labels", CityName),
        )
    )


# ---------------------------------------------------------------- languages


def languages_of(session: Session) -> tuple[list[str], list[str]]:
    """The languages spoken and those interpreted into. A session that says neither is held as the event says."""
    if session.spoken or session.interpreted:
        return session.spoken, session.interpreted
    return session.event.spoken, session.event.interpreted


def can_follow(session: Session, language: str) -> bool:
    """Whether somebody who understands this language alone can follow; of a break, nobody has to."""
    return session.kind == SessionKind.BREAK or any(language in codes for codes in languages_of(session))


def says_language(session: Session) -> bool:
    return any(languages_of(session))


# ---------------------------------------------------------------- what the address asks for


@dataclass(frozen=True, slots=True)
class ProgrammeFilters:
    """What the address of a programme asks for. What cannot be asked counts as not asked."""

    view: str = FIRST_VIEW
    language: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "ProgrammeFilters":
        return cls(
            view=_clean_view(query.get("view", "")) or FIRST_VIEW,
            language=_clean_language(query.get("language", "")),
        )

    def query_for(self, view: str) -> str:
        """The parameters of the address of another view of the same sessions."""
        asked = {"view": "" if view == FIRST_VIEW else view, "language": self.language}
        return urlencode({name: value for name, value in asked.items() if value})


# ---------------------------------------------------------------- days, rooms, tracks


@dataclass(frozen=True, slots=True)
class Column:
    """The sessions in one room, or of one track, on one day."""

    group: Room | Track | None
    """None for those that name none."""
    sessions: list[Session]


@dataclass(frozen=True, slots=True)
class Cell:
    sessions: list[Session]
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """All that begins at one time: a cell for each room, fewer where one of another row reaches down to this one."""

    starts_at: datetime
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """The sessions of one day whose times are known: rooms across, times down."""

    rooms: list[Room | None]
    """With None at the end where sessions without a room run beside others."""
    rows: list[Row]
    without_time: list[Session]


@dataclass(frozen=True)
class Day:
    day: date
    sessions: list[Session]

    @cached_property
    def by_room(self) -> list[Column]:
        return _columns(self.sessions, lambda session: session.room)

    @cached_property
    def by_track(self) -> list[Column]:
        return _columns(self.sessions, lambda session: session.track)

    @cached_property
    def grid(self) -> Grid | None:
        """None where a table would say no more than a list: times are not known, or there is one room at most."""
        return _grid(self.sessions)


@dataclass(frozen=True)
class Programme:
    filters: ProgrammeFilters
    days: list[Day]
    left_out: list[Session] = field(default_factory=list)
    """The sessions that cannot be followed in the language that was asked for, or do not say."""
    languages: list[tuple[str, str]] = field(default_factory=list)
    """Code and own name of those in which some session can be followed."""
    views: list[tuple[str, Any]] = field(default_factory=list)
    """Those that have something of their own to show; none where the programme is the same in all."""

    @property
    def sessions(self) -> list[Session]:
        return [session for day in self.days for session in day.sessions]

    @property
    def silent(self) -> list[Session]:
        """Those left out of which no language is told."""
        return [session for session in self.left_out if not says_language(session)]

    @property
    def lacks_times(self) -> bool:
        return any(session.starts_at is None for session in self.sessions)

    @property
    def has_times(self) -> bool:
        return any(session.starts_at is not None for session in self.sessions)

    def __bool__(self) -> bool:
        return bool(self.days or self.left_out)


def read_programme(sessions: Sequence[Session], filters: ProgrammeFilters | None = None) -> Programme:
    """What ``filters`` ask for of ``sessions``, which are all of one event in the order of the programme."""
    filters = filters or ProgrammeFilters()
    shown = [session for session in sessions if not filters.language or can_follow(session, filters.language)]
    used = {code for session in sessions for codes in languages_of(session) for code in codes} | {filters.language}
    return Programme(
        filters=filters,
        days=[Day(day, [session for session in shown if session.day == day]) for day in _in_order(shown, "day")],
        left_out=[session for session in sessions if session not in shown],
        languages=[(code, own_name(code)) for code in CODES if code in used],
        views=_views(sessions),
    )


def _views(sessions: Sequence[Session]) -> list[tuple[str, Any]]:
    useful = {
        "day": True,
        "room": any(session.room_id for session in sessions),
        "track": any(session.track_id for session in sessions),
    }
    views = [(name, label) for name, label in VIEWS.items() if useful[name]]
    return views if len(views) > 1 else []


def _in_order(sessions: Iterable[Session], name: str) -> list[Any]:
    return list(dict.fromkeys(getattr(session, name) for session in sessions))


def _columns(sessions: Sequence[Session], group_of: Callable[[Session], Any]) -> list[Column]:
    """In the order that the event gives its rooms or tracks; what names none comes last."""
    groups = {group for session in sessions if (group := group_of(session)) is not None}
    ordered: list[Any] = [*sorted(groups, key=lambda group: (group.position, group.pk)), None]
    columns = [Column(group, [session for session in sessions if group_of(session) == group]) for group in ordered]
    return [column for column in columns if column.sessions]


def _grid(sessions: Sequence[Session]) -> Grid | None:
    timed = [session for session in sessions if session.starts_at is not None]
    rooms = [column.group for column in _columns(timed, lambda session: session.room) if column.group]
    if len(rooms) < 2:
        return None
    starts = sorted({_start(session) for session in timed})
    beside = [session for session in timed if session.room is None and not _is_alone(_start(session), timed)]
    columns: list[Any] = [*rooms, None] if beside else rooms
    reached = dict.fromkeys(columns, 0)
    rows = []
    for number, start in enumerate(starts):
        beginning = [session for session in timed if _start(session) == start]
        alone = [session for session in beginning if session.room is None and session not in beside]
        if alone:
            # Such rows take part in nothing else: whatever ran before has ended.
            rows.append(Row(start, [Cell(alone, columns=len(columns))]))
            reached = dict.fromkeys(columns, number + 1)
            continue
        cells = []
        for column in columns:
            if reached[column] > number:
                continue
            here = [session for session in beginning if session.room == column]
            length = _rows_of(here, [session for session in timed if session.room == column], starts, number)
            reached[column] = number + length
            cells.append(Cell(here, rows=length))
        rows.append(Row(start, cells))
    return Grid(columns, rows, [session for session in sessions if session.starts_at is None])


def _is_alone(start: datetime, timed: Sequence[Session]) -> bool:
    """Whether nothing else runs beside the sessions without a room that begin at ``start``."""
    together = [session for session in timed if session.room is None and _start(session) == start]
    return not any(
        _start(other) < _end(session) and _start(session) < _end(other)
        for session in together
        for other in timed
        if other not in together
    )


def _rows_of(here: Sequence[Session], in_room: Sequence[Session], starts: Sequence[datetime], number: int) -> int:
    """How many rows a cell takes: as long as it lasts, or until the next one begins in the same room."""
    if not here:
        return 1
    end = max(_end(session) for session in here)
    end = min([end, *(_start(session) for session in in_room if _start(session) > starts[number])])
    return max(1, sum(starts[number] <= start < end for start in starts))


def _start(session: Session) -> datetime:
    # Of sessions with times, which the database has either both of or none.
    return cast("datetime", session.starts_at)


def _end(session: Session) -> datetime:
    return cast("datetime", session.ends_at)
