"""Calendars that programs fetch: who sees what in them, and how they are fetched."""

import re
from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from events.actions.calendar_keys import make_calendar_key, note_use, revoke_calendar_key
from events.enums import RegistrationStatus, Status
from events.models import CalendarKey, EventSeries, SeriesName, SessionBooking
from groups.enums import Visibility
from tests.events.reading_calendars import events_of, read, text_of
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    RegistrationFactory,
    SessionFactory,
    WorkingGroupFactory,
    translate,
)

pytestmark = pytest.mark.django_db
FEED = "/en/meetings/calendar.ics"


def coming(days=10, **fields):
    start = (timezone.now() + timedelta(days=days)).replace(microsecond=0)
    return EventPageFactory(**{"starts_at": start, "ends_at": start + timedelta(hours=2), **fields})


def titles(response):
    assert response.status_code == 200, response.status_code
    return sorted(text_of(event, "summary") for event in events_of(response.content))


def with_session(page, **fields):
    start = page.event.starts_at
    return SessionFactory(event=page.event, starts_at=start, ends_at=start + timedelta(minutes=30), **fields)


def enrol(page, user, status="enrolled", **fields):
    now = timezone.now()
    needed = {"waiting": {"queued_at": now}, "offered": {"queued_at": now, "offer_until": now + timedelta(days=1)}}
    return RegistrationFactory(
        event=page.event, user=user, email=user.email, status=status, **needed.get(status, {}), **fields
    )


# ---------------------------------------------------------------- the public calendar


@pytest.mark.parametrize("who", ["visitor", "stranger", "member", "coordinator", "administrator"])
def test_public_calendar_is_that_of_a_visitor_whoever_asks(client_as, group, who):
    coming(title="For all")
    coming(title="Network", visibility=Visibility.NETWORK)
    coming(title="Group", visibility=Visibility.GROUP, group=group)
    coming(title="Draft", status=Status.DRAFT)
    unpublished = coming(title="Withdrawn")
    unpublished.unpublish()
    response = client_as(who).get(FEED)
    assert titles(response) == ["For all"]
    assert "Cookie" not in response.get("Vary", "")
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=900"}
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.parametrize(("days", "is_there"), [(-399, True), (-402, False), (500, True)])
def test_public_calendar_keeps_what_is_over_for_more_than_a_year(client, days, is_there):
    coming(days, title="Assembly", status=Status.CANCELLED)
    assert titles(client.get(FEED)) == (["Cancelled: Assembly"] if is_there else [])


def test_each_choice_narrows_the_calendar(client, group):
    city, theme, narrower = CityFactory(key="augsburg"), ConceptFactory(key="safety"), ConceptFactory(key="lights")
    narrower.broader = theme
    narrower.save()
    series = EventSeries.objects.create(key="assemblies")
    SeriesName.objects.create(series=series, language="en", text="Assemblies")
    coming(title="City", city=city)
    coming(title="Theme", themes=[narrower])
    coming(title="Group", group=group)
    coming(title="Series", series=series)
    coming(title="Italian", spoken=["fr"], interpreted=["it"])
    session_in_italian = coming(title="Session")
    with_session(session_in_italian, spoken=["it"])
    choices = {
        "city=augsburg": ["City"],
        "theme=safety": ["Theme"],
        f"group={group.translation_key}": ["Group"],
        f"group={group.slug}": ["Group"],
        "series=assemblies": ["Series"],
        "follow=it": ["Italian", "Session"],
        "country=NL": ["City"],
        "attendance=online": [],
        "city=augsburg&follow=it": [],
        "utm_source=letter": ["City", "Group", "Italian", "Series", "Session", "Theme"],
    }
    assert {query: titles(client.get(f"{FEED}?{query}")) for query in choices} == choices


@pytest.mark.parametrize(
    "query",
    [
        "city=nowhere",
        "theme=nothing",
        "group=nobody",
        "series=none",
        "follow=xx",
        "country=XXX",
        "attendance=maybe",
        "theme=a%00b",
        "group=00000000-0000-0000-0000-000000000000",
        "follow=%ff",
    ],
)
def test_choice_that_does_not_exist_is_not_everything(client, query):
    coming()
    assert client.get(f"{FEED}?{query}").status_code == 404


