"""Events in the files of calendar programs (iCalendar, RFC 5545).

The same event has the same UID for ever, on whatever host; SEQUENCE is raised by each change that matters, so that a
program which has skipped some versions ends with the right one. What nobody may read is not given to this module:
who asks for a calendar chooses the entries through ``visible_to``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, vText
from icalendar import Event as Component

from common.languages import complete_order, own_name
from common.moments import is_shown_twice
from common.words import best_words
from events.calendar_zones import time_zone_component
from events.enums import BookingStatus, Precision, RegistrationStatus, Status
from events.models import Event, EventPage, Registration, Session
from groups.enums import Visibility

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=6)
# Never to be changed, and not the host's name: calendar programs would take every event for a new one.
_UID_SUFFIX = "@practice-portal"
_PRODUCT = "-//Practice portal//Events//EN"

_STATUS = {
    Status.ANNOUNCED: "TENTATIVE",
    Status.CONFIRMED: "CONFIRMED",
    Status.POSTPONED: "TENTATIVE",
    Status.CANCELLED: "CANCELLED",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_GONE = (RegistrationStatus.CANCELLED, RegistrationStatus.DECLINED, RegistrationStatus.LAPSED)


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar: an event, or a session of it, for everybody or for one person."""

    page: EventPage
    """In the language that suits the reader best; its ``event`` comes with city and themes."""
    session: Session | None = None
    registration: Registration | None = None
    """That of the person whose calendar it is; it decides whether the address to join is told."""
    booking: str = ""
    """Where that person stands in a session that is booked apart: a ``BookingStatus``."""
    takes_time: bool = False
    """Whether it makes its reader busy: what one has enrolled for or put into the calendar oneself does."""

    @property
    def event(self) -> Event:
        return self.page.event


