"""Reading the calendar files of others (iCalendar, RFC 5545), and what is doubtful about them.

Nothing is believed that the zone database or the file itself contradicts: what cannot be meant is left open, with a
remark that says what the file says and what follows from it. Files are only read here; see ``actions.importing``.

Lines are taken apart by the library. What they mean is worked out here, because the library settles silently what has
to be asked: unknown zones, rules of zones that contradict the database, ends before starts.
"""

import html
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import nh3
from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from common.moments import AmbiguousTime, NonexistentTime, resolve_local
from common.time_zones import city_of, names, zone_named
from events.zone_rules import RulesNotUnderstood, offset_by_rules

LARGEST_FILE = 512 * 1024
MOST_EVENTS = 200
_MOST_LINES = 20_000
_DEEPEST = 5
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_MOST_DAYS = 400

_TAGS = re.compile(
    r"<\s*/?\s*(?:a|b|body|br|div|em|font|h[1-6]|head|html|i|iframe|img|li|ol|p|script|span|strong|style|svg|table|"
    r"td|tr|u|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES = re.compile(r"\\([\\;,:\"nN])")
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?", re.ASCII)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?", re.ASCII
)
# Names in which what other programs call an event is turned into ours, so that it is known when it comes again.
_UID_SPACE = uuid.UUID("5d6b7f0e-3a6d-5f0c-9a44-2f2f4f6d8a10")


class NotReadable(Exception):
    """The file cannot be imported; the message says why, to whoever sent it."""


# ---------------------------------------------------------------- lines and components


@dataclass(frozen=True)
class Line:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Part:
    """A component: ``VCALENDAR``, ``VEVENT``, ``VTIMEZONE`` and what is in them."""

    kind: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        return next((line.value for line in self.all(name)), "")

    def of_kind(self, *kinds: str) -> list["Part"]:
        return [part for part in self.parts if part.kind in kinds]


def _lines_of(data: bytes) -> Iterator[tuple[int, str]]:
    if len(data) > LARGEST_FILE:
        raise NotReadable(_("This file is larger than 512 kB. Export the one event alone."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(
            _("This file is not in UTF-8, so that its letters cannot be told. Save it in UTF-8, and send it again.")
        ) from error
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"\n[ \t]", "", text)
    for number, line in enumerate(text.split("\n"), start=1):
        if number > _MOST_LINES:
            raise NotReadable(_("This file has too many lines. Export the one event alone."))
        if line.strip():
            yield number, line


def _parse(line: str) -> Line | None:
    try:
        name, parameters, value = Contentline(line).parts()
    except ValueError:
        return None
    # Lists of values are of no use for any parameter that is read here.
    values = {key.upper(): texts if isinstance(texts, str) else ",".join(texts) for key, texts in parameters.items()}
    return Line(name.upper(), values, value)


def read_parts(data: bytes) -> list[Part]:
    """The calendars in a file. Raises NotReadable."""
    root = Part("")
    stack = [root]
    for number, text in _lines_of(data):
        if (line := _parse(text)) is None:
            if len(stack) == 1:
                raise NotReadable(_not_a_calendar())
            continue
        kind = line.value.strip().upper()
        if line.name == "BEGIN":
            if len(stack) > _DEEPEST:
                raise NotReadable(_("Line %(number)s: things stand too deep in each other.") % {"number": number})
            stack[-1].parts.append(Part(kind))
            stack.append(stack[-1].parts[-1])
        elif line.name == "END":
            if len(stack) == 1 or stack.pop().kind != kind:
                raise NotReadable(_("Line %(number)s ends what was not begun.") % {"number": number})
        elif len(stack) == 1:
            raise NotReadable(_not_a_calendar())
        else:
            stack[-1].lines.append(line)
    if len(stack) > 1:
        raise NotReadable(_("This file is cut off: its end is missing. Save it again, and send it."))
    return root.of_kind("VCALENDAR")


def _not_a_calendar() -> str:
    return _("This is not a calendar file. Such files begin with “BEGIN:VCALENDAR”, and mostly end in .ics.")


# ---------------------------------------------------------------- events


@dataclass(frozen=True)
class Moment:
    """A time as the file writes it."""

    local: datetime
    """What some clock shows, or universal time."""
    is_day: bool = False
    is_universal: bool = False
    zone_name: str = ""
    """TZID as it is written; empty for universal time, for days, and for times that no clock is named for."""

    def __str__(self) -> str:
        words = self.local.strftime("%Y-%m-%d" if self.is_day else "%Y-%m-%d %H:%M")
        return f"{words} UTC" if self.is_universal else words


@dataclass
class FoundEvent:
    """An event in a file, as far as it is understood."""

    title: str
    text: str
    place: str
    website: str
    join_address: str
    uid: uuid.UUID | None
    """What ours would be called; None if the file does not name it."""
    own_uid: str = ""
    """As the file writes it."""
    start: Moment | None = None
    end: Moment | None = None
    length: timedelta | None = None
    zone_name: str = ""
    """By the zone database; empty if it has to be asked."""
    zones: list[Part] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def has_end(self) -> bool:
        return self.end is not None or self.length is not None


def read_events(data: bytes) -> list[FoundEvent]:
    """The events of a calendar file, in its order. Raises NotReadable for a file of which nothing can be imported."""
    calendars = read_parts(data)
    if not calendars:
        raise NotReadable(_not_a_calendar())
    for calendar in calendars:
        _check_method(calendar.value("METHOD").strip().upper())
    found = [(calendar, part) for calendar in calendars for part in islice(calendar.of_kind("VEVENT"), MOST_EVENTS + 1)]
    if not found:
        raise NotReadable(_("There is no event in this calendar."))
    if len(found) > MOST_EVENTS:
        raise NotReadable(
            _("There are more than %(most)s events in this calendar. Export the one event alone.")
            % {"most": MOST_EVENTS}
        )
    return [_EventReader(calendar, part).read() for calendar, part in found]


def _check_method(method: str) -> None:
    if method == "CANCEL":
        raise NotReadable(
            _(
                "This file calls an event off (METHOD:CANCEL), it announces none. If the event is on this portal, "
                "say on its own page that it is cancelled, so that those enrolled are told."
            )
        )
    if method in {"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"}:
        raise NotReadable(
            _("This file is an answer to an invitation (METHOD:%(method)s), it announces no event.")
            % {"method": method}
        )


class _EventReader:
    """Reads one VEVENT; what is doubtful becomes a remark."""

    def __init__(self, calendar: Part, part: Part) -> None:
        self.calendar, self.part = calendar, part
        self.remarks: list[str] = []

    def read(self) -> FoundEvent:
        uid = self.part.value("UID").strip()
        website = self._web_address("URL")
        found = FoundEvent(
            title=" ".join(self._text("SUMMARY").split())[:255],
            text=self._text("DESCRIPTION"),
            place=" ".join(self._text("LOCATION").split())[:300],
            website=website,
            join_address=self._web_address("CONFERENCE"),
            uid=uid_for(uid),
            own_uid=uid[:200],
            zones=self.calendar.of_kind("VTIMEZONE"),
            remarks=self.remarks,
        )
        self._read_time(found)
        self._note_what_is_left_out()
        return found

    # ------------------------------------------------------------ words

    def _text(self, name: str) -> str:
        text = _ESCAPES.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.part.value(name))
        text = _CONTROLS.sub("", text)
        if _TAGS.search(text):
            text = plain_text(text)
            self.remarks.append(
                _("%(name)s is HTML; it was made plain text, scripts and pictures left out.") % {"name": name}
            )
        return text.strip()

    def _web_address(self, name: str) -> str:
        for line in self.part.all(name):
            address = _CONTROLS.sub("", line.value).strip()
            if is_web_address(address):
                return address
            if address:
                self.remarks.append(
                    _("The address in %(name)s is none of the web (“%(address)s”); it was left out.")
                    % {"name": name, "address": address[:60]}
                )
        return ""

    # ------------------------------------------------------------ when

    def _read_time(self, found: FoundEvent) -> None:
        found.start = self._moment("DTSTART")
        found.zone_name = self._zone(found.start)
        if not self.part.all("DTSTART"):
            self.remarks.append(_("The file does not say when it begins (no DTSTART). Give the start."))
        if self.part.all("DTEND"):
            found.end = self._moment("DTEND")
        elif self.part.all("DURATION"):
            found.length = self._length()
        elif found.start and found.start.is_day:
            found.length = timedelta(days=1)
        else:
            self.remarks.append(_("The file does not say when it ends (no DTEND). Give the end."))
        if found.start and found.end and found.start.is_day != found.end.is_day:
            self.remarks.append(
                _("The file gives a day for one end and a time for the other (%(start)s – %(end)s). Give the end.")
                % {"start": found.start, "end": found.end}
            )
            found.end = None

    def _moment(self, name: str) -> Moment | None:
        lines = self.part.all(name)
        values = {(line.value, line.parameters.get("TZID", "")) for line in lines}
        if len(values) > 1:
            self.remarks.append(
                _("The file gives %(name)s more than once, and not the same (%(values)s). None was taken.")
                % {"name": name, "values": ", ".join(sorted(line.value[:30] for line in lines)[:4])}
            )
            return None
        if not lines:
            return None
        moment = read_moment(lines[0])
        if moment is None:
            self.remarks.append(
                _("%(name)s is no date of our times (“%(value)s”). Give it yourself.")
                % {"name": name, "value": lines[0].value[:30]}
            )
        return moment

    def _length(self) -> timedelta | None:
        value = self.part.value("DURATION").strip()
        length = read_duration(value)
        if length is None or length > timedelta(days=_MOST_DAYS):
            self.remarks.append(
                _("“%(value)s” (DURATION) is no time that an event lasts. Give the end.") % {"value": value[:30]}
            )
            return None
        if length <= timedelta():
            self.remarks.append(
                _("By the file it lasts less than no time (DURATION “%(value)s”). Give the end.")
                % {"value": value[:30]}
            )
            return None
        return length

    def _zone(self, start: Moment | None) -> str:
        """The zone by the database; empty, with a remark, where it has to be asked."""
        named = start.zone_name if start else ""
        if named:
            known = known_zone(named)
            if not known:
                self.remarks.append(
                    _("The time zone “%(name)s” is not one of the zone database. Say where its clocks are.")
                    % {"name": named[:60]}
                )
            return known
        calendar_zone = known_zone(self.calendar.value("X-WR-TIMEZONE").strip())
        if start and not start.is_day and not start.is_universal:
            self.remarks.append(
                _("The file says %(time)s and names no time zone. Say whose clock shows it.") % {"time": start}
            )
            return ""
        return calendar_zone

    # ------------------------------------------------------------ the rest

    def _note_what_is_left_out(self) -> None:
        part, remarks = self.part, self.remarks
        if part.all("RRULE") or part.all("RDATE"):
            remarks.append(_("It repeats. Only the first date is imported; make the others from it, as a series."))
        if part.all("RECURRENCE-ID"):
            remarks.append(_("It is one date of an event that repeats."))
        if part.all("ATTACH"):
            remarks.append(_("Its attachments are not imported. Add them to the materials of the event."))
        if part.all("ATTENDEE") or part.all("ORGANIZER"):
            remarks.append(_("The people named in the file are not imported: they have not enrolled here."))
        if part.value("STATUS").strip().upper() == "CANCELLED":
            remarks.append(_("The file says that it is cancelled. Imported, it is a draft like any other."))
        if part.value("CLASS").strip().upper() in {"PRIVATE", "CONFIDENTIAL"}:
            remarks.append(_("The file says that it is not public. Look at who may see it."))


# ---------------------------------------------------------------- single values


def uid_for(written: str) -> uuid.UUID | None:
    """What an event is called here that goes by this UID elsewhere: for ours their own, always the same for others."""
    if not written:
        return None
    try:
        return uuid.UUID(written.partition("@")[0])
    except ValueError:
        return uuid.uuid5(_UID_SPACE, written)


def known_zone(written: str) -> str:
    """The zone of the database that a file means: by its own name, by that of Windows, or at the end of a path."""
    written = written.strip().strip('"')
    if written in names():
        return written
    if written in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[written]
    parts = written.strip("/").split("/")
    tails = ("/".join(parts[-count:]) for count in (3, 2))
    return next((tail for tail in tails if len(parts) > 2 and tail in names()), "")


def read_moment(line: Line) -> Moment | None:
    """None for what is no date, or none of our times."""
    match = _TIME.fullmatch(line.value.strip())
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None
    year, month, day, hour, minute, second = (int(number) for number in match.groups(default="0")[:6])
    try:
        # A leap second is the last one of its minute.
        local = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001
    except ValueError:
        return None
    if match[4] is None:
        return Moment(local, is_day=True)
    is_universal = match[7] == "Z"
    return Moment(
        local, is_universal=is_universal, zone_name="" if is_universal else line.parameters.get("TZID", "").strip()
    )


def read_duration(value: str) -> timedelta | None:
    match = _DURATION.fullmatch(value)
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] == "-" else length


