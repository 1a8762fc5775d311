"""Calendars as an independent library reads them, and a small calendar program."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import vobject
from dateutil import tz
from vobject import icalendar


def read(content: bytes) -> Any:
    """The calendar in ``content``, by vobject, which knows no zones but those described in the file."""
    # It keeps zones by name from one file to the next, and takes a zone for none that was at universal time in the
    # years 2000 to 2020, before which most descriptions begin.
    icalendar.__dict__["__tzidMap"].clear()
    icalendar.registerTzid("UTC", tz.tzutc())
    text = content.decode()
    for described in re.findall(r"BEGIN:VTIMEZONE\r\n.*?END:VTIMEZONE\r\n", text, re.DOTALL):
        zone = tz.tzical(io.StringIO(described))
        icalendar.registerTzid(zone.keys()[0], zone.get())
    return vobject.readOne(text, validate=True)


def events_of(content: bytes) -> list[Any]:
    return list(getattr(read(content), "vevent_list", []))


def only_event(content: bytes) -> Any:
    (event,) = events_of(content)
    return event


def instants(event: Any) -> tuple[datetime | date, datetime | date]:
    """Start and end, in universal time where they are times."""
    ends = (event.dtstart.value, event.dtend.value)
    return tuple(at.astimezone(UTC) if isinstance(at, datetime) else at for at in ends)  # type: ignore[return-value]


def text_of(event: Any, name: str) -> str:
    return str(getattr(event, name).value)


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


class Program:
    """Keeps of each UID what has the greatest SEQUENCE, and later what it is told with the same one."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def take(self, content: bytes) -> None:
        for event in events_of(content):
            known = self.events.get(event.uid.value)
            if known is None or int(event.sequence.value) >= int(known.sequence.value):
                self.events[event.uid.value] = event
