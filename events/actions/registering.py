"""Registering for an event, and all that people and coordinators do about a registration.

Each of these locks the event, lets the clock decide what it has decided (``settle``), does its own part, and passes
free places on. Letters are written in the same transaction: whoever is moved is told, and told once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from events.actions.places import (
    book,
    lock_event,
    move,
    open_city,
    promote,
    seat,
    settle,
    unbook,
)
from events.enums import RegistrationStatus, Status
from events.models import Answer, Event, Question, Registration, Session, SessionBooking
from events.notifications import GuestMayConfirm
from events.opening import Closed, RegistrationClosed, has_quotas, why_closed, why_no_place
from members.models import City, User
from notifications.models import OutgoingMail

CONFIRM_WITHIN = timedelta(hours=48)
LETTER_EVERY = timedelta(minutes=5)
"""Whoever sends a form again and again fills nobody's mailbox."""
_SALT = "events.guest"


class AlreadyRegistered(Exception):
    """This person has a registration for this event that is open."""

    def __init__(self, registration: Registration) -> None:
        super().__init__(str(registration))
        self.registration = registration


class LinkExpired(Exception):
    """The link to confirm an address is too old, or was used; then ``registration`` is what came of it."""

    def __init__(self, registration: Registration | None = None) -> None:
        super().__init__(str(registration or ""))
        self.registration = registration


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the form asks of a person."""

    name: str
    email: str
    organisation: str
    city: City | None
    language: str
    time_zone: str = ""


# ------------------------------------------------------------ registering


@transaction.atomic
def register(
    *,
    event: Event,
    user: User,
    applicant: Applicant,
    answers: Mapping[int, str] | None = None,
    sessions: Iterable[Session] = (),
    now: datetime | None = None,
) -> Registration:
    """Register a member, whose city is that of the profile. Somebody who comes back goes to the end of the queue.

    ``answers`` by the number of the question. Raises RegistrationClosed and AlreadyRegistered.
    """
    locked, moment = _settled(event, now)
    if reason := why_closed(locked, user, moment):
        raise RegistrationClosed(reason)
    own = Registration.objects.filter(event=locked, user=user).first()
    if own and not _may_come_back(own):
        raise AlreadyRegistered(own)
    # As a guest with this address, before the person had an account or logged in: the place is kept.
    as_guest = None if own else Registration.objects.filter(event=locked, email__iexact=user.email).first()
    if as_guest and not _may_come_back(as_guest):
        as_guest.user = user
        as_guest.save(update_fields=["user", "changed_at"])
        return as_guest
    registration = own or as_guest or Registration(event=locked)
    registration.user = user
    _write(registration, applicant, email=user.email, city=user.city)
    _answer(registration, answers or {})
    _come_in(locked, registration, sessions, moment)
    return registration


@transaction.atomic
def ask_as_guest(
    *,
    event: Event,
    applicant: Applicant,
    answers: Mapping[int, str] | None = None,
    sessions: Iterable[Session] = (),
    now: datetime | None = None,
) -> None:
    """Keep what somebody without an account wrote, and send the letter by which the address is confirmed.

    It holds no place. Gives no answer, so that it tells nobody who is registered; an address that is registered gets a
    letter that says so. Raises RegistrationClosed for reasons that hold for every guest.
    """
    locked, moment = _settled(event, now)
    if reason := why_closed(locked, AnonymousUser(), moment) or why_no_place(locked, applicant.city):
        raise RegistrationClosed(reason)
    registration = Registration.objects.filter(event=locked, email__iexact=applicant.email).first()
    if registration is None or (registration.user_id is None and _may_come_back(registration)):
        registration = registration or Registration(event=locked)
        registration.status, registration.offer_until, registration.queued_at = "unconfirmed", None, None
        registration.event = locked
        _write(registration, applicant, email=applicant.email, city=applicant.city)
        _answer(registration, answers or {})
        _wish(registration, sessions)
        token = token_of(registration)
    else:
        token = ""
    registration.event = locked
    _send_to_guest(registration, token, moment)


def _may_come_back(registration: Registration) -> bool:
    """Whether the row may be used anew. Whoever was declined asks the coordinators, who can still admit."""
    return registration.status in (
        RegistrationStatus.UNCONFIRMED,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.LAPSED,
    )


def _send_to_guest(registration: Registration, token: str, now: datetime) -> None:
    recent = OutgoingMail.objects.filter(
        kind=GuestMayConfirm.kind,
        key__startswith=f"{GuestMayConfirm.kind}:{registration.pk}:",
        created_at__gt=now - LETTER_EVERY,
    )
    if not recent.exists():
        GuestMayConfirm(registration, token, now).send()


def token_of(registration: Registration) -> str:
    """What stands in the link by which a guest confirms the address; void once the status has changed."""
    return signing.dumps([registration.pk, registration.round], salt=_SALT)


def read_token(event: Event, token: str) -> Registration:
    """The registration that ``token`` confirms. Raises LinkExpired."""
    try:
        pk, round_ = signing.loads(token, salt=_SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature as error:
        raise LinkExpired from error
    registration = Registration.objects.filter(pk=pk, event=event).select_related("city", "event").first()
    if registration is None or registration.status != RegistrationStatus.UNCONFIRMED or registration.round != round_:
        raise LinkExpired(registration)
    return registration


@transaction.atomic
def confirm_guest(*, event: Event, token: str, now: datetime | None = None) -> Registration:
    """Register a guest whose address is proven by ``token``; the rules are those of this moment.

    Raises LinkExpired and RegistrationClosed.
    """
    locked, moment = _settled(event, now)
    registration = read_token(locked, token)
    if reason := why_closed(locked, AnonymousUser(), moment) or why_no_place(locked, registration.city):
        raise RegistrationClosed(reason)
    _come_in(locked, registration, (), moment)
    return registration


@transaction.atomic
def add_by_hand(*, event: Event, applicant: Applicant, now: datetime | None = None) -> Registration:
    """A coordinator registers somebody, also before opening, after closing, and who was declined. The places are those
    that there are: where none is free, the person waits.

    Raises AlreadyRegistered, and RegistrationClosed where the event is not to take place, or for want of a city.
    """
    locked, moment = _settled(event, now)
    if locked.status not in Status.open():
        raise RegistrationClosed(Closed.CANCELLED if locked.is_cancelled else Closed(locked.status))
    if applicant.city is None and has_quotas(locked):
        raise RegistrationClosed(Closed.NO_CITY)
    user = User.objects.filter(email__iexact=applicant.email, is_active=True).first()
    known = Q(email__iexact=applicant.email) | (Q(user=user) if user else Q())
    registration = Registration.objects.filter(known, event=locked).first() or Registration(event=locked)
    if registration.pk and registration.status in RegistrationStatus.told():
        raise AlreadyRegistered(registration)
    registration.user = registration.user or user
    _write(registration, applicant, email=applicant.email, city=applicant.city)
    open_city(locked, registration)
    seat(locked, registration, moment)
    return registration


# ------------------------------------------------------------ answers to offers, cancelling


def accept_offer(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Take the place that is offered. The registration as it is then: ``enrolled``, or ``lapsed`` if the time was
    over, whatever the worker has done about it by now; anything else if there was no offer."""
    return _answer_offer(registration, RegistrationStatus.ENROLLED, now)


