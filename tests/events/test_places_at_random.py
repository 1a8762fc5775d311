"""Whatever people, coordinators and the clock do, in whatever order: what must hold after each step."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from events.actions.places import change_registration, lapse_offers
from events.actions.registering import (
    AlreadyRegistered,
    accept_offer,
    admit,
    cancel,
    change_answers,
    decline,
    decline_offer,
)
from events.models import CityPlaces, Event, Registration, Session, SessionBooking
from events.opening import RegistrationClosed
from notifications.models import OutgoingMail
from tests.events.places import NOW, assert_counters_are_right, enrol, open_event, person
from tests.factories import CityFactory, SessionFactory

pytestmark = pytest.mark.django_db

STEPS = 40


class Scene:
    """An event, some people of some cities, and a clock that goes on."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.cities = [CityFactory() for _number in range(3)]
        self.people = [person(self.chance.choice([*self.cities, None])) for _number in range(9)]
        has_quotas = self.chance.random() < 0.6
        if has_quotas:
            self.people = [user for user in self.people if user.city]
        self.event = open_event(
            capacity=self.chance.choice([None, 2, 3]),
            places_per_city=1 if has_quotas else None,
            needs_approval=self.chance.random() < 0.3,
            has_waiting_list=self.chance.random() < 0.85,
            registration_closes_at=NOW + timedelta(days=20),
        )
        self.session = SessionFactory(event=self.event, capacity=1)
        self.now: datetime = NOW

    def step(self) -> None:
        self.now += timedelta(hours=self.chance.choice([0, 1, 7, 30]))
        name = self.chance.choice(
            ["register"] * 5 + ["accept"] * 3 + ["cancel"] * 3 + ["refuse", "admit", "admit", "decline", "lapse"]
            + ["capacity", "quota", "own_quota", "sessions"]
        )  # fmt: skip
        try:
            getattr(self, name)()
        except (RegistrationClosed, AlreadyRegistered, ValidationError):
            # Refused: then nothing at all has changed, which the invariants see.
            pass

    def one(self, *statuses: str) -> Registration | None:
        found = list(Registration.objects.filter(event=self.event, status__in=statuses).order_by("pk"))
        return self.chance.choice(found) if found else None

    def act(self, action: Any, *statuses: str, **kwargs: Any) -> None:
        if registration := self.one(*statuses):
            action(registration=registration, now=self.now, **kwargs)

    def register(self) -> None:
        sessions = [self.session] if self.chance.random() < 0.5 else []
        enrol(self.event, self.chance.choice(self.people), now=self.now, sessions=sessions)

    def accept(self) -> None:
        self.act(accept_offer, "offered")

    def refuse(self) -> None:
        self.act(decline_offer, "offered")

    def cancel(self) -> None:
        self.act(cancel, "enrolled", "waiting", "offered", "requested")

    def admit(self) -> None:
        self.act(admit, "requested", "declined")

    def decline(self) -> None:
        self.act(decline, "requested", reason="No.")

    def lapse(self) -> None:
        lapse_offers(self.now)

    def capacity(self) -> None:
        number = self.chance.choice([None, 0, 1, 2, 3, 5])
        change_registration(event=self.event, values={"capacity": number}, own_places=self.own(), now=self.now)

    def quota(self) -> None:
        if Event.objects.get(pk=self.event.pk).places_per_city is not None:
            number = self.chance.choice([0, 1, 2, 3])
            change_registration(
                event=self.event, values={"places_per_city": number}, own_places=self.own(), now=self.now
            )

    def own_quota(self) -> None:
        if Event.objects.get(pk=self.event.pk).places_per_city is not None:
            own = {self.chance.choice(self.cities).pk: self.chance.choice([None, 0, 1, 2])}
            change_registration(event=self.event, values={}, own_places=own, now=self.now)

    def own(self) -> dict[int, int | None]:
        return dict(CityPlaces.objects.filter(event=self.event, is_own=True).values_list("city", "places"))

    def sessions(self) -> None:
        if registration := self.one("enrolled"):
            wanted = [self.session] if self.chance.random() < 0.5 else []
            change_answers(registration=registration, answers={}, sessions=wanted, language="en", now=self.now)

    # -------------------------------------------------------- what must hold

    def check(self) -> None:
        assert_counters_are_right(self.event)
        event = Event.objects.get(pk=self.event.pk)
        cities = {places.city_id: places for places in CityPlaces.objects.filter(event=event)}
        session = Session.objects.get(pk=self.session.pk)
        assert event.capacity is None or event.taken <= event.capacity
        assert all(places.places is None or places.taken <= places.places for places in cities.values())
        assert session.taken <= session.capacity
        self.check_that_nobody_is_forgotten(event, cities, session)
        self.check_that_each_was_told_once()

    def check_that_nobody_is_forgotten(self, event: Event, cities: dict, session: Session) -> None:
        """Nobody waits for whom there is a place, as long as the clock has not moved on since."""
        is_closed = self.now >= event.registration_closes_at
        has_place = event.capacity is None or event.taken < event.capacity
        for registration in event.registrations.in_queue():
            places = cities.get(registration.city_id)
            city_has_place = places is None or places.places is None or places.taken < places.places
            assert is_closed or not (has_place and city_has_place)
        waits = SessionBooking.objects.filter(session=session, status="waiting", registration__status="enrolled")
        assert session.taken == session.capacity or not waits.exists()
        gone = SessionBooking.objects.exclude(registration__status__in=["enrolled", "offered", "waiting", "requested"])
        assert not gone.exists()

    def check_that_each_was_told_once(self) -> None:
        told = Counter(
            int(key.split(":")[1])
            for key in OutgoingMail.objects.filter(kind="event-registration").values_list("key", flat=True)
        )
        assert told == Counter(dict(Registration.objects.filter(event=self.event).values_list("pk", "round")))


def queue_of(event: Event) -> list[tuple[int, int | None]]:
    return list(event.registrations.in_queue().values_list("pk", "city"))


def assert_first_come_first(event: Event, before: list[tuple[int, int | None]]) -> None:
    """Of those who waited, whoever was offered a place comes before each of the same city who waits still; and before
    everybody who waits still, unless that one's city is full."""
    statuses = dict(event.registrations.values_list("pk", "status"))
    full = set(CityPlaces.objects.filter(event=event, taken__gte=F("places")).values_list("city", flat=True))
    for place, (promoted, _city) in enumerate(before):
        if statuses[promoted] != "offered":
            continue
        for earlier, city in before[:place]:
            assert statuses[earlier] != "waiting" or city in full


@pytest.mark.parametrize("seed", range(6))
def test_places_hold_whatever_happens(seed):
    scene = Scene(seed)
    for _step in range(STEPS):
        before = queue_of(scene.event)
        scene.step()
        scene.check()
        assert_first_come_first(scene.event, before)
