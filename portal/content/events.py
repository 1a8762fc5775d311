"""What content files say of events."""

import calendar
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError

from events.actions.programme import recount_programme
from events.enums import AccessFact, Precision, Status
from events.models import Event, Session, whole_span
from events.models.event import BOTH_FACTS, STREAM_FACTS, VENUE_FACTS
from portal.content.tables import Table
from practices.models import PracticeSheet


def load_facts(table: Table, key: uuid.UUID, related: dict[str, Any], *, themes: list[Any]) -> Event:
    """The event whose pages share ``key``, as the file has it. A new one is a draft: `announce` comes last."""
    starts_at, ends_at = _span(table)
    values = related | {
        "precision": table.get("precision", str),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": table.get("time_zone", str),
        "venue": table.text("venue"),
        "spoken": table.strings("spoken"),
        "access_contact": table.text("access_contact"),
        **{name: table.get(name, str, AccessFact.UNKNOWN) for name in (*VENUE_FACTS, *BOTH_FACTS, *STREAM_FACTS)},
    }
    event = Event.objects.filter(translation_key=key).first() or Event(translation_key=key)
    _save_changes(event, values, table)
    if {theme.pk for theme in event.themes.all()} != {theme.pk for theme in themes}:
        event.themes.set(themes)
        # Once more: the search learns of it by saving.
        event.save()
    return event


def load_programme(event: Event, rows: Sequence[tuple[Table, PracticeSheet | None]]) -> None:
    """Sessions in the order of the file, with the sheet that each presents; their times need not be known."""
    for position, (row, sheet) in enumerate(rows):
        uid = uuid.uuid5(event.translation_key, row.get("key", str))
        session = Session.objects.filter(uid=uid).first() or Session(uid=uid, event=event)
        values = {
            "kind": row.get("kind", str),
            "title": row.words("title"),
            "abstract": row.words("abstract"),
            "day": row.get("day", date, event.first_day),
            "position": position,
            "practice": sheet.practice if sheet else None,
        }
        _save_changes(session, values, row)
    recount_programme(event=event)


def announce(event: Event, table: Table) -> None:
    """Show an event that is loaded for the first time, now that its pages are there."""
    if event.status == Status.DRAFT:
        _save_changes(event, {"status": table.get("status", str, Status.ANNOUNCED)}, table)


def _save_changes(thing: Any, values: dict[str, Any], table: Table) -> None:
    changed = [name for name, value in values.items() if getattr(thing, name) != value]
    if thing.pk and not changed:
        return
    for name in changed:
        setattr(thing, name, values[name])
    try:
        thing.full_clean()
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise table.error(field, f"“{field}” was refused: {' '.join(problems)}") from error
    thing.save()


def _span(table: Table) -> tuple[datetime, datetime]:
    """Start and end of an event: ``2018-12-07`` and ``2019-04`` stand for the whole day and the whole month."""
    precision = table.get("precision", str)
    try:
        zone = ZoneInfo(table.get("time_zone", str))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise table.error("time_zone", "there is no such time zone.") from error
    starts = _moment(table, "starts", zone)
    ends = _moment(table, "ends", zone) if "ends" in table.values else starts
    if precision == Precision.MONTH:
        ends = ends.replace(day=calendar.monthrange(ends.year, ends.month)[1])
    if precision not in Precision.values:
        raise table.error("precision", f"“{precision}” is not one of {', '.join(Precision.values)}.")
    return whole_span(starts, ends, zone, precision)


def _moment(table: Table, name: str, zone: ZoneInfo) -> datetime:
    value = table.values.get(name)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time.min, zone)
    try:
        year, month = str(value).split("-")
        return datetime(int(year), int(month), 1, tzinfo=zone)
    except ValueError as error:
        raise table.error(name, f"“{name}” must be a date, a time, or a month in quotes like “2019-04”.") from error
