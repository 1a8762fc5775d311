from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from wagtail.models import Locale

from events.actions.places import recount_places
from events.enums import Precision
from events.models import Event, SessionBooking, whole_span
from events.permissions import can_manage
from events.templatetags.events import datetime_attribute, when
from tests.factories import (
    CityFactory,
    EventFactory,
    EventPageFactory,
    MembershipFactory,
    RegistrationFactory,
    SessionFactory,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2019, 4, 10, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("precision", "first", "last"),
    [
        (Precision.TIME, NOON, NOON + timedelta(hours=2)),
        (Precision.DAY, datetime(2019, 4, 10, tzinfo=BERLIN), datetime(2019, 4, 10, 23, 59, 59, tzinfo=BERLIN)),
        (Precision.MONTH, datetime(2019, 4, 1, tzinfo=BERLIN), datetime(2019, 4, 30, 23, 59, 59, tzinfo=BERLIN)),
    ],
)
def test_whole_span_widens_to_what_is_known(precision, first, last):
    assert whole_span(NOON, NOON + timedelta(hours=2), BERLIN, precision) == (first, last)


def test_whole_span_takes_the_day_of_the_place():
    late = datetime(2019, 4, 10, 22, 30, tzinfo=UTC)
    first, _last = whole_span(late, late, BERLIN, Precision.DAY)
    assert first == datetime(2019, 4, 11, tzinfo=BERLIN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("precision", "words", "attribute"),
    [
        (Precision.TIME, "1 April 2019, 14:00–16:00 in Augsburg", "2019-04-01T14:00:00+02:00"),
        (Precision.DAY, "1 April 2019", "2019-04-01"),
        (Precision.MONTH, "April 2019", "2019-04"),
    ],
)
def test_date_is_told_as_exactly_as_it_is_known(precision, words, attribute):
    city = CityFactory(names={"en": "Augsburg"})
    event = EventFactory(time_zone="Europe/Berlin", precision=precision, city=city)
    with translation.override("en"):
        assert (when(event), datetime_attribute(event)) == (words, attribute)


@pytest.mark.django_db
def test_form_refuses_an_end_before_the_start():
    with pytest.raises(ValidationError) as refused:
        EventFactory(starts_at=NOON, ends_at=NOON - timedelta(hours=1))
    assert list(refused.value.message_dict) == ["ends_at"]


@pytest.mark.django_db
def test_form_refuses_a_date_before_all_calendars():
    start = datetime(1, 1, 1, tzinfo=UTC)
    with pytest.raises(ValidationError) as refused:
        EventFactory(starts_at=start, ends_at=start, precision=Precision.DAY, time_zone="America/New_York")
    assert list(refused.value.message_dict) == ["starts_at"]


@pytest.mark.django_db
def test_database_refuses_an_end_before_the_start():
    event = EventFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(ends_at=event.starts_at - timedelta(hours=1))


@pytest.mark.django_db
def test_upcoming_and_past_share_all_events():
    later = EventFactory(starts_at=NOON + timedelta(days=2), ends_at=NOON + timedelta(days=3))
    soon = EventFactory(starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1))
    over = EventFactory(starts_at=NOON - timedelta(days=2), ends_at=NOON - timedelta(days=1))
    assert list(Event.objects.upcoming(NOON)) == [soon, later]
    assert list(Event.objects.past(NOON)) == [over]


# ---------------------------------------------------------------- the record and its pages


@pytest.mark.django_db
def test_translation_is_the_same_event_and_a_copy_another_one():
    page = EventPageFactory(title="Assembly", city=CityFactory(), join_url="https://example.org/room")
    RegistrationFactory(event=page.event)
    SessionFactory(event=page.event)
    translation_page = page.copy_for_translation(Locale.objects.get(language_code="fr"))
    copy = page.copy(update_attrs={"title": "Next assembly", "slug": "next"}, keep_live=False)

    assert translation_page.event == page.event
    assert copy.event != page.event
    page.event.refresh_from_db()
    assert [
        (event.status, event.taken, event.programme_first_day, event.city) for event in (page.event, copy.event)
    ] == [
        ("announced", 1, page.event.first_day, page.event.city),
        ("draft", 0, None, page.event.city),
    ]
    assert (copy.event.uid != page.event.uid, copy.event.join_url) == (True, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "live", "seen_by"),
    [
        ({}, True, ["coordinator", "member", "stranger", "administrator", "visitor"]),
        ({"status": "cancelled"}, True, ["coordinator", "member", "stranger", "administrator", "visitor"]),
        ({"status": "draft"}, True, []),
        ({}, False, []),
        ({"visibility": "network"}, True, ["coordinator", "member", "stranger", "administrator"]),
        ({"visibility": "group"}, True, ["coordinator", "member"]),
    ],
)
def test_event_is_visible_by_its_own_rule(people, group, facts, live, seen_by):
    page = EventPageFactory(group=group, live=live, **facts)
    readers = {name: user or AnonymousUser() for name, user in people.items()}
    assert [name for name, user in readers.items() if Event.objects.visible_to(user).exists()] == seen_by
    assert [name for name, user in readers.items() if page.is_visible_to(user)] == seen_by


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_group", "managed_by"),
    [(True, ["coordinator", "administrator"]), (False, ["coordinator", "administrator", "other"])],
)
def test_event_is_looked_after_by_its_coordinators(people, group, of_group, managed_by):
    other = MembershipFactory(role="coordinator").user
    readers = {name: user or AnonymousUser() for name, user in people.items()} | {"other": other}
    event = EventFactory(group=group if of_group else None)
    assert [name for name, user in readers.items() if can_manage(user, event)] == managed_by
    assert [name for name, user in readers.items() if Event.objects.managed_by(user).exists()] == managed_by


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"capacity": 0}, "event_never_overbooked"),
        ({"first_day": "2019-04-02", "last_day": "2019-04-02"}, "event_programme_within_its_days"),
        ({"precision": "month"}, "event_programme_needs_days"),
        ({"step_free": ""}, "event_shown_with_venue_access"),
        ({"attendance": "online", "captions": ""}, "event_shown_with_stream_access"),
        ({"access_contact": ""}, "event_shown_with_access_contact"),
        ({"registration_mode": "elsewhere"}, "event_registration_elsewhere_has_address"),
    ],
)
def test_database_refuses_what_breaks_a_rule(facts, rule):
    event = SessionFactory().event
    RegistrationFactory(event=event)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**facts)


@pytest.mark.django_db
def test_counters_are_those_of_the_registrations():
    event, city = EventFactory(places_per_city=2), CityFactory()
    session = SessionFactory(event=event, capacity=3)
    registrations = [RegistrationFactory(event=event, city=city), RegistrationFactory(event=event)]
    RegistrationFactory(event=event, city=city, status="waiting", queued_at=NOON)
    SessionBooking.objects.create(registration=registrations[0], session=session, status="booked")
    SessionBooking.objects.create(registration=registrations[1], session=session, status="waiting")
    recount_places(event=event)
    session.refresh_from_db()
    assert (event.taken, session.taken) == (2, 1)
    assert list(event.city_places.values_list("city", "places", "taken")) == [(city.pk, 2, 1)]
