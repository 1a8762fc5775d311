"""Moments in words against the time-zone database: what is said leads back to the moment, whatever clocks do."""

import calendar
import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import moments
from common.moments import AmbiguousTime, NonexistentTime, moment_in_words, resolve_local, span_in_words
from tests.factories import UserFactory

# Repeatable, and nothing is kept beside the tests.
properties = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

ZONES = st.sampled_from(sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
MINUTES = int((LAST - FIRST).total_seconds() // 60)
ANY_INSTANTS = st.integers(0, MINUTES).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def changes_of(zone):
    """Instants, to the minute, at which clocks of a zone are put forward or back, by asking it month after month."""
    found, before = [], FIRST
    while before < LAST:
        after = before + timedelta(days=14)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = before, after
            while high - low > timedelta(minutes=1):
                middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
                same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        before = after
    return found


# Hours around changes of clocks are few among fifty years: they are drawn on purpose.
RESTLESS = {
    name: changes
    for name in ("Europe/Berlin", "Europe/Lisbon", "Europe/Dublin", "America/New_York", "Africa/Casablanca",
                 "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein", "Asia/Pyongyang", "Europe/Moscow",
                 "America/Caracas", "Antarctica/Troll", "America/St_Johns", "Africa/Cairo")
    if (changes := changes_of(ZoneInfo(name)))
}  # fmt: skip


@st.composite
def near_changes(draw):
    zone = draw(st.sampled_from(sorted(RESTLESS)))
    change = draw(st.sampled_from(RESTLESS[zone]))
    return ZoneInfo(zone), change + timedelta(minutes=draw(st.integers(-180, 180)))


ZONES_AND_INSTANTS = st.one_of(st.tuples(ZONES, ANY_INSTANTS), near_changes())

MONTHS = list(calendar.month_name)
CLOCK = r"(\d\d:\d\d)(?:\xa0UTC([+−])(\d+)(?::(\d\d))?)?"
DAY = r"(\d+) (\w+) (\d{4})"


def instants(day, clock, zone):
    """The instants that words like ``3 May 2027`` and ``14:00`` can mean in a zone, found by trying both folds."""
    number, month, year = day
    shown, sign, hours, minutes = clock
    local = datetime.fromisoformat(f"{year}-{MONTHS.index(month):02}-{int(number):02}T{shown}")
    tried = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    meant = {at for at in tried if at.astimezone(zone).replace(tzinfo=None, fold=0) == local}
    if hours:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "−" else 1)
        meant = {at for at in meant if at.astimezone(zone).utcoffset() == offset}
    return meant


def days_and_clocks(words):
    """What stands in words of either clock: days and times in their order."""
    return re.findall(DAY, words), re.findall(CLOCK, words)


def read(words, zone, days_before=()):
    """Start and end that words tell; ``days_before`` are those of the place, which a reader's words may leave out."""
    # A day without its year is of the year that was said before.
    if days_before:
        words = re.sub(r"on (\d+ [A-Z][a-z]+)$", rf"on \1 {days_before[0][2]}", words)
    days, clocks = days_and_clocks(words)
    days = days or list(days_before)
    return [
        instants(day, clock, zone) for day, clock in zip((days[0], days[-1]), (clocks[0], clocks[-1]), strict=True)
    ], days


def hands(at, zone):
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


@properties
@given(ZONES_AND_INSTANTS, st.integers(0, 4 * 24 * 60), ZONES)
def test_words_lead_back_to_both_moments_by_either_clock(zone_and_start, minutes, reader):
    zone, start = zone_and_start
    end = start + timedelta(minutes=minutes)
    words = span_in_words(start, end, zone, "Augsburg", reader)
    there, bracket, here = words.partition(" (")
    assert there.endswith(" in Augsburg")
    meant, days = read(there.removesuffix(" in Augsburg"), zone)
    assert meant == [{start}, {end}]
    differ = hands(start, zone) != hands(start, reader) or hands(end, zone) != hands(end, reader)
    assert bool(bracket) is differ
    if bracket:
        assert here.endswith(" your time)")
        meant, _days = read(here.removesuffix(" your time)"), reader, days)
        assert meant == [{start}, {end}]


@properties
@given(ZONES, ZONES_AND_INSTANTS)
def test_words_lead_back_when_the_readers_clock_changes(zone, reader_and_at):
    reader, at = reader_and_at
    there, bracket, here = moment_in_words(at, zone, "Augsburg", reader).partition(" (")
    meant, days = read(there.removesuffix(" in Augsburg"), zone)
    assert meant[0] == {at}
    assert bool(bracket) is (hands(at, zone) != hands(at, reader))
    if bracket:
        assert read(here.removesuffix(" your time)"), reader, days)[0][0] == {at}


@properties
@given(ZONES_AND_INSTANTS, ZONES)
def test_under_its_day_a_time_tells_days_only_where_they_differ(zone_and_at, reader):
    zone, at = zone_and_at
    words = moment_in_words(at, zone, "Augsburg", reader, with_day=False)
    differ = hands(at, zone).date() != hands(at, reader).date()
    assert words.count(" on ") == (2 if differ else 0)
    assert not re.search(r"^\d+ [A-Z]", words)


@properties
@given(ZONES_AND_INSTANTS)
def test_what_a_clock_shows_is_resolved_to_the_moment(zone_and_at):
    zone, at = zone_and_at
    local = at.astimezone(zone)
    shown = local.replace(tzinfo=None, fold=0)
    assert resolve_local(shown, zone, fold=local.fold) == at
    both = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert moments.is_shown_twice(local) is (len(both) == 2)
    if len(both) == 1:
        assert resolve_local(shown, zone) == at
    else:
        with pytest.raises(AmbiguousTime) as twice:
            resolve_local(shown, zone)
        first, second = (moment.astimezone(UTC) for moment in (twice.value.first, twice.value.second))
        assert [first, second] == sorted(both)


@properties
@given(ZONES_AND_INSTANTS, st.integers(-90, 90))
def test_time_does_not_exist_exactly_when_it_does_not_come_back(zone_and_at, minutes):
    zone, at = zone_and_at
    shown = hands(at, zone) + timedelta(minutes=minutes)
    comes_back = any(hands(shown.replace(tzinfo=zone, fold=fold).astimezone(UTC), zone) == shown for fold in (0, 1))
    if comes_back:
        assert hands(resolve_local(shown, zone, fold=1), zone) == shown
        return
    for fold in (None, 0, 1):
        with pytest.raises(NonexistentTime) as jump:
            resolve_local(shown, zone, fold=fold)
    before, after = jump.value.before, jump.value.after
    assert before.replace(tzinfo=None) < shown < after.replace(tzinfo=None)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(minutes=1)
    assert [hands(before.astimezone(UTC), zone), hands(after.astimezone(UTC), zone)] == [
        before.replace(tzinfo=None, fold=0),
        after.replace(tzinfo=None, fold=0),
    ]


# ------------------------------------------------------------ known cases


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "zone", "reader", "words"),
    [
        # All the same, and a reader of whom nothing is known.
        ("2027-05-03T12:00", "2027-05-03T14:00", "Europe/Berlin", "Europe/Rome", "3 May 2027, 14:00–16:00 in X"),
        ("2027-05-03T12:00", "2027-05-03T14:00", "Europe/Berlin", None, "3 May 2027, 14:00–16:00 in X"),
        ("2027-05-03T12:00", "2027-05-03T14:00", "Europe/Berlin", "Europe/Lisbon", "3 May 2027, 14:00–16:00 in X (13:00–15:00 your time)"),
        ("2027-05-03T12:00", "2027-05-03T12:00", "Europe/Berlin", "Europe/Lisbon", "3 May 2027, 14:00 in X (13:00 your time)"),
        # Over midnight: of the reader, of the place, of both.
        ("2027-05-03T21:30", "2027-05-03T21:30", "Europe/Berlin", "Europe/Helsinki", "3 May 2027, 23:30 in X (00:30 on 4 May your time)"),
        ("2026-12-31T22:30", "2026-12-31T22:30", "Europe/Berlin", "Europe/Helsinki", "31 December 2026, 23:30 in X (00:30 on 1 January 2027 your time)"),
        ("2027-05-03T20:30", "2027-05-03T21:30", "Europe/Berlin", "Europe/Helsinki", "3 May 2027, 22:30–23:30 in X (3 May 2027, 23:30 – 4 May 2027, 00:30 your time)"),
        ("2027-05-03T21:30", "2027-05-03T22:30", "Europe/Berlin", "Europe/London", "3 May 2027, 23:30 – 4 May 2027, 00:30 in X (22:30–23:30 on 3 May your time)"),
        ("2027-05-03T20:00", "2027-05-05T10:00", "Europe/Berlin", "Europe/London", "3 May 2027, 22:00 – 5 May 2027, 12:00 in X (3 May 2027, 21:00 – 5 May 2027, 11:00 your time)"),
        # Europe puts its clocks back on 25 October 2026, a week before America does.
        ("2026-10-25T00:30", "2026-10-25T00:30", "Europe/Berlin", None, "25 October 2026, 02:30\xa0UTC+2 in X"),
        ("2026-10-25T01:30", "2026-10-25T01:30", "Europe/Berlin", None, "25 October 2026, 02:30\xa0UTC+1 in X"),
        ("2026-10-25T00:30", "2026-10-25T01:15", "Europe/Berlin", None, "25 October 2026, 02:30\xa0UTC+2 – 02:15\xa0UTC+1 in X"),
        ("2026-10-25T00:30", "2026-10-25T01:30", "Europe/Berlin", None, "25 October 2026, 02:30\xa0UTC+2 – 02:30\xa0UTC+1 in X"),
        ("2026-10-24T23:30", "2026-10-25T03:00", "Europe/Berlin", "Europe/Lisbon", "25 October 2026, 01:30–04:00 in X (00:30–03:00 your time)"),
        ("2026-10-25T00:30", "2026-10-25T00:30", "Europe/Berlin", "Europe/Lisbon", "25 October 2026, 02:30\xa0UTC+2 in X (01:30\xa0UTC+1 your time)"),
        ("2026-10-23T14:00", "2026-10-23T14:00", "Europe/Berlin", "America/New_York", "23 October 2026, 16:00 in X (10:00 your time)"),
        ("2026-10-26T14:00", "2026-10-26T14:00", "Europe/Berlin", "America/New_York", "26 October 2026, 15:00 in X (10:00 your time)"),
        ("2026-11-02T14:00", "2026-11-02T14:00", "Europe/Berlin", "America/New_York", "2 November 2026, 15:00 in X (09:00 your time)"),
        # And forward on 29 March, three weeks after America.
        ("2026-03-06T15:00", "2026-03-06T15:00", "Europe/Lisbon", "America/New_York", "6 March 2026, 15:00 in X (10:00 your time)"),
        ("2026-03-09T15:00", "2026-03-09T15:00", "Europe/Lisbon", "America/New_York", "9 March 2026, 15:00 in X (11:00 your time)"),
        ("2026-03-30T15:00", "2026-03-30T15:00", "Europe/Lisbon", "America/New_York", "30 March 2026, 16:00 in X (11:00 your time)"),
        ("2026-03-29T00:30", "2026-03-29T02:00", "Europe/Berlin", "Europe/Lisbon", "29 March 2026, 01:30–04:00 in X (00:30–03:00 your time)"),
        # The same clock at the start, another at the end, because only one of the two is put forward in between.
        ("2026-03-29T00:00", "2026-03-29T02:00", "Europe/Berlin", "Africa/Lagos", "29 March 2026, 01:00–04:00 in X (01:00–03:00 your time)"),
        # Samoa had no 30 December 2011.
        ("2011-12-30T09:30", "2011-12-30T10:30", "Pacific/Apia", None, "29 December 2011, 23:30 – 31 December 2011, 00:30 in X"),
        ("2011-12-30T10:00", "2011-12-30T10:00", "Europe/Berlin", "Pacific/Apia", "30 December 2011, 11:00 in X (00:00 on 31 December your time)"),
        # Half an hour of summer time, odd minutes, and the same moment on three days.
        ("2026-04-04T14:45", "2026-04-04T14:45", "Australia/Lord_Howe", None, "5 April 2026, 01:45\xa0UTC+11 in X"),
        ("2026-04-04T15:15", "2026-04-04T15:15", "Australia/Lord_Howe", None, "5 April 2026, 01:45\xa0UTC+10:30 in X"),
        ("2027-05-03T12:00", "2027-05-03T13:00", "Europe/Berlin", "Asia/Kathmandu", "3 May 2027, 14:00–15:00 in X (17:45–18:45 your time)"),
        ("2027-05-03T10:30", "2027-05-03T10:30", "Pacific/Kiritimati", "Pacific/Pago_Pago", "4 May 2027, 00:30 in X (23:30 on 2 May your time)"),
        # Morocco puts its clocks back for Ramadan.
        ("2024-03-10T01:30", "2024-03-10T01:30", "Africa/Casablanca", "Europe/Paris", "10 March 2024, 02:30\xa0UTC+1 in X"),
        ("2024-03-10T02:30", "2024-03-10T02:30", "Africa/Casablanca", "Europe/Paris", "10 March 2024, 02:30\xa0UTC+0 in X (03:30 your time)"),
    ],
)  # fmt: skip
def test_known_cases_in_words(start, end, zone, reader, words):
    reader_zone = ZoneInfo(reader) if reader else None
    assert span_in_words(at(start), at(end), ZoneInfo(zone), "X", reader_zone) == words
    if start == end:
        assert moment_in_words(at(start), ZoneInfo(zone), "X", reader_zone) == words


