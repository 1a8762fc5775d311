"""The programme as people read it."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from events.models import Material, Room, SessionPerson, Track
from events.programme import ProgrammeFilters, can_follow, languages_of, read_programme, sessions_of
from groups.enums import Visibility
from tests.factories import (
    CityFactory,
    EventFactory,
    EventPageFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def at(hour, minute=0, day=3):
    return datetime(2035, 5, day, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def event():
    return EventFactory(
        starts_at=at(9), ends_at=at(18, day=5), time_zone="Europe/Berlin", city=CityFactory(names={"en": "Augsburg"})
    )


@pytest.fixture
def page(event):
    return EventPageFactory(event=event, translation_key=event.translation_key, title="Assembly")


def add(event, title, start=None, end=None, day=3, **fields):
    return SessionFactory(
        event=event, title={"en": title}, day=date(2035, 5, day), starts_at=start, ends_at=end, **fields
    )


def titles(sessions):
    return [session.title["en"] for session in sessions]


def address(event, session=None):
    return f"/en/meetings/{event.pk}/" + (f"sessions/{session.pk}/" if session else "programme/")


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ("day", "")),
        ("view=room&language=it", ("room", "it")),
        ("view=table", ("day", "")),
        ("language=xx", ("day", "")),
        ("language=IT", ("day", "")),
        ("view=&language=%00", ("day", "")),
    ],
)
def test_address_says_what_is_shown(query, expected):
    filters = ProgrammeFilters.from_query(QueryDict(query))
    assert (filters.view, filters.language) == expected


@pytest.mark.parametrize(
    ("of_event", "of_session", "expected"),
    [
        (([], []), (["it"], []), (["it"], [])),
        ((["fr"], ["it"]), ([], []), (["fr"], ["it"])),
        ((["fr"], ["it"]), (["en"], []), (["en"], [])),
        ((["fr"], ["it"]), ([], ["en"]), ([], ["en"])),
        (([], []), ([], []), ([], [])),
    ],
)
def test_session_that_says_no_language_is_held_as_the_event_says(of_event, of_session, expected):
    event = EventFactory(spoken=of_event[0], interpreted=of_event[1])
    session = SessionFactory(event=event, spoken=of_session[0], interpreted=of_session[1])
    assert languages_of(session) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"spoken": ["it", "fr"]}, True),
        ({"spoken": ["fr"], "interpreted": ["it"]}, True),
        ({"spoken": ["fr"]}, False),
        ({"spoken": ["fr"], "slides": ["it"]}, False),
        ({}, False),
        ({"kind": "break"}, True),
        ({"kind": "break", "spoken": ["fr"]}, True),
    ],
)
def test_session_can_be_followed_where_it_is_spoken_or_interpreted(event, fields, expected):
    assert can_follow(SessionFactory(event=event, **fields), "it") is expected


def test_sessions_stand_in_the_order_of_the_day_those_without_times_last(event):
    add(event, "Second", at(10), at(11), position=5)
    add(event, "Unknown B", position=2)
    add(event, "Unknown A", position=1)
    add(event, "First", at(9), at(10), position=9)
    add(event, "Next day", day=4)
    days = read_programme(sessions_of(event)).days
    assert [(day.day.day, titles(day.sessions)) for day in days] == [
        (3, ["First", "Second", "Unknown A", "Unknown B"]),
        (4, ["Next day"]),
    ]


def test_language_keeps_breaks_and_says_what_is_left_out(event):
    add(event, "Opening", at(9), at(10), spoken=["fr"], interpreted=["it"])
    add(event, "Coffee", at(10), at(11), kind="break")
    add(event, "Debate", at(11), at(12), spoken=["fr"])
    add(event, "Open", at(12), at(13))
    programme = read_programme(sessions_of(event), ProgrammeFilters(language="it"))
    assert titles(programme.sessions) == ["Opening", "Coffee"]
    assert titles(programme.left_out) == ["Debate", "Open"]
    assert titles(programme.silent) == ["Open"]
    assert programme.languages == [("fr", "français"), ("it", "italiano")]


def test_language_that_nobody_speaks_stays_chosen(event):
    add(event, "Debate", spoken=["fr"])
    programme = read_programme(sessions_of(event), ProgrammeFilters(language="pt"))
    assert (bool(programme), programme.days, [code for code, _name in programme.languages]) == (True, [], ["fr", "pt"])


def test_rooms_and_tracks_come_in_the_order_of_the_event_and_what_names_none_last(event):
    second, first = (Room.objects.create(event=event, name=name, position=n) for n, name in [(2, "B"), (1, "A")])
    track = Track.objects.create(event=event, name={"en": "Data"})
    add(event, "Nowhere")
    add(event, "In B", room=second, track=track)
    add(event, "In A", room=first)
    (day,) = read_programme(sessions_of(event)).days
    assert [(column.group and column.group.name, titles(column.sessions)) for column in day.by_room] == [
        ("A", ["In A"]), ("B", ["In B"]), (None, ["Nowhere"]),
    ]  # fmt: skip
    assert [(column.group, titles(column.sessions)) for column in day.by_track] == [
        (track, ["In B"]), (None, ["Nowhere", "In A"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("has_room", "has_track", "views"),
    [(False, False, []), (True, False, ["day", "room"]), (True, True, ["day", "room", "track"])],
)
def test_only_views_that_say_something_are_offered(event, has_room, has_track, views):
    room = Room.objects.create(event=event, name="A") if has_room else None
    track = Track.objects.create(event=event, name={"en": "Data"}) if has_track else None
    add(event, "One", room=room, track=track)
    assert [name for name, _label in read_programme(sessions_of(event)).views] == views


# ---------------------------------------------------------------- the table of rooms


def cells(event):
    (day,) = read_programme(sessions_of(event)).days
    return [
        (
            f"{row.starts_at.astimezone(BERLIN):%H:%M}",
            [(titles(cell.sessions), cell.rows, cell.columns) for cell in row.cells],
        )
        for row in day.grid.rows
    ]


def two_rooms(event):
    return [Room.objects.create(event=event, name=name, position=n) for n, name in enumerate("AB")]


def test_cell_reaches_down_as_long_as_the_session_lasts(event):
    a, b = two_rooms(event)
    add(event, "Long", at(9), at(11), room=a)
    add(event, "Short", at(9), at(10), room=b)
    add(event, "Late", at(10), at(11), room=b)
    assert cells(event) == [
        ("09:00", [(["Long"], 2, 1), (["Short"], 1, 1)]),
        ("10:00", [(["Late"], 1, 1)]),
    ]


def test_what_is_for_all_rooms_takes_a_row_of_its_own(event):
    a, b = two_rooms(event)
    add(event, "One", at(9), at(10), room=a)
    add(event, "Coffee", at(10), at(11), kind="break")
    add(event, "Two", at(11), at(12), room=b)
    assert cells(event) == [
        ("09:00", [(["One"], 1, 1), ([], 1, 1)]),
        ("10:00", [(["Coffee"], 1, 2)]),
        ("11:00", [([], 1, 1), (["Two"], 1, 1)]),
    ]


def test_session_without_room_beside_others_gets_a_column(event):
    a, b = two_rooms(event)
    add(event, "One", at(9), at(12), room=a)
    add(event, "Walk", at(10), at(11))
    add(event, "Two", at(9), at(10), room=b)
    (day,) = read_programme(sessions_of(event)).days
    assert day.grid.rooms == [a, b, None]
    assert cells(event) == [
        ("09:00", [(["One"], 2, 1), (["Two"], 1, 1), ([], 1, 1)]),
        ("10:00", [([], 1, 1), (["Walk"], 1, 1)]),
    ]


def test_sessions_that_overlap_in_one_room_are_all_there(event):
    a, b = two_rooms(event)
    add(event, "One", at(9), at(12), room=a)
    add(event, "Clash", at(10), at(11), room=a)
    add(event, "Twin", at(10), at(11), room=a)
    add(event, "Two", at(9), at(10), room=b)
    assert cells(event) == [
        ("09:00", [(["One"], 1, 1), (["Two"], 1, 1)]),
        ("10:00", [(["Clash", "Twin"], 1, 1), ([], 1, 1)]),
    ]


def test_every_row_of_a_table_has_as_many_columns(event):
    """Whatever the programme: cells and those that reach down from above fill each row exactly."""
    rooms = [*two_rooms(event), Room.objects.create(event=event, name="C", position=3), None]
    for number in range(24):
        start = at(9 + (number * 7) % 8, 15 * (number % 4))
        add(event, f"S{number}", start, start + timedelta(minutes=30 + 20 * (number % 5)), room=rooms[number % 4])
    (day,) = read_programme(sessions_of(event)).days
    left = []
    for row in day.grid.rows:
        left = [rows - 1 for rows in left if rows > 1]
        left += [cell.rows for cell in row.cells for _column in range(cell.columns)]
        assert len(left) == len(day.grid.rooms)
    assert sorted(titles(s for row in day.grid.rows for cell in row.cells for s in cell.sessions)) == sorted(
        titles(day.sessions)
    )


@pytest.mark.parametrize("rooms", [0, 1])
def test_fewer_than_two_rooms_make_no_table(event, rooms):
    room = Room.objects.create(event=event, name="A") if rooms else None
    add(event, "One", at(9), at(10), room=room)
    (day,) = read_programme(sessions_of(event)).days
    assert day.grid is None


def test_table_of_rooms_has_headers(client, event, page):
    a, b = two_rooms(event)
    add(event, "One", at(9), at(10), room=a)
    add(event, "Two", at(9), at(10), room=b)
    add(event, "Some time", room=b)
    html = client.get(address(event) + "?view=room").content.decode()
    assert re.findall(r'<th scope="col">(.*?)</th>', html) == ["Start", "A", "B"]
    assert html.count('<th scope="row">') == 1
    assert re.search(r"<caption[^>]*>Thursday, 3 May 2035: rooms across, times down</caption>", html)
    # A narrow screen reads the same as a list.
    assert (html.count(">One</a>"), html.count(">Some time</a>")) == (2, 2)


# ---------------------------------------------------------------- the page


@pytest.mark.parametrize("view", ["day", "room", "track"])
@pytest.mark.parametrize("rows", [1, 3])
def test_programme_query_count_is_constant(client, event, page, rows, view, django_assert_num_queries):
    for number in range(rows):
        session = add(
            event,
            f"Talk {number}",
            at(9),
            at(10),
            room=Room.objects.create(event=event, name=f"Room {number}"),
            track=Track.objects.create(event=event, name={"en": "Data"}),
            practice=PracticeSheetFactory().practice,
        )
        SessionPerson.objects.create(session=session, user=UserFactory(city=CityFactory()))
        SessionPerson.objects.create(session=session, name="Bo", city=CityFactory())
    client.get(address(event))
    with django_assert_num_queries(17):
        response = client.get(address(event) + f"?view={view}")
    assert len(response.context["programme"].sessions) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_session_query_count_is_constant(client, event, page, rows, django_assert_num_queries):
    sessions = [add(event, f"Talk {number}", practice=PracticeSheetFactory().practice) for number in range(rows)]
    for session in sessions:
        SessionPerson.objects.create(session=session, user=UserFactory(city=CityFactory()))
        Material.objects.create(event=event, session=sessions[0], title="Notes", language="en", url="https://x.org/")
    client.get(address(event, sessions[0]))
    with django_assert_num_queries(16):
        response = client.get(address(event, sessions[0]))
    assert len(response.context["materials"]) == rows


def test_programme_says_how_many_are_left_out(client, event, page):
    add(event, "Opening", spoken=["it"])
    add(event, "Debate", spoken=["fr"])
    add(event, "Open")
    html = client.get(address(event) + "?language=it").content.decode()
    assert "2 sessions are left out: they are neither spoken in this language nor interpreted into it." in html
    assert "1 of them does not say its language." in html
    assert "Debate" in html[html.index("What is left out") : html.index("</details>", html.index("What is left out"))]


def test_programme_that_can_be_followed_whole_says_so(client, event, page):
    add(event, "Opening", spoken=["it"])
    assert (
        "You can follow the whole programme in this language."
        in client.get(address(event) + "?language=it").content.decode()
    )


def test_languages_are_told_by_their_own_names(client, event, page):
    add(event, "Opening", spoken=["it"], interpreted=["nl"], slides=["fr"])
    html = client.get(address(event)).content.decode()
    for code, name in [("it", "italiano"), ("nl", "Nederlands"), ("fr", "français")]:
        assert f'<span class="tongue" lang="{code}">{name}</span>' in html


def test_cancelled_session_stays_struck_out_with_the_word(client, event, page):
    session = add(event, "Debate", is_cancelled=True)
    assert re.search(
        r'<del>Debate</del></a> <strong class="state state--off">cancelled</strong>',
        client.get(address(event)).content.decode(),
    )
    assert "This session is cancelled." in client.get(address(event, session)).content.decode()


def test_title_in_another_language_is_marked_and_the_readers_comes_first(client, event, page):
    SessionFactory(event=event, title={"it": "Apertura"})
    SessionFactory(event=event, title={"it": "Chiusura", "en": "Closing"})
    html = client.get(address(event)).content.decode()
    assert ('<span lang="it">Apertura</span>' in html, "Closing" in html, "Chiusura" in html) == (True, True, False)


def test_times_are_those_of_the_place(client, event, page):
    add(event, "Opening", at(9), at(10))
    assert "09:00–10:00 in Augsburg</time>" in client.get(address(event)).content.decode()


def test_times_that_are_not_known_are_said_to_be_so(client, event, page):
    add(event, "One")
    html = client.get(address(event)).content.decode()
    assert "The times of the sessions are not known yet; they stand in their order." in html
    assert "Time not known yet" not in html
    add(event, "Two", at(9), at(10))
    html = client.get(address(event)).content.decode()
    assert ("Sessions whose time is not known stand in their order." in html, "Time not known yet" in html) == (
        True,
        True,
    )


def test_event_without_programme_says_so(client, event, page):
    assert "There is no programme yet." in client.get(address(event)).content.decode()


# ---------------------------------------------------------------- one session


def test_session_leads_to_those_before_and_after_it(client, event, page):
    one, two, three = (add(event, name, at(hour), at(hour + 1)) for name, hour in [("A", 9), ("B", 10), ("C", 11)])
    around = [
        (response.context["previous"], response.context["next"])
        for response in (client.get(address(event, session)) for session in (one, two, three))
    ]
    assert around == [(None, two), (one, three), (two, None)]


def test_session_of_another_event_is_not_there(client, event, page):
    other = SessionFactory()
    assert [client.get(address(event, session)).status_code for session in (other, add(event, "A"))] == [404, 200]


@pytest.mark.parametrize("path", ["/en/meetings/999999/programme/", "/en/meetings/999999/sessions/1/"])
def test_programme_of_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_programme_is_read_only(client, event, page):
    assert client.post(address(event)).status_code == 405


@pytest.mark.parametrize(("visibility", "is_shown"), [(Visibility.PUBLIC, True), (Visibility.NETWORK, False)])
def test_sheet_that_a_session_presents_is_shown_to_its_readers(client, event, page, visibility, is_shown):
    sheet = PracticeSheetFactory(title="Lamps", visibility=visibility)
    session = add(event, "About it", practice=sheet.practice)
    found = [
        ">Lamps</a>" in client.get(path).content.decode()
        for path in (address(event), address(event, session), page.url)
    ]
    assert found == [is_shown] * 3


@pytest.mark.parametrize(("status", "is_shown"), [("enrolled", True), ("requested", False)])
def test_address_to_join_a_session_is_for_those_enrolled(client_as, people, event, page, status, is_shown):
    session = add(event, "A", join_url="https://meet.example.org/session")
    RegistrationFactory(event=event, user=people["member"], status=status)
    shown = [
        "meet.example.org" in client_as(who).get(address(event, session)).content.decode()
        for who in ("member", "visitor")
    ]
    assert shown == [is_shown, False]


@pytest.mark.parametrize("rows", [1, 3])
def test_sheet_query_count_is_constant_with_sessions_that_present_it(client, rows, django_assert_num_queries):
    sheet = PracticeSheetFactory()
    for _row in range(rows):
        presented_at = EventPageFactory(city=CityFactory())
        SessionFactory(event=presented_at.event, practice=sheet.practice)
    client.get(sheet.url)
    with django_assert_num_queries(42):
        response = client.get(sheet.url)
    assert len(response.context["presentations"]) == rows


def test_sheet_names_the_sessions_that_presented_it(client, event, page):
    sheet = PracticeSheetFactory()
    session = add(event, "About lamps", practice=sheet.practice)
    hidden = EventPageFactory(visibility=Visibility.NETWORK)
    SessionFactory(event=hidden.event, title={"en": "Behind doors"}, practice=sheet.practice)
    html = client.get(sheet.url).content.decode()
    assert (address(event, session) in html, "About lamps" in html, "Behind doors" in html) == (True, True, False)


# ---------------------------------------------------------------- what is known of the real ones


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize(
    ("path", "sentence", "session"),
    [
        ("/en/events/the-future-of-data/", "The times of the sessions are not known", "Close-ups on themes"),
        ("/fr/evenements/le-futur-des-donnees/", None, "Éclairages thématiques"),
    ],
)
def test_montreuil_shows_its_programme_without_times_and_its_report_first(client, path, sentence, session):
    html = client.get(path).content.decode()
    assert (sentence or "") in html
    shown = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert shown.index('id="remains"') < shown.index('id="programme"') < shown.index(session)
    assert 'class="session__time"' not in html


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize(
    ("path", "month"),
    [
        ("/en/events/general-assembly-augsburg/", "April 2019"),
        ("/fr/evenements/assemblee-generale-augsbourg/", "avril 2019"),
        ("/de/veranstaltungen/generalversammlung-augsburg/", "April 2019"),
    ],
)
def test_augsburg_stays_a_month(client, path, month):
    html = client.get(path).content.decode()
    assert f'<time datetime="2019-04">{month}</time>' in html
    assert 'id="programme"' not in html