def is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(address) <= 500


def plain_text(text: str) -> str:
    cleaned = nh3.clean(_BREAKS.sub("\n", text), tags=set(), clean_content_tags={"script", "style"})
    return html.unescape(cleaned)


# ---------------------------------------------------------------- moments


@dataclass(frozen=True)
class Contradiction:
    """By the file's own description of the zone a clock shows this time at another moment than by the database."""

    local: datetime
    by_file: datetime
    by_database: datetime
    zone: ZoneInfo

    def in_words(self) -> str:
        return _(
            "The file says that %(time)s means %(by_file)s UTC; in the time zone of %(place)s it is "
            "%(by_database)s UTC."
        ) % {
            "time": _clock(self.local),
            "by_file": _clock(self.by_file),
            "by_database": _clock(self.by_database),
            "place": city_of(self.zone),
        }

    def choices(self) -> list[tuple[str, str]]:
        """What the answers would mean."""
        shown = self.by_file.astimezone(self.zone)
        clock = _("The clock is right: %(time)s in the time zone of %(place)s") % {
            "time": _clock(self.local),
            "place": city_of(self.zone),
        }
        moment = _("The moment is right: %(moment)s UTC, when clocks there show %(time)s") % {
            "moment": _clock(self.by_file),
            "time": _clock(shown),
        }
        return [("clock", clock), ("moment", moment)]