@pytest.mark.parametrize(
    ("start", "end", "reader", "words"),
    [
        ("2027-05-03T12:00", "2027-05-03T12:00", None, "14:00 in Augsburg"),
        ("2027-05-03T12:00", "2027-05-03T12:00", "Europe/Lisbon", "14:00 in Augsburg (13:00 your time)"),
        ("2027-05-03T12:00", "2027-05-03T14:00", "Europe/Lisbon", "14:00–16:00 in Augsburg (13:00–15:00 your time)"),
        (
            "2027-05-03T21:30",
            "2027-05-03T21:30",
            "Europe/Helsinki",
            "23:30 in Augsburg on 3 May (00:30 on 4 May your time)",
        ),
        ("2027-05-03T21:30", "2027-05-03T22:30", None, "3 May 2027, 23:30 – 4 May 2027, 00:30 in Augsburg"),
    ],
)
def test_under_its_day_only_the_time_is_told(start, end, reader, words):
    reader_zone = ZoneInfo(reader) if reader else None
    zone = ZoneInfo("Europe/Berlin")
    assert span_in_words(at(start), at(end), zone, "Augsburg", reader_zone, with_day=False) == words


def test_what_has_no_place_is_told_in_the_time_of_the_zones_city():
    words = moment_in_words(at("2027-05-03T12:00"), ZoneInfo("Europe/Lisbon"), "", ZoneInfo("Europe/Berlin"))
    assert words == "3 May 2027, 13:00, Lisbon time (14:00 your time)"


