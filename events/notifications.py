"""Letters about events.

Who causes a change sends ``RegistrationChanged`` or ``EventChanged`` in the same transaction; what is told by the clock
is sent by ``actions.telling``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.languages import complete_order, current_language
from common.words import best_words
from events import told
from events.enums import RegistrationStatus, Status
from events.letters import (
    guest_stop_address,
    letter_facts,
    manage_address,
    material_address,
    title_in,
    titles_of,
    zone_of,
)
from events.models import Event, EventLetters, EventReminder, Material, Registration, SessionBooking
from events.models.reminders import DAY, HOUR, WEEK
from events.permissions import looked_after_by
from notifications.messages import Addressee, Message, Recipient

MOST_NAMES = 20


def addressee(registration: Registration) -> Recipient:
    """The person behind a registration: the account, or the guest in the language that he or she chose."""
    if registration.user is not None:
        return registration.user
    return Addressee(
        key=f"registration-{registration.pk}",
        email=registration.email,
        name=registration.name,
        languages=(registration.language,),
    )


def prepare_letters(event: Event) -> EventLetters:
    """What the letters about ``event`` remember. The first time, people know what is true now, and the usual reminders
    are made: a week and a day before, or a day and an hour before where everybody takes part online.
    """
    letters, is_new = EventLetters.objects.get_or_create(
        event=event, defaults={"facts": told.facts_of(event), "programme": told.programme_of(event)}
    )
    if is_new and not EventReminder.objects.filter(event=event).exists():
        usual = (WEEK, DAY) if event.is_on_site else (DAY, HOUR)
        EventReminder.objects.bulk_create(EventReminder(event=event, minutes_before=minutes) for minutes in usual)
    return letters


class EventMessage(Message):
    """About one event, to people who registered for it; guests can stop those that people can do without."""

    event: Event

    def registrations(self) -> Iterable[Registration]:
        raise NotImplementedError

    def recipients(self) -> Iterable[Recipient]:
        prefetch_related_objects([self.event], "city__labels")
        found: list[Recipient] = []
        self._by_recipient: dict[Any, Registration] = {}
        for registration in self.registrations():
            is_guest = registration.user is None
            if (is_guest and self.is_optional and not registration.wants_reminders) or (
                registration.user is not None and not registration.user.is_active
            ):
                continue
            recipient = addressee(registration)
            self._by_recipient[_identity(recipient)] = registration
            found.append(recipient)
        return found

    def registration_of(self, recipient: Any) -> Registration:
        return self._by_recipient[_identity(recipient)]

    def languages_of(self, recipient: Any) -> Sequence[str]:
        return recipient.languages or (self.registration_of(recipient).language,)

    def stop_address(self, recipient: Any) -> str:
        if isinstance(recipient, Addressee):
            return guest_stop_address(self.registration_of(recipient))
        return super().stop_address(recipient)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        languages = complete_order((current_language(), *self.languages_of(recipient)))
        return {
            "title": title_in(self.titles, self.event, languages),
            "status_note": best_words(self.event.status_note, languages)[0],
            "access_note": best_words(self.event.access_note, languages)[0],
            **letter_facts(self.event, self.registration_of(recipient)),
        }

    @cached_property
    def titles(self) -> dict[str, str]:
        return titles_of(self.event)


def _identity(recipient: Any) -> Any:
    return recipient.key if isinstance(recipient, Addressee) else recipient.pk


# ------------------------------------------------------------ about one registration


class RegistrationChanged(EventMessage):
    """To one person: where he or she stands now. Once for each change of status."""

    kind = "event-registration"
    label = _("Where you stand with an event: enrolled, on the waiting list, offered a place")

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self.event = registration.event
        self.template = f"emails/events/{registration.status}.txt"
        self.reason = registration.reason
        """What the coordinator said about it."""

    def registrations(self) -> Iterable[Registration]:
        # Guests who have not proven their address yet have a ``GuestMayConfirm``.
        return [] if self.registration.status == RegistrationStatus.UNCONFIRMED else [self.registration]

    @property
    def key(self) -> str:
        return f"{self.registration.pk}:{self.registration.round}"

    def send(self) -> None:
        prepare_letters(self.event)
        super().send()


class OfferEnds(EventMessage):
    """To one person to whom a place is offered: the time to answer is nearly over. Once an offer."""

    kind = "event-offer-ends"
    template = "emails/events/offer_ends.txt"
    label = _("A place is offered to you, and the time to answer is nearly over")

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self.event = registration.event

    def registrations(self) -> Iterable[Registration]:
        return [self.registration]

    @property
    def key(self) -> str:
        return f"{self.registration.pk}:{self.registration.round}"


class GuestMayConfirm(EventMessage):
    """To an address that somebody without an account gave: the way to confirm it, or to the registration that is
    there already. The form answers the same in both cases, so that it tells nobody who is registered."""

    kind = "event-guest"
    template = "emails/events/confirm.txt"
    label = _("Somebody gives your address to register for an event")

    def __init__(self, registration: Registration, token: str, sent_at: datetime) -> None:
        self.registration = registration
        self.event = registration.event
        self.token = token
        """Empty where there is nothing to confirm."""
        self.sent_at = sent_at

    def registrations(self) -> Iterable[Registration]:
        return [self.registration]

    @property
    def key(self) -> str:
        return f"{self.registration.pk}:{int(self.sent_at.timestamp())}"


class SessionBookingChanged(EventMessage):
    """To one person who waited for a place in a session: there is one, and it is his or hers. Once a booking."""

    kind = "event-booking"
    template = "emails/events/booking.txt"
    label = _("You have a place in a session for which you waited")

    def __init__(self, booking: SessionBooking) -> None:
        self.booking = booking
        self.session = booking.session
        self.registration = booking.registration
        self.event = booking.registration.event

    def registrations(self) -> Iterable[Registration]:
        return [self.registration]

    @property
    def key(self) -> str:
        return str(self.booking.pk)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        languages = complete_order((current_language(), *self.languages_of(recipient)))
        zone = zone_of(self.registration)
        return {
            **super().context_for(recipient),
            "session_title": best_words(self.session.title, languages)[0],
            "session_when": told.session_in_words(self.session, self.event, zone),
        }


# ------------------------------------------------------------ about the event


class EventChanged(EventMessage):
    """To all whom it matters: what has changed, status included. Once for each number of changes of the event.

    The letter says what is no longer as people were last told (``EventLetters``). Where nothing but the programme has
    changed, it is a ``ProgrammeChanged``. Nobody is told of changes of a draft, or, but for its status, of an event
    that is over.
    """

    kind = "event-changed"
    template = "emails/events/changed.txt"
    label = _("An event for which you registered is moved, changed or cancelled")

    def __init__(self, event: Event, changed: Iterable[str]) -> None:
        self.event = event
        self.changed = tuple(changed)
        """Names of the fields of ``Event`` that changed; ``programme`` where sessions did."""
        self._facts: dict[str, Any] = {}

    def registrations(self) -> Iterable[Registration]:
        return told_of(self.event)

    @property
    def key(self) -> str:
        return f"{self.event.pk}:{self.event.sequence}"

    def send(self) -> None:
        known = EventLetters.objects.filter(event=self.event).first()
        letters = prepare_letters(self.event)
        self._facts = known.facts if known else {}
        self._programme = known.programme if known else letters.programme
        is_news = not self.event.is_over or "status" in self.changed
        if self.event.status != Status.DRAFT and is_news:
            if set(self.changed) == {"programme"}:
                ProgrammeChanged(self.event, self._programme).send()
            else:
                super().send()
                if self.date_changed:
                    _settle_reminders(self.event)
        letters.facts = told.facts_of(self.event)
        if "programme" in self.changed:
            letters.programme = told.programme_of(self.event)
        letters.save(update_fields=["facts", "programme"])

    @property
    def status_changed(self) -> bool:
        return self._facts.get("status") != self.event.status if self._facts else "status" in self.changed

    @property
    def date_changed(self) -> bool:
        names = ("starts_at", "ends_at")
        now = told.facts_of(self.event)
        if not self._facts:
            return bool(set(names) & set(self.changed))
        return any(self._facts[name] != now[name] for name in names)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        registration = self.registration_of(recipient)
        zone = zone_of(registration)
        join_changed = "join_url" in self.changed or self._facts.get("join_url") not in (None, self.event.join_url)
        fields = {field.name: field for field in self.event._meta.fields}
        others = [fields[name].verbose_name for name in self.changed if name in fields and name not in told.COMPARED]
        # With a new date, all sessions are new as well: that is not worth a list.
        has_list = "programme" in self.changed and not self.date_changed
        return {
            **super().context_for(recipient),
            "changes": told.changes_since(self._facts, self.event, self.changed, zone),
            "sessions": told.programme_changes(self._programme, self.event, zone) if has_list else [],
            "programme_moved": "programme" in self.changed and self.date_changed,
            "join_changed": join_changed and registration.is_enrolled,
            "others": others,
            "status": self.event.status,
            "status_changed": self.status_changed,
            "date_changed": self.date_changed,
        }


class ProgrammeChanged(EventMessage):
    """To all whom it matters: the sessions that are no longer as in ``programme``, which people know."""

    kind = "event-programme"
    template = "emails/events/programme.txt"
    label = _("The programme of an event for which you registered has changed")
    is_optional = True

    def __init__(self, event: Event, programme: dict[str, Any]) -> None:
        self.event = event
        self._programme = programme

    def registrations(self) -> Iterable[Registration]:
        return told_of(self.event)

    @property
    def key(self) -> str:
        return f"{self.event.pk}:{self.event.sequence}"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        zone = zone_of(self.registration_of(recipient))
        sessions = told.programme_changes(self._programme, self.event, zone)
        return {**super().context_for(recipient), "sessions": sessions}


class Reminder(EventMessage):
    """To people who are enrolled, some time before the event. Once for each reminder and date of the event."""

    kind = "event-reminder"
    template = "emails/events/reminder.txt"
    label = _("Reminders before an event in which you are enrolled")
    is_optional = True

    def __init__(self, reminder: EventReminder, registrations: Sequence[Registration]) -> None:
        self.event = reminder.event
        self.reminder = reminder
        self._registrations = registrations

    def registrations(self) -> Iterable[Registration]:
        return self._registrations

    @property
    def key(self) -> str:
        return f"{self.reminder.pk}:{self.event.starts_at:%Y%m%dT%H%M%S%z}"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        languages = complete_order((current_language(), *self.languages_of(recipient)))
        return {**super().context_for(recipient), "own_words": best_words(self.reminder.words, languages)[0]}


class Thanks(EventMessage):
    """To all who were enrolled: thanks, and what remains of the event. Once an event."""

    kind = "event-thanks"
    template = "emails/events/thanks.txt"
    label = _("Thanks and materials after an event")
    is_optional = True

    def __init__(self, event: Event, registrations: Sequence[Registration]) -> None:
        self.event = event
        self._registrations = registrations
        self._materials = list(Material.objects.filter(event=event).select_related("document", "event"))

    def registrations(self) -> Iterable[Registration]:
        return self._registrations

    @property
    def key(self) -> str:
        return str(self.event.pk)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        registration = self.registration_of(recipient)
        materials = [(material, material_address(material, registration)) for material in self._materials]
        return {**super().context_for(recipient), "materials": materials}


class RequestsWait(Message):
    """To the coordinators of an event: people have asked to take part, and wait for an answer."""

    kind = "event-requests"
    template = "emails/events/requests.txt"
    label = _("People ask to take part in an event that you look after")

    def __init__(self, event: Event, told_at: datetime) -> None:
        self.event = event
        self.told_at = told_at
        self.requests = list(
            Registration.objects.filter(event=event, status=RegistrationStatus.REQUESTED).select_related("city")
        )
        self.shown = self.requests[:MOST_NAMES]
        self.number = len(self.requests)

    def recipients(self) -> Iterable[Recipient]:
        return looked_after_by(self.event)

    @property
    def key(self) -> str:
        return f"{self.event.pk}:{self.told_at:%Y%m%dT%H%M%S}"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        languages = complete_order((current_language(), *recipient.languages))
        return {
            "title": title_in(titles_of(self.event), self.event, languages),
            "when": told.when_in_words(self.event, recipient.zone),
            "manage_address": manage_address(self.event),
        }


# ------------------------------------------------------------ what is remembered


def told_of(event: Event) -> Iterable[Registration]:
    """Those to whom it matters when the event changes."""
    return Registration.objects.filter(event=event).told().select_related("user")


def _settle_reminders(event: Event) -> None:
    """A letter that has just told the date needs no reminder on its heels."""
    now = timezone.now()
    for reminder in EventReminder.objects.filter(event=event):
        reminder.event = event
        if reminder.due_at <= now and not reminder.is_told:
            EventReminder.objects.filter(pk=reminder.pk).update(told_for=event.starts_at)
