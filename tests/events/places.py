"""What tests about places share: events that are open, and people of a city."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from events.actions.places import recount_places
from events.actions.registering import Applicant, register
from events.models import CityPlaces, Event, Registration, Session
from members.models import City, User
from tests.factories import EventPageFactory, UserFactory

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
START = NOW + timedelta(days=30)


def open_event(**facts: Any) -> Event:
    """An event for which people can register at ``NOW``; visible to everybody."""
    defaults = {"registration_mode": "here", "starts_at": START, "ends_at": START + timedelta(hours=8)}
    event: Event = EventPageFactory(**{**defaults, **facts}).event
    return event


def person(city: City | None = None, **fields: Any) -> User:
    user: User = UserFactory(city=city, **fields)
    return user


def applicant(**fields: Any) -> Applicant:
    defaults = {"name": "Ada", "email": "ada@example.org", "organisation": "", "city": None, "language": "en"}
    return Applicant(**{**defaults, **fields})


def enrol(event: Event, user: User | None = None, now: datetime = NOW, **kwargs: Any) -> Registration:
    user = user or person()
    return register(event=event, user=user, applicant=applicant(email=user.email), now=now, **kwargs)


def statuses(*registrations: Registration) -> list[str]:
    """As the database has them now, in this order."""
    found = dict(Registration.objects.values_list("pk", "status"))
    return [found[registration.pk] for registration in registrations]


def counters(event: Event) -> tuple:
    return (
        Event.objects.get(pk=event.pk).taken,
        sorted(CityPlaces.objects.filter(event=event).values_list("city", "taken")),
        sorted(Session.objects.filter(event=event).values_list("pk", "taken")),
    )


def assert_counters_are_right(event: Event) -> None:
    counted = counters(event)
    recount_places(event=event)
    assert counters(event) == counted


# Where the clock cannot be set: in processes of their own, and in browsers.


def event_from_now(**facts: Any) -> Event:
    start = timezone.now() + timedelta(days=30)
    return open_event(**{"starts_at": start, "ends_at": start + timedelta(hours=8), **facts})


def enrol_now(event: Event, user: User, **kwargs: Any) -> Registration:
    return register(event=event, user=user, applicant=applicant(email=user.email), **kwargs)
