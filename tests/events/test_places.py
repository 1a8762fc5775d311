from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events.actions.places import change_registration, lapse_offers
from events.actions.registering import (
    AlreadyRegistered,
    accept_offer,
    add_by_hand,
    admit,
    cancel,
    change_answers,
    decline,
    decline_offer,
    register,
)
from events.models import Event, SessionBooking
from events.opening import Closed, RegistrationClosed, why_closed
from groups.enums import Visibility
from notifications.models import OutgoingMail
from tests.events.places import (
    NOW,
    applicant,
    assert_counters_are_right,
    counters,
    enrol,
    open_event,
    person,
    statuses,
)
from tests.factories import CityFactory, RegistrationFactory, SessionFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


# ------------------------------------------------------------ who can register


@pytest.mark.parametrize(
    ("facts", "member", "guest"),
    [
        ({}, None, None),
        ({"status": "draft"}, Closed.DRAFT, Closed.DRAFT),
        ({"status": "confirmed"}, None, None),
        ({"status": "postponed"}, Closed.POSTPONED, Closed.POSTPONED),
        ({"status": "cancelled"}, Closed.CANCELLED, Closed.CANCELLED),
        ({"registration_mode": "none"}, Closed.NO_REGISTRATION, Closed.NO_REGISTRATION),
        (
            {"registration_mode": "elsewhere", "registration_url": "https://example.org/"},
            Closed.ELSEWHERE,
            Closed.ELSEWHERE,
        ),
        ({"registration_opens_at": NOW + HOUR}, Closed.NOT_YET, Closed.NOT_YET),
        ({"registration_opens_at": NOW}, None, None),
        ({"registration_closes_at": NOW + HOUR}, None, None),
        ({"registration_closes_at": NOW}, Closed.CLOSED, Closed.CLOSED),
        ({"starts_at": NOW - HOUR, "ends_at": NOW + HOUR}, None, None),
        ({"starts_at": NOW - HOUR, "ends_at": NOW}, Closed.OVER, Closed.OVER),
        ({"visibility": Visibility.NETWORK}, None, Closed.HIDDEN),
        ({"guests_allowed": False}, None, Closed.GUESTS),
        ({"capacity": 0}, None, None),
        ({"capacity": 0, "has_waiting_list": False}, Closed.FULL, Closed.FULL),
        ({"capacity": 0, "guests_allowed": False}, None, Closed.GUESTS),
        ({"places_per_city": 3}, Closed.NO_CITY, None),
    ],
)
def test_registration_is_open_or_closed_for_a_reason(facts, member, guest):
    event = open_event(**facts)
    assert (why_closed(event, person(), NOW), why_closed(event, AnonymousUser(), NOW)) == (member, guest)


def test_registering_is_refused_for_the_reason_that_the_page_gives():
    event = open_event(registration_closes_at=NOW)
    with pytest.raises(RegistrationClosed) as refused:
        enrol(event)
    assert (refused.value.reason, Event.objects.get(pk=event.pk).taken) == (Closed.CLOSED, 0)


def test_member_of_another_group_cannot_register_for_an_event_of_a_group(group, people):
    event = open_event(visibility=Visibility.GROUP, group=group)
    assert [why_closed(event, people[who], NOW) for who in ("member", "stranger", "administrator")] == [
        None,
        Closed.HIDDEN,
        Closed.HIDDEN,
    ]


def test_member_comes_from_the_city_of_the_profile():
    city, other = CityFactory(), CityFactory()
    event, user = open_event(places_per_city=1), person(city)
    registration = register(event=event, user=user, applicant=applicant(city=other), now=NOW)
    assert (registration.city, counters(event)[1]) == (city, [(city.pk, 1)])


def test_nobody_registers_twice():
    event, user = open_event(), person()
    first = enrol(event, user)
    with pytest.raises(AlreadyRegistered) as refused:
        enrol(event, user)
    assert (refused.value.registration, event.registrations.count()) == (first, 1)


def test_member_keeps_the_place_that_the_same_address_has_as_a_guest():
    event, user = open_event(capacity=1), person()
    guest = add_by_hand(event=event, applicant=applicant(email="somebody@example.org"), now=NOW)
    user.email = "Somebody@example.org"
    user.save()
    assert enrol(event, user) == guest
    guest.refresh_from_db()
    assert (guest.user, guest.status) == (user, "enrolled")


