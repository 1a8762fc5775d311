"""What pages say of themselves in the vocabulary of schema.org, checked against that vocabulary."""

import importlib
import inspect
import json
import pkgutil
import re
from datetime import timedelta
from functools import cache

import msgspec_schemaorg.models
import pytest
from django.utils import timezone

from events.models import EventSeries, SeriesName, Session, SessionPerson
from groups.enums import Visibility
from practices.enums import Licence
from practices.models import PracticeSheet
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    SessionFactory,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

PAGES = {
    "/en/": ["WebPage", "WebSite"],
    "/en/practices/": ["CollectionPage", "ItemList"],
    "/en/practices/?theme=none": ["CollectionPage", "ItemList"],
    "/en/practices/ferm/": ["WebPage", "Article"],
    "/de/practices/ferm/": ["WebPage", "Article"],
    "/nl/praktijken/ferm/": ["WebPage", "Article"],
    "/en/projects/": ["CollectionPage", "ItemList"],
    "/en/projects/medi4sec/": ["WebPage", "Project"],
    "/en/projects/medi4sec/recommendations/": ["CollectionPage", "ItemList"],
    "/en/projects/medi4sec/recommendations/prepare-companies-by-exercises/": ["WebPage", "CreativeWork"],
    "/en/events/": ["CollectionPage", "ItemList"],
    "/en/events/general-assembly-augsburg/": ["WebPage", "Event"],
    "/en/events/the-future-of-data/": ["WebPage", "Event"],
    "/en/events/?month=2019-04": ["CollectionPage", "ItemList"],
    "/en/meetings/{event}/programme/": ["CollectionPage", "ItemList"],
    "/en/meetings/{event}/sessions/{session}/": ["WebPage", "Event"],
    "/en/groups/": ["CollectionPage", "ItemList"],
    "/en/groups/innovation-security/": ["WebPage", "Organization"],
    "/en/cities/the-hague/": ["WebPage", "City"],
    "/de/cities/montreuil/": ["WebPage", "City"],
    "/en/organisations/efus/": ["WebPage", "Organization"],
    "/en/vocabulary/": ["CollectionPage", "DefinedTermSet"],
    "/de/vocabulary/phishing/": ["WebPage", "DefinedTerm"],
    "/en/technology-and-security/": ["WebPage"],
    "/en/about/": ["WebPage"],
    "/en/search/": ["SearchResultsPage"],
    "/en/login/": ["WebPage"],
    "/en/password/reset/": ["WebPage"],
}
# What Google’s documentation asks of these types for its own results; of articles it only recommends.
WANTED = {
    "Event": {"name", "startDate", "location"},
    "Article": {"headline", "author", "datePublished", "dateModified"},
    "BreadcrumbList": {"itemListElement"},
}


# ---------------------------------------------------------------- the vocabulary


@cache
def vocabulary():
    """Type name to the class that holds its properties."""
    modules = pkgutil.walk_packages(msgspec_schemaorg.models.__path__, "msgspec_schemaorg.models.")
    return {module.name.rpartition(".")[2]: module.name for module in modules if not module.ispkg}


@cache
def properties(type_name):
    module = importlib.import_module(vocabulary()[type_name])
    return {name for name in getattr(module, type_name).__struct_fields__ if name not in {"id", "context", "graph"}}


@cache
def expected_types(type_name, name):
    """Names of the types that the vocabulary gives for a property."""
    for parent in getattr(importlib.import_module(vocabulary()[type_name]), type_name).__mro__:
        annotation = inspect.get_annotations(parent).get(name)
        if annotation is not None:
            return set(re.findall(r"'(\w+)'", str(annotation)))
    return set()


# The classes have one parent each; in the vocabulary, a series of events is an event as well.
SECOND_PARENTS = {"EventSeries": {"Event"}}


def ancestors(type_name):
    return SECOND_PARENTS.get(type_name, set()) | {
        parent.__name__ for parent in getattr(importlib.import_module(vocabulary()[type_name]), type_name).__mro__
    }


def misplaced(type_name, name, child):
    expected = expected_types(type_name, name)
    is_right = (
        child is None or not expected or child["@type"] not in vocabulary() or ancestors(child["@type"]) & expected
    )
    return [] if is_right else [f"{type_name}.{name} is no {child['@type']}"]


