"""What people were last told about an event, and what has changed since, in the words of one reader.

Letters compare the event with what the last ones said, and not with what a form has changed: so several changes that
nobody was told of yet are one, and what was changed and changed back is none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.languages import complete_order, current_language
from common.moments import span_in_words, whole_days_in_words, whole_months_in_words
from common.words import best_words
from events.enums import Attendance, Precision
from events.models import Event, Session
from members.models import City

_WHEN = ("starts_at", "ends_at", "time_zone", "precision")
_WHERE = ("city", "venue", "address", "attendance")
COMPARED = frozenset({*_WHEN, *_WHERE, "join_url", "status", "status_note", "first_day", "last_day"})
"""Names of fields that letters speak of in words of their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is no longer as people were told; ``old`` is empty where that is not known."""

    label: str
    old: str
    new: str


def facts_of(event: Event) -> dict[str, Any]:
    """When and where the event takes place, to be kept until the next letter."""
    return {
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "time_zone": event.time_zone,
        "precision": str(event.precision),
        "city": event.city_id,
        "venue": event.venue,
        "address": event.address,
        "attendance": str(event.attendance),
        "join_url": event.join_url,
        "status": str(event.status),
    }


def programme_of(event: Event) -> dict[str, Any]:
    """The sessions of the event, to be kept until the next letter."""
    return {str(session.uid): _session_facts(session) for session in _sessions(event)}


def _sessions(event: Event) -> Iterable[Session]:
    return Session.objects.filter(event=event).select_related("room")


def _session_facts(session: Session) -> dict[str, Any]:
    return {
        "title": session.title,
        "day": session.day.isoformat(),
        "starts_at": session.starts_at.isoformat() if session.starts_at else None,
        "ends_at": session.ends_at.isoformat() if session.ends_at else None,
        "room": session.room.name if session.room else "",
        "is_cancelled": session.is_cancelled,
    }


# ------------------------------------------------------------ in words


def session_in_words(session: Session, event: Event, reader_zone: ZoneInfo | None) -> str:
    """When and in which room: ``6 May 2030, 14:00–14:30 in Augsburg, Room 2``."""
    return _session_in_words(_session_facts(session), event, reader_zone)


def when_in_words(event: Event, reader_zone: ZoneInfo | None) -> str:
    """As much as is known, by the clock of the place and by the reader's."""
    return _when(facts_of(event), event.city, reader_zone)


def where_in_words(event: Event) -> str:
    return _where(facts_of(event), event.city)


def changes_since(facts: dict[str, Any], event: Event, changed: Iterable[str], zone: ZoneInfo | None) -> list[Change]:
    """What differs from ``facts`` of when and where; of an event without any, what ``changed`` names."""
    now, names = facts_of(event), set(changed)

    def differs(group: Iterable[str]) -> bool:
        if not facts:
            return bool(names & set(group))
        return any(facts.get(name) != now[name] for name in group)

    old_city = City.objects.filter(pk=facts["city"]).first() if facts.get("city") else None
    changes = []
    if differs(_WHEN):
        old = _when(facts, old_city, zone) if facts else ""
        changes.append(Change(_("When"), old, _when(now, event.city, zone)))
    if differs(_WHERE):
        old = _where(facts, old_city) if facts else ""
        changes.append(Change(_("Where"), old, _where(now, event.city)))
    return changes


def programme_changes(programme: dict[str, Any], event: Event, zone: ZoneInfo | None) -> list[Change]:
    """The sessions that differ from ``programme``, each by its title, in the order of the programme."""
    changes = []
    now = programme_of(event)
    for uid, session in now.items():
        before = programme.get(uid)
        if before != session:
            old = _session_in_words(before, event, zone) if before else ""
            changes.append(Change(_title(session), old, _session_in_words(session, event, zone)))
    gone = [before for uid, before in programme.items() if uid not in now]
    changes += [
        Change(_title(before), _session_in_words(before, event, zone), _("no longer in the programme"))
        for before in gone
    ]
    return changes


def _title(session: dict[str, Any]) -> str:
    return best_words(session["title"], complete_order((current_language(),)))[0]


def _session_in_words(session: dict[str, Any], event: Event, zone: ZoneInfo | None) -> str:
    if session["is_cancelled"]:
        return pgettext("session", "cancelled")
    if session["starts_at"]:
        start, end = _moment(session["starts_at"]), _moment(session["ends_at"])
        when = span_in_words(start, end, event.zone, event.place_name, zone)
    else:
        day = datetime.fromisoformat(session["day"]).replace(tzinfo=event.zone)
        when = whole_days_in_words(day, day, event.zone)
    return f"{when}, {session['room']}" if session["room"] else when


def _when(facts: dict[str, Any], city: City | None, reader_zone: ZoneInfo | None) -> str:
    start, end, zone = _moment(facts["starts_at"]), _moment(facts["ends_at"]), ZoneInfo(facts["time_zone"])
    if facts["precision"] == Precision.MONTH:
        return whole_months_in_words(start, end, zone)
    if facts["precision"] == Precision.DAY:
        return whole_days_in_words(start, end, zone)
    return span_in_words(start, end, zone, city.label() if city else "", reader_zone)


def _where(facts: dict[str, Any], city: City | None) -> str:
    if facts["attendance"] == Attendance.ONLINE:
        return _("online")
    parts = [facts["venue"], facts["address"]]
    if city and city.label() not in facts["address"]:
        parts.append(city.label())
    place = ", ".join(part for part in parts if part)
    if facts["attendance"] == Attendance.HYBRID:
        return _("%(place)s, and online") % {"place": place} if place else _("in person and online")
    return place


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