# ------------------------------------------------------------ places and the queue


def test_places_go_to_the_first_and_the_others_wait_in_order():
    event = open_event(capacity=2)
    registrations = [enrol(event) for _number in range(4)]
    assert statuses(*registrations) == ["enrolled", "enrolled", "waiting", "waiting"]
    assert list(event.registrations.in_queue()) == registrations[2:]
    assert_counters_are_right(event)


def test_without_a_waiting_list_nobody_waits():
    event = open_event(capacity=1, has_waiting_list=False)
    enrol(event)
    with pytest.raises(RegistrationClosed) as refused:
        enrol(event)
    assert refused.value.reason == Closed.FULL


def test_queue_keeps_its_order_when_a_clock_goes_back():
    event = open_event(capacity=0)
    registrations = [enrol(event, now=NOW - number * HOUR) for number in range(3)]
    assert list(event.registrations.in_queue()) == registrations


def test_city_with_a_quota_of_its_own_leaves_places_to_others():
    full, other = CityFactory(), CityFactory()
    event = open_event(capacity=3, places_per_city=1)
    registrations = [enrol(event, person(city)) for city in (full, full, other)]
    assert statuses(*registrations) == ["enrolled", "waiting", "enrolled"]
    assert_counters_are_right(event)


def test_full_city_without_a_waiting_list_is_refused():
    city = CityFactory()
    event = open_event(capacity=3, places_per_city=1, has_waiting_list=False)
    enrol(event, person(city))
    with pytest.raises(RegistrationClosed) as refused:
        enrol(event, person(city))
    assert refused.value.reason == Closed.FULL_CITY


def test_city_without_places_waits():
    event = open_event(places_per_city=0)
    assert enrol(event, person(CityFactory())).status == "waiting"


def test_freed_place_is_offered_to_the_first_who_may_have_it():
    full, other = CityFactory(), CityFactory()
    event = open_event(capacity=2, places_per_city=1)
    keeps, leaves = enrol(event, person(full)), enrol(event, person(other))
    passed_over, first, second = (enrol(event, person(city)) for city in (full, other, CityFactory()))
    cancel(registration=leaves, now=NOW)
    assert statuses(keeps, leaves, passed_over, first, second) == [
        "enrolled",
        "cancelled",
        "waiting",
        "offered",
        "waiting",
    ]
    # The one who was passed over keeps the place in the queue, and is first when the city has a place.
    decline_offer(registration=first, now=NOW)
    cancel(registration=keeps, now=NOW)
    assert statuses(passed_over, second) == ["offered", "offered"]
    assert_counters_are_right(event)


