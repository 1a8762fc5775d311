"""Changing what is true of an event in every language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from events.actions.announcing import raise_sessions
from events.actions.places import lock_event
from events.enums import Status
from events.models import Event, Session
from events.moving import Move, carry, days_after
from events.notifications import EventChanged

TOLD = ("precision", "starts_at", "ends_at", "time_zone", "attendance", "city", "venue", "address", "join_url")
"""Changes of these are told to everybody who has registered."""
IN_CALENDARS = (*TOLD, "latitude", "longitude")
"""Changes of these reach calendars."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the event after the form was opened."""


def changed_facts(event: Event, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of those ``facts`` that are not what ``event`` says."""
    return tuple(name for name, value in facts.items() if getattr(event, name) != value)


@transaction.atomic
def change_facts(
    *,
    event: Event,
    facts: Mapping[str, Any],
    related: Mapping[str, Iterable[Any]],
    seen_at: datetime,
    move: Move | None = None,
) -> tuple[str, ...]:
    """Give the event other facts, carry its programme along, and tell those whom it concerns. Returns the names of
    what changed.

    ``related`` are relations to several things, by name. ``seen_at`` is when the event had last changed as the sender
    saw it. Raises ChangedMeanwhile, and ValidationError.
    """
    locked = lock_event(event.pk)
    if locked.changed_at != seen_at:
        raise ChangedMeanwhile
    changed = list(changed_facts(locked, facts))
    for name, value in facts.items():
        setattr(locked, name, value)
    if move is not None and not move.is_none and _carry_programme(locked, move):
        changed.append("programme")
    locked.full_clean()
    is_shown = locked.status != Status.DRAFT
    if is_shown and set(changed) & {*IN_CALENDARS, "programme"}:
        locked.sequence += 1
    for name, rows in related.items():
        getattr(locked, name).set(rows)
    # After the relations: the search learns of them by it.
    locked.save()
    if is_shown and set(changed) & set(IN_CALENDARS):
        raise_sessions(locked)
    told = [name for name in changed if name in (*TOLD, "programme")]
    if is_shown and told:
        EventChanged(locked, told).send()
    return tuple(changed)


def _carry_programme(event: Event, move: Move) -> bool:
    """Write the sessions where they move to; on the event their days are only noted, to be saved with its own in one
    statement: the database compares the two."""
    sessions = list(Session.objects.filter(event=event))
    span = days_after(sessions, move)
    if span is None:
        return False
    event.programme_first_day, event.programme_last_day = span
    for session in sessions:
        before = (session.day, session.starts_at, session.ends_at)
        carry(session, move)
        if before != (session.day, session.starts_at, session.ends_at):
            session.save()
            Session.objects.filter(pk=session.pk).update(sequence=F("sequence") + 1)
    return True
