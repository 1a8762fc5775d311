"""Building the programme."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events.actions.programme import cancel_session, delete_session, recount_programme, reorder_session, tell_programme
from events.models import Event, Room, Session, UntoldChange
from notifications.models import OutgoingMail
from tests.factories import (
    CityFactory,
    EventPageFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
    translate,
)

pytestmark = pytest.mark.django_db

SENT = {
    "title_en": "Opening",
    "kind": "talk",
    "day": "2058-05-06",
    "start": "09:00",
    "end": "10:00",
    "spoken": ["de"],
    "people-TOTAL_FORMS": "2",
    "people-INITIAL_FORMS": "0",
    "people-0-role": "speaker",
    "people-1-role": "speaker",
}


@pytest.fixture
def event(group):
    page = EventPageFactory(
        group=group,
        city=CityFactory(),
        time_zone="Europe/Berlin",
        precision="day",
        starts_at=datetime(2058, 5, 6, 7, tzinfo=UTC),
        ends_at=datetime(2058, 5, 7, 15, tzinfo=UTC),
    )
    return page.event


@pytest.fixture
def desk(client_as, event):
    """Send something to a screen of the programme, as the coordinator."""

    def desk(path="new/", sent=SENT, **typed):
        response = client_as("coordinator").post(f"/en/meetings/{event.pk}/manage/programme/{path}", {**sent, **typed})
        event.refresh_from_db()
        return response

    return desk


# ---------------------------------------------------------------- sessions


def test_session_is_added_in_the_time_of_the_place_with_its_people(desk, event):
    member = UserFactory(first_name="Ada", last_name="Lovelace", shown_to="members")
    sheet = PracticeSheetFactory()
    response = desk(
        **{
            "practice": sheet.practice_id,
            "interpreted": ["fr", "en"],
            "people-0-user": member.pk,
            "people-1-name": "Grace Hopper",
            "people-1-organisation": "City of Augsburg",
            "people-1-role": "moderator",
        }
    )
    session = event.sessions.get()
    assert response.url == f"/en/meetings/{event.pk}/manage/programme/#session-{session.pk}"
    assert session.starts_at == datetime(2058, 5, 6, 7, tzinfo=UTC)
    assert (session.title, session.spoken, session.interpreted) == ({"en": "Opening"}, ["de"], ["fr", "en"])
    assert session.practice == sheet.practice
    people = [(person.shown_name, person.role) for person in session.people.all()]
    assert people == [("Ada Lovelace", "speaker"), ("Grace Hopper", "moderator")]
    assert (event.programme_first_day, event.programme_last_day) == (date(2058, 5, 6), date(2058, 5, 6))
    assert (event.sequence, session.sequence) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "starts_at", "ends_at"),
    [
        ({"start": "", "end": ""}, None, None),
        (
            {"start": "22:00", "end": "01:00"},
            datetime(2058, 5, 6, 20, tzinfo=UTC),
            datetime(2058, 5, 6, 23, tzinfo=UTC),
        ),
    ],
)
def test_session_may_have_no_times_or_end_after_midnight(desk, event, typed, starts_at, ends_at):
    assert desk(**typed).status_code == 302
    session = event.sessions.get()
    assert (session.day, session.starts_at, session.ends_at) == (date(2058, 5, 6), starts_at, ends_at)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"title_en": " "}, ["title"]),
        ({"title_en": "x" * 201}, ["title"]),
        ({"day": "2058-05-08"}, ["day"]),
        ({"day": "tomorrow"}, ["day"]),
        ({"end": ""}, ["end"]),
        ({"start": ""}, ["start"]),
        ({"end": "09:00"}, ["end"]),
        ({"start": "late"}, ["start"]),
        ({"kind": "party"}, ["kind"]),
        ({"room": "77"}, ["room"]),
        ({"practice": "12345678901234567890"}, ["practice"]),
        ({"join_url": "nowhere at all"}, ["join_url"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(desk, event, typed, wrong):
    response = desk(abstract_en="Keep this.", **typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)
    assert "Keep this." in response.content.decode()
    assert not event.sessions.exists()


@pytest.mark.parametrize(
    ("start", "fold", "starts_at", "wrong"),
    [
        ("02:30", "", None, ["start_fold"]),
        ("02:30", "0", datetime(2058, 10, 27, 0, 30, tzinfo=UTC), []),
        ("02:30", "1", datetime(2058, 10, 27, 1, 30, tzinfo=UTC), []),
    ],
)
def test_time_that_clocks_show_twice_is_asked_back(desk, event, start, fold, starts_at, wrong):
    event.starts_at, event.ends_at = datetime(2058, 10, 27, 1, tzinfo=UTC), datetime(2058, 10, 27, 20, tzinfo=UTC)
    event.save()
    response = desk(day="2058-10-27", start=start, start_fold=fold, end="05:00")
    if wrong:
        assert list(response.context["form"].errors) == wrong
    else:
        assert event.sessions.get().starts_at == starts_at


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"people-0-organisation": "Nobody's"}, "name"),
        ({"people-0-user": "77"}, "user"),
        ({"people-0-name": "x" * 161}, "name"),
    ],
)
def test_row_without_a_person_is_refused(desk, event, typed, field):
    response = desk(**typed)
    assert response.status_code == 422
    assert list(response.context["people"].forms[0].errors) == [field]
    assert not event.sessions.exists()


def test_person_has_a_part_once(desk, event):
    member = UserFactory(shown_to="members")
    response = desk(**{"people-0-user": member.pk, "people-1-user": member.pk})
    assert (response.status_code, event.sessions.count()) == (422, 0)
    both = {"people-0-user": member.pk, "people-1-user": member.pk, "people-1-role": "moderator"}
    assert desk(**both).status_code == 302
    assert event.sessions.get().people.count() == 2


def test_member_who_hides_the_name_is_not_offered(desk, event):
    hidden = UserFactory(shown_to="nobody")
    response = desk(**{"people-0-user": hidden.pk})
    assert list(response.context["people"].forms[0].errors) == ["user"]


def test_session_is_changed_and_keeps_its_words_in_all_languages(desk, event):
    session = SessionFactory(event=event, title={"fr": "Ouverture"}, taken=3)
    response = desk(f"{session.pk}/", title_fr="Ouverture", title_en="Opening")
    assert response.status_code == 302
    session.refresh_from_db()
    assert session.title == {"fr": "Ouverture", "en": "Opening"}
    assert (session.taken, session.sequence) == (3, 1)


def test_session_of_another_event_is_not_there(desk):
    other = SessionFactory()
    assert desk(f"{other.pk}/").status_code == 404
    assert desk(f"{other.pk}/change/", do="cancel").status_code == 404


def test_form_asks_in_the_languages_of_the_pages_and_in_all_on_request(client_as, event):
    translate(event.pages.get(), "de")
    client, address = client_as("coordinator"), f"/en/meetings/{event.pk}/manage/programme/new/"
    assert set(client.get(address).context["form"].fields["title"].languages) == {"en", "de"}
    assert len(client.get(f"{address}?languages").context["form"].fields["title"].languages) == 7


def test_programme_needs_days(client_as, event):
    Event.objects.update(precision="month")
    response = client_as("coordinator").get(f"/en/meetings/{event.pk}/manage/programme/new/")
    assert response.url == f"/en/meetings/{event.pk}/manage/facts/#id_from_day"


# ---------------------------------------------------------------- buttons


def test_copy_has_the_people_but_not_the_places(desk, event):
    session = SessionFactory(event=event, taken=2, capacity=5, is_cancelled=True)
    session.people.create(name="Grace Hopper")
    desk(f"{session.pk}/change/", {"do": "copy"})
    copy = event.sessions.exclude(pk=session.pk).get()
    assert (copy.taken, copy.capacity, copy.is_cancelled, copy.sequence) == (0, 5, False, 1)
    assert [person.name for person in copy.people.all()] == ["Grace Hopper"]
    assert (copy.uid != session.uid, session.people.count()) == (True, 1)


def test_sessions_at_no_time_are_put_in_order(desk, event):
    first, second, third = SessionFactory.create_batch(3, event=event)
    desk(f"{third.pk}/change/", {"do": "up"})
    assert list(event.sessions.all()) == [first, third, second]
    desk(f"{first.pk}/change/", {"do": "up"})
    desk(f"{first.pk}/change/", {"do": "down"})
    assert list(event.sessions.all()) == [third, first, second]


def test_order_among_others_is_no_matter_of_its_own():
    session = SessionFactory()
    SessionFactory(event=session.event, starts_at=session.event.starts_at, ends_at=session.event.ends_at)
    reorder_session(session=session, by=1)
    session.refresh_from_db()
    assert session.position == 0


def test_cancelled_session_stays_and_comes_back(desk, event):
    session = SessionFactory(event=event)
    desk(f"{session.pk}/change/", {"do": "cancel"})
    desk(f"{session.pk}/change/", {"do": "cancel"})
    session.refresh_from_db()
    assert (session.is_cancelled, session.sequence, event.sequence) == (True, 1, 1)
    desk(f"{session.pk}/change/", {"do": "restore"})
    session.refresh_from_db()
    assert (session.is_cancelled, session.sequence, event.sequence) == (False, 2, 2)


@pytest.mark.parametrize(("status", "left"), [("draft", 0), ("announced", 1), ("cancelled", 1)])
def test_session_is_deleted_only_while_nobody_has_seen_it(desk, event, status, left):
    session = SessionFactory(event=event)
    Event.objects.update(status=status)
    desk(f"{session.pk}/change/", {"do": "delete"})
    assert event.sessions.count() == left
    assert (event.programme_first_day is None) == (not left)
    if left:
        with pytest.raises(ValidationError):
            delete_session(session=session)


@pytest.mark.parametrize("do", ["", "explode"])
def test_unknown_button_is_not_found(desk, event, do):
    assert desk(f"{SessionFactory(event=event).pk}/change/", {"do": do}).status_code == 404


def test_database_refuses_sessions_outside_the_days(event):
    session = SessionFactory(event=event)
    Session.objects.filter(pk=session.pk).update(day=date(2058, 5, 9))
    with pytest.raises(IntegrityError), transaction.atomic():
        recount_programme(event=event)


@pytest.mark.parametrize("facts", [{"capacity": 1}, {"starts_at": datetime(2058, 5, 6, 7, tzinfo=UTC)}], ids=str)
def test_database_refuses_impossible_sessions(event, facts):
    session = SessionFactory(event=event, taken=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(**facts)


# ---------------------------------------------------------------- telling


def test_people_are_told_once_of_all_changes_and_only_on_demand(desk, event):
    RegistrationFactory.create_batch(2, event=event)
    desk()
    session = event.sessions.get()
    desk(f"{session.pk}/", title_en="Opening, again")
    other = SessionFactory(event=event)
    cancel_session(session=other)
    changes = {(news.session_id, news.change) for news in UntoldChange.objects.all()}
    assert changes == {(session.pk, "added"), (other.pk, "cancelled")}
    assert not OutgoingMail.objects.exists()
    desk("tell/", {})
    assert OutgoingMail.objects.filter(kind="event-programme").count() == 2
    assert not UntoldChange.objects.exists()
    desk("tell/", {})
    assert tell_programme(event=event) == 0
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize(("status", "enrolled"), [("draft", True), ("announced", False)])
def test_there_is_nothing_to_tell_of_a_draft_or_to_nobody(desk, event, status, enrolled):
    Event.objects.update(status=status)
    if enrolled:
        RegistrationFactory(event=event)
    desk()
    assert not UntoldChange.objects.exists()
    assert event.sequence == (0 if status == "draft" else 1)


# ---------------------------------------------------------------- rooms and tracks


def rows(prefix, *forms, initial=0):
    sent = {"save": prefix, f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for number, form in enumerate(forms):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return sent


def test_rooms_are_added_renamed_reordered_and_removed(desk, event):
    desk("rooms/", rows("rooms", {"name": "Saal", "capacity": "100"}, {"name": "Foyer"}, {}))
    saal, foyer = event.rooms.all()
    assert (saal.name, saal.capacity, foyer.name) == ("Saal", 100, "Foyer")
    session = SessionFactory(event=event, room=saal)
    changed = [{"id": saal.pk, "name": "Großer Saal", "ORDER": "2"}, {"id": foyer.pk, "name": "Foyer", "ORDER": "1"}]
    desk("rooms/", rows("rooms", *changed, initial=2))
    assert [room.name for room in event.rooms.all()] == ["Foyer", "Großer Saal"]
    session.refresh_from_db()
    assert session.sequence == 1
    removed = [{"id": foyer.pk, "name": "Foyer"}, {"id": saal.pk, "name": "Großer Saal", "DELETE": "on"}]
    desk("rooms/", rows("rooms", *removed, initial=2))
    session.refresh_from_db()
    assert (session.room, session.sequence, event.rooms.count()) == (None, 2, 1)


@pytest.mark.parametrize(
    "sent", [rows("rooms", {"name": "Saal"}, {"name": "SAAL"}), rows("rooms", {"name": "", "capacity": "3"})], ids=str
)
def test_rooms_with_the_same_name_or_none_are_refused(desk, event, sent):
    assert (desk("rooms/", sent).status_code, event.rooms.count()) == (422, 0)


def test_room_of_another_event_cannot_be_changed(desk, event):
    other = Room.objects.create(event=EventPageFactory().event, name="Theirs")
    desk("rooms/", rows("rooms", {"id": other.pk, "name": "Mine"}, initial=1))
    other.refresh_from_db()
    assert (other.name, other.event_id == event.pk) == ("Theirs", False)


def test_tracks_have_names_by_language(desk, event):
    kept = desk("rooms/", rows("tracks", {"name_en": "Prevention", "mark": "3"}, {"mark": "1"}))
    assert kept.status_code == 302
    track = event.tracks.get()
    assert (track.name, track.mark) == ({"en": "Prevention"}, 3)


# ---------------------------------------------------------------- the builder


def test_conflicts_stand_on_top_and_at_the_sessions(desk, client_as, event):
    room = event.rooms.create(name="Saal")
    desk(room=room.pk)
    desk(room=room.pk, title_en="Second", start="09:30", end="10:30")
    response = client_as("coordinator").get(f"/en/meetings/{event.pk}/manage/programme/")
    assert [conflict.kind for conflict in response.context["conflicts"]] == ["room"]
    assert response.content.decode().count("Two sessions at the same time in the room “Saal”") == 3


@pytest.mark.parametrize("number", [1, 3])
def test_builder_query_count_is_constant(client_as, event, number, django_assert_num_queries):
    for _row in range(number):
        session = SessionFactory(event=event, room=event.rooms.create(name=f"R{_row}"))
        session.people.create(user=UserFactory())
    client, address = client_as("administrator"), f"/en/meetings/{event.pk}/manage/programme/"
    client.get(address)
    with django_assert_num_queries(13):
        client.get(address)


@pytest.mark.parametrize("number", [1, 3])
def test_session_form_query_count_is_constant(client_as, event, number, django_assert_num_queries):
    session = SessionFactory(event=event)
    for _row in range(number):
        session.people.create(user=UserFactory(city=CityFactory(), shown_to="members"))
    client, address = client_as("administrator"), f"/en/meetings/{event.pk}/manage/programme/{session.pk}/"
    client.get(address)
    with django_assert_num_queries(19):
        client.get(address)