def decline_offer(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Leave the place that is offered to the next one. The registration as it is then; see ``accept_offer``."""
    return _answer_offer(registration, RegistrationStatus.CANCELLED, now)


@transaction.atomic
def _answer_offer(registration: Registration, status: RegistrationStatus, now: datetime | None) -> Registration:
    event, moment = _settled(registration.event, now)
    current = _current(registration)
    if current.status == RegistrationStatus.OFFERED:
        move(event, current, status)
        promote(event, moment)
    return current


@transaction.atomic
def cancel(*, registration: Registration, reason: str = "", now: datetime | None = None) -> Registration:
    """Give up the registration; whoever waits may move up. Done twice, it tells nobody twice.

    ``reason`` is that of a coordinator.
    """
    event, moment = _settled(registration.event, now)
    current = _current(registration)
    if current.is_open:
        current.reason = reason.strip()
        move(event, current, RegistrationStatus.CANCELLED)
        promote(event, moment)
    return current


# ------------------------------------------------------------ coordinators


@transaction.atomic
def admit(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Let somebody in who asked, or who was declined: to a place, or to the end of the queue.

    Raises RegistrationClosed where neither is there.
    """
    event, moment = _settled(registration.event, now)
    current = _current(registration)
    if current.status in (RegistrationStatus.REQUESTED, RegistrationStatus.DECLINED):
        if reason := why_no_place(event, current.city):
            raise RegistrationClosed(reason)
        current.reason = ""
        open_city(event, current)
        seat(event, current, moment)
    return current


@transaction.atomic
def decline(*, registration: Registration, reason: str, now: datetime | None = None) -> Registration:
    """Say no to somebody who asked, and why. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the person is told.")})
    event, moment = _settled(registration.event, now)
    current = _current(registration)
    if current.status == RegistrationStatus.REQUESTED:
        current.reason = reason.strip()
        move(event, current, RegistrationStatus.DECLINED)
        promote(event, moment)
    return current


# ------------------------------------------------------------ what goes with it


@transaction.atomic
def change_answers(
    *,
    registration: Registration,
    answers: Mapping[int, str],
    sessions: Iterable[Session],
    language: str,
    now: datetime | None = None,
) -> Registration:
    """Write the answers anew, and book or give back sessions. Nothing about the place itself."""
    event, _moment = _settled(registration.event, now)
    current = _current(registration)
    current.event, current.language = event, language
    current.save(update_fields=["language", "changed_at"])
    _answer(current, answers)
    if current.is_open:
        wanted = {session.pk: session for session in sessions if _may_book(event, session)}
        for booking in SessionBooking.objects.filter(registration=current).exclude(session__in=wanted):
            unbook(booking)
        for session in wanted.values():
            book(current, session)
    return current


def _settled(event: Event, now: datetime | None) -> tuple[Event, datetime]:
    locked = lock_event(event.pk)
    # The clock is read once the lock is there: it may have taken a while.
    moment = now or timezone.now()
    settle(locked, moment)
    return locked, moment


def _current(registration: Registration) -> Registration:
    """The registration as it is now that the event is locked."""
    return Registration.objects.select_related("user", "city").get(pk=registration.pk)


def _come_in(event: Event, registration: Registration, sessions: Iterable[Session], now: datetime) -> None:
    """The person is known and may come: to a coordinator, to a place, or to the queue."""
    registration.event = event
    open_city(event, registration)
    _wish(registration, sessions)
    if event.needs_approval:
        move(event, registration, RegistrationStatus.REQUESTED)
    else:
        seat(event, registration, now)


def _write(registration: Registration, applicant: Applicant, *, email: str, city: City | None) -> None:
    registration.name, registration.email, registration.city = applicant.name, email, city
    registration.organisation, registration.language = applicant.organisation, applicant.language
    registration.time_zone, registration.reason = applicant.time_zone, ""
    if not registration.status:
        # Until the rules have decided, in this transaction.
        registration.status = RegistrationStatus.UNCONFIRMED
    registration.full_clean(exclude=["event", "user", "status", "secret"], validate_constraints=False)
    registration.save()


def _answer(registration: Registration, answers: Mapping[int, str]) -> None:
    """What is not answered, or was erased meanwhile, is not kept."""
    questions = Question.objects.filter(event=registration.event_id, erased_at=None, erase_on__gt=timezone.localdate())
    Answer.objects.filter(registration=registration).delete()
    Answer.objects.bulk_create(
        Answer(registration=registration, question=question, value=answers[question.pk])
        for question in questions
        if answers.get(question.pk)
    )


def _may_book(event: Event, session: Session) -> bool:
    return session.event_id == event.pk and session.is_booked_apart and not session.is_cancelled


def _wish(registration: Registration, sessions: Iterable[Session]) -> None:
    """Before the person is enrolled it takes no place; ``move`` makes bookings of it."""
    for session in sessions:
        if _may_book(registration.event, session):
            book(registration, session)
