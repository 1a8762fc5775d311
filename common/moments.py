"""Moments and spans in words that leave no doubt: by the clock of a place, and by the reader's where that differs.

``3 May 2027, 14:00–16:00 in Augsburg (13:00–15:00 your time)``. What is in brackets is there if and only if the two
clocks show something else; its day is told if that is another. A time that a clock shows twice, because it is put
back, carries its distance from universal time: ``02:30 UTC+2``.

Aware times of one zone compare and subtract by what the clock shows, not by when they are. Whatever is reckoned here
is reckoned in universal time, and so are the moments that ``resolve_local`` gives.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel import dates
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.dates import cldr_locale, day_in_words, days_in_words, months_in_words, time_in_words, with_first_day
from common.time_zones import city_of, offset_in_words, zone_named

_MINUTE = timedelta(minutes=1)


class NonexistentTime(Exception):
    """Clocks jump over this time. ``before`` and ``after`` are the nearest that they show, to the minute."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(f"between {before.isoformat()} and {after.isoformat()}")
        self.before, self.after = before, after


class AmbiguousTime(Exception):
    """Clocks show this time twice: ``first``, and ``second`` after they were put back."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(f"{first.isoformat()} or {second.isoformat()}")
        self.first, self.second = first, second


# ------------------------------------------------------------ from what a clock shows to the moment


def resolve_local(local: datetime, zone: tzinfo, fold: int | None = None) -> datetime:
    """The moment, in universal time, at which clocks in ``zone`` show ``local``, a time without a zone.

    Of a time that they show twice, the first with ``fold`` 0 and the second with 1 (PEP 495). Raises AmbiguousTime if
    ``fold`` is None then, NonexistentTime if they never show it, and OverflowError at the ends of the calendar.
    """
    first, second = (local.replace(tzinfo=zone, fold=which).astimezone(UTC) for which in (0, 1))
    if _shows(first, zone) != local:
        # In a gap, PEP 495 takes the offset of before for fold 0: that moment lies after the jump.
        before, after = _around_jump(second, first, zone)
        raise NonexistentTime(before, after)
    if first != second and fold is None:
        raise AmbiguousTime(first.astimezone(zone), second.astimezone(zone))
    return second if fold else first


def is_shown_twice(local: datetime) -> bool:
    """Whether clocks show this aware time a second time."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _shows(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _around_jump(earlier: datetime, later: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The last minute before clocks in ``zone`` jump, between these two moments, and the first after it."""
    earlier, later = (at.replace(second=0, microsecond=0) for at in (earlier, later))
    offset = earlier.astimezone(zone).utcoffset()
    while later - earlier > _MINUTE:
        middle = earlier + ((later - earlier) // 2 // _MINUTE) * _MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            earlier = middle
        else:
            later = middle
    return earlier.astimezone(zone), later.astimezone(zone)


# ------------------------------------------------------------ whose clock


def reader_zone(request: HttpRequest | None) -> ZoneInfo | None:
    """The zone that this reader has named in the profile; None if nobody is logged in, or no zone is named.

    Nothing else decides, no cookie either: a page is then the same for all visitors, so that it may be kept for them,
    and ``your-time.js`` adds the reader's time in the browser, which knows the zone.
    """
    return zone_named(getattr(getattr(request, "user", None), "time_zone", ""))


# ------------------------------------------------------------ in words


def moment_in_words(
    at: datetime, zone: ZoneInfo, place: str = "", reader_zone: ZoneInfo | None = None, *, with_day: bool = True
) -> str:
    """``3 May 2027, 14:00 in Augsburg (13:00 your time)``. See ``span_in_words``."""
    return span_in_words(at, at, zone, place, reader_zone, with_day=with_day)


def span_in_words(
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    place: str = "",
    reader_zone: ZoneInfo | None = None,
    *,
    with_day: bool = True,
) -> str:
    """``3 May 2027, 14:00–16:00 in Augsburg (13:00–15:00 your time)``.

    ``place`` is a name in the reader's language; without one, the zone is named: ``14:00, Berlin time``. With
    ``with_day`` off, for what stands under its day already, days are told only where the two clocks are on different
    ones: ``23:30 in Augsburg on 3 May (00:30 on 4 May your time)``.
    """
    there = Clocks.of(start, end, zone)
    here = Clocks.of(start, end, reader_zone) if reader_zone else there
    if here.show_the_same_as(there):
        return there_in_words(there, place, with_day=with_day)
    day_is_told = with_day or here.days != there.days
    return your_time_sentence() % {
        "there": there_in_words(there, place, with_day=with_day, day_is_told=day_is_told),
        "here": _here_in_words(here, there),
    }


def whole_days_in_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """``7–9 Dec 2018``: days of the place, whoever reads."""
    return days_in_words(start.astimezone(zone).date(), end.astimezone(zone).date())


def whole_months_in_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """``April 2019``: months of the place, whoever reads."""
    return months_in_words(start.astimezone(zone).date(), end.astimezone(zone).date())


@dataclass(frozen=True)
class Clocks:
    """What the clocks of one zone show at the start and at the end of a span, to the minute."""

    zone: ZoneInfo
    first: datetime
    last: datetime

    @classmethod
    def of(cls, start: datetime, end: datetime, zone: ZoneInfo) -> "Clocks":
        return cls(zone, *(at.astimezone(zone).replace(second=0, microsecond=0) for at in (start, end)))

    @property
    def days(self) -> tuple[date, date]:
        return self.first.date(), self.last.date()

    @property
    def is_one_day(self) -> bool:
        return self.first.date() == self.last.date()

    @property
    def is_moment(self) -> bool:
        # Not ``==``: of one zone, that looks at the clocks' hands alone.
        return self.first.astimezone(UTC) == self.last.astimezone(UTC)

    def show_the_same_as(self, other: "Clocks") -> bool:
        return all(
            mine.replace(tzinfo=None, fold=0) == theirs.replace(tzinfo=None, fold=0)
            for mine, theirs in ((self.first, other.first), (self.last, other.last))
        )

    @property
    def times(self) -> str:
        """``14:00`` or ``14:00–16:00``; each with its distance from universal time if clocks show it twice."""
        first, last = _clock_in_words(self.first), _clock_in_words(self.last)
        if self.is_moment:
            return first
        has_offsets = is_shown_twice(self.first) or is_shown_twice(self.last)
        return f"{first} – {last}" if has_offsets else f"{first}–{last}"


def your_time_sentence() -> str:
    # Translators: %(there)s is like “3 May 2027, 14:00–16:00 in Augsburg”, %(here)s like “13:00–15:00” or
    # “00:30 on 4 May”. Keep the names in brackets.
    return _("%(there)s (%(here)s your time)")


def time_on_day_sentence() -> str:
    # Translators: %(times)s is like “00:30” or “23:00–23:45”, %(day)s like “4 May” or “4 May 2027”.
    return _("%(times)s on %(day)s")


def several_days_sentence() -> str:
    # Translators: a span over midnight, like “3 May 2027, 22:00 – 4 May 2027, 01:00”.
    return _("%(first_day)s, %(start)s – %(last_day)s, %(end)s")


def there_in_words(there: Clocks, place: str, *, with_day: bool = True, day_is_told: bool = False) -> str:
    """What the place's clocks show: ``3 May 2027, 14:00–16:00 in Augsburg``."""
    if not there.is_one_day:
        when = _several_days_in_words(there)
    elif with_day:
        # Translators: like “3 May 2027, 14:00–16:00”.
        when = _("%(day)s, %(times)s") % {"day": day_in_words(there.first.date()), "times": there.times}
    else:
        when = there.times
    words = _where_in_words(when, there.zone, place)
    if there.is_one_day and day_is_told and not with_day:
        return time_on_day_sentence() % {"times": words, "day": _short_day_in_words(there.first.date())}
    return words


def _where_in_words(when: str, zone: ZoneInfo, place: str) -> str:
    if place:
        # Translators: %(when)s is like “3 May 2027, 14:00–16:00” or “14:00”. The place is not declined: if no
        # preposition goes with every name, use words like “14:00 (local time of Augsburg)”.
        return _("%(when)s in %(place)s") % {"when": when, "place": place}
    # Translators: for what has a time zone but no place; %(city)s is a city. Like “14:00, Berlin time”.
    return _("%(when)s, %(city)s time") % {"when": when, "city": city_of(zone)}


def _here_in_words(here: Clocks, there: Clocks) -> str:
    if here.days == there.days and here.is_one_day:
        return here.times
    if here.is_one_day:
        day = here.first.date()
        words = _short_day_in_words(day) if day.year == there.first.year else day_in_words(day)
        return time_on_day_sentence() % {"times": here.times, "day": words}
    return _several_days_in_words(here)


def _several_days_in_words(clocks: Clocks) -> str:
    return several_days_sentence() % {
        "first_day": day_in_words(clocks.first.date()),
        "start": _clock_in_words(clocks.first),
        "last_day": day_in_words(clocks.last.date()),
        "end": _clock_in_words(clocks.last),
    }


def _clock_in_words(local: datetime) -> str:
    words = time_in_words(local)
    return f"{words}\N{NO-BREAK SPACE}{offset_in_words(local)}" if is_shown_twice(local) else words


def _short_day_in_words(day: date) -> str:
    return with_first_day(str(dates.format_skeleton("MMMMd", day, locale=cldr_locale())))
