"""What the common calendar programs expect of a file, each with the public source that tells of it.

Not what the standard says (``vobject`` judges that), but where programs are stricter, or forgiving in the wrong way.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.events.reading_calendars import events_of, text_of, unfolded


@dataclass(frozen=True)
class Expectation:
    program: str
    what: str
    source: str
    holds: Callable[[bytes], bool]

    @property
    def name(self) -> str:
        return f"{self.program}: {self.what}"


def _zones_come_first(content: bytes) -> bool:
    declared: set[str] = set()
    for line in unfolded(content):
        if line.startswith("TZID:"):
            declared.add(line.removeprefix("TZID:"))
        named = re.match(r"DT(?:START|END);TZID=([^:;]+):", line)
        if named and named[1] not in declared:
            return False
    return bool(declared)


def _no_floating_times(content: bytes) -> bool:
    body = content.decode().replace("\r\n ", "").partition("BEGIN:VEVENT")[2]
    return not re.search(r"^DT(?:START|END):\d{8}T\d{6}\r?$", body, re.MULTILINE)


def _every_event_has(*names: str) -> Callable[[bytes], bool]:
    return lambda content: all(hasattr(event, name) for event in events_of(content) for name in names)


def _names_differ(content: bytes) -> bool:
    uids = [text_of(event, "uid") for event in events_of(content)]
    return len(uids) == len(set(uids)) > 1


def _rules_name_a_weekday(content: bytes) -> bool:
    rules = [line for line in unfolded(content) if line.startswith("RRULE")]
    return bool(rules) and all(re.search(r"BYDAY=-?\d(?:MO|TU|WE|TH|FR|SA|SU)", rule) for rule in rules)


def _lines_end_with_both(content: bytes) -> bool:
    rest = content.replace(b"\r\n", b"")
    return b"\r" not in rest and b"\n" not in rest


def _folded_with_a_space(content: bytes) -> bool:
    lines = content.split(b"\r\n")
    return all(len(line) <= 75 for line in lines) and any(line.startswith(b" ") for line in lines)


def _link_in_description(content: bytes) -> bool:
    return all(text_of(event, "url") in text_of(event, "description") for event in events_of(content))


EXPECTATIONS = (
    Expectation(
        "Outlook",
        "declares each time zone before it is used",
        "https://github.com/owncloud-archive/calendar/issues/687",
        _zones_come_first,
    ),
    Expectation(
        "Outlook",
        "has no times without a zone but for whole days",
        "https://github.com/neokoenig/RoomBooking/issues/18",
        _no_floating_times,
    ),
    Expectation(
        "Outlook",
        "describes zones by yearly rules, not by RDATE",
        "https://github.com/iCalcreator/iCalcreator/issues/86",
        lambda content: b"\r\nRDATE" not in content,
    ),
    Expectation(
        "Outlook",
        "names the weekday in each rule of a zone",
        "https://github.com/skarim/vobject/issues/151",
        _rules_name_a_weekday,
    ),
    Expectation(
        "Outlook",
        "has UID, SEQUENCE and DTSTAMP in each event",
        "https://github.com/alphagov/calendars/pull/17",
        _every_event_has("uid", "sequence", "dtstamp"),
    ),
    Expectation(
        "Outlook",
        "names no organiser, which would make it ask for an answer",
        "https://github.com/civicrm/civicrm-core/pull/28954",
        lambda content: b"ORGANIZER" not in content and b"ATTENDEE" not in content,
    ),
    Expectation(
        "Google Calendar",
        "says when an event was last modified",
        "https://github.com/sebbo2002/ical-generator/pull/71",
        _every_event_has("last_modified", "sequence"),
    ),
    Expectation(
        "Google Calendar",
        "has the link in the description, as the URL is not shown",
        "https://github.com/decidim/decidim/issues/11994",
        _link_in_description,
    ),
    Expectation(
        "Google Calendar",
        "is folded rightly, or nothing of it is taken",
        "https://adangel.org/2024/12/15/ical-and-google-calendar-sync",
        _folded_with_a_space,
    ),
    Expectation(
        "Apple Calendar",
        "ends each line with CRLF, and has no CR in texts",
        "https://github.com/Stremio/stremio-bugs/issues/2644",
        _lines_end_with_both,
    ),
    Expectation(
        "Apple Calendar",
        "folds with CRLF and a space",
        "https://github.com/phpfui/icalendar/issues/6",
        _folded_with_a_space,
    ),
    Expectation(
        "Apple Calendar",
        "begins with the calendar, without an empty line",
        "https://github.com/nwcell/ics.js/issues/35",
        lambda content: content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
    ),
    Expectation(
        "Subscribed calendars",
        "have events with names of their own, and numbers that grow with changes",
        "https://github.com/GatherPress/gatherpress/issues/2058",
        lambda content: _names_differ(content) and _every_event_has("sequence", "last_modified")(content),
    ),
    Expectation(
        "Thunderbird",
        "never has an empty ORGANIZER, which hides the event",
        "https://github.com/tendenci/tendenci/issues/1283",
        lambda content: not re.search(rb"\r\nORGANIZER[^:]*:(?:mailto:)?\r\n", content, re.IGNORECASE),
    ),
)