def calendar_file(entries: Sequence[Entry], *, name: str, language: str, zone: ZoneInfo) -> bytes:
    """A calendar with these entries, in ``language`` as far as their words exist in it.

    The same entries give the same bytes, so that it can be asked whether anything has changed.
    """
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", _PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    # No METHOD: it is for messages between people who schedule, and each kind of them must name an organiser's address.
    # The library takes what it does not know for values that need no escapes.
    calendar.add("NAME", vText(_plain(name)))
    calendar.add("X-WR-CALNAME", vText(_plain(name)))
    calendar.add("X-WR-TIMEZONE", zone.key)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", f"PT{REFRESH // timedelta(hours=1)}H")
    with translation.override(language):
        components = [_component(entry, complete_order((language,))) for entry in entries]
    for component in (*_zones(entries), *components):
        calendar.add_component(component)
    return calendar.to_ical()


def event_uid(event: Event) -> str:
    return f"{event.uid}{_UID_SUFFIX}"


def session_uid(session: Session) -> str:
    return f"{session.uid}{_UID_SUFFIX}"


def changed_at(entry: Entry) -> datetime:
    """When anything of what an entry says was last changed."""
    moments = [entry.event.changed_at, entry.page.last_published_at]
    moments += [entry.session.changed_at] if entry.session else []
    moments += [entry.registration.changed_at] if entry.registration else []
    return max(at for at in moments if at).astimezone(UTC).replace(microsecond=0)


def _zones(entries: Sequence[Entry]) -> list[Any]:
    """Each zone that is referred to, before it is, for the years in which anything takes place."""
    years: dict[str, set[int]] = {}
    for entry in entries:
        if entry.session or entry.event.precision == Precision.TIME:
            years.setdefault(entry.event.time_zone, set()).update(_years(entry))
    return [time_zone_component(ZoneInfo(key), min(span), max(span)) for key, span in sorted(years.items())]


def _years(entry: Entry) -> tuple[int, int]:
    start, end = _span(entry)
    return start.year, end.year


def _span(entry: Entry) -> tuple[datetime, datetime]:
    if entry.session and entry.session.starts_at and entry.session.ends_at:
        return entry.session.starts_at, entry.session.ends_at
    return entry.event.starts_at, entry.event.ends_at


# ---------------------------------------------------------------- one entry


def _component(entry: Entry, order: Sequence[str]) -> Component:
    event, session = entry.event, entry.session
    component = Component()
    component.add("UID", session_uid(session) if session else event_uid(event))
    component.add("SEQUENCE", _sequence(entry))
    stamp = changed_at(entry)
    component.add("DTSTAMP", stamp)
    component.add("LAST-MODIFIED", stamp)
    _add_time(component, entry)
    title, language = _title(entry, order)
    component.add("SUMMARY", _plain(_summary(entry, title)), parameters={"LANGUAGE": language})
    text, text_language = _description(entry, order)
    component.add("DESCRIPTION", _plain(text), parameters={"LANGUAGE": text_language} if text_language else {})
    component.add("URL", page_address(entry))
    if place := _location(entry):
        component.add("LOCATION", _plain(place))
    if event.is_on_site and event.latitude is not None and event.longitude is not None:
        component.add("GEO", (float(event.latitude), float(event.longitude)))
    if themes := [theme.label() for theme in event.themes.all()]:
        component.add("CATEGORIES", themes)
    status = _status(entry)
    component.add("STATUS", status)
    component.add("CLASS", "PUBLIC" if event.visibility == Visibility.PUBLIC else "PRIVATE")
    component.add("TRANSP", "OPAQUE" if entry.takes_time and status != "CANCELLED" else "TRANSPARENT")
    if session:
        component.add("RELATED-TO", event_uid(event), parameters={"RELTYPE": "PARENT"})
    if address := join_address(entry):
        component.add("CONFERENCE", address, parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": _("Join")})
    return component


def _plain(text: str) -> str:
    """Without what no calendar file may hold; of line ends, the one that the library knows how to write."""
    return _CONTROLS.sub("", "\n".join(text.splitlines()))


def _sequence(entry: Entry) -> int:
    """Only ever grows: so do all of its parts."""
    session = entry.session.sequence if entry.session else 0
    own = entry.registration.round if entry.registration else 0
    return entry.event.sequence + session + own


def _add_time(component: Component, entry: Entry) -> None:
    event = entry.event
    if not entry.session and event.precision != Precision.TIME:
        # Days of the place, whoever reads; the end is the day after the last one.
        component.add("DTSTART", event.first_day)
        component.add("DTEND", event.last_day + timedelta(days=1))
        return
    start, end = (at.astimezone(event.zone).replace(microsecond=0) for at in _span(entry))
    if any(is_shown_twice(at) and at.fold for at in (start, end)):
        # A time with a zone's name means the first of two. Only universal time can say the second.
        component.add("DTSTART", start.astimezone(UTC))
        component.add("DTEND", end.astimezone(UTC))
        return
    for name, at in (("DTSTART", start), ("DTEND", end)):
        component.add(name, at.replace(tzinfo=None, fold=0), parameters={"TZID": event.zone.key})


def _status(entry: Entry) -> str:
    status = _STATUS.get(Status(entry.event.status), "TENTATIVE")
    session, registration = entry.session, entry.registration
    if (session and session.is_cancelled) or (registration and registration.status in _GONE):
        return "CANCELLED"
    if status == "CONFIRMED" and _waits(entry):
        return "TENTATIVE"
    return status


def _waits(entry: Entry) -> bool:
    registration = entry.registration
    return entry.booking == BookingStatus.WAITING or (registration is not None and not registration.is_enrolled)


def _title(entry: Entry, order: Sequence[str]) -> tuple[str, str]:
    if entry.session:
        return best_words(entry.session.title, order)
    return entry.page.title, entry.page.language


def _summary(entry: Entry, title: str) -> str:
    """The title, with the words that nobody who looks at a calendar may miss before it."""
    event, registration = entry.event, entry.registration
    if event.status == Status.CANCELLED or (entry.session and entry.session.is_cancelled):
        return _("Cancelled: %(title)s") % {"title": title}
    if registration and registration.status in _GONE:
        return _("Without you: %(title)s") % {"title": title}
    if event.status == Status.POSTPONED:
        return _("Postponed: %(title)s") % {"title": title}
    if registration and not registration.is_enrolled:
        return f"{_standing(registration.status)}: {title}"
    if entry.booking == BookingStatus.WAITING:
        return f"{_standing(RegistrationStatus.WAITING)}: {title}"
    if event.precision == Precision.MONTH and not entry.session:
        return _("%(title)s (days not fixed yet)") % {"title": title}
    return title


def _standing(status: str) -> str:
    return {
        RegistrationStatus.WAITING: _("Waiting list"),
        RegistrationStatus.OFFERED: _("Place offered, please answer"),
    }.get(RegistrationStatus(status), _("Asked for, not admitted yet"))


def _description(entry: Entry, order: Sequence[str]) -> tuple[str, str]:
    """Plain text, and its language if it is in one alone. The address of the page stands in it, because most programs
    do not show the URL of an event."""
    event = entry.event
    about, language = _about(entry, order)
    note, note_language = best_words(event.status_note, order)
    address = join_address(entry)
    parts = [
        note if event.status in (Status.POSTPONED, Status.CANCELLED) else "",
        _not_certain(event),
        about,
        "\n".join(_facts(entry)),
        _("Join: %(address)s") % {"address": address} if address else "",
        _("More, and any change: %(address)s") % {"address": page_address(entry)},
    ]
    languages = {order[0], language, note_language} - {""}
    return "\n\n".join(filter(None, parts)), order[0] if len(languages) == 1 else ""


def _about(entry: Entry, order: Sequence[str]) -> tuple[str, str]:
    if entry.session:
        return best_words(entry.session.abstract, order)
    return (entry.page.summary, entry.page.language) if entry.page.summary else ("", "")


def _not_certain(event: Event) -> str:
    if event.status == Status.ANNOUNCED:
        return _("Announced, not confirmed yet.")
    if event.status == Status.POSTPONED:
        return _("Postponed: it will not take place at this time. A new date will be told here.")
    return _("This event is cancelled.") if event.status == Status.CANCELLED else ""


def _facts(entry: Entry) -> list[str]:
    about = entry.session or entry.event
    facts = []
    if entry.session:
        facts.append(_("Part of: %(event)s") % {"event": entry.page.title})
    if about.spoken:
        facts.append(_("Spoken: %(languages)s") % {"languages": _names(about.spoken)})
    if about.interpreted:
        facts.append(_("Interpreted into: %(languages)s") % {"languages": _names(about.interpreted)})
    if not entry.event.is_on_site:
        facts.append(_("Takes place online."))
    elif entry.event.is_online:
        facts.append(_("In person and online."))
    return facts


def _names(codes: Sequence[str]) -> str:
    return ", ".join(own_name(code) for code in codes)


def _location(entry: Entry) -> str:
    event = entry.event
    if not event.is_on_site:
        return _("Online")
    room = entry.session.room.name if entry.session and entry.session.room else ""
    city = f"{event.city.label()}, {event.city.country_name}" if event.city else ""
    return ", ".join(filter(None, (room, event.venue, event.address, city)))


def join_address(entry: Entry) -> str:
    """Where to join; empty for everybody but the person who is enrolled, and where nothing takes place."""
    registration = entry.registration
    if registration is None or registration.event_id != entry.event.pk or not registration.is_enrolled:
        return ""
    if _status(entry) == "CANCELLED" or entry.booking == BookingStatus.WAITING:
        return ""
    return (entry.session.join_url if entry.session else "") or entry.event.join_url


def page_address(entry: Entry) -> str:
    """The permanent address, under the language that is being written."""
    event, session = entry.event, entry.session
    path = (
        reverse("events:session", args=[event.pk, session.pk])
        if session
        else reverse("events:permanent", args=[event.pk])
    )
    return f"{settings.BASE_URL}{path}"
