"""The list of events: what it is narrowed by, and what pages of other things show of events."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.enums import RegistrationMode
from events.models import EventSeries, SeriesName
from events.views import pages
from groups.enums import Visibility
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    OrganisationFactory,
    ProjectFactory,
    RegistrationFactory,
    SessionFactory,
    WorkingGroupFactory,
)

pytestmark = pytest.mark.django_db

SOON = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=30)
COMING = {"starts_at": SOON, "ends_at": SOON + timedelta(hours=2)}


def titles(response):
    return [page.title for name in ("upcoming", "past") for page in response.context[name]]


@pytest.mark.parametrize("rows", [1, 3])
def test_event_list_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        group = WorkingGroupFactory()
        for when in (COMING, {}):
            event = EventPageFactory(city=CityFactory(), themes=[ConceptFactory()], group=group, **when)
            SessionFactory(event=event.event)
    client.get("/en/events/")
    with django_assert_num_queries(21):
        response = client.get("/en/events/")
    assert (len(response.context["upcoming"]), len(response.context["past"])) == (rows, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_choices_query_count_is_constant(client, rows, django_assert_num_queries):
    for number in range(rows):
        series = EventSeries.objects.create(key=f"series-{number}")
        SeriesName.objects.create(series=series, language="en", text="Series")
        group = WorkingGroupFactory()
        EventPageFactory(city=CityFactory(), themes=[ConceptFactory()], group=group, series=series)
    with django_assert_num_queries(30):
        client.get("/en/events/")


# ---------------------------------------------------------------- filters


@pytest.fixture
def lamps():
    """One event that every filter finds, and one that none does."""
    light = ConceptFactory(key="light")
    lamp = ConceptFactory(key="lamp", broader=light)
    series = EventSeries.objects.create(key="talks")
    SeriesName.objects.create(series=series, language="en", text="Talks")
    EventPageFactory(
        title="Lamps",
        themes=[lamp],
        city=CityFactory(key="turin", country="IT", names={"en": "Turin"}),
        group=WorkingGroupFactory(slug="lighting", title="Lighting"),
        attendance="online",
        spoken=["fr"],
        interpreted=["it"],
        series=series,
        **COMING,
    )
    EventPageFactory(
        title="Bicycles",
        city=CityFactory(key="lyon", country="FR", names={"en": "Lyon"}),
        spoken=["fr"],
        status="cancelled",
        **COMING,
    )


@pytest.mark.parametrize(
    "query",
    [
        "language=it",
        "theme=lamp",
        "theme=light",
        "country=IT",
        "country=it",
        "city=turin",
        "group=lighting",
        "attendance=online",
        "series=talks",
        "places=free",
        "language=fr&theme=light&country=IT&city=turin&group=lighting&attendance=online&series=talks&places=free",
    ],
)
@pytest.mark.usefixtures("lamps")
def test_event_list_is_narrowed_by(client, query):
    assert titles(client.get(f"/en/events/?{query}")) == ["Lamps"]


@pytest.mark.parametrize(
    "query",
    [
        "language=xx",
        "language=IT",
        "theme=Light+Bulbs",
        "country=ITA",
        "city=%00",
        "group=" + "x" * 5000,
        "attendance=by-letter",
        "series=../x",
        "places=many",
        "theme=&city=",
    ],
)
@pytest.mark.usefixtures("lamps")
def test_event_list_ignores_what_cannot_be_a_filter(client, query):
    response = client.get(f"/en/events/?{query}")
    assert (response.status_code, sorted(titles(response))) == (200, ["Bicycles", "Lamps"])
    assert response.context["active_filters"] == []


@pytest.mark.parametrize(
    "query", ["theme=nothing-has-this", "city=atlantis", "language=pt", "series=none", "group=none"]
)
@pytest.mark.usefixtures("lamps")
def test_event_list_narrowed_to_nothing_says_so(client, query):
    response = client.get(f"/en/events/?{query}")
    assert titles(response) == []
    assert "No event matches this choice yet." in response.content.decode()


@pytest.mark.usefixtures("lamps")
def test_filters_in_use_can_be_taken_away_one_by_one(client):
    response = client.get("/en/events/?language=it&city=turin")
    found = [(one.label, one.value, one.query) for one in response.context["active_filters"]]
    assert found == [("I can follow in", "italiano", "city=turin"), ("City", "Turin", "language=it")]
    assert response.context["filters"].has_less_used is True


@pytest.mark.usefixtures("lamps")
def test_only_what_finds_something_is_offered(client):
    response = client.get("/en/events/")
    fields = {one.name: dict(one.choices) for one in [*response.context["most_used"], *response.context["less_used"]]}
    assert list(fields.pop("theme")) == ["light", "lamp"]
    assert fields == {
        "language": {"fr": "français", "it": "italiano"},
        "country": {"FR": "France", "IT": "Italy"},
        "attendance": {"on-site": "In person", "online": "Online"},
        "city": {"lyon": "Lyon", "turin": "Turin"},
        "group": {"lighting": "Lighting"},
        "series": {"talks": "Talks"},
        "places": {"free": "With free places"},
    }


def test_language_of_a_session_counts_unless_it_is_cancelled(client):
    for title, is_cancelled in (("Held", False), ("Not held", True)):
        event = EventPageFactory(title=title, spoken=["fr"])
        SessionFactory(event=event.event, spoken=["fr"], interpreted=["it"], is_cancelled=is_cancelled)
    assert titles(client.get("/en/events/?language=it")) == ["Held"]


@pytest.mark.parametrize(("way", "found"), [("on-site", ["hybrid", "on-site"]), ("online", ["hybrid", "online"])])
def test_event_held_in_both_ways_is_found_by_either(client, way, found):
    for attendance in ("on-site", "online", "hybrid"):
        EventPageFactory(title=attendance, attendance=attendance)
    assert sorted(titles(client.get(f"/en/events/?attendance={way}"))) == found


@pytest.mark.parametrize(
    ("facts", "is_found"),
    [
        ({}, True),
        ({"capacity": 2}, True),
        ({"capacity": 1}, False),
        ({"capacity": 2, "status": "cancelled"}, False),
        ({"capacity": 2, "status": "postponed"}, False),
        (
            {"registration_mode": RegistrationMode.HERE, "registration_closes_at": timezone.now() - timedelta(days=1)},
            False,
        ),
        ({"registration_mode": RegistrationMode.HERE, "registration_closes_at": SOON}, True),
        ({"starts_at": SOON - timedelta(days=90), "ends_at": SOON - timedelta(days=89)}, False),
    ],
)
def test_free_places_are_those_that_somebody_can_still_take(client, facts, is_found):
    event = EventPageFactory(title="Talk", **{**COMING, **facts})
    RegistrationFactory(event=event.event)
    assert titles(client.get("/en/events/?places=free")) == (["Talk"] if is_found else [])


# ---------------------------------------------------------------- the list


def test_what_comes_and_what_was_are_counted_and_paged(client, monkeypatch):
    monkeypatch.setattr(pages, "EVENTS_A_PAGE", 2)
    for number in range(3):
        EventPageFactory(
            title=f"Coming {number}",
            starts_at=SOON + timedelta(days=number),
            ends_at=SOON + timedelta(days=number, hours=1),
        )
        EventPageFactory(title=f"Past {number}")
    assert titles(client.get("/en/events/")) == ["Coming 0", "Coming 1", "Past 0", "Past 1"]
    assert titles(client.get("/en/events/?coming=2&page=2")) == ["Coming 2", "Past 2"]
    assert titles(client.get("/en/events/?coming=99&page=x")) == ["Coming 2", "Past 0", "Past 1"]
    html = client.get("/en/events/").content.decode()
    assert html.count('<span class="count">(3)</span>') == 2


def test_map_has_a_dot_for_each_city_that_narrows_the_list(client):
    turin = CityFactory(key="turin", names={"en": "Turin"}, latitude="45.07", longitude="7.69")
    nowhere = CityFactory(key="nowhere", names={"en": "Nowhere"})
    for city in (turin, turin, nowhere):
        EventPageFactory(city=city)
    EventPageFactory(city=turin, attendance="online")
    drawn = client.get("/en/events/").context["place_map"]
    assert [(dot.place.name, dot.place.note, dot.place.address) for dot in drawn.dots] == [
        ("Turin", "2 events", "/en/events/?city=turin")
    ]
    assert [place.name for place in drawn.missing] == ["Nowhere"]


@pytest.mark.parametrize(
    ("status", "word"),
    [("announced", None), ("confirmed", None), ("postponed", "postponed"), ("cancelled", "cancelled")],
)
def test_list_says_what_does_not_take_place(client, status, word):
    EventPageFactory(title="Talk", status=status, **COMING)
    html = client.get("/en/events/").content.decode()
    assert (f'<strong class="state state--off">{word}</strong>' in html) is (word is not None)
    assert ("<del>Talk</del>" in html) is (status == "cancelled")


def test_list_tells_the_days_of_what_lasts_several(client):
    EventPageFactory(starts_at=SOON, ends_at=SOON + timedelta(days=2))
    EventPageFactory(**COMING)
    html = client.get("/en/events/").content.decode()
    assert html.count(", Paris time</time>") == 1


# ---------------------------------------------------------------- events on pages of other things


def test_pages_of_other_things_show_what_comes_first_and_then_what_was(client, group):
    city, theme = CityFactory(key="turin"), ConceptFactory(key="light")
    organisation, project = OrganisationFactory(key="network"), ProjectFactory()
    facts = {"city": city, "themes": [theme], "organiser": organisation, "group": group, "related_project": project}
    for title, when in [
        ("Old", {}),
        ("Next", COMING),
        ("Later", {"starts_at": SOON + timedelta(days=9), "ends_at": SOON + timedelta(days=10)}),
    ]:
        EventPageFactory(title=title, **facts, **when)
    older = timezone.now() - timedelta(days=9000)
    EventPageFactory(title="Older", **facts, starts_at=older, ends_at=older + timedelta(hours=1))
    EventPageFactory(title="Secret", **facts, visibility=Visibility.NETWORK)
    EventPageFactory(title="Elsewhere")
    addresses = ["/en/cities/turin/", "/en/organisations/network/", "/en/vocabulary/light/", group.url, project.url]
    for address in addresses:
        events = client.get(address).context["events"]
        shown = [[page.title for page in part] for part in (events.upcoming, events.past)]
        assert (address, shown) == (address, [["Next", "Later"], ["Old", "Older"]])


def test_theme_shows_the_events_of_narrower_ones(client):
    lamp = ConceptFactory(key="lamp", broader=ConceptFactory(key="light"))
    EventPageFactory(title="Lamps", themes=[ConceptFactory(key="lantern", broader=lamp)])
    assert [page.title for page in client.get("/en/vocabulary/light/").context["events"].past] == ["Lamps"]
    assert client.get("/en/vocabulary/light/").status_code == 200


def test_technology_has_no_events(client):
    ConceptFactory(key="camera", scheme="technology")
    assert "Events</h2>" not in client.get("/en/vocabulary/camera/").content.decode()


def test_home_shows_some_of_what_comes_and_some_of_what_was(client):
    for number in range(6):
        EventPageFactory(
            title=f"Coming {number}",
            starts_at=SOON + timedelta(days=number),
            ends_at=SOON + timedelta(days=number, hours=1),
        )
    EventPageFactory(title="Past")
    events = client.get("/en/").context["events"]
    assert [page.title for page in events.upcoming] == ["Coming 0", "Coming 1", "Coming 2", "Coming 3"]
    assert [page.title for page in events.past] == ["Past"]


# ---------------------------------------------------------------- search


@pytest.mark.parametrize("status", ["announced", "postponed", "cancelled"])
def test_search_finds_an_event_whatever_its_status_and_says_it(client, search_folder, status):
    from search.actions import rebuild_index

    EventPageFactory(title="Zeppelin meeting", status=status, city=CityFactory(names={"en": "Turin"}), **COMING)
    rebuild_index()
    html = client.get("/en/search/?q=zeppelin").content.decode()
    line = html[html.index('class="result__facts"') :]
    line = line[: line.index("</p>")]
    assert ("Turin" in line, "<time datetime=" in line, "state--off" in line) == (True, True, status != "announced")
    assert (f">{status}</strong>" in line) is (status != "announced")
