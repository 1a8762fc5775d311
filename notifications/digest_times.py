"""When digests are due: by the clock of the person who reads them, summer and winter."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from notifications.models import Frequency

GATHERED = (Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY)
"""The frequencies that wait for their hour."""


def last_slot(frequency: str, now: datetime, *, zone: tzinfo, weekday: int, hour: int) -> datetime:
    """The latest moment, in universal time and not after ``now``, at which a digest of this frequency was due.

    The monthly one is due on the first such ``weekday`` (0 is Monday) of the month. An hour that clocks jump over is
    the moment of the jump; one that they show twice is the first of the two.
    """
    day = now.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
        if moment <= now and _is_day_of(frequency, day, weekday):
            return moment
        day -= timedelta(days=1)


def _is_day_of(frequency: str, day: date, weekday: int) -> bool:
    if frequency == Frequency.DAILY:
        return True
    return day.weekday() == weekday and (frequency == Frequency.WEEKLY or day.day <= 7)
