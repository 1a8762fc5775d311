"""When digests are due: by the reader's own clock, in summer and in winter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.digest_times import last_slot

ZONES = ("Europe/Paris", "Europe/Lisbon", "Atlantic/Azores", "Europe/Helsinki", "Asia/Kathmandu", "UTC")
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def slot(now, frequency, zone="Europe/Paris", weekday=0, hour=8):
    return last_slot(frequency, datetime.fromisoformat(now), zone=ZoneInfo(zone), weekday=weekday, hour=hour)


@pytest.mark.parametrize(
    ("now", "frequency", "due"),
    [
        ("2026-11-30T06:59Z", "daily", "2026-11-29T07:00Z"),
        ("2026-11-30T07:00Z", "daily", "2026-11-30T07:00Z"),
        # A Monday.
        ("2026-11-30T06:59Z", "weekly", "2026-11-23T07:00Z"),
        ("2026-11-30T07:00Z", "weekly", "2026-11-30T07:00Z"),
        # The fifth Monday of November; the first one of December is the 7th.
        ("2026-11-30T07:00Z", "monthly", "2026-11-02T07:00Z"),
        ("2026-12-07T06:59Z", "monthly", "2026-11-02T07:00Z"),
        ("2026-12-07T07:00Z", "monthly", "2026-12-07T07:00Z"),
    ],
)
def test_digest_is_due_at_its_hour_on_its_day(now, frequency, due):
    assert slot(now, frequency) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("now", "hour", "due"),
    [
        # Clocks go forward on 28 March 2027: eight o'clock comes an hour earlier.
        ("2027-03-27T12:00Z", 8, "2027-03-27T07:00Z"),
        ("2027-03-28T12:00Z", 8, "2027-03-28T06:00Z"),
        # Half past two does not exist that night; two o'clock is when they jump.
        ("2027-03-28T12:00Z", 2, "2027-03-28T01:00Z"),
        # They are put back on 31 October 2027: two o'clock comes twice, the letter once.
        ("2027-10-31T00:30Z", 2, "2027-10-31T00:00Z"),
        ("2027-10-31T01:30Z", 2, "2027-10-31T00:00Z"),
    ],
)
def test_hour_is_that_of_the_clock_when_clocks_change(now, hour, due):
    assert slot(now, "daily", hour=hour) == datetime.fromisoformat(due)


def test_each_reader_has_an_eight_oclock_of_his_own():
    now = "2026-11-30T07:30Z"
    assert slot(now, "daily", "Europe/Paris") == datetime(2026, 11, 30, 7, tzinfo=UTC)
    assert slot(now, "daily", "Europe/Lisbon") == datetime(2026, 11, 29, 8, tzinfo=UTC)


@given(now=moments, zone=st.sampled_from(ZONES), weekday=st.integers(0, 6), hour=st.integers(0, 23))
def test_hours_of_digests_follow_each_other_without_gap_or_overlap(now, zone, weekday, hour):
    tz = ZoneInfo(zone)
    for frequency, longest in (("daily", 1), ("weekly", 7), ("monthly", 35)):
        last = last_slot(frequency, now, zone=tz, weekday=weekday, hour=hour)
        assert last <= now
        # Asked at the hour itself and a moment before, it is that one and the one before it.
        assert last_slot(frequency, last, zone=tz, weekday=weekday, hour=hour) == last
        before = last_slot(frequency, last - timedelta(microseconds=1), zone=tz, weekday=weekday, hour=hour)
        assert last - timedelta(days=longest, hours=1) <= before < last
        if frequency != "daily":
            assert last.astimezone(tz).weekday() == weekday