def test_calendar_is_named_by_its_choice(client):
    coming(city=CityFactory(key="augsburg", names={"en": "Augsburg"}))
    assert read(client.get(f"{FEED}?city=augsburg").content).x_wr_calname.value.endswith("Events, Augsburg")


def test_words_are_those_of_the_language_of_the_address(client):
    page = coming(title="Assembly")
    translate(page, "de", title="Versammlung")
    coming(title="Riunione", language="it")
    assert titles(client.get("/de/meetings/calendar.ics")) == ["Riunione", "Versammlung"]


@pytest.mark.parametrize("rows", [1, 3])
def test_public_calendar_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        coming(city=CityFactory(), themes=[ConceptFactory()])
    client.get(FEED)
    with django_assert_num_queries(5):
        assert len(titles(client.get(FEED))) == rows


# ---------------------------------------------------------------- how it is fetched


def test_calendar_that_has_not_changed_is_not_sent_again(client):
    page = coming(title="Assembly")
    first = client.get(FEED)
    for header, name in (("HTTP_IF_NONE_MATCH", "ETag"), ("HTTP_IF_MODIFIED_SINCE", "Last-Modified")):
        again = client.get(FEED, **{header: first[name]})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Last-Modified"]) == (first["ETag"], first["Last-Modified"])
    # What is withdrawn leaves nothing behind whose date could be the latest.
    page.unpublish()
    for header, name in (("HTTP_IF_NONE_MATCH", "ETag"), ("HTTP_IF_MODIFIED_SINCE", "Last-Modified")):
        assert client.get(FEED, **{header: first[name]}).status_code == 200


def test_head_says_what_get_would(client):
    coming()
    got, head = client.get(FEED), client.head(FEED)
    assert (head.status_code, head.content) == (200, b"")
    assert all(head[name] == got[name] for name in ("ETag", "Last-Modified", "Content-Type"))


@pytest.mark.parametrize("path", ["calendar.ics", "1/event.ics", "mine/x.ics", "1/mine/x.ics", "1/sessions/1.ics"])
def test_calendars_are_read_only(client, path):
    assert client.post(f"/en/meetings/{path}").status_code == 405


# ---------------------------------------------------------------- one event, one session


@pytest.mark.parametrize(
    ("visibility", "allowed"),
    [
        (Visibility.PUBLIC, {"visitor", "stranger", "member"}),
        (Visibility.NETWORK, {"stranger", "member"}),
        (Visibility.GROUP, {"member"}),
    ],
)
@pytest.mark.parametrize("who", ["visitor", "stranger", "member"])
def test_file_of_an_event_is_for_who_may_read_it(client_as, group, who, visibility, allowed):
    page = coming(title="Assembly", visibility=visibility, group=group)
    session = with_session(page, title={"en": "Welcome"})
    number = page.event_id
    paths = (f"{number}/event.ics", f"{number}/programme.ics", f"{number}/sessions/{session.pk}.ics")
    answers = [client_as(who).get(f"/en/meetings/{path}") for path in paths]
    if who not in allowed:
        assert [answer.status_code for answer in answers] == [404] * 3
        return
    assert [titles(answer) for answer in answers] == [["Assembly"], ["Assembly", "Welcome"], ["Welcome"]]
    is_public = visibility == Visibility.PUBLIC
    assert {("public" in answer["Cache-Control"], "X-Robots-Tag" in answer) for answer in answers} == {
        (is_public, not is_public)
    }


def test_what_one_takes_into_the_calendar_takes_ones_time(client):
    page = coming()
    answers = [client.get(path).content for path in (f"/en/meetings/{page.event_id}/event.ics", FEED)]
    assert [text_of(events_of(content)[0], "transp") for content in answers] == ["OPAQUE", "TRANSPARENT"]


