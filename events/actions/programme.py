"""Writing the programme."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from common.ordering import put_further
from events.actions.places import lock_event
from events.enums import Status
from events.models import Event, Registration, RegistrationQuerySet, Room, Session, SessionPerson, Track
from events.models.programme_news import ProgrammeChange, UntoldChange
from events.moving import Move, carry
from events.notifications import EventChanged


@transaction.atomic
def recount_programme(*, event: Event) -> None:
    """Note on the event from which day to which its programme goes; cancelled sessions count, they are still shown.

    Whoever writes sessions calls this in the same transaction: where they lie outside the event's days, the database
    refuses it with an IntegrityError.
    """
    days = Session.objects.filter(event=event).aggregate(first=Min("day"), last=Max("day"))
    event.programme_first_day, event.programme_last_day = days["first"], days["last"]
    Event.objects.filter(pk=event.pk).update(programme_first_day=days["first"], programme_last_day=days["last"])


# ---------------------------------------------------------------- sessions


@transaction.atomic
def save_session(*, session: Session, people: Sequence[SessionPerson]) -> Session:
    """Write a session, new or changed, with those who speak and moderate in their order. Raises ValidationError."""
    event = lock_event(session.event_id)
    is_new = session._state.adding
    if is_new:
        session.position = _next_position(session)
    else:
        # Others count these while the form is open.
        now = Session.objects.get(pk=session.pk)
        session.taken, session.sequence, session.is_cancelled = now.taken, now.sequence, now.is_cancelled
    session.full_clean()
    _check_day(event, session)
    session.save()
    SessionPerson.objects.filter(session=session).delete()
    for position, person in enumerate(people):
        person.pk, person.session, person.position = None, session, position
        person._state.adding = True
        person.save()
    _note(event, session, ProgrammeChange.ADDED if is_new else ProgrammeChange.CHANGED)
    return session


def _check_day(event: Event, session: Session) -> None:
    if not event.first_day <= session.day <= event.last_day:
        raise ValidationError({"day": _("This day is outside the event’s days.")})


def _next_position(session: Session) -> int:
    last = Session.objects.filter(event=session.event_id, day=session.day).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def copy_session(*, session: Session) -> Session:
    """The same once more, right after it: with its people, without its places."""
    lock_event(session.event_id)
    people = list(session.people.all())
    copy = Session.objects.get(pk=session.pk)
    copy.pk, copy.uid, copy.sequence, copy.taken, copy.is_cancelled = None, Session().uid, 0, 0, False
    copy.notes, copy.notes_language = "", ""
    copy._state.adding = True
    return save_session(session=copy, people=people)


@transaction.atomic
def reorder_session(*, session: Session, by: int) -> None:
    """Put a session ``by`` places further down, or up, among those of its day at the same or at no time."""
    event = lock_event(session.event_id)
    beside = list(Session.objects.filter(event=event, day=session.day, starts_at=session.starts_at))
    put_further(beside, session, by)


@transaction.atomic
def cancel_session(*, session: Session, is_cancelled: bool = True) -> None:
    """Cancel a session, which stays in the programme as cancelled; or have it take place after all."""
    event = lock_event(session.event_id)
    locked = Session.objects.get(pk=session.pk)
    if locked.is_cancelled == is_cancelled:
        return
    locked.is_cancelled = is_cancelled
    locked.save()
    _note(event, locked, ProgrammeChange.CANCELLED if is_cancelled else ProgrammeChange.RESTORED)


@transaction.atomic
def delete_session(*, session: Session) -> None:
    """Take out a session that nobody has seen. Raises ValidationError where the event was announced."""
    event = lock_event(session.event_id)
    if event.status != Status.DRAFT:
        raise ValidationError(_("People have seen this session: cancel it, so that they find out."))
    session.delete()
    recount_programme(event=event)


def _note(event: Event, session: Session, change: ProgrammeChange) -> None:
    """What follows from every change of a session: numbers for calendars, and a note of what is still to be told."""
    recount_programme(event=event)
    if event.status == Status.DRAFT:
        return
    Session.objects.filter(pk=session.pk).update(sequence=F("sequence") + 1)
    raise_event(event)
    if not people_told(event).exists():
        return
    known = UntoldChange.objects.filter(session=session).first()
    if known is not None and known.change == ProgrammeChange.ADDED and change == ProgrammeChange.CHANGED:
        return
    UntoldChange.objects.update_or_create(session=session, defaults={"event": event, "change": change})


def raise_event(event: Event) -> None:
    """Calendars take the event over anew; of a draft they know nothing."""
    if event.status != Status.DRAFT:
        event.sequence += 1
        event.save(update_fields=["sequence"])


def people_told(event: Event) -> RegistrationQuerySet:
    """The registrations of those to whom changes of the event are told."""
    return Registration.objects.filter(event=event).told()


@transaction.atomic
def tell_programme(*, event: Event) -> int:
    """Tell people once of all that changed in the programme since they were last told. Returns how many there are; 0
    where nothing is untold."""
    locked = lock_event(event.pk)
    untold = UntoldChange.objects.filter(event=locked)
    if not untold.exists():
        return 0
    raise_event(locked)
    EventChanged(locked, ["programme"]).send()
    # After the letters are written: they may name what changed.
    untold.delete()
    return people_told(locked).count()


# ---------------------------------------------------------------- rooms and tracks


@transaction.atomic
def save_rooms(*, event: Event, rooms: Iterable[Room], removed: Iterable[Room]) -> None:
    """The rooms in their order. Sessions of a removed room have none; calendars learn of it."""
    _save_rows(event, rooms, removed, lambda row: Session.objects.filter(room=row))


@transaction.atomic
def save_tracks(*, event: Event, tracks: Iterable[Track], removed: Iterable[Track]) -> None:
    """The tracks in their order."""
    _save_rows(event, tracks, removed, lambda row: Session.objects.filter(track=row))


def _save_rows(event: Event, rows: Iterable[Any], removed: Iterable[Any], sessions: Callable[[Any], Any]) -> None:
    locked = lock_event(event.pk)
    for row in removed:
        for session in sessions(row):
            _note(locked, session, ProgrammeChange.CHANGED)
        row.delete()
    for position, row in enumerate(rows):
        is_renamed = row.pk and type(row).objects.filter(pk=row.pk).exclude(name=row.name).exists()
        row.event, row.position = locked, position
        row.save()
        if is_renamed:
            for session in sessions(row):
                _note(locked, session, ProgrammeChange.CHANGED)


# ---------------------------------------------------------------- the whole programme


@transaction.atomic
def copy_programme(*, source: Event, target: Event) -> None:
    """Give ``target`` the sessions of ``source`` with their rooms and tracks, moved to its days: without people,
    bookings, addresses to join and whatever was cancelled. Raises ValidationError where they do not fit into its days.
    """
    rooms = {
        room.pk: Room(event=target, name=room.name, capacity=room.capacity, position=room.position)
        for room in source.rooms.all()
    }
    tracks = {
        track.pk: Track(event=target, name=track.name, mark=track.mark, position=track.position)
        for track in source.tracks.all()
    }
    for row in (*rooms.values(), *tracks.values()):
        row.save()
    move = Move((target.first_day - source.first_day).days, source.zone, target.zone)
    for session in source.sessions.filter(is_cancelled=False):
        room, track = session.room_id, session.track_id
        session.pk, session.uid, session.sequence, session.taken = None, Session().uid, 0, 0
        session.notes, session.notes_language, session.join_url = "", "", ""
        session._state.adding = True
        carry(session, move)
        session.event = target
        session.room, session.track = rooms.get(room), tracks.get(track)  # type: ignore[arg-type]
        if not target.first_day <= session.day <= target.last_day:
            raise ValidationError({"with_programme": _("The programme is longer than the event.")})
        session.save()
    if target.precision == "month" and target.sessions.exists():
        raise ValidationError({"with_programme": _("A programme needs the days of the event.")})
    recount_programme(event=target)
