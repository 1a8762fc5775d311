"""Changing the facts of an event, and what follows for people and for the programme."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from events.forms.facts import FactsForm
from events.models import Event, Session
from events.moving import Move, carry, days_after
from notifications.models import OutgoingMail
from tests.events.form_data import form_data
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def event(group):
    """Two days of March in Augsburg."""
    return EventPageFactory(
        group=group,
        city=CityFactory(names={"en": "Augsburg"}),
        time_zone="Europe/Berlin",
        starts_at=datetime(2058, 3, 25, 8, tzinfo=UTC),
        ends_at=datetime(2058, 3, 26, 16, tzinfo=UTC),
    ).event


@pytest.fixture
def send(client_as, people, event):
    """Send the form with some fields changed, as the coordinator; ``confirm`` presses once more with what was asked."""

    def send(confirm=False, who="coordinator", **typed):
        shown = FactsForm(event=Event.objects.get(pk=event.pk), user=people[who], languages=["en"])
        sent = {**form_data(shown), **typed}
        address = f"/en/meetings/{event.pk}/manage/facts/"
        response = client_as(who).post(address, sent)
        if confirm:
            assert response.context["asks_back"]
            digest = response.context["form"].consequences.digest
            response = client_as(who).post(address, {**sent, "confirmed": digest})
        event.refresh_from_db()
        return response

    return send


def session_at(event, day, hour, **kwargs):
    start = datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)
    return SessionFactory(event=event, day=day, starts_at=start, ends_at=start + timedelta(hours=1), **kwargs)


# ---------------------------------------------------------------- saving


def test_form_that_is_sent_back_unchanged_changes_nothing(send, event):
    response = send()
    assert response.status_code == 302
    assert (event.sequence, OutgoingMail.objects.count()) == (0, 0)


def test_facts_are_saved_with_their_relations(send, event):
    theme, sheet = ConceptFactory(), PracticeSheetFactory()
    sister = EventPageFactory().event
    response = send(
        venue="Kongress am Park",
        latitude="48.3582",
        longitude="10.8861",
        spoken=["de", "en"],
        themes=[theme.pk],
        practices=[sheet.practice_id],
        sisters=[sister.pk],
        quiet_room="on-request",
        access_note_en="Ring twice.",
    )
    assert response.status_code == 302
    assert (event.venue, event.spoken, event.quiet_room) == ("Kongress am Park", ["en", "de"], "on-request")
    assert event.access_note == {"en": "Ring twice."}
    assert (list(event.themes.all()), list(event.practices.all())) == ([theme], [sheet.practice])
    assert (list(event.sisters.all()), list(sister.sisters.all())) == ([sister], [event])
    assert event.sequence == 1


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"latitude": "48"}, ["latitude"]),
        ({"latitude": "91", "longitude": "1"}, ["latitude"]),
        ({"step_free": ""}, ["step_free"]),
        ({"attendance": "hybrid", "captions": ""}, ["captions"]),
        ({"access_contact": ""}, ["access_contact"]),
        ({"join_url": "not an address"}, ["join_url"]),
        ({"to_day": "2058-03-25", "to_time": "08:00"}, ["to_time"]),
        ({"visibility": "group", "group": ""}, ["group"]),
        ({"time_zone": ""}, ["time_zone"]),
        ({"practices": ["12345678901234567890"]}, ["practices"]),
        ({"sisters": ["77"]}, ["sisters"]),
        ({"access_note_en": "x" * 601}, ["access_note"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(send, event, typed, wrong):
    response = send(venue="Keep this", **typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)
    assert "Keep this" in response.content.decode()
    assert event.venue == ""


def test_practice_that_the_coordinator_may_not_see_stays_named(send, event, people):
    hidden = PracticeSheetFactory(live=False).practice
    event.practices.add(hidden)
    send(venue="x")
    assert list(event.practices.all()) == [hidden]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(send, event):
    seen = event.changed_at.isoformat()
    event.venue = "Of somebody else"
    event.save()
    response = send(venue="Mine", seen=seen)
    assert (response.status_code, event.venue) == (422, "Of somebody else")
    assert response.context["seen"] == event.changed_at.isoformat()
    assert send(venue="Mine").status_code == 302
    assert event.venue == "Mine"


@pytest.mark.parametrize("seen", ["", "yesterday"])
def test_form_that_does_not_say_what_was_seen_is_not_saved(send, event, seen):
    response = send(venue="Mine", seen=seen)
    assert (response.status_code, event.venue) == (422, "")


# ---------------------------------------------------------------- people


def test_change_that_matters_is_shown_back_with_the_number_of_people(send, event):
    RegistrationFactory.create_batch(2, event=event)
    RegistrationFactory(event=event, status="waiting", queued_at=timezone.now())
    RegistrationFactory(event=event, status="declined")
    asked = send(venue="Rathaus", access_contact="new@example.org")
    shown = asked.content.decode()
    assert (asked.status_code, event.venue) == (422, "")
    assert "3 people are enrolled or waiting, and will be told by mail: venue." in shown
    assert 'value="new@example.org"' in shown
    assert not OutgoingMail.objects.exists()
    send(confirm=True, venue="Rathaus")
    assert (event.venue, event.sequence) == ("Rathaus", 1)
    assert OutgoingMail.objects.filter(kind="event-changed").count() == 3


def test_confirmation_of_one_change_is_none_of_another(send, event):
    RegistrationFactory(event=event)
    digest = send(venue="Rathaus").context["form"].consequences.digest
    assert send(venue="Dom", confirmed=digest).status_code == 422
    assert send(venue="Rathaus", confirmed=digest).status_code == 302


def test_change_that_calendars_do_not_show_is_saved_at_once(send, event):
    RegistrationFactory(event=event)
    assert send(step_free="yes").status_code == 302
    assert (event.sequence, OutgoingMail.objects.count()) == (0, 0)


def test_nothing_is_sent_for_a_draft(send, event):
    Event.objects.update(status="draft")
    RegistrationFactory(event=event)
    assert send(venue="Rathaus").status_code == 302
    assert (event.venue, event.sequence, OutgoingMail.objects.count()) == ("Rathaus", 0, 0)


# ---------------------------------------------------------------- programme


def test_programme_moves_with_the_event_over_the_change_of_clocks(send, event):
    session = session_at(event, date(2058, 3, 26), 10)
    # The clocks of Augsburg are put forward on 31 March.
    response = send(from_day="2058-04-08", to_day="2058-04-09")
    assert response.context["asks_back"]
    assert response.context["form"].consequences.sentences == [
        "1 session keeps its time of day and moves with the event, which will begin on 8 April 2058."
    ]
    assert send(confirm=True, from_day="2058-04-08", to_day="2058-04-09").status_code == 302
    session.refresh_from_db()
    assert session.day == date(2058, 4, 9)
    assert session.starts_at == datetime(2058, 4, 9, 8, tzinfo=UTC)
    assert (event.programme_first_day, event.starts_at) == (session.day, datetime(2058, 4, 8, 7, tzinfo=UTC))
    assert session.sequence > 0


def test_programme_may_stay_where_it_is(send, event):
    session = session_at(event, date(2058, 3, 26), 10)
    typed = {"from_day": "2058-03-26", "to_day": "2058-03-27", "programme_follows": "stay"}
    assert send(confirm=True, **typed).status_code == 302
    session.refresh_from_db()
    assert (session.day, event.first_day) == (date(2058, 3, 26), date(2058, 3, 26))


def test_day_more_at_the_beginning_leaves_the_sessions_alone(send, event):
    session = session_at(event, date(2058, 3, 26), 10)
    asked = send(from_day="2058-03-24")
    assert asked.context["form"].follows == "stay"
    assert send(confirm=True, from_day="2058-03-24").status_code == 302
    session.refresh_from_db()
    assert session.day == date(2058, 3, 26)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"to_day": "2058-03-25", "to_time": "18:00"}, ["from_day"]),
        ({"precision": "month"}, ["precision"]),
        ({"from_day": "2058-05-01", "to_day": "2058-05-02", "programme_follows": "stay"}, ["from_day"]),
    ],
)
def test_sessions_that_would_lie_outside_must_be_moved_first(send, event, typed, wrong):
    session_at(event, date(2058, 3, 26), 10)
    response = send(**typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)


@pytest.mark.parametrize(
    ("keeps", "starts_at", "session_starts_at"),
    [
        ("clock", datetime(2058, 3, 25, 9, tzinfo=UTC), datetime(2058, 3, 26, 10, tzinfo=UTC)),
        ("moment", datetime(2058, 3, 25, 8, tzinfo=UTC), datetime(2058, 3, 26, 9, tzinfo=UTC)),
    ],
)
def test_other_zone_keeps_what_the_clock_shows_or_the_moment(send, event, keeps, starts_at, session_starts_at):
    session = session_at(event, date(2058, 3, 26), 10)
    asked = send(time_zone="Europe/London")
    assert asked.context["form"].asks_zone
    assert send(confirm=True, time_zone="Europe/London", zone_keeps=keeps).status_code == 302
    session.refresh_from_db()
    assert (event.time_zone, event.starts_at, session.starts_at) == ("Europe/London", starts_at, session_starts_at)


def test_session_without_times_moves_by_its_day(send, event):
    session = SessionFactory(event=event, day=date(2058, 3, 25))
    send(confirm=True, from_day="2058-04-01", to_day="2058-04-02")
    session.refresh_from_db()
    assert (session.day, session.starts_at) == (date(2058, 4, 1), None)


@given(
    days=st.integers(-400, 400),
    minutes=st.integers(0, 365 * 24 * 60),
    length=st.integers(1, 600),
    zones=st.tuples(*[st.sampled_from(["Europe/Berlin", "Europe/London", "Europe/Lisbon", "Atlantic/Azores"])] * 2),
    keeps_clock=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_carried_session_ends_after_its_start_on_its_own_day(days, minutes, length, zones, keeps_clock):
    old, new = (ZoneInfo(name) for name in zones)
    start = datetime(2058, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    session = Session(day=start.astimezone(old).date(), starts_at=start, ends_at=start + timedelta(minutes=length))
    move = Move(days, old, new, keeps_clock=keeps_clock)
    span = days_after([session], move)
    clock = start.astimezone(old).time()
    carry(session, move)
    assert session.ends_at > session.starts_at
    assert session.day == session.starts_at.astimezone(new).date()
    assert span == (session.day, session.day)
    shown = session.starts_at.astimezone(new if keeps_clock else old)
    # Unless the clock jumps over it there.
    assert shown.time() == clock or shown.replace(tzinfo=None) - timedelta(hours=1) < datetime.combine(shown, clock)


# ---------------------------------------------------------------- what the database refuses


@pytest.mark.parametrize(
    "facts",
    [
        {"ends_at": datetime(2058, 3, 25, 7, tzinfo=UTC)},
        {"first_day": date(2058, 3, 27)},
        {"programme_last_day": date(2058, 3, 27)},
        {"programme_first_day": date(2058, 3, 24)},
        {"precision": "month"},
        {"step_free": ""},
        {"access_contact": ""},
        {"capacity": 0},
    ],
    ids=str,
)
def test_database_refuses_what_must_never_be_true(event, facts):
    SessionFactory(event=event)
    RegistrationFactory(event=event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**facts)


def test_facts_query_count_is_constant(client_as, event, django_assert_num_queries):
    client, address = client_as("administrator"), f"/en/meetings/{event.pk}/manage/facts/"
    client.get(address)
    for rows in (1, 3):
        EventPageFactory.create_batch(rows)
        PracticeSheetFactory.create_batch(rows)
        ConceptFactory.create_batch(rows)
        with django_assert_num_queries(25):
            client.get(address)