def problems(node, by_id):
    """What the vocabulary does not allow in ``node`` and below."""
    found = []
    type_name = node.get("@type")
    if type_name is None:
        return [] if set(node) == {"@id"} and node["@id"] in by_id else [f"points nowhere: {node}"]
    if type_name not in vocabulary():
        return [f"no such type: {type_name}"]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        # An action says what to put in by the name of a property and “-input”: https://schema.org/docs/actions.html
        if name.removesuffix("-input") not in properties(type_name):
            found.append(f"{type_name} has no property {name}")
        if value in (None, "", [], {}):
            found.append(f"{type_name}.{name} is empty")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                found += problems(child, by_id)
                found += misplaced(type_name, name, child if "@type" in child else by_id.get(child["@id"]))
    # Of a translation, only language and address are named.
    wanted = WANTED.get(type_name, set()) if type_name != "Article" or "headline" in node else set()
    return found + [f"{type_name} lacks {name}" for name in wanted - set(node)]


@pytest.mark.parametrize(("node", "problem"), [
    ({"@type": "Meeting"}, "no such type: Meeting"),
    ({"@type": "City", "headline": "x"}, "City has no property headline"),
    ({"@type": "City", "name": ""}, "City.name is empty"),
    ({"@type": "Project", "funding": {"@type": "Place", "name": "x"}}, "Project.funding is no Place"),
    ({"@type": "City", "containedInPlace": {"@id": "#x"}}, "points nowhere: {'@id': '#x'}"),
    ({"@type": "Event", "name": "x", "startDate": "2019-04"}, "Event lacks location"),
])  # fmt: skip
def test_what_the_vocabulary_does_not_have_is_found(node, problem):
    assert problem in problems(node, {})


def graph_of(response):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL)
    assert len(blocks) == 1
    data = json.loads(blocks[0])
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def thing(graph, type_name):
    return next(node for node in graph if node["@type"] == type_name)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("path", PAGES)
