"""Carrying a programme along when its event moves or gets another time zone: pure functions, nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.moments import NonexistentTime, resolve_local
from events.models import Session


@dataclass(frozen=True, slots=True)
class Move:
    """How sessions follow their event."""

    days: int
    """By how many days, the times of day kept: also where clocks change in between."""
    old_zone: ZoneInfo
    new_zone: ZoneInfo
    keeps_clock: bool = True
    """Whether 14:00 stays 14:00 in the new zone; else the moment stays, and the clock shows something else."""

    @property
    def is_none(self) -> bool:
        return not self.days and self.old_zone.key == self.new_zone.key


def carried(at: datetime, move: Move) -> datetime:
    """The moment, in universal time, to which ``at`` moves. A time that clocks jump over there becomes the next that
    they show."""
    local = at.astimezone(move.old_zone)
    moved = local.replace(tzinfo=None, fold=0) + timedelta(days=move.days)
    try:
        return resolve_local(moved, move.new_zone if move.keeps_clock else move.old_zone, fold=local.fold)
    except NonexistentTime as jump:
        return jump.after.astimezone(UTC)


def carry(session: Session, move: Move) -> None:
    """Move one session in memory. It keeps its length where clocks change while it runs."""
    day = session.day + timedelta(days=move.days)
    if session.starts_at and session.ends_at:
        length = session.ends_at - session.starts_at
        session.starts_at, session.ends_at = carried(session.starts_at, move), carried(session.ends_at, move)
        if session.ends_at <= session.starts_at:
            session.ends_at = session.starts_at + length
        day = session.starts_at.astimezone(move.new_zone).date()
    session.day = day


def days_after(sessions: Iterable[Session], move: Move) -> tuple[date, date] | None:
    """The first and the last day of the programme once it is carried; None where there are no sessions."""
    days = []
    for session in sessions:
        copy = Session(day=session.day, starts_at=session.starts_at, ends_at=session.ends_at)
        carry(copy, move)
        days.append(copy.day)
    return (min(days), max(days)) if days else None
