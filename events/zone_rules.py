"""What a VTIMEZONE in somebody's file says of a time: worked out for one year, never by counting through a rule.

A rule may be meant badly (every second since 1601), so only what real files contain is understood: single changes, and
rules that hold once a year, on a weekday of a month or on a day of it.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Protocol

_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?", re.ASCII)
_ONSET = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z?", re.ASCII)
_BY_DAY = re.compile(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNDERSTOOD = {"FREQ", "INTERVAL", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "WKST"}
_MOST_OBSERVANCES = 400
_MOST_DATES = 1000
_LONGEST_OFFSET = timedelta(hours=26)


class RulesNotUnderstood(Exception):
    """The description says nothing that can be relied on."""


class ZonePart(Protocol):
    """A VTIMEZONE, or one of its observances, as ``calendar_import.Part`` has it."""

    kind: str

    def value(self, name: str) -> str: ...

    def all(self, name: str) -> list: ...

    def of_kind(self, *kinds: str) -> list: ...


def offset_by_rules(zone: ZonePart, local: datetime) -> timedelta:
    """How far clocks that show ``local`` are from universal time, by this VTIMEZONE. Raises RulesNotUnderstood."""
    observances = zone.of_kind("STANDARD", "DAYLIGHT")
    if not observances or len(observances) > _MOST_OBSERVANCES:
        raise RulesNotUnderstood
    latest: tuple[datetime, timedelta] | None = None
    for observance in observances:
        offset = _offset(observance.value("TZOFFSETTO"))
        for onset in _onsets(observance, local):
            if onset <= local and (latest is None or onset > latest[0]):
                latest = onset, offset
    if latest is None:
        raise RulesNotUnderstood
    return latest[1]


def _offset(value: str) -> timedelta:
    match = _OFFSET.fullmatch(value.strip())
    if match is None:
        raise RulesNotUnderstood
    hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if offset > _LONGEST_OFFSET:
        raise RulesNotUnderstood
    return -offset if match[1] == "-" else offset


def _onsets(observance: ZonePart, local: datetime) -> Iterator[datetime]:
    """When it begins to hold: the times that can be the last one before ``local``."""
    first = _moment(observance.value("DTSTART"))
    yield first
    for line in observance.all("RDATE"):
        for value in line.value.split(",")[:_MOST_DATES]:
            yield _moment(value)
    if rules := observance.all("RRULE"):
        if len(rules) > 1:
            raise RulesNotUnderstood
        yield from _by_rule(rules[0].value, first, local)


def _moment(value: str) -> datetime:
    match = _ONSET.fullmatch(value.strip())
    if match is None:
        raise RulesNotUnderstood
    try:
        return datetime(*(int(number) for number in match.groups()))  # type: ignore[arg-type] # noqa: DTZ001
    except ValueError as error:
        raise RulesNotUnderstood from error


def _by_rule(rule: str, first: datetime, local: datetime) -> Iterator[datetime]:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    if parts.get("FREQ") != "YEARLY" or parts.get("INTERVAL", "1") != "1" or not parts.keys() <= _UNDERSTOOD:
        raise RulesNotUnderstood
    until = _until(parts.get("UNTIL", ""))
    for year in (local.year - 1, local.year):
        day = _day(parts, first, year)
        onset = datetime.combine(day, first.time())
        # UNTIL is in universal time: a day more or less does not matter for what happens once a year.
        if onset >= first and (until is None or onset <= until + timedelta(days=1)):
            yield onset


def _until(value: str) -> datetime | None:
    if not value:
        return None
    return _moment(value if "T" in value else f"{value}T235959")


def _day(parts: dict[str, str], first: datetime, year: int) -> date:
    """The day of ``year`` on which the rule holds."""
    try:
        month = int(parts.get("BYMONTH", first.month))
        last = calendar.monthrange(year, month)[1]
        allowed = {int(day) for day in parts["BYMONTHDAY"].split(",")} if "BYMONTHDAY" in parts else set()
    except (ValueError, calendar.IllegalMonthError) as error:
        raise RulesNotUnderstood from error
    if "BYDAY" in parts:
        return _on_weekday(parts["BYDAY"], allowed, year, month, last)
    day = allowed.pop() if len(allowed) == 1 else first.day
    if not 1 <= day <= last:
        raise RulesNotUnderstood
    return date(year, month, day)


def _on_weekday(by_day: str, allowed: set[int], year: int, month: int, last: int) -> date:
    match = _BY_DAY.fullmatch(by_day)
    if match is None:
        raise RulesNotUnderstood
    days = [day for day in range(1, last + 1) if date(year, month, day).weekday() == _WEEKDAYS[match[2]]]
    if allowed:
        days = [day for day in days if day in allowed]
    place = int(match[1]) if match[1] not in {"", "+", "-"} else 1
    index = place - 1 if place > 0 else place
    if not place or not -len(days) <= index < len(days):
        raise RulesNotUnderstood
    return date(year, month, days[index])