def _clock(at: datetime) -> str:
    return at.strftime("%H:%M")


def contradiction(found: FoundEvent, zone: ZoneInfo) -> Contradiction | None:
    """What the file and the database disagree about; None where they agree, or the file says nothing about it."""
    start = found.start
    by_file = offset_of(found, start) if start else None
    if start is None or by_file is None:
        return None
    moments = _readings(start.local, zone)
    said = (start.local - by_file).replace(tzinfo=UTC)
    return Contradiction(start.local, said, moments[0], zone) if moments and said not in moments else None


def offset_of(found: FoundEvent, moment: Moment) -> timedelta | None:
    """How far from universal time the file says the clock is; None where it does not, or not so that it is clear."""
    part = next((zone for zone in found.zones if zone.value("TZID").strip() == moment.zone_name), None)
    if part is None or not moment.zone_name:
        return None
    try:
        return offset_by_rules(part, moment.local)
    except RulesNotUnderstood:
        return None


def _readings(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments at which clocks show it: one, two, or none."""
    try:
        return [resolve_local(local, zone)]
    except AmbiguousTime as twice:
        return [twice.first.astimezone(UTC), twice.second.astimezone(UTC)]
    except NonexistentTime:
        return []


def local_start(found: FoundEvent, zone: ZoneInfo) -> datetime | None:
    """What clocks in ``zone`` show at the start, for a form; a time that does not exist is left for it to refuse."""
    return _local(found.start, zone) if found.start else None


def local_end(found: FoundEvent, zone: ZoneInfo) -> datetime | None:
    """The same for the end, of days the last one; None where the file gives none that could be meant."""
    start = local_start(found, zone)
    if found.end is not None:
        end: datetime | None = _local(found.end, zone)
    else:
        end = start + found.length if start and found.length else None
    if end is None or start is None:
        return end
    if found.start and found.start.is_day and end > start:
        end -= timedelta(minutes=1)
    return end if end > start else None


def _local(moment: Moment, zone: ZoneInfo) -> datetime:
    if moment.is_universal:
        return moment.local.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    other = zone_named(known_zone(moment.zone_name)) if moment.zone_name else None
    if other is None or other.key == zone.key:
        return moment.local
    # The end by the clock of another zone: at the same moment.
    readings = _readings(moment.local, other)
    return readings[0].astimezone(zone).replace(tzinfo=None, fold=0) if readings else moment.local


def ends_before_start(found: FoundEvent, zone: ZoneInfo) -> bool:
    return found.start is not None and found.has_end and local_end(found, zone) is None
