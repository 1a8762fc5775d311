"""Beginning an event, its words, and its status."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.actions.announcing import MOVES, NotReady, add_language, begin_event, change_status, change_words
from events.enums import Precision, Status
from events.models import Event, EventPage
from events.readiness import missing
from groups.actions import set_membership
from groups.enums import Role
from notifications.models import OutgoingMail
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventFactory,
    EventPageFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)

pytestmark = pytest.mark.django_db

ANNOUNCE = "/en/meetings/announce/"
SENT = {
    "title": "Assembly",
    "summary": "All meet.",
    "language": "en",
    "precision": "time",
    "from_day": "2058-05-06",
    "from_time": "09:00",
    "to_day": "",
    "to_time": "17:00",
    "time_zone": "Europe/Berlin",
    "attendance": "on-site",
    "visibility": "public",
}


@pytest.fixture
def augsburg():
    return CityFactory(names={"en": "Augsburg"})


def draft(group=None, **facts):
    page = EventPageFactory(group=group, status="draft", city=CityFactory(), **facts)
    return page.event


# ---------------------------------------------------------------- beginning


def test_event_begins_as_a_draft_with_a_page_that_nobody_else_sees(client_as, group, augsburg):
    response = client_as("coordinator").post(ANNOUNCE, {**SENT, "city": augsburg.pk, "group": group.pk})
    event = Event.objects.get()
    assert response.url == f"/en/meetings/{event.pk}/manage/"
    assert (event.status, event.city, event.group, event.sequence) == ("draft", augsburg, group, 0)
    assert event.starts_at == datetime(2058, 5, 6, 7, tzinfo=UTC)
    assert event.created_by.email == "coordinator@example.com"
    page = EventPage.objects.get()
    assert (page.title, page.summary, page.language, page.live) == ("Assembly", "All meet.", "en", True)
    assert client_as("member").get(page.url).status_code == 404
    assert not EventPage.objects.visible_to(event.created_by).exists()


@pytest.mark.parametrize(
    ("precision", "starts_at", "ends_at"),
    [
        ("month", datetime(2058, 4, 30, 22, tzinfo=UTC), datetime(2058, 5, 31, 21, 59, 59, tzinfo=UTC)),
        ("day", datetime(2058, 5, 5, 22, tzinfo=UTC), datetime(2058, 5, 6, 21, 59, 59, tzinfo=UTC)),
        ("time", datetime(2058, 5, 6, 7, tzinfo=UTC), datetime(2058, 5, 6, 15, tzinfo=UTC)),
    ],
)
def test_month_days_and_times_are_each_enough(client_as, precision, starts_at, ends_at):
    client_as("coordinator").post(ANNOUNCE, {**SENT, "precision": precision})
    event = Event.objects.get()
    assert (event.precision, event.starts_at, event.ends_at) == (precision, starts_at, ends_at)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"title": ""}, ["title"]),
        ({"from_day": "soon"}, ["from_day"]),
        ({"from_day": "0001-01-01", "precision": "month", "time_zone": "America/New_York"}, ["from_day"]),
        ({"to_day": "2058-05-05"}, ["to_day"]),
        ({"to_day": "2059-05-08"}, ["to_day"]),
        ({"to_time": ""}, ["to_time"]),
        ({"to_time": "08:00"}, ["to_time"]),
        ({"from_day": "2058-03-31", "from_time": "02:30"}, ["from_time"]),
        ({"from_day": "2058-10-27", "from_time": "02:30"}, ["from_time_fold"]),
        ({"time_zone": "Europe/Atlantis"}, ["time_zone"]),
        ({"visibility": "group"}, ["group"]),
        ({"city": "99999999999999999999"}, ["city"]),
        ({"language": "xx"}, ["language"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client_as, typed, wrong):
    response = client_as("coordinator").post(ANNOUNCE, {**SENT, "summary": "Keep this.", **typed})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert "Keep this." in response.content.decode()
    assert not Event.objects.exists()


def test_time_that_clocks_show_twice_is_taken_as_it_is_said(client_as):
    sent = {**SENT, "from_day": "2058-10-27", "from_time": "02:30", "from_time_fold": "1"}
    client_as("coordinator").post(ANNOUNCE, sent)
    assert Event.objects.get().starts_at == datetime(2058, 10, 27, 1, 30, tzinfo=UTC)


def test_group_of_other_coordinators_cannot_be_chosen(client_as):
    other = WorkingGroupFactory(title="Others")
    response = client_as("coordinator").post(ANNOUNCE, {**SENT, "group": other.pk})
    assert list(response.context["form"].errors) == ["group"]


def test_copy_takes_over_the_facts_but_not_the_people(client_as, group, augsburg):
    theme = ConceptFactory()
    source = EventPageFactory(
        group=group, city=augsburg, themes=[theme], step_free="yes", join_url="https://example.org/", title="Last year"
    ).event
    RegistrationFactory(event=source)
    SessionFactory(event=source)
    shown = client_as("coordinator").get(f"{ANNOUNCE}?like={source.pk}").content.decode()
    assert 'value="Last year"' in shown
    client_as("coordinator").post(f"{ANNOUNCE}?like={source.pk}", {**SENT, "city": augsburg.pk, "group": group.pk})
    copy = Event.objects.exclude(pk=source.pk).get()
    assert (copy.status, copy.step_free, copy.join_url, copy.taken) == ("draft", "yes", "", 0)
    assert list(copy.themes.all()) == [theme]
    assert (copy.sessions.count(), list(copy.sisters.all())) == (0, [])


def test_programme_is_copied_to_the_new_days_at_the_same_times_of_the_clock(people):
    source = EventPageFactory(
        time_zone="Europe/Berlin",
        starts_at=datetime(2057, 3, 1, 8, tzinfo=UTC),
        ends_at=datetime(2057, 3, 2, 16, tzinfo=UTC),
    ).event
    SessionFactory(
        event=source,
        day=source.last_day,
        starts_at=datetime(2057, 3, 2, 9, tzinfo=UTC),
        ends_at=datetime(2057, 3, 2, 10, tzinfo=UTC),
        room=source.rooms.create(name="Saal"),
        join_url="https://example.org/",
    )
    SessionFactory(event=source, is_cancelled=True)
    facts = {
        "starts_at": datetime(2058, 7, 1, 8, tzinfo=UTC),
        "ends_at": datetime(2058, 7, 2, 16, tzinfo=UTC),
    }
    copy = begin_event(
        by=people["coordinator"], title="x", summary="", language="en", facts=facts, like=source, with_programme=True
    )
    (session,) = copy.sessions.all()
    # Ten o'clock in winter is ten o'clock in summer.
    assert session.starts_at == datetime(2058, 7, 2, 8, tzinfo=UTC)
    assert (session.room.event, session.room.name, session.join_url) == (copy, "Saal", "")
    assert copy.programme_first_day == session.day
    with pytest.raises(ValidationError) as refused:
        begin_event(
            by=people["coordinator"],
            title="x",
            summary="",
            language="en",
            facts={**facts, "ends_at": datetime(2058, 7, 1, 16, tzinfo=UTC)},
            like=source,
            with_programme=True,
        )
    assert list(refused.value.message_dict) == ["with_programme"]
    assert Event.objects.count() == 2


def test_sister_knows_all_its_sisters(client_as, people):
    french = EventPageFactory(title="Conférence").event
    client_as("coordinator").post(f"{ANNOUNCE}?like={french.pk}&sister", SENT)
    english = Event.objects.exclude(pk=french.pk).get()
    client_as("coordinator").post(f"{ANNOUNCE}?like={english.pk}&sister", {**SENT, "language": "de"})
    german = Event.objects.exclude(pk__in=[french.pk, english.pk]).get()
    assert set(german.sisters.all()) == {french, english}
    assert set(french.sisters.all()) == {english, german}


@pytest.mark.parametrize("like", ["nothing", "999", "99999999999999999999"])
def test_copy_of_what_is_not_there_is_not_found(client_as, like):
    assert client_as("coordinator").get(f"{ANNOUNCE}?like={like}").status_code == 404


def test_hidden_draft_of_others_cannot_be_copied(client_as):
    other = draft(group=WorkingGroupFactory(title="Others"))
    assert client_as("coordinator").get(f"{ANNOUNCE}?like={other.pk}").status_code == 404


def test_links_are_there_for_those_who_can_use_them(client_as, group):
    page = EventPageFactory(group=group)
    links = {
        who: (
            ANNOUNCE in client_as(who).get("/en/events/").content.decode(),
            f"/en/meetings/{page.event_id}/manage/" in client_as(who).get(page.url).content.decode(),
        )
        for who in ("visitor", "member", "coordinator", "administrator")
    }
    assert links == {
        "visitor": (False, False),
        "member": (False, False),
        "coordinator": (True, True),
        "administrator": (True, True),
    }


def test_editor_leads_to_the_facts(client_as):
    page = EventPageFactory()
    shown = client_as("administrator").get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert shown.count(f"/meetings/{page.event_id}/manage/") >= 2


def test_draft_can_be_previewed_in_the_editor(client_as, group):
    page = draft(group).pages.get()
    shown = client_as("administrator").get(f"/cms/pages/{page.pk}/view_draft/")
    assert (shown.status_code, page.title in shown.content.decode()) == (200, True)


# ---------------------------------------------------------------- words


def test_words_are_changed_and_calendars_learn_of_it(people):
    page = EventPageFactory(title="Old")
    assert change_words(page=page, title="New", summary="S", by=people["coordinator"]) is True
    page.refresh_from_db()
    assert (page.title, page.summary, page.event.sequence, page.live) == ("New", "S", 1, True)
    assert change_words(page=page, title="New", summary="S", by=people["coordinator"]) is False
    assert Event.objects.get().sequence == 1


def test_words_do_not_publish_the_draft_of_an_editor(people):
    page = EventPageFactory(title="Old")
    page.body = [("paragraph", "<p>Half of a sentence</p>")]
    page.save_revision()
    change_words(page=EventPage.objects.get(), title="New", summary="", by=people["coordinator"])
    page = EventPage.objects.get()
    assert (page.title, len(page.body), page.has_unpublished_changes) == ("New", 0, True)
    latest = page.get_latest_revision_as_object()
    assert (latest.title, len(latest.body)) == ("New", 1)


def test_language_is_added_to_the_same_event(client_as, group):
    page = EventPageFactory(group=group, title="Assembly")
    sent = {"save": "new", "new-language": "fr", "new-title": "Assemblée", "new-summary": ""}
    address = f"/en/meetings/{page.event_id}/manage/words/"
    assert client_as("coordinator").post(address, sent).status_code == 302
    french = EventPage.objects.get(locale__language_code="fr")
    assert (french.event, french.title, french.original_language) == (page.event, "Assemblée", "en")
    assert (french.live, french.slug) == (True, "assemblee")
    refused = client_as("coordinator").post(address, sent)
    assert (refused.status_code, list(refused.context["new"].errors)) == (422, ["language"])


def test_language_is_added_once(people):
    page = EventPageFactory()
    with pytest.raises(ValidationError):
        add_language(event=page.event, language="en", title="x", summary="", by=people["coordinator"])


@pytest.mark.parametrize("rows", [1, 3])
def test_words_query_count_is_constant(client_as, rows, django_assert_num_queries):
    page = EventPageFactory()
    for code in ("fr", "de")[: rows - 1]:
        translate(page, code)
    client = client_as("administrator")
    address = f"/en/meetings/{page.event_id}/manage/words/"
    client.get(address)
    with django_assert_num_queries(8):
        assert len(client.get(address).context["forms"]) == rows


# ---------------------------------------------------------------- status


def test_announcing_is_refused_with_the_list_of_what_is_missing(client_as, group):
    page = EventPageFactory(group=group, status="draft", step_free="", access_contact="", attendance="hybrid")
    event, address = page.event, f"/en/meetings/{page.event_id}/manage/status/announced/"
    event.captions = ""
    event.save()
    response = client_as("coordinator").post(address, {"to": "announced", "confirmed": "on"})
    assert response.status_code == 422
    facts = f"/en/meetings/{event.pk}/manage/facts/"
    assert [gap.address for gap in response.context["gaps"]] == [
        f"{facts}#id_{name}" for name in ("city", "step_free", "captions", "access_contact")
    ]
    with pytest.raises(NotReady):
        change_status(event=event, to=Status.ANNOUNCED, note={})
    event.refresh_from_db()
    assert event.status == "draft"


def test_access_facts_of_another_way_to_take_part_are_not_missing():
    event = EventFactory(status="draft", attendance="online", step_free="", quiet_room="")
    EventPageFactory(event=event, translation_key=event.translation_key)
    assert missing(event) == []


def test_database_refuses_what_is_announced_without_access_facts():
    event = EventFactory(status="draft", step_free="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(status="announced")


def test_event_that_is_announced_is_seen(client_as, client, group):
    soon = timezone.now() + timedelta(days=9)
    event = draft(group, starts_at=soon, ends_at=soon + timedelta(hours=1))
    response = client_as("coordinator").post(f"/en/meetings/{event.pk}/manage/status/announced/", {"to": "announced"})
    assert response.status_code == 302
    event.refresh_from_db()
    assert (event.status, event.sequence) == ("announced", 1)
    assert client.get(event.pages.get().url).status_code == 200


def test_past_event_is_asked_back_not_refused(client_as, group):
    event = draft(group)
    address = f"/en/meetings/{event.pk}/manage/status/announced/"
    asked = client_as("coordinator").post(address, {"to": "announced"})
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["confirmed"])
    assert "record of what took place" in asked.content.decode()
    assert client_as("coordinator").post(address, {"to": "announced", "confirmed": "on"}).status_code == 302
    event.refresh_from_db()
    assert event.status == "announced"


@pytest.mark.parametrize("source", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_status_moves_by_the_table_alone(source, to):
    event = EventFactory(status=source, city=CityFactory())
    EventPageFactory(event=event, translation_key=event.translation_key)
    if to in MOVES[source]:
        changed = change_status(event=event, to=Status(to), note={"en": "Why"})
        assert (changed.status, changed.sequence) == (to, 1)
    else:
        with pytest.raises(ValidationError):
            change_status(event=event, to=Status(to), note={"en": "Why"})


@pytest.mark.parametrize("to", ["postponed", "cancelled"])
def test_postponing_and_cancelling_need_a_note(client_as, group, to):
    event = EventPageFactory(group=group, city=CityFactory()).event
    address = f"/en/meetings/{event.pk}/manage/status/{to}/"
    refused = client_as("coordinator").post(address, {"to": to, "note_en": " "})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["note"])
    kept = client_as("coordinator").post(address, {"to": to, "note_en": "The hall is closed."})
    assert kept.status_code == 302
    event.refresh_from_db()
    assert (event.status, event.status_note) == (to, {"en": "The hall is closed."})


def test_cancelling_asks_back_with_the_number_of_people_and_tells_them(client_as, group):
    event = EventPageFactory(group=group, city=CityFactory()).event
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, status="waiting", queued_at=timezone.now())
    RegistrationFactory(event=event, status="cancelled")
    address, sent = f"/en/meetings/{event.pk}/manage/status/cancelled/", {"to": "cancelled", "note_en": "Flood."}
    asked = client_as("coordinator").post(address, sent)
    assert list(asked.context["form"].errors) == ["confirmed"]
    assert "2 people are enrolled or waiting" in asked.content.decode()
    assert "Flood." in asked.content.decode()
    assert not OutgoingMail.objects.exists()
    client_as("coordinator").post(address, {**sent, "confirmed": "on"})
    event.refresh_from_db()
    assert event.status == "cancelled"
    assert OutgoingMail.objects.filter(kind="event-changed").count() == 2


def test_event_takes_place_after_all_and_people_are_told_again():
    event = EventFactory(city=CityFactory())
    EventPageFactory(event=event, translation_key=event.translation_key)
    RegistrationFactory(event=event)
    SessionFactory(event=event)
    for to in (Status.CANCELLED, Status.ANNOUNCED):
        event = change_status(event=event, to=to, note={"en": "x"})
    assert (event.sequence, event.sessions.get().sequence) == (2, 2)
    assert OutgoingMail.objects.filter(kind="event-changed").count() == 2


def test_postponed_event_may_keep_only_its_month_unless_there_is_a_programme(client_as, group):
    event = EventPageFactory(group=group, city=CityFactory(), time_zone="Europe/Berlin").event
    address = f"/en/meetings/{event.pk}/manage/status/postponed/"
    sent = {"to": "postponed", "note_en": "Later.", "only_month": "on"}
    session = SessionFactory(event=event)
    refused = client_as("coordinator").post(address, sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["only_month"])
    session.delete()
    Event.objects.update(programme_first_day=None, programme_last_day=None)
    assert client_as("coordinator").post(address, sent).status_code == 302
    event.refresh_from_db()
    assert (event.status, event.precision, event.first_day.day) == ("postponed", Precision.MONTH, 1)


@pytest.mark.parametrize("to", ["nothing", "draft"])
def test_unknown_status_and_the_way_back_to_a_draft_are_not_there(client_as, group, to):
    event = EventPageFactory(group=group, city=CityFactory()).event
    response = client_as("coordinator").post(f"/en/meetings/{event.pk}/manage/status/{to}/", {"to": to})
    assert response.status_code == (404 if to == "nothing" else 302)
    event.refresh_from_db()
    assert event.status == "announced"


# ---------------------------------------------------------------- screens and access

SCREENS = [
    ("get", "manage/"),
    ("get", "manage/facts/"),
    ("get", "manage/words/"),
    ("get", "manage/status/confirmed/"),
    ("get", "manage/programme/"),
    ("get", "manage/programme/new/"),
    ("get", "manage/programme/rooms/"),
    ("get", "manage/programme/{session}/"),
    ("post", "manage/programme/{session}/change/"),
    ("post", "manage/programme/tell/"),
    ("get", "manage/materials/"),
    ("get", "manage/materials/{material}/"),
    ("post", "manage/materials/{material}/change/"),
]


@pytest.fixture
def everybody(people, group):
    other = UserFactory(email="other@example.com")
    set_membership(group=WorkingGroupFactory(title="Others"), user=other, role=Role.COORDINATOR)
    people["coordinator of another group"] = other
    suspended = UserFactory(email="suspended@example.com")
    set_membership(group=group, user=suspended, role=Role.COORDINATOR)
    suspended.is_active = False
    suspended.save()
    people["suspended"] = suspended
    return people


@pytest.mark.parametrize(("method", "path"), SCREENS)
@pytest.mark.parametrize(
    ("who", "of_shown", "of_draft"),
    [
        ("visitor", 302, 302),
        ("suspended", 302, 302),
        ("member", 403, 404),
        ("stranger", 403, 404),
        ("coordinator of another group", 403, 404),
        ("coordinator", "yes", "yes"),
        ("administrator", "yes", "yes"),
    ],
)
def test_screens_are_for_those_who_look_after_the_event(
    everybody, client_as, group, method, path, who, of_shown, of_draft
):
    for status, expected in (("announced", of_shown), ("draft", of_draft)):
        event = EventPageFactory(group=group, status=status, city=CityFactory(), language="en").event
        material = event.materials.create(title="Link", language="en", url="https://example.org/")
        numbers = {"session": SessionFactory(event=event).pk, "material": material.pk}
        address = f"/en/meetings/{event.pk}/{path.format(**numbers)}"
        response = getattr(client_as(who), method)(address, {"do": "up"} if method == "post" else {})
        if expected == "yes":
            assert response.status_code in {200, 302}
            assert "/login/" not in getattr(response, "url", "")
        else:
            assert response.status_code == expected
            assert expected != 302 or "/login/" in response.url


@pytest.mark.parametrize("address", [ANNOUNCE, "/en/meetings/manage/", "/en/meetings/series/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("visitor", 302),
        ("suspended", 302),
        ("member", 403),
        ("coordinator of another group", 200),
        ("coordinator", 200),
        ("administrator", 200),
    ],
)
def test_announcing_is_for_coordinators(everybody, client_as, address, who, status):
    assert client_as(who).get(address).status_code == status


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_query_count_is_constant(client_as, group, rows, django_assert_num_queries):
    for _row in range(rows):
        draft(group)
    client = client_as("coordinator")
    client.get("/en/meetings/manage/")
    with django_assert_num_queries(11):
        assert len(client.get("/en/meetings/manage/").context["drafts_and_events"]) == rows


def test_overview_says_what_is_missing_and_what_comes_next(client_as, group):
    event = draft(group, step_free="")
    context = client_as("coordinator").get(f"/en/meetings/{event.pk}/manage/").context
    assert [gap.label for gap in context["gaps"]] == ["Step-free way in"]
    assert [(to, is_next) for to, _name, is_next in context["moves"]] == [("announced", False)]
