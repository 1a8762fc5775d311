"""Calendar files of others, the honest and the lying ones."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.calendar_import import LARGEST_FILE, NotReadable, contradiction, known_zone, read_events
from events.calendars import event_uid
from events.models import Event
from tests.factories import EventFactory, EventPageFactory, WorkingGroupFactory

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = ("DTSTART;TZID=Europe/Berlin:20270503T140000", "DTEND;TZID=Europe/Berlin:20270503T160000")


def zone_part(name="Europe/Berlin", summer="+0200", winter="+0100"):
    return "\r\n".join(
        [
            "BEGIN:VTIMEZONE",
            f"TZID:{name}",
            "BEGIN:STANDARD",
            "DTSTART:16010101T030000",
            f"TZOFFSETFROM:{summer}",
            f"TZOFFSETTO:{winter}",
            "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            "DTSTART:16010101T020000",
            f"TZOFFSETFROM:{winter}",
            f"TZOFFSETTO:{summer}",
            "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
            "END:DAYLIGHT",
            "END:VTIMEZONE",
        ]
    )


def event_part(*lines, times=TIMES, summary="Assembly"):
    return "\r\n".join(["BEGIN:VEVENT", f"SUMMARY:{summary}", *times, *lines, "END:VEVENT"])


def calendar(*parts):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//T//T//EN", *parts, "END:VCALENDAR", ""]).encode()


def remarks(*lines, times=TIMES, parts=()):
    (found,) = read_events(calendar(*parts, event_part(*lines, times=times)))
    return found.remarks


# ---------------------------------------------------------------- files of which nothing can be imported


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "This is not a calendar file."),
        (b"\x89PNG\r\n\x1a\n\x00", "This file is not in UTF-8"),
        (b"<html><body>Log in</body></html>", "This is not a calendar file."),
        (b"a: b", "This is not a calendar file."),
        (b"BEGIN:VCARD\r\nEND:VCARD", "This is not a calendar file."),
        (calendar(), "There is no event in this calendar."),
        (calendar("BEGIN:VTODO", "END:VTODO"), "There is no event in this calendar."),
        (calendar(event_part())[:-30], "This file is cut off"),
        (calendar("END:VEVENT"), "Line 4 ends what was not begun."),
        (calendar(*["BEGIN:VEVENT"] * 15_000), "Line 8: things stand too deep in each other."),
        (calendar(*[event_part()] * 201), "There are more than 200 events"),
        (calendar(*["X-A:b"] * 30_000), "This file has too many lines."),
        (b"BEGIN:VCALENDAR\r\nX:" + b"x" * LARGEST_FILE, "This file is larger than 512 kB."),
        (calendar("METHOD:CANCEL", event_part()), "This file calls an event off (METHOD:CANCEL)"),
        (calendar("METHOD:reply", event_part()), "This file is an answer to an invitation (METHOD:REPLY)"),
        (calendar(event_part(summary="Fête")).decode().encode("latin-1"), "This file is not in UTF-8"),
        (calendar(event_part()).decode().encode("utf-16"), "This file is not in UTF-8"),
    ],
)
def test_file_is_refused_with_the_reason(data, reason):
    with pytest.raises(NotReadable) as refused:
        read_events(data)
    assert str(refused.value).startswith(reason)


# ---------------------------------------------------------------- honest files


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_event_is_read_whatever_ends_the_lines(line_end):
    data = calendar(
        event_part(
            "DESCRIPTION:First\\nsecond\\, and a lo",
            " ng line\\; with “quotes”",
            "LOCATION:Town hall\\, Augsburg",
            "URL:https://example.org/a",
        )
    )
    (found,) = read_events(b"\xef\xbb\xbf" + data.decode().replace("\r\n", line_end).encode())
    assert (found.title, found.text, found.place, found.website) == (
        "Assembly",
        "First\nsecond, and a long line; with “quotes”",
        "Town hall, Augsburg",
        "https://example.org/a",
    )
    assert (str(found.start), str(found.end), found.zone_name, found.remarks) == (
        "2027-05-03 14:00",
        "2027-05-03 16:00",
        "Europe/Berlin",
        [],
    )


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/citadel.org/20210210_1/America/Argentina/Salta", "America/Argentina/Salta"),
        ("Middle-earth/Shire", ""),
        ("Evil/Europe/../Berlin", ""),
        ("", ""),
    ],
)
def test_zones_are_known_by_the_names_that_programs_give_them(written, known):
    assert known_zone(written) == known


def test_our_own_files_come_back_as_they_were():
    data = calendar(zone_part(), event_part("UID:0b7c1f7e-8f43-4c61-9d0e-8c1c0e7e6f01@practice-portal"))
    (found,) = read_events(data)
    assert event_uid(Event(uid=found.uid)) == found.own_uid
    assert contradiction(found, BERLIN) is None


# ---------------------------------------------------------------- lies


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((), "The file does not say when it begins"),
        (("DTSTART:20270503T140000Z",), "The file does not say when it ends"),
        (("DTSTART:00010101T000000Z", TIMES[1]), "DTSTART is no date of our times (“00010101T000000Z”)"),
        (("DTSTART:99991231T235959Z", TIMES[1]), "DTSTART is no date of our times"),
        (("DTSTART:20270230T100000Z", TIMES[1]), "DTSTART is no date of our times"),
        (("DTSTART:20270503T250000Z", TIMES[1]), "DTSTART is no date of our times"),
        (("DTSTART:next Monday", TIMES[1]), "DTSTART is no date of our times"),
        (("DTSTART:٢٠٢٧٠٥٠٣T١٤٠٠٠٠", TIMES[1]), "DTSTART is no date of our times"),
        ((TIMES[0], "DURATION:-PT1H"), "By the file it lasts less than no time (DURATION “-PT1H”)"),
        ((TIMES[0], "DURATION:PT0S"), "By the file it lasts less than no time"),
        ((TIMES[0], "DURATION:P99999D"), "“P99999D” (DURATION) is no time that an event lasts"),
        ((TIMES[0], "DURATION:long"), "“long” (DURATION) is no time that an event lasts"),
        (("DTSTART:20270503T140000", TIMES[1]), "The file says 2027-05-03 14:00 and names no time zone"),
        (("DTSTART;TZID=Middle-earth/Shire:20270503T140000", TIMES[1]), "The time zone “Middle-earth/Shire” is not"),
        (("DTSTART;VALUE=DATE:20270503", TIMES[1]), "The file gives a day for one end and a time for the other"),
        ((*TIMES, "DTSTART;TZID=Europe/Berlin:20270504T140000"), "The file gives DTSTART more than once"),
    ],
)
def test_times_that_cannot_be_meant_are_asked_back(times, said):
    assert [remark for remark in remarks(times=times) if remark.startswith(said)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("RRULE:FREQ=SECONDLY;COUNT=999999999", "It repeats. Only the first date is imported"),
        ("RRULE:FREQ=YEARLY", "It repeats."),
        ("RECURRENCE-ID:20270503T140000Z", "It is one date of an event that repeats."),
        ("ATTACH;FMTTYPE=application/x-msdownload:https://evil.example/a.exe", "Its attachments are not imported."),
        ("ATTENDEE:mailto:ada@example.org", "The people named in the file are not imported"),
        ("URL:javascript:alert(1)", "The address in URL is none of the web (“javascript:alert(1)”)"),
        ("URL:data:text/html;base64,PHNjcmlwdD4=", "The address in URL is none of the web"),
        ("STATUS:CANCELLED", "The file says that it is cancelled."),
        ("CLASS:PRIVATE", "The file says that it is not public."),
        ("DESCRIPTION:<p>Hello</p><script>alert(1)</script>", "DESCRIPTION is HTML; it was made plain text"),
    ],
)
def test_what_is_left_out_is_said(line, said):
    assert [remark[: len(said)] for remark in remarks(line)] == [said]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<p>Hello &amp; welcome</p><p>Next</p><script>alert(1)</script>", "Hello & welcome\nNext"),
        ("1 < 2 and <https://example.org> stays", "1 < 2 and <https://example.org> stays"),
        ("<img src=x onerror=alert(1)>Hello", "Hello"),
        ("bell\x07 and null\x00", "bell and null"),
        ("back\\\\slash \\N next", "back\\slash \n next"),
    ],
)
def test_descriptions_become_plain_text(written, text):
    (found,) = read_events(calendar(event_part(f"DESCRIPTION:{written}")))
    assert found.text == text


@pytest.mark.parametrize(
    ("part", "disagrees"),
    [
        (zone_part(), False),
        (zone_part(summer="+0300"), True),
        (zone_part(summer="+9999"), False),
        (zone_part().replace("FREQ=YEARLY", "FREQ=SECONDLY"), False),
        (zone_part().replace("BYMONTH=3", "BYMONTH=13"), False),
        (zone_part().replace("16010101T020000", "never"), False),
        (zone_part(name="Europe/Paris", summer="+0500"), False),
    ],
)
def test_zone_of_the_file_is_held_against_the_database(part, disagrees):
    (found,) = read_events(calendar(part, event_part()))
    assert (contradiction(found, BERLIN) is not None) == disagrees


def test_contradiction_names_what_follows():
    (found,) = read_events(calendar(zone_part(summer="+0300"), event_part()))
    doubt = contradiction(found, BERLIN)
    assert doubt.in_words() == ("The file says that 14:00 means 11:00 UTC; in the time zone of Berlin it is 12:00 UTC.")
    assert dict(doubt.choices()) == {
        "clock": "The clock is right: 14:00 in the time zone of Berlin",
        "moment": "The moment is right: 11:00 UTC, when clocks there show 13:00",
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(calendar(zone_part(), event_part("RRULE:FREQ=DAILY")).decode().split("\r\n"))).flatmap(
    lambda lines: st.tuples(st.just(lines), st.text(max_size=40), st.integers(0, 30))
))  # fmt: skip
def test_any_mixture_of_lines_is_read_or_refused(mixture):
    lines, noise, place = mixture
    data = "\r\n".join(["BEGIN:VCALENDAR", *lines[:place], noise, *lines[place:], "END:VCALENDAR"])
    # Anything but these two ends the test.
    with suppress(NotReadable):
        for found in read_events(data.encode(errors="replace")):
            contradiction(found, BERLIN)


# ---------------------------------------------------------------- the screens


@pytest.fixture
def coordinator(client_as):
    return client_as("coordinator")


def send(client, data):
    response = client.post("/en/meetings/import/", {"text": data.decode()})
    assert response.status_code == 302, response.content.decode()
    return response.url


def fill(client, address, **changes):
    """Send the form as it is shown, with changes."""
    form = client.get(address).context["form"]
    shown = {name: form.initial.get(name) for name in form.fields}
    values = {
        name: value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
        for name, value in shown.items()
        if value not in (None, False)
    }
    return client.post(address, {**values, **changes})


def span_of(event):
    return event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("stranger", 403), ("member", 403), ("coordinator", 200), ("administrator", 200)],
)
def test_coordinators_import(client_as, who, status):
    assert client_as(who).get("/en/meetings/import/").status_code == status
    # The second step is for those of the first; there is no file yet.
    assert client_as(who).get("/en/meetings/import/abc/").status_code == (302 if status == 200 else status)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file, or paste its text."),
        ({"text": "Hello"}, "This is not a calendar file."),
        ({"text": calendar("METHOD:CANCEL", event_part()).decode()}, "This file calls an event off"),
    ],
)
def test_refused_file_is_told_at_its_field(coordinator, sent, said):
    response = coordinator.post("/en/meetings/import/", sent)
    assert response.status_code == 422
    assert said in response.content.decode()


@pytest.mark.django_db
def test_file_becomes_a_draft_with_its_page(coordinator, people, group):
    data = calendar(
        zone_part(),
        event_part("UID:abc@example.org", "DESCRIPTION:About it.\\n\\nMore <b>text</b>.", "LOCATION:Town hall"),
    )
    response = fill(coordinator, send(coordinator, data), group=group.pk)
    event = Event.objects.get()
    assert response.url == f"/en/meetings/{event.pk}/manage/"
    assert span_of(event) == (datetime(2027, 5, 3, 12, tzinfo=UTC), datetime(2027, 5, 3, 14, tzinfo=UTC))
    assert (event.status, event.time_zone, event.venue, event.group, event.created_by) == (
        "draft",
        "Europe/Berlin",
        "Town hall",
        group,
        people["coordinator"],
    )
    page = event.pages.get()
    assert (page.title, page.summary, page.language) == ("Assembly", "About it.", "en")
    assert "More text." in str(page.body)


@pytest.mark.django_db
def test_days_are_imported_with_their_last_one(coordinator):
    data = calendar(
        "X-WR-TIMEZONE:Europe/Berlin", event_part(times=("DTSTART;VALUE=DATE:20270503", "DTEND;VALUE=DATE:20270505"))
    )
    fill(coordinator, send(coordinator, data))
    event = Event.objects.get()
    assert (event.precision, str(event.first_day), str(event.last_day)) == ("day", "2027-05-03", "2027-05-04")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "zone", "expected"),
    [
        ("DTSTART:20270503T140000", "Europe/Lisbon", datetime(2027, 5, 3, 13, tzinfo=UTC)),
        ("DTSTART;TZID=Middle-earth/Shire:20270503T140000", "Europe/Berlin", datetime(2027, 5, 3, 12, tzinfo=UTC)),
        ("DTSTART:20270503T140000Z", "Europe/Berlin", datetime(2027, 5, 3, 14, tzinfo=UTC)),
    ],
)
def test_zone_that_the_file_does_not_say_is_asked_first(coordinator, start, zone, expected):
    address = send(coordinator, calendar(event_part(times=(start, "DURATION:PT1H30M"))))
    assert "Whose clock is it?" in coordinator.get(address).content.decode()
    assert coordinator.get(f"{address}?event=0&zone=Made/Up").status_code == 422
    fill(coordinator, f"{address}?event=0&zone={zone}")
    assert span_of(Event.objects.get()) == (expected, expected + timedelta(minutes=90))


@pytest.mark.django_db
@pytest.mark.parametrize(("reading", "hour"), [("clock", 12), ("moment", 11)])
def test_contradiction_must_be_decided(coordinator, reading, hour):
    address = send(coordinator, calendar(zone_part(summer="+0300"), event_part()))
    page = coordinator.get(address).content.decode()
    assert "14:00 means 11:00 UTC" in page
    assert fill(coordinator, address).status_code == 422
    assert not Event.objects.exists()
    fill(coordinator, address, reading=reading)
    assert span_of(Event.objects.get())[0] == datetime(2027, 5, 3, hour, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("times", "said"),
    [
        (TIMES[::-1], ""),
        ((TIMES[0], "DTEND;TZID=Europe/Berlin:20270503T130000"), "By the file it ends (2027-05-03 13:00) before"),
        ((TIMES[0], TIMES[0].replace("DTSTART", "DTEND")), "By the file it ends (2027-05-03 14:00) before"),
        ((TIMES[0], "DURATION:-PT1H"), "By the file it lasts less than no time"),
    ],
)
def test_end_that_is_none_has_to_be_given(coordinator, times, said):
    address = send(coordinator, calendar(event_part(times=times)))
    assert said in coordinator.get(address).content.decode()
    assert fill(coordinator, address).status_code == (422 if said else 302)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "said"),
    [("20270328T023000", "jump over this time"), ("20271031T023000", "there are two times")],
)
def test_times_that_clocks_never_show_or_show_twice_are_asked_back(coordinator, start, said):
    times = (f"DTSTART;TZID=Europe/Berlin:{start}", f"DTEND;TZID=Europe/Berlin:{start[:9]}060000")
    response = fill(coordinator, send(coordinator, calendar(event_part(times=times))))
    assert response.status_code == 422
    assert said in response.content.decode()
    if "two" in said:
        address = response.request["PATH_INFO"]
        fill(coordinator, address, starts_at_fold="1")
        assert span_of(Event.objects.get())[0] == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_one_of_several_events_is_chosen(coordinator):
    address = send(coordinator, calendar(event_part(summary="First"), event_part(summary="Second")))
    page = coordinator.get(address).content.decode()
    assert re.findall(r'<a href="\?event=\d+">(\w+)</a>', page) == ["First", "Second"]
    fill(coordinator, f"{address}?event=1")
    assert Event.objects.get().pages.get().title == "Second"
    assert [coordinator.get(f"{address}?event={asked}").status_code for asked in ("2", "-1", "x", "²")] == [404] * 4


@pytest.mark.django_db
def test_event_that_is_here_already_is_told_and_made_again_only_if_wished(coordinator):
    known = EventPageFactory().event
    address = send(coordinator, calendar(event_part(f"UID:{event_uid(known)}")))
    page = coordinator.get(address).content.decode()
    assert "This event is on the portal already." in page
    assert f'href="/en/meetings/{known.pk}/"' in page
    assert fill(coordinator, address).status_code == 422
    assert fill(coordinator, address, again="on").status_code == 302
    assert len({event.uid for event in Event.objects.all()}) == 2


@pytest.mark.django_db
def test_file_of_another_program_is_known_when_it_comes_again(coordinator):
    address = send(coordinator, calendar(event_part("UID:not-a-uuid@example.org")))
    assert fill(coordinator, address).status_code == 302
    assert fill(coordinator, address).status_code == 422


@pytest.mark.django_db
def test_hidden_event_of_the_same_name_is_not_shown(coordinator):
    hidden = EventFactory(visibility="group", group=WorkingGroupFactory())
    address = send(coordinator, calendar(event_part(f"UID:{event_uid(hidden)}")))
    assert "This event is on the portal already." not in coordinator.get(address).content.decode()
    # All the same it is not made twice by mistake.
    assert fill(coordinator, address).status_code == 422


@pytest.mark.django_db
def test_what_is_hostile_is_shown_as_text(coordinator):
    hostile = event_part("LOCATION:<script>alert(1)</script>", "UID:<script>", summary='"><script>alert(1)</script>')
    page = coordinator.get(send(coordinator, calendar(hostile))).content.decode()
    assert "<script>alert" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_choosing_takes_the_same_number_of_queries(coordinator, rows, django_assert_num_queries):
    address = send(coordinator, calendar(*[event_part()] * (rows + 1)))
    coordinator.get(address)
    with django_assert_num_queries(8):
        coordinator.get(address)