def test_whole_days_and_months_are_those_of_the_place():
    start, end, zone = at("2019-03-31T22:00"), at("2019-04-30T21:59"), ZoneInfo("Europe/Berlin")
    assert moments.whole_days_in_words(start, end, zone) == "1–30 Apr 2019"
    assert moments.whole_months_in_words(start, end, zone) == "April 2019"


@pytest.mark.parametrize("language", ["fr", "en", "de", "it", "nl", "es", "pt"])
def test_words_are_in_the_readers_language(language):
    with translation.override(language):
        words = moment_in_words(
            at("2027-05-03T12:00"), ZoneInfo("Europe/Berlin"), "Augsburg", ZoneInfo("Europe/Lisbon")
        )
        assert moments.day_in_words(date(2027, 5, 3)) in words
        assert ["14:00" in words, "13:00" in words, "Augsburg" in words] == [True] * 3


@pytest.mark.parametrize(
    ("local", "zone", "before", "after"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:59+01:00", "2026-03-29T03:00+02:00"),
        ("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:59+01:00", "2026-03-29T03:00+02:00"),
        ("2026-03-29T01:30", "Europe/Lisbon", "2026-03-29T00:59+00:00", "2026-03-29T02:00+01:00"),
        ("2026-03-08T02:59", "America/New_York", "2026-03-08T01:59-05:00", "2026-03-08T03:00-04:00"),
        ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-04T01:59+10:30", "2026-10-04T02:30+11:00"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-29T23:59-10:00", "2011-12-31T00:00+14:00"),
        ("2024-04-14T02:30", "Africa/Casablanca", "2024-04-14T01:59+00:00", "2024-04-14T03:00+01:00"),
    ],
)
def test_time_that_clocks_jump_over_is_refused_with_the_nearest_ones(local, zone, before, after):
    with pytest.raises(NonexistentTime) as jump:
        resolve_local(datetime.fromisoformat(local), ZoneInfo(zone))
    assert [jump.value.before.isoformat("T", "minutes"), jump.value.after.isoformat("T", "minutes")] == [before, after]


