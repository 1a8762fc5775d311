"""A month of events, as a calendar on the wall shows it."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from common.dates import months_in_words, weekdays_in_words
from events.enums import Precision

FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def from_text(cls, text: str) -> "Month | None":
        """``2027-05``; None for anything else, and for times far from ours."""
        found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
        if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return None
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def previous(self) -> "Month | None":
        month = Month.of(self.first_day - timedelta(days=1))
        return month if month.year >= FIRST_YEAR else None

    @property
    def next(self) -> "Month | None":
        month = Month.of(self.last_day + timedelta(days=1))
        return month if month.year <= LAST_YEAR else None

    @property
    def words(self) -> str:
        """``May 2027``."""
        return months_in_words(self.first_day, self.last_day)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class MonthDay:
    day: date
    is_of_month: bool
    is_today: bool
    events: list[Any]
    """The pages of the events that take place on this day."""


@dataclass(frozen=True, slots=True)
class MonthView:
    month: Month
    weekdays: list[tuple[str, str]]
    weeks: list[list[MonthDay]]
    without_day: list[Any]
    """The pages of events of which no more is known than that they are in this month."""
    events: list[Any]
    """All of the month, in their order."""


def read_month(month: Month, pages: Sequence[Any], today: date) -> MonthView:
    """``pages``: those of all events in the month, one for each event, the first one first."""
    dated = [page for page in pages if page.event.precision != Precision.MONTH]
    weeks = calendar.Calendar(firstweekday=calendar.MONDAY).monthdatescalendar(month.year, month.month)
    return MonthView(
        month=month,
        weekdays=weekdays_in_words(),
        weeks=[
            [MonthDay(day, day.month == month.month, day == today, _on(day, dated)) for day in week] for week in weeks
        ],
        without_day=[page for page in pages if page.event.precision == Precision.MONTH],
        events=list(pages),
    )


def _on(day: date, pages: Iterable[Any]) -> list[Any]:
    return [page for page in pages if page.event.first_day <= day <= page.event.last_day]
