"""Time zones as calendar files describe them: VTIMEZONE components, made from the zone database.

Those that the library makes start summer time an hour late, and list each change as an RDATE, which Outlook does not
read. Here each change that recurs is a yearly rule, and each other one an observance of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# No zone changes its clocks twice within this time.
_STEP = timedelta(days=7)
# So many years beyond those that are needed show whether it is the fourth Sunday of a month or the last.
_YEARS_BEYOND = 8
_LAST_YEAR = 9990
# Programs take UNTIL for a time by the clock, though it is universal time: a day later both mean the same.
_UNTIL_EITHER_WAY = timedelta(days=1)


@dataclass(frozen=True)
class Transition:
    """``at`` (universal time) clocks change from one distance from universal time to another."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    is_summer_time: bool

    @property
    def onset(self) -> datetime:
        """What clocks show that nobody has changed yet: DTSTART of an observance."""
        return (self.at + self.offset_from).replace(tzinfo=None)

    @property
    def kind(self) -> tuple[Any, ...]:
        """What all those share that one yearly rule could describe."""
        onset = self.onset
        offsets = (self.offset_from, self.offset_to, self.name, self.is_summer_time)
        return (*offsets, onset.month, onset.weekday(), onset.time())

    @property
    def places_in_month(self) -> frozenset[int]:
        """Which Sunday, say, of the month it is: from the beginning, and ``-1`` for the last."""
        onset = self.onset
        is_last = (onset + timedelta(days=7)).month != onset.month
        return frozenset({(onset.day + 6) // 7} | ({-1} if is_last else set()))


@dataclass
class _Run:
    """Transitions in years one after the other that one rule describes."""

    first: Transition
    last: Transition
    places: frozenset[int] = field(default_factory=frozenset)

    def takes(self, transition: Transition) -> bool:
        return transition.onset.year == self.last.onset.year + 1 and bool(self.places & transition.places_in_month)


def transitions(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Transition]:
    """The changes of clocks between two moments, to the second."""
    before = start.astimezone(UTC)
    while before < end:
        after = min(before + _STEP, end.astimezone(UTC))
        if _offset(before, zone) != _offset(after, zone):
            yield _transition_between(before, after, zone)
        before = after


def _transition_between(before: datetime, after: datetime, zone: ZoneInfo) -> Transition:
    offset_from = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(middle, zone) == offset_from:
            before = middle
        else:
            after = middle
    return _described(after, offset_from, zone, before.astimezone(zone).dst() or timedelta())


def _described(at: datetime, offset_from: timedelta, zone: ZoneInfo, saved_before: timedelta) -> Transition:
    local = at.astimezone(zone)
    # Not ``> 0``: the database calls Irish winter time a saving of minus one hour.
    is_summer_time = (local.dst() or timedelta()) > saved_before
    return Transition(at, offset_from, _offset(at, zone), local.tzname() or zone.key, is_summer_time)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


@lru_cache(maxsize=256)
def observances(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[tuple[Transition, str, datetime | None], ...]:
    """What clocks in ``zone`` do from ``first_year`` to ``last_year``: each change with its yearly rule (``""`` for
    one that does not recur) and the last time that the rule holds (None where no end is known)."""
    start = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    end = datetime(min(last_year + _YEARS_BEYOND, _LAST_YEAR), 1, 1, tzinfo=UTC)
    changes = list(transitions(zone, start, end))
    found = [_observance(run, end) for run in _runs(changes)]
    if not changes or changes[0].at.year >= first_year:
        # What holds before the first change that is described.
        epoch = start if changes else min(start, datetime(1970, 1, 1, tzinfo=UTC))
        offset = _offset(start, zone)
        initial = _described(start, offset, zone, timedelta())
        found.insert(0, (Transition(epoch - offset, offset, offset, initial.name, initial.is_summer_time), "", None))
    return tuple(found)


def _runs(changes: list[Transition]) -> list[_Run]:
    runs: list[_Run] = []
    open_runs: dict[tuple[Any, ...], _Run] = {}
    for change in changes:
        run = open_runs.get(change.kind)
        if run and run.takes(change):
            run.last, run.places = change, run.places & change.places_in_month
        else:
            run = open_runs[change.kind] = _Run(change, change, change.places_in_month)
            runs.append(run)
    return runs


def _observance(run: _Run, end: datetime) -> tuple[Transition, str, datetime | None]:
    if run.first is run.last:
        return run.first, "", None
    onset = run.first.onset
    place = -1 if -1 in run.places else min(run.places)
    rule = f"FREQ=YEARLY;BYMONTH={onset.month};BYDAY={place}{_WEEKDAYS[onset.weekday()]}"
    goes_on = run.last.onset.year >= end.year - 1
    return run.first, rule, None if goes_on else run.last.at + _UNTIL_EITHER_WAY


def time_zone_component(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """A VTIMEZONE that says of every moment in these years what ``zone`` says."""
    component = Timezone()
    component.add("TZID", zone.key)
    for change, rule, until in observances(zone, first_year, last_year):
        observance: Any = TimezoneDaylight() if change.is_summer_time else TimezoneStandard()
        observance.DTSTART = change.onset
        observance.TZOFFSETFROM, observance.TZOFFSETTO = change.offset_from, change.offset_to
        observance.add("TZNAME", change.name)
        if rule:
            observance.add("RRULE", _parts(rule) | ({"UNTIL": until} if until else {}))
        component.add_component(observance)
    return component


def _parts(rule: str) -> dict[str, Any]:
    return dict(part.split("=") for part in rule.split(";"))