def test_page_describes_itself_within_the_vocabulary(client, path):
    session = Session.objects.order_by("pk").first()
    graph = graph_of(client.get(path.format(event=session.event_id, session=session.pk)))
    by_id = {node["@id"]: node for node in graph if "@id" in node}
    assert [problem for node in graph for problem in problems(node, by_id)] == []
    assert set(PAGES[path]) | {"BreadcrumbList", "WebSite", "Organization"} == {node["@type"] for node in graph}
    steps = thing(graph, "BreadcrumbList")["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))


def test_search_results_are_listed(client, search_folder):
    from search.actions import rebuild_index

    rebuild_index()
    graph = graph_of(client.get("/en/search/?q=port"))
    by_id = {node["@id"]: node for node in graph}
    assert [problem for node in graph for problem in problems(node, by_id)] == []
    items = thing(graph, "ItemList")["itemListElement"]
    assert "http://localhost:8000/en/practices/ferm/" in [item["url"] for item in items]


def test_home_offers_the_search(client):
    website = thing(graph_of(client.get("/de/")), "WebSite")
    assert (
        website["potentialAction"]["target"]["urlTemplate"] == "http://localhost:8000/de/search/?q={search_term_string}"
    )


def test_trail_leads_from_home_through_the_section(client):
    steps = thing(graph_of(client.get("/en/projects/medi4sec/recommendations/")), "BreadcrumbList")["itemListElement"]
    assert [step["item"].removeprefix("http://localhost:8000") for step in steps] == [
        "/en/", "/en/projects/", "/en/projects/medi4sec/", "/en/projects/medi4sec/recommendations/",
    ]  # fmt: skip


def test_sheet_says_who_wrote_it_when_and_under_which_licence(client):
    theme = ConceptFactory(key="lights", names={"en": "street lighting"})
    city = CityFactory(key="exampleton", names={"en": "Exampleton"})
    organisation = OrganisationFactory(key="city-hall", name="City hall", sector="municipality")
    sheet = PracticeSheetFactory(
        title="Lamps </script><script>alert(1)</script>",
        summary="What",
        slug="lamps",
        themes=[theme],
        city=city,
        organisation=organisation,
        licence=Licence.CC_BY_SA,
        doi="10.1/x",
    )
    sheet.save_revision().publish()
    article = thing(graph_of(client.get(sheet.url)), "Article")
    sheet.refresh_from_db()
    assert article == {
        "@type": "Article",
        "@id": "http://localhost:8000/en/practices/lamps/#thing",
        "url": "http://localhost:8000/en/practices/lamps/",
        "name": sheet.title,
        "description": "What",
        "headline": sheet.title,
        "inLanguage": "en",
        "author": {
            "@type": "GovernmentOrganization",
            "name": "City hall",
            "url": "http://localhost:8000/en/organisations/city-hall/",
        },
        "publisher": {"@id": "http://localhost:8000/#network"},
        "about": [{"@type": "DefinedTerm", "name": "street lighting", "termCode": "lights"}],
        "spatialCoverage": {
            "@type": "City",
            "name": "Exampleton",
            "url": "http://localhost:8000/en/cities/exampleton/",
            "containedInPlace": {"@type": "Country", "name": "Netherlands", "identifier": "NL"},
        },
        "license": "https://creativecommons.org/licenses/by-sa/4.0/",
        "version": 1,
        "datePublished": sheet.first_published_at.isoformat(),
        "dateModified": sheet.last_published_at.isoformat(),
        "identifier": {"@type": "PropertyValue", "propertyID": "doi", "value": "10.1/x"},
        "isPartOf": {"@id": "http://localhost:8000/#website"},
    }


def test_sheet_names_only_translations_that_the_reader_may_see(client, client_as):
    sheet = PracticeSheetFactory(slug="lamps")
    french = translate(sheet, "fr", slug="lampes")
    translate(sheet, "nl", visibility=Visibility.NETWORK)
    original, translation = (thing(graph_of(client.get(page.url)), "Article") for page in (sheet, french))
    assert [version["inLanguage"] for version in original["workTranslation"]] == ["fr"]
    assert original["workTranslation"][0]["@id"] == translation["@id"]
    assert translation["translationOfWork"]["@id"] == original["@id"]
    members = thing(graph_of(client_as("stranger").get(sheet.url)), "Article")
    assert {version["inLanguage"] for version in members["workTranslation"]} == {"fr", "nl"}


def test_frozen_version_describes_itself(client):
    sheet = PracticeSheet.objects.get(slug="ferm", locale__language_code="en")
    version = sheet.versions.last()
    article = thing(graph_of(client.get(version.get_absolute_url())), "Article")
    assert (article["version"], article["dateModified"]) == (version.number, version.published_at.isoformat())
    assert article["url"] == f"http://localhost:8000/en/sheets/{sheet.practice_id}/en/v{version.number}/"


@pytest.mark.parametrize(("precision", "start", "end"), [
    ("month", "2019-04", "2019-04"),
    ("day", "2019-04-01", "2019-04-01"),
    ("time", "2019-04-01T14:00:00+02:00", "2019-04-01T16:00:00+02:00"),
])  # fmt: skip
def test_event_says_no_more_of_its_date_than_is_known(client, precision, start, end):
    event = EventPageFactory(
        precision=precision, time_zone="Europe/Berlin", city=CityFactory(names={"en": "Augsburg"}), venue="Town hall"
    )
    said = thing(graph_of(client.get(event.url)), "Event")
    assert (said["startDate"], said["endDate"]) == (start, end)
    assert said["location"] == {
        "@type": "Place",
        "name": "Town hall",
        "address": {"@type": "PostalAddress", "addressLocality": "Augsburg", "addressCountry": "NL"},
    }
    assert said["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"


SOON = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=30)
COMING = {"starts_at": SOON, "ends_at": SOON + timedelta(hours=3)}


@pytest.mark.parametrize(("status", "said"), [
    ("announced", "EventScheduled"),
    ("confirmed", "EventScheduled"),
    ("postponed", "EventPostponed"),
    ("cancelled", "EventCancelled"),
])  # fmt: skip
def test_event_says_whether_it_takes_place(client, status, said):
    event = thing(graph_of(client.get(EventPageFactory(status=status).url)), "Event")
    assert (event["eventStatus"], "previousStartDate" in event) == (f"https://schema.org/{said}", False)


@pytest.mark.parametrize(("attendance", "mode", "places"), [
    ("on-site", "OfflineEventAttendanceMode", ["Place"]),
    ("online", "OnlineEventAttendanceMode", ["VirtualLocation"]),
    ("hybrid", "MixedEventAttendanceMode", ["Place", "VirtualLocation"]),
])  # fmt: skip
def test_event_says_how_people_take_part_and_never_where_they_join(client_as, attendance, mode, places):
    page = EventPageFactory(
        attendance=attendance, city=CityFactory(), join_url="https://meet.example.org/secret", **COMING
    )
    session = SessionFactory(event=page.event, join_url="https://meet.example.org/session")
    event = thing(graph_of(client_as("administrator").get(page.url)), "Event")
    location = event["location"] if isinstance(event["location"], list) else [event["location"]]
    assert (event["eventAttendanceMode"], [place["@type"] for place in location]) == (
        f"https://schema.org/{mode}", places,
    )  # fmt: skip
    for address in (page.url, f"/en/meetings/{page.event.pk}/sessions/{session.pk}/"):
        assert "meet.example.org" not in json.dumps(graph_of(client_as("administrator").get(address)))


def test_event_names_languages_sessions_people_and_series(client):
    series = EventSeries.objects.create(key="talks")
    SeriesName.objects.create(series=series, language="en", text="Talks")
    page = EventPageFactory(
        slug="assembly",
        city=CityFactory(names={"en": "Augsburg"}),
        venue="Town hall",
        address="Town square 1",
        latitude="48.3689",
        longitude="10.8986",
        spoken=["en"],
        interpreted=["it"],
        series=series,
        capacity=20,
        **COMING,
    )
    talk = SessionFactory(event=page.event, title={"en": "Lamps"}, starts_at=SOON, ends_at=SOON + timedelta(hours=1))
    SessionFactory(event=page.event, title={"en": "Coffee"}, kind="break")
    later = SessionFactory(event=page.event, title={"fr": "Plus tard"}, spoken=["fr"], is_cancelled=True)
    SessionPerson.objects.create(session=talk, name="Ada", organisation="City hall")
    graph = graph_of(client.get(page.url))
    event = thing(graph, "Event")
    by_id = {node["@id"]: node for node in graph if "@id" in node}
    assert [problem for node in graph for problem in problems(node, by_id)] == []
    assert event["inLanguage"] == ["en", "it"]
    assert event["location"] == {
        "@type": "Place",
        "name": "Town hall",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "Town square 1",
            "addressLocality": "Augsburg",
            "addressCountry": "NL",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 48.3689, "longitude": 10.8986},
    }
    ada = {"@type": "Person", "name": "Ada", "affiliation": {"@type": "Organization", "name": "City hall"}}
    assert (event["performer"], event["maximumAttendeeCapacity"]) == ([ada], 20)
    assert event["superEvent"] == {
        "@type": "EventSeries", "name": "Talks", "url": "http://localhost:8000/en/meetings/series/talks/",
    }  # fmt: skip
    said = [(one["name"], one["inLanguage"], one["eventStatus"].rpartition("/")[2]) for one in event["subEvent"]]
    assert said == [("Lamps", ["en", "it"], "EventScheduled"), ("Plus tard", ["fr"], "EventCancelled")]
    assert event["subEvent"][0]["startDate"] == talk.local_start.isoformat()
    assert event["subEvent"][1]["startDate"] == later.day.isoformat()
    session = thing(graph_of(client.get(f"/en/meetings/{page.event.pk}/sessions/{talk.pk}/")), "Event")
    assert (session["superEvent"]["@id"], session["performer"]) == (event["@id"], [ada])


