"""Calendar files: written by one library, read back by another."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.time_zones import names
from events.calendar_zones import time_zone_component
from events.calendars import Entry, calendar_file
from events.enums import Attendance, Precision, Status
from events.models import Event, EventPage, Session
from tests.events.calendar_expectations import EXPECTATIONS
from tests.events.reading_calendars import Program, events_of, instants, only_event, read, text_of, unfolded
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventFactory,
    EventPageFactory,
    RegistrationFactory,
    SessionFactory,
    translate,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(name for name in names() if "/" in name)


def file_of(page, *, language="en", name="Calendar", **kwargs):
    return calendar_file([Entry(page, **kwargs)], name=name, language=language, zone=BERLIN)


def at(*numbers, zone=BERLIN):
    return datetime(*numbers, tzinfo=zone)


# ---------------------------------------------------------------- zones


def rules_of(zone, first_year, last_year):
    """The zone that dateutil makes of the component: it sees nothing but the component."""
    return tz.tzical(io.StringIO(time_zone_component(zone, first_year, last_year).to_ical().decode())).get()


def lines_of(key, year=2026):
    return time_zone_component(ZoneInfo(key), year, year).to_ical().decode().split("\r\n")


def test_european_zone_is_two_yearly_rules():
    assert lines_of("Europe/Berlin") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:20250330T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20251026T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize(
    ("key", "offset", "name"),
    [
        ("Asia/Kolkata", "+0530", "IST"),
        ("Asia/Kathmandu", "+0545", "+0545"),
        ("Africa/Lagos", "+0100", "WAT"),
        ("Etc/UTC", "+0000", "UTC"),
    ],
)
def test_zone_that_never_changes_is_one_observance_without_a_rule(key, offset, name):
    assert lines_of(key)[2:-2] == [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZNAME:{name}",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        "END:STANDARD",
    ]


def test_rule_that_ended_says_when():
    assert [line for line in lines_of("America/Sao_Paulo", 2018) if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;UNTIL=20190218T020000Z;BYDAY=3SU;BYMONTH=2"
    ]


def test_irish_summer_time_is_summer_time():
    assert [line for line in lines_of("Europe/Dublin") if line.startswith(("BEGIN", "TZNAME"))] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:DAYLIGHT",
        "TZNAME:IST",
        "BEGIN:STANDARD",
        "TZNAME:GMT",
    ]


@pytest.mark.parametrize("key", ["Europe/Berlin", "Africa/Casablanca", "America/New_York", "Australia/Lord_Howe"])
def test_zones_have_no_dates_that_outlook_ignores(key):
    assert not [line for line in lines_of(key) if line.startswith("RDATE")]


@settings(max_examples=300, deadline=None)
@given(
    key=st.sampled_from(ZONES),
    moment=st.datetimes(
        min_value=at(1975, 1, 1, zone=None), max_value=at(2060, 12, 30, zone=None), timezones=st.just(UTC)
    ),
)
@example("Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
@example("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
@example("Australia/Lord_Howe", datetime(2026, 4, 4, 15, 0, tzinfo=UTC))
@example("Africa/Casablanca", datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
@example("Australia/Hobart", datetime(1986, 3, 2, 0, 0, tzinfo=UTC))
@example("Asia/Kathmandu", datetime(1986, 1, 1, 0, 30, tzinfo=UTC))
def test_description_of_a_zone_says_of_each_time_what_the_database_says(key, moment):
    zone = ZoneInfo(key)
    local = moment.replace(second=0, microsecond=0).astimezone(zone)
    described = rules_of(zone, local.year, local.year)
    # Of a time that clocks show twice, a file can mean the first one only.
    first = local.replace(fold=0)
    assert first.replace(tzinfo=described).utcoffset() == first.utcoffset()


# ---------------------------------------------------------------- times


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_at", "ends_at", "zone"),
    [
        (at(2026, 3, 28, 14), at(2026, 3, 28, 16), "Europe/Berlin"),
        (at(2026, 3, 29, 1), at(2026, 3, 29, 4), "Europe/Berlin"),
        (at(2026, 10, 25, 2, 30), at(2026, 10, 25, 5), "Europe/Berlin"),
        (at(2026, 10, 25, 2, 30).replace(fold=1), at(2026, 10, 25, 5), "Europe/Berlin"),
        (at(2026, 12, 31, 22), at(2027, 1, 1, 2), "Europe/Lisbon"),
        (at(2026, 7, 1, 10), at(2026, 7, 1, 11), "Asia/Kathmandu"),
        (at(2026, 1, 1, 10), at(2026, 1, 1, 11), "Africa/Casablanca"),
        (at(2026, 7, 1, 10), at(2026, 7, 1, 11), "Etc/UTC"),
    ],
)
def test_times_are_read_back_as_the_same_moments(starts_at, ends_at, zone):
    page = EventPageFactory(starts_at=starts_at.astimezone(UTC), ends_at=ends_at.astimezone(UTC), time_zone=zone)
    # Under another name, so that no program can look the zone up.
    content = file_of(page).replace(zone.encode(), b"Nowhere/Town")
    assert instants(only_event(content)) == (starts_at.astimezone(UTC), ends_at.astimezone(UTC))


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(
    key=st.sampled_from(ZONES),
    start=st.datetimes(
        min_value=at(1980, 1, 1, zone=None), max_value=at(2050, 12, 1, zone=None), timezones=st.just(UTC)
    ),
    length=st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=20)),
)
def test_any_moments_in_any_zone_are_read_back(key, start, length):
    start, length = start.replace(second=0, microsecond=0), timedelta(minutes=length // timedelta(minutes=1))
    event = Event(pk=1, starts_at=start, ends_at=start + length, time_zone=key, changed_at=start)
    event.status = Status.CONFIRMED
    session = Session(pk=1, event=event, starts_at=start, ends_at=start + length, title={"en": "T"}, changed_at=start)
    page = EventPage(title="T", event=event)
    event._prefetched_objects_cache = {"themes": Event.objects.none()}
    content = calendar_file([Entry(page, session=session)], name="C", language="en", zone=ZoneInfo(key))
    content = content.replace(f"TZID:{key}\r".encode(), b"TZID:Nowhere/Town\r").replace(
        f"TZID={key}:".encode(), b"TZID=Nowhere/Town:"
    )
    assert instants(only_event(content)) == (start, start + length)


@pytest.mark.django_db
def test_second_of_two_equal_times_is_told_in_universal_time():
    start = at(2026, 10, 25, 2, 30).replace(fold=1).astimezone(UTC)
    lines = unfolded(
        file_of(EventPageFactory(starts_at=start, ends_at=start + timedelta(hours=3), time_zone="Europe/Berlin"))
    )
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND"))][-2:] == [
        "DTSTART:20261025T013000Z",
        "DTEND:20261025T043000Z",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("precision", "first", "end", "summary"),
    [
        (Precision.DAY, date(2027, 5, 3), date(2027, 5, 6), "Assembly"),
        (Precision.MONTH, date(2027, 5, 1), date(2027, 6, 1), "Assembly (days not fixed yet)"),
    ],
)
def test_days_have_no_times_and_end_before_the_next_one(precision, first, end, summary):
    page = EventPageFactory(
        title="Assembly",
        precision=precision,
        starts_at=at(2027, 5, 3, 9),
        ends_at=at(2027, 5, 5, 17),
        time_zone="Europe/Berlin",
    )
    content = file_of(page)
    event = only_event(content)
    assert (event.dtstart.value, event.dtend.value, text_of(event, "summary")) == (first, end, summary)
    assert text_of(event, "transp") == "TRANSPARENT"
    assert b"VTIMEZONE" not in content
    assert b"DTSTART;VALUE=DATE:" in content


# ---------------------------------------------------------------- what is said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "expected", "summary", "text"),
    [
        (Status.ANNOUNCED, "TENTATIVE", "Assembly", "Announced, not confirmed yet."),
        (Status.CONFIRMED, "CONFIRMED", "Assembly", "About it."),
        (Status.POSTPONED, "TENTATIVE", "Postponed: Assembly", "The hall burnt."),
        (Status.CANCELLED, "CANCELLED", "Cancelled: Assembly", "The hall burnt."),
    ],
)
def test_status_is_told_to_programs_and_to_people(status, expected, summary, text):
    page = EventPageFactory(title="Assembly", summary="About it.", status=status, status_note={"en": "The hall burnt."})
    event = only_event(file_of(page))
    assert (text_of(event, "status"), text_of(event, "summary")) == (expected, summary)
    assert text_of(event, "description").split("\n\n")[0] == text


@pytest.mark.django_db
def test_entry_says_what_people_look_for():
    page = EventPageFactory(
        title="Assembly",
        summary="About it.",
        status=Status.CONFIRMED,
        city=CityFactory(names={"en": "Augsburg"}, country="DE"),
        venue="Town hall",
        address="Rathausplatz 2",
        latitude="48.3689",
        longitude="10.8986",
        spoken=["de"],
        interpreted=["en", "fr"],
        themes=[ConceptFactory(names={"en": "Safety"}), ConceptFactory(names={"en": "Space, public"})],
    )
    event = only_event(file_of(page))
    address = f"http://localhost:8000/en/meetings/{page.event_id}/"
    assert text_of(event, "description") == (
        "About it.\n\nSpoken: Deutsch\nInterpreted into: français, English\n\n" + f"More, and any change: {address}"
    )
    assert text_of(event, "location") == "Town hall, Rathausplatz 2, Augsburg, Germany"
    assert text_of(event, "geo") == "48.3689;10.8986"
    assert sorted(event.categories.value) == ["Safety", "Space, public"]
    assert text_of(event, "url") == address
    assert text_of(event, "class") == "PUBLIC"
    assert not hasattr(event, "organizer")


@pytest.mark.django_db
def test_words_are_those_of_the_best_version_and_say_their_language():
    page = EventPageFactory(title="Assemblée", summary="Résumé.", language="fr", status=Status.CONFIRMED)
    lines = unfolded(file_of(page, language="de"))
    assert "SUMMARY;LANGUAGE=fr:Assemblée" in lines
    # The description mixes the page's language with that of the calendar: it claims none.
    assert [line.partition(":")[0] for line in lines if line.startswith("DESCRIPTION")] == ["DESCRIPTION"]
    assert f"URL:http://localhost:8000/de/meetings/{page.event_id}/" in lines


@pytest.mark.django_db
def test_online_event_has_no_place():
    page = EventPageFactory(attendance=Attendance.ONLINE, venue="Town hall", latitude="48", longitude="10")
    event = only_event(file_of(page))
    assert text_of(event, "location") == "Online"
    assert not hasattr(event, "geo")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "title", ["a;b,c\\d", "“é” – ß" * 30, "日本語" * 40, "x" * 300, "tab\tand \x07bell", "emoji 👩‍👩‍👧" * 20]
)
def test_any_text_is_read_back_and_no_line_is_too_long(title):
    page = EventPageFactory(title=title[:250], summary="First line.\r\nSecond, “line”; \\n stays.")
    content = file_of(page, name=title)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    event = only_event(content)
    assert text_of(event, "summary") == title[:250].replace("\x07", "")
    assert "First line.\nSecond, “line”; \\n stays." in text_of(event, "description")
    assert read(content).x_wr_calname.value.replace("\\", "") == title.replace("\x07", "").replace("\\", "")


@pytest.mark.django_db
def test_same_event_gives_the_same_bytes():
    page = EventPageFactory(city=CityFactory())
    assert file_of(page) == file_of(EventPage.objects.get(pk=page.pk))


@pytest.mark.django_db
def test_names_in_calendars_do_not_depend_on_the_host(settings):
    page = EventPageFactory()
    before = text_of(only_event(file_of(page)), "uid")
    settings.BASE_URL = "https://another.example"
    assert text_of(only_event(file_of(page)), "uid") == before == f"{page.event.uid}@practice-portal"


@pytest.mark.django_db
def test_each_language_version_is_the_same_event():
    page = EventPageFactory(title="Assembly")
    german = translate(page, "de", title="Versammlung")
    assert text_of(only_event(file_of(page)), "uid") == text_of(only_event(file_of(german, language="de")), "uid")


# ---------------------------------------------------------------- sessions


def session_of(page, **fields):
    return SessionFactory(
        event=page.event,
        starts_at=page.event.starts_at,
        ends_at=page.event.starts_at + timedelta(minutes=45),
        **fields,
    )


@pytest.mark.django_db
def test_session_names_its_event_and_its_room():
    page = EventPageFactory(title="Assembly", venue="Town hall", status=Status.CONFIRMED)
    room = page.event.rooms.create(name="Room 3")
    session = session_of(page, title={"fr": "Accueil", "en": "Welcome"}, abstract={"en": "Hello."}, room=room)
    event = only_event(file_of(page, session=session))
    assert text_of(event, "uid") == f"{session.uid}@practice-portal"
    assert text_of(event, "related_to") == f"{page.event.uid}@practice-portal"
    assert text_of(event, "summary") == "Welcome"
    assert text_of(event, "location") == "Room 3, Town hall"
    assert text_of(event, "description").startswith("Hello.\n\nPart of: Assembly\n\n")
    assert text_of(event, "url") == f"http://localhost:8000/en/meetings/{page.event_id}/sessions/{session.pk}/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event_status", "is_cancelled", "expected"),
    [
        (Status.CONFIRMED, False, "CONFIRMED"),
        (Status.CONFIRMED, True, "CANCELLED"),
        (Status.CANCELLED, False, "CANCELLED"),
        (Status.POSTPONED, False, "TENTATIVE"),
    ],
)
def test_session_follows_its_event(event_status, is_cancelled, expected):
    page = EventPageFactory(status=event_status)
    session = session_of(page, is_cancelled=is_cancelled)
    assert text_of(only_event(file_of(page, session=session)), "status") == expected


@pytest.mark.django_db
def test_change_of_the_event_or_of_the_session_raises_the_number_of_the_session():
    page = EventPageFactory()
    page.event.sequence = 3
    session = session_of(page, sequence=2)
    assert text_of(only_event(file_of(page, session=session)), "sequence") == "5"


# ---------------------------------------------------------------- who is told the address to join


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("standing", "status", "is_told"),
    [
        (None, Status.CONFIRMED, False),
        ("enrolled", Status.CONFIRMED, True),
        ("enrolled", Status.CANCELLED, False),
        ("waiting", Status.CONFIRMED, False),
        ("cancelled", Status.CONFIRMED, False),
    ],
)
def test_address_to_join_is_for_those_enrolled(standing, status, is_told):
    page = EventPageFactory(join_url="https://join.example/secret", status=status, attendance=Attendance.HYBRID)
    queued = {"queued_at": page.event.starts_at} if standing == "waiting" else {}
    registration = standing and RegistrationFactory(event=page.event, status=standing, **queued)
    content = file_of(page, registration=registration or None)
    assert (b"join.example" in content) == is_told
    if is_told:
        lines = unfolded(content)
        assert "CONFERENCE;FEATURE=VIDEO;LABEL=Join;VALUE=URI:https://join.example/secret" in lines
        assert "Join: https://join.example/secret" in text_of(only_event(content), "description")


@pytest.mark.django_db
def test_registration_for_another_event_opens_nothing():
    page = EventPageFactory(join_url="https://join.example/secret")
    assert b"join.example" not in file_of(page, registration=RegistrationFactory(event=EventFactory()))


# ---------------------------------------------------------------- the life of an event


@pytest.mark.django_db
@pytest.mark.parametrize("skipped", [(), (0,), (1,), (2,), (3,), (0, 1), (0, 3), (1, 2), (0, 1, 2)])
def test_program_ends_with_the_right_state_whichever_versions_it_skips(skipped):
    page = EventPageFactory(title="Assembly", starts_at=at(2027, 5, 3, 9), ends_at=at(2027, 5, 3, 17))
    event = page.event
    versions = [file_of(page)]

    def change(**fields):
        for name, value in {**fields, "sequence": event.sequence + 1}.items():
            setattr(event, name, value)
        event.full_clean()
        event.save()
        versions.append(file_of(page))

    change(starts_at=at(2027, 5, 4, 9), ends_at=at(2027, 5, 4, 17))
    change(status=Status.CANCELLED)
    # What is only put more nicely raises no number, and comes later.
    event.status_note = {"en": "The hall burnt."}
    event.save()
    versions.append(file_of(page))

    read_back = [only_event(version) for version in versions]
    assert {text_of(version, "uid") for version in read_back} == {f"{event.uid}@practice-portal"}
    assert [text_of(version, "sequence") for version in read_back] == ["0", "1", "2", "2"]
    assert [text_of(version, "status") for version in read_back] == [*["TENTATIVE"] * 2, *["CANCELLED"] * 2]

    program = Program()
    for number, version in enumerate(versions):
        if number not in skipped:
            program.take(version)
    # Feeds that were kept somewhere come late.
    program.take(versions[1])
    (kept,) = program.events.values()
    assert text_of(kept, "status") == "CANCELLED"
    assert instants(kept)[0] == at(2027, 5, 4, 9).astimezone(UTC)


# ---------------------------------------------------------------- what the common programs expect


@pytest.fixture
def full_calendar(db):
    page = EventPageFactory(title="Général, assembly", summary="x" * 300, city=CityFactory(), time_zone="Europe/Paris")
    online = EventPageFactory(attendance=Attendance.ONLINE, time_zone="Europe/Berlin")
    entries = [Entry(page), Entry(online), Entry(page, session=session_of(page))]
    return calendar_file(entries, name="Réunions", language="en", zone=BERLIN)


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda expectation: expectation.name)
def test_calendar_meets_what_programs_expect(full_calendar, expectation):
    assert expectation.holds(full_calendar), expectation.source


def test_each_expectation_names_where_it_was_found():
    assert all(re.match(r"https://\S+$", expectation.source) for expectation in EXPECTATIONS)


def test_calendar_is_valid_to_another_library(full_calendar):
    assert len(events_of(full_calendar)) == 3