def test_sessions_without_times_are_left_out(client):
    page = coming(title="Assembly")
    session = SessionFactory(event=page.event)
    assert titles(client.get(f"/en/meetings/{page.event_id}/programme.ics")) == ["Assembly"]
    assert client.get(f"/en/meetings/{page.event_id}/sessions/{session.pk}.ics").status_code == 404


def test_session_of_another_event_is_not_there(client):
    session = with_session(coming())
    assert client.get(f"/en/meetings/{coming().event_id}/sessions/{session.pk}.ics").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_programme_query_count_is_constant(client, rows, django_assert_num_queries):
    page = coming(city=CityFactory())
    for _row in range(rows):
        with_session(page, room=page.event.rooms.create(name=f"Room {_row}"))
    client.get(FEED)
    with django_assert_num_queries(4):
        assert len(titles(client.get(f"/en/meetings/{page.event_id}/programme.ics"))) == rows + 1


@pytest.mark.parametrize("address", ["event.ics", "programme.ics"])
def test_address_to_join_is_in_no_file_that_everybody_may_fetch(client_as, people, address):
    page = coming(join_url="https://join.example/secret", attendance="hybrid")
    with_session(page, join_url="https://join.example/session")
    enrol(page, people["member"])
    for path in (FEED, f"/en/meetings/{page.event_id}/{address}"):
        assert b"join.example" not in client_as("member").get(path).content


# ---------------------------------------------------------------- one's own calendar


@pytest.fixture
def own(client, people):
    """The entries of the member's own calendar, by summary."""

    def get(**options):
        key = CalendarKey.objects.filter(user=people["member"], revoked_at=None).first()
        key = key or make_calendar_key(user=people["member"], **options)
        response = client.get(f"/en/meetings/mine/{key.key}.ics")
        assert response.status_code == 200
        return {text_of(event, "summary"): event for event in events_of(response.content)}

    return get


@pytest.mark.parametrize(
    ("status", "summary", "expected", "transparent"),
    [
        ("enrolled", "Assembly", "CONFIRMED", "OPAQUE"),
        ("waiting", "Waiting list: Assembly", "TENTATIVE", "TRANSPARENT"),
        ("offered", "Place offered, please answer: Assembly", "TENTATIVE", "TRANSPARENT"),
        ("requested", "Asked for, not admitted yet: Assembly", "TENTATIVE", "TRANSPARENT"),
        ("cancelled", "Without you: Assembly", "CANCELLED", "TRANSPARENT"),
        ("declined", "Without you: Assembly", "CANCELLED", "TRANSPARENT"),
        ("lapsed", "Without you: Assembly", "CANCELLED", "TRANSPARENT"),
    ],
)
def test_own_calendar_says_where_one_stands(own, people, status, summary, expected, transparent):
    enrol(coming(title="Assembly", status=Status.CONFIRMED), people["member"], status)
    coming(title="Not mine")
    entries = own()
    assert list(entries) == [summary]
    assert (text_of(entries[summary], "status"), text_of(entries[summary], "transp")) == (expected, transparent)


def test_leaving_raises_the_number_and_stays_for_a_while(own, people):
    registration = enrol(coming(title="Assembly", status=Status.CONFIRMED), people["member"], round=1)
    assert text_of(own()["Assembly"], "sequence") == "1"
    registration.status, registration.round = RegistrationStatus.CANCELLED, 2
    registration.save()
    assert text_of(own()["Without you: Assembly"], "sequence") == "2"
    type(registration).objects.update(changed_at=timezone.now() - timedelta(days=91))
    assert own() == {}


def test_own_calendar_brings_the_address_to_join_and_booked_sessions(own, people):
    page = coming(title="Assembly", join_url="https://join.example/all", attendance="hybrid", status=Status.CONFIRMED)
    registration = enrol(page, people["member"])
    booked = with_session(page, title={"en": "Workshop"}, capacity=5, join_url="https://join.example/workshop")
    waiting = with_session(page, title={"en": "Visit"}, capacity=5)
    with_session(page, title={"en": "Other"}, capacity=5)
    for session, status in ((booked, "booked"), (waiting, "waiting")):
        SessionBooking.objects.create(registration=registration, session=session, status=status)
    entries = own()
    assert sorted(entries) == ["Assembly", "Waiting list: Visit", "Workshop"]
    assert {name: getattr(entry, "conference", None) and entry.conference.value for name, entry in entries.items()} == {
        "Assembly": "https://join.example/all",
        "Workshop": "https://join.example/workshop",
        "Waiting list: Visit": None,
    }