@pytest.mark.parametrize(
    ("facts", "until"),
    [
        ({}, NOW + 48 * HOUR),
        ({"offer_hours": 2}, NOW + 2 * HOUR),
        ({"registration_closes_at": NOW + DAY}, NOW + DAY),
        ({"starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}, NOW + DAY),
        ({"starts_at": NOW - HOUR, "ends_at": NOW + DAY}, None),
    ],
)
def test_offer_is_open_for_the_hours_but_not_after_closing_or_the_start(facts, until):
    event = open_event(capacity=1, **facts)
    leaves, waits = enrol(event), enrol(event)
    cancel(registration=leaves, now=NOW)
    waits.refresh_from_db()
    assert (waits.status, waits.offer_until) == ("offered" if until else "waiting", until)


def test_newcomer_does_not_overtake_who_waits_where_no_offers_are_made():
    event = open_event(capacity=1, starts_at=NOW - HOUR, ends_at=NOW + DAY)
    leaves, waits = enrol(event), enrol(event)
    cancel(registration=leaves, now=NOW)
    assert statuses(waits, enrol(event)) == ["waiting", "waiting"]


def test_offer_holds_a_place_until_it_is_answered():
    event = open_event(capacity=1)
    leaves, offered = enrol(event), enrol(event)
    cancel(registration=leaves, now=NOW)
    newcomer = enrol(event)
    assert statuses(offered, newcomer) == ["offered", "waiting"]
    assert accept_offer(registration=offered, now=NOW).status == "enrolled"
    assert_counters_are_right(event)


def test_declined_offer_goes_to_the_next():
    event = open_event(capacity=1)
    leaves, first, second = enrol(event), enrol(event), enrol(event)
    cancel(registration=leaves, now=NOW)
    assert decline_offer(registration=first, now=NOW).status == "cancelled"
    assert statuses(first, second) == ["cancelled", "offered"]


def test_silence_passes_the_offer_on():
    event = open_event(capacity=1)
    leaves, first, second = enrol(event), enrol(event), enrol(event)
    cancel(registration=leaves, now=NOW)
    assert (lapse_offers(NOW + 48 * HOUR - HOUR), statuses(first, second)) == (0, ["offered", "waiting"])
    assert (lapse_offers(NOW + 48 * HOUR), statuses(first, second)) == (2, ["lapsed", "offered"])
    assert lapse_offers(NOW + 48 * HOUR) == 0
    second.refresh_from_db()
    assert second.offer_until == NOW + 96 * HOUR
    assert_counters_are_right(event)


def test_offer_is_not_accepted_after_its_time_though_nobody_has_taken_it_back():
    event = open_event(capacity=1)
    leaves, first, second = enrol(event), enrol(event), enrol(event)
    cancel(registration=leaves, now=NOW)
    assert accept_offer(registration=first, now=NOW + 48 * HOUR).status == "lapsed"
    assert statuses(first, second) == ["lapsed", "offered"]


def test_whoever_comes_back_goes_to_the_end():
    event = open_event(capacity=1)
    leaves, waits = enrol(event), enrol(event)
    other = enrol(event)
    cancel(registration=waits, now=NOW)
    again = enrol(event, waits.user)
    assert (again.pk, list(event.registrations.in_queue())) == (waits.pk, [other, again])
    assert statuses(leaves) == ["enrolled"]


def test_cancelling_twice_tells_once():
    event = open_event()
    registration = enrol(event)
    rounds = [cancel(registration=registration, now=NOW).round for _time in range(2)]
    assert (rounds, OutgoingMail.objects.filter(kind="event-registration").count()) == ([2, 2], 2)


def test_each_change_is_told_in_the_same_transaction():
    event = open_event(capacity=1)
    leaves, waits = enrol(event), enrol(event)
    with transaction.atomic():
        cancel(registration=leaves, now=NOW)
        transaction.set_rollback(True)
    assert (statuses(leaves, waits), OutgoingMail.objects.count()) == (["enrolled", "waiting"], 2)


# ------------------------------------------------------------ coordinators


def test_where_people_are_admitted_nobody_holds_a_place_before():
    event = open_event(needs_approval=True, capacity=1)
    first, second = enrol(event), enrol(event)
    assert (statuses(first, second), counters(event)[0]) == (["requested", "requested"], 0)
    admit(registration=second, now=NOW)
    admit(registration=first, now=NOW)
    assert statuses(first, second) == ["waiting", "enrolled"]
    assert_counters_are_right(event)


def test_declining_needs_a_reason_and_can_be_taken_back():
    event = open_event(needs_approval=True)
    registration = enrol(event)
    with pytest.raises(ValidationError) as refused:
        decline(registration=registration, reason=" ", now=NOW)
    assert list(refused.value.message_dict) == ["reason"]
    assert decline(registration=registration, reason="For mayors only.", now=NOW).reason == "For mayors only."
    with pytest.raises(AlreadyRegistered):
        enrol(event, registration.user)
    assert admit(registration=registration, now=NOW).status == "enrolled"


def test_admitting_is_refused_where_there_is_neither_place_nor_queue():
    event = open_event(needs_approval=True, capacity=1, has_waiting_list=False)
    first, second = enrol(event), enrol(event)
    admit(registration=first, now=NOW)
    with pytest.raises(RegistrationClosed) as refused:
        admit(registration=second, now=NOW)
    assert (refused.value.reason, statuses(second)) == (Closed.FULL, ["requested"])


def test_coordinator_adds_somebody_after_closing_but_not_beyond_the_places():
    event = open_event(capacity=1, registration_closes_at=NOW)
    added = [add_by_hand(event=event, applicant=applicant(email=email), now=NOW) for email in ("a@x.org", "b@x.org")]
    assert statuses(*added) == ["enrolled", "waiting"]


def test_raising_the_places_promotes():
    event = open_event(capacity=1)
    registrations = [enrol(event) for _number in range(4)]
    change_registration(event=event, values={"capacity": 3}, own_places={}, now=NOW)
    assert statuses(*registrations) == ["enrolled", "offered", "offered", "waiting"]


def test_raising_the_quota_of_a_city_promotes():
    city, other = CityFactory(), CityFactory()
    event = open_event(places_per_city=1)
    registrations = [enrol(event, person(each)) for each in (city, city, other, other)]
    change_registration(event=event, values={}, own_places={city.pk: None}, now=NOW)
    assert statuses(*registrations) == ["enrolled", "offered", "enrolled", "waiting"]
    # The city is like the others again, who have two now.
    change_registration(event=event, values={"places_per_city": 2}, own_places={}, now=NOW)
    assert statuses(*registrations) == ["enrolled", "offered", "enrolled", "offered"]


def test_fewer_places_than_people_are_refused_with_the_numbers():
    city = CityFactory(names={"en": "Augsburg"})
    event = open_event(capacity=5, places_per_city=3)
    for _number in range(2):
        enrol(event, person(city))
    with pytest.raises(ValidationError) as refused:
        change_registration(event=event, values={"capacity": 1, "places_per_city": 1}, own_places={}, now=NOW)
    assert refused.value.message_dict == {
        "capacity": ["2 people hold a place already: at least as many places are needed."],
        "places_per_city": ["2 people from Augsburg hold a place already: at least as many places are needed."],
    }
    with pytest.raises(ValidationError) as refused:
        change_registration(event=event, values={}, own_places={city.pk: 1}, now=NOW)
    assert list(refused.value.message_dict) == ["own_places"]


@pytest.mark.parametrize("counter", ["event", "city", "session"])
def test_database_refuses_what_no_code_should_try(counter):
    city = CityFactory()
    event = open_event(capacity=1, places_per_city=1)
    session = SessionFactory(event=event, capacity=1)
    enrol(event, person(city), sessions=[session])
    rows = {
        "event": Event.objects.filter(pk=event.pk),
        "city": event.city_places.all(),
        "session": event.sessions.all(),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        rows[counter].update(taken=2)


def test_saving_an_event_that_was_read_before_writes_no_old_number_back():
    event = open_event(capacity=5)
    read_before = Event.objects.get(pk=event.pk)
    enrol(event)
    read_before.venue = "Town hall"
    read_before.save()
    event.refresh_from_db()
    assert (event.taken, event.venue) == (1, "Town hall")


# ------------------------------------------------------------ sessions


def test_session_is_booked_with_the_registration_and_its_queue_moves_up():
    event = open_event()
    session = SessionFactory(event=event, capacity=1)
    first, second = (enrol(event, sessions=[session]) for _number in range(2))
    assert list(SessionBooking.objects.values_list("status", flat=True)) == ["booked", "waiting"]
    cancel(registration=first, now=NOW)
    assert list(SessionBooking.objects.values_list("registration", "status")) == [(second.pk, "booked")]
    assert list(OutgoingMail.objects.filter(kind="event-booking").values_list("recipient", flat=True)) == [second.email]
    assert_counters_are_right(event)


def test_wish_of_somebody_who_waits_takes_no_seat():
    event = open_event(capacity=1)
    session = SessionFactory(event=event, capacity=1)
    leaves = enrol(event)
    waits = enrol(event, sessions=[session])
    assert counters(event)[2] == [(session.pk, 0)]
    cancel(registration=leaves, now=NOW)
    accept_offer(registration=waits, now=NOW)
    assert list(SessionBooking.objects.values_list("registration", "status")) == [(waits.pk, "booked")]


def test_sessions_can_be_changed_later():
    event = open_event()
    morning, evening = (SessionFactory(event=event, capacity=1) for _number in range(2))
    unlimited, elsewhere = SessionFactory(event=event), SessionFactory(capacity=3)
    registration, other = enrol(event, sessions=[morning]), enrol(event, sessions=[morning])
    change_answers(
        registration=registration,
        answers={},
        sessions=[evening, unlimited, elsewhere],
        language="fr",
        now=NOW,
    )
    assert sorted(SessionBooking.objects.values_list("registration", "session", "status")) == [
        (registration.pk, evening.pk, "booked"),
        (other.pk, morning.pk, "booked"),
    ]


def test_factory_and_actions_count_alike():
    event = open_event(capacity=2)
    RegistrationFactory(event=event)
    assert statuses(enrol(event), enrol(event)) == ["enrolled", "waiting"]