@pytest.mark.parametrize(
    ("local", "zone", "first", "second"),
    [
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        ("2026-10-25T02:00", "Europe/Berlin", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30"),
        ("2024-03-10T02:30", "Africa/Casablanca", "2024-03-10T02:30+01:00", "2024-03-10T02:30+00:00"),
    ],
)
def test_time_that_clocks_show_twice_is_asked_back(local, zone, first, second):
    shown = datetime.fromisoformat(local)
    with pytest.raises(AmbiguousTime) as twice:
        resolve_local(shown, ZoneInfo(zone))
    assert [twice.value.first.isoformat("T", "minutes"), twice.value.second.isoformat("T", "minutes")] == [
        first,
        second,
    ]
    meant = [resolve_local(shown, ZoneInfo(zone), fold=fold).isoformat() for fold in (0, 1)]
    assert meant == [datetime.fromisoformat(text).astimezone(UTC).isoformat() for text in (first, second)]


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        ("2026-10-25T03:00", "Europe/Berlin"),
        ("2026-03-29T03:00", "Europe/Berlin"),
        ("2026-03-29T02:30", "Asia/Kathmandu"),
    ],
)
def test_time_that_is_shown_once_needs_no_answer(local, zone):
    shown = datetime.fromisoformat(local)
    assert {hands(resolve_local(shown, ZoneInfo(zone), fold=fold), ZoneInfo(zone)) for fold in (None, 0, 1)} == {shown}


@pytest.mark.parametrize(
    ("time_zone", "zone"),
    [("Europe/Lisbon", "Europe/Lisbon"), ("", None), ("Europe/Atlantis", None), ("../../etc/passwd", None)],
)
def test_readers_zone_is_that_of_the_profile(rf, time_zone, zone):
    request = rf.get("/", headers={"cookie": "time_zone=Asia/Tokyo"})
    request.user = UserFactory.build(time_zone=time_zone)
    assert getattr(moments.reader_zone(request), "key", None) == zone


def test_zone_of_visitors_is_not_known(rf):
    request = rf.get("/")
    assert moments.reader_zone(request) is None
    request.user = AnonymousUser()
    assert [moments.reader_zone(request), moments.reader_zone(None)] == [None, None]