@pytest.mark.parametrize(("facts", "offer"), [
    ({"registration_mode": "none"}, None),
    ({"registration_mode": "elsewhere", "registration_url": "https://x.example.org/"},
     {"@type": "Offer", "url": "https://x.example.org/"}),
    ({"registration_mode": "here"},
     {"@type": "Offer", "url": "{page}", "availability": "https://schema.org/InStock"}),
    ({"registration_mode": "here", "capacity": 1},
     {"@type": "Offer", "url": "{page}", "availability": "https://schema.org/SoldOut"}),
    ({"registration_mode": "here", "status": "cancelled"}, None),
    ({"registration_mode": "here", "status": "postponed"}, None),
    ({"registration_mode": "here", "starts_at": SOON - timedelta(days=60), "ends_at": SOON - timedelta(days=59)}, None),
])  # fmt: skip
def test_event_offers_registration_as_long_as_somebody_can_register(client, facts, offer):
    page = EventPageFactory(slug="talk", **{**COMING, **facts})
    RegistrationFactory(event=page.event)
    event = thing(graph_of(client.get(page.url)), "Event")
    expected = offer and {**offer, "url": offer["url"].replace("{page}", "http://localhost:8000/en/events/talk/")}
    assert event.get("offers") == expected


def test_lists_do_not_name_what_the_reader_may_not_see(client, client_as):
    PracticeSheetFactory(title="For members", visibility=Visibility.NETWORK)
    names = [
        [item["name"] for item in thing(graph_of(reader.get("/en/practices/")), "ItemList")["itemListElement"]]
        for reader in (client, client_as("stranger"))
    ]
    assert ["For members" in listed for listed in names] == [False, True]


@pytest.mark.parametrize("path", ["/en/nothing/", "/en/sheets/999999/"])
def test_page_for_what_is_not_there_describes_nothing(client, path):
    assert "application/ld+json" not in client.get(path).content.decode()
