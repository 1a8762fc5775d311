"""Letters about events."""

from collections.abc import Iterable
from datetime import datetime

from events.enums import RegistrationStatus
from events.models import Event, Registration, SessionBooking
from notifications.messages import Addressee, Message, Recipient


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


class RegistrationChanged(Message):
    """To one person: where he or she stands now. Once for each change of status."""

    kind = "event-registration"
    template = "emails/events/registration.txt"

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self.event = registration.event

    def recipients(self) -> Iterable[Recipient]:
        return [addressee(self.registration)]

    @property
    def key(self) -> str:
        return f"{self.registration.pk}:{self.registration.round}"


class EventChanged(Message):
    """To all whom it matters: what has changed, status included. Once for each number of changes of the event."""

    kind = "event-changed"
    template = "emails/events/changed.txt"

    def __init__(self, event: Event, changed: Iterable[str]) -> None:
        self.event = event
        self.changed = tuple(changed)
        """Names of the fields of ``Event`` that changed; ``programme`` where sessions did."""

    def recipients(self) -> Iterable[Recipient]:
        told = Registration.objects.filter(event=self.event, status__in=RegistrationStatus.told())
        return [addressee(registration) for registration in told.select_related("user")]

    @property
    def key(self) -> str:
        return f"{self.event.pk}:{self.event.sequence}"


class GuestMayConfirm(Message):
    """To an address that somebody without an account gave: the way to confirm it, or to the registration that is
    there already. The form answers the same in both cases, so that it tells nobody who is registered."""

    kind = "event-guest"
    template = "emails/events/confirm.txt"

    def __init__(self, registration: Registration, token: str, sent_at: datetime) -> None:
        self.registration = registration
        self.event = registration.event
        self.token = token
        """Empty where there is nothing to confirm."""
        self.sent_at = sent_at

    def recipients(self) -> Iterable[Recipient]:
        return [addressee(self.registration)]

    @property
    def key(self) -> str:
        return f"{self.registration.pk}:{int(self.sent_at.timestamp())}"


class SessionBookingChanged(Message):
    """To one person who waited for a place in a session: there is one, and it is his or hers. Once a booking."""

    kind = "event-booking"
    template = "emails/events/booking.txt"

    def __init__(self, booking: SessionBooking) -> None:
        self.booking = booking
        self.session = booking.session
        self.registration = booking.registration
        self.event = booking.registration.event

    def recipients(self) -> Iterable[Recipient]:
        return [addressee(self.registration)]

    @property
    def key(self) -> str:
        return str(self.booking.pk)