def test_own_calendar_keeps_to_what_one_may_read(own, people, group):
    page = coming(title="Assembly", visibility=Visibility.GROUP, group=group)
    enrol(page, people["member"])
    assert list(own()) == ["Assembly"]
    people["member"].memberships.all().delete()
    assert own() == {}


@pytest.mark.parametrize(("with_groups", "expected"), [(False, []), (True, ["Group"])])
def test_own_calendar_has_what_the_groups_hold_if_it_is_wished(own, group, with_groups, expected):
    coming(title="Group", visibility=Visibility.GROUP, group=group)
    coming(title="Other group", group=WorkingGroupFactory())
    entries = own(with_groups=with_groups)
    assert list(entries) == expected
    assert {text_of(entry, "transp") for entry in entries.values()} <= {"TRANSPARENT"}


def test_own_calendar_is_in_ones_own_language(own, people):
    page = coming(title="Assembly", status=Status.CONFIRMED)
    translate(page, "de", title="Versammlung")
    enrol(page, people["member"])
    people["member"].languages = ["de", "fr"]
    people["member"].save()
    (entry,) = own().values()
    assert text_of(entry, "summary") == "Versammlung"
    assert text_of(entry, "url") == f"http://localhost:8000/de/meetings/{page.event_id}/"


def test_own_calendar_is_kept_by_nobody_on_the_way(client, people):
    key = make_calendar_key(user=people["member"])
    response = client.get(f"/en/meetings/mine/{key.key}.ics")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(f"/en/meetings/mine/{key.key}.ics", HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304


def test_key_that_is_revoked_or_of_an_account_that_is_shut_opens_nothing(client, people):
    key = make_calendar_key(user=people["member"])
    path = f"/en/meetings/mine/{key.key}.ics"
    people["member"].is_active = False
    people["member"].save()
    assert client.get(path).status_code == 404
    people["member"].is_active = True
    people["member"].save()
    revoke_calendar_key(user=people["member"])
    assert client.get(path).status_code == 410
    assert client.get("/en/meetings/mine/nobody.ics").status_code == 404


def test_new_key_replaces_the_old_one(client, people):
    old, new = (make_calendar_key(user=people["member"]) for _time in range(2))
    answers = [client.get(f"/en/meetings/mine/{key.key}.ics").status_code for key in (old, new)]
    assert answers == [410, 200]


def test_use_is_noted_once_a_day(people):
    key = make_calendar_key(user=people["member"])
    note_use(key=key)
    key.refresh_from_db()
    first = key.last_used_at
    note_use(key=key)
    key.refresh_from_db()
    assert key.last_used_at == first
    CalendarKey.objects.update(last_used_at=first - timedelta(hours=25))
    key.refresh_from_db()
    note_use(key=key)
    key.refresh_from_db()
    assert key.last_used_at >= first


@pytest.mark.parametrize("rows", [1, 3])
def test_own_calendar_query_count_is_constant(client, people, rows, django_assert_num_queries):
    for row in range(rows):
        page = coming(city=CityFactory(), themes=[ConceptFactory()])
        registration = enrol(page, people["member"])
        session = with_session(page, capacity=5, room=page.event.rooms.create(name=f"Room {row}"))
        SessionBooking.objects.create(registration=registration, session=session, status="booked")
    path = f"/en/meetings/mine/{make_calendar_key(user=people['member']).key}.ics"
    client.get(path)
    with django_assert_num_queries(8):
        assert len(titles(client.get(path))) == 2 * rows


# ---------------------------------------------------------------- guests


def test_guest_gets_the_event_with_the_address_to_join(client):
    page = coming(title="Assembly", join_url="https://join.example/all", attendance="hybrid", status=Status.CONFIRMED)
    guest = RegistrationFactory(event=page.event)
    response = client.get(f"/en/meetings/{page.event_id}/mine/{guest.secret}.ics")
    (event,) = events_of(response.content)
    assert event.conference.value == "https://join.example/all"
    assert "private" in response["Cache-Control"]


def test_secret_opens_one_event_only(client):
    guest = RegistrationFactory(event=coming().event)
    assert client.get(f"/en/meetings/{coming().event_id}/mine/{guest.secret}.ics").status_code == 404
    assert client.get(f"/en/meetings/{guest.event_id}/mine/wrong.ics").status_code == 404


@pytest.mark.parametrize(
    ("status", "visibility", "expected"),
    [
        ("enrolled", Visibility.PUBLIC, 200),
        ("cancelled", Visibility.PUBLIC, 200),
        ("unconfirmed", Visibility.PUBLIC, 404),
        ("enrolled", Visibility.NETWORK, 404),
    ],
)
def test_guest_sees_what_visitors_may_read_once_the_address_is_confirmed(client, status, visibility, expected):
    page = coming(join_url="https://join.example/all", visibility=visibility)
    guest = RegistrationFactory(event=page.event, status=status)
    response = client.get(f"/en/meetings/{page.event_id}/mine/{guest.secret}.ics")
    assert response.status_code == expected
    assert (b"join.example" in response.content) == (expected == 200 and status == "enrolled")


# ---------------------------------------------------------------- pages


def test_events_page_links_its_calendar(client):
    page = client.get("/en/events/").content.decode()
    assert 'href="/en/meetings/calendar.ics"' in page
    assert 'href="webcal://localhost:8000/en/meetings/calendar.ics"' in page
    assert 'value="http://localhost:8000/en/meetings/calendar.ics"' in page


def test_narrowed_list_links_the_calendar_of_that_choice(client, group):
    coming(group=group, spoken=["it"])
    page = client.get(f"/en/events/?group={group.slug}&language=it").content.decode()
    (address,) = set(re.findall(r'href="(/en/meetings/calendar\.ics[^"]*)"', page))
    assert address == f"/en/meetings/calendar.ics?group={group.translation_key}&amp;follow=it"


@pytest.mark.parametrize(("visibility", "is_followed"), [(Visibility.PUBLIC, True), (Visibility.NETWORK, False)])
def test_event_page_offers_the_file_and_to_follow_what_programs_can_fetch(client_as, visibility, is_followed):
    page = coming(visibility=visibility)
    shown = client_as("stranger").get(page.url).content.decode()
    assert f'href="/en/meetings/{page.event_id}/event.ics"' in shown
    assert (f"webcal://localhost:8000/en/meetings/{page.event_id}/event.ics" in shown) == is_followed


def test_calendar_page_is_for_who_is_logged_in(client):
    assert client.get("/en/meetings/calendar/").status_code == 302


def test_people_make_renew_and_revoke_their_address(client_as, people):
    client = client_as("member")
    assert "Make the address" in client.get("/en/meetings/calendar/").content.decode()

    def after(wish, **values):
        client.post("/en/meetings/calendar/", {"do": wish, **values})
        return CalendarKey.objects.filter(user=people["member"], revoked_at=None).first()

    made = after("make")
    assert (
        f"http://localhost:8000/en/meetings/mine/{made.key}.ics"
        in client.get("/en/meetings/calendar/").content.decode()
    )
    assert (after("choose", with_groups="on").key, after("choose").with_groups) == (made.key, False)
    renewed = after("renew", with_groups="on")
    assert (renewed.key != made.key, renewed.with_groups) == (True, True)
    assert after("nonsense").key == renewed.key
    assert after("revoke") is None
    assert not client_as("stranger").get("/en/meetings/calendar/").context["key"]


def test_key_stands_in_no_name(people):
    key = make_calendar_key(user=people["member"])
    assert key.key not in str(key)
    assert (timezone.now() - key.created_at.astimezone(UTC)) < timedelta(minutes=5)
