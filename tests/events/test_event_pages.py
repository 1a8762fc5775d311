"""What readers find on the page of an event."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.enums import AccessFact, RegistrationMode, Status
from events.materials import AFTERWARDS
from events.models import EventSeries, Material, Room, SeriesName, SessionPerson
from events.reading import access_of, speakers_of, street_map
from events.templatetags.events import contact
from groups.enums import Visibility
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventFactory,
    EventPageFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SOON = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=30)
COMING = {"starts_at": SOON, "ends_at": SOON + timedelta(hours=2)}
JOIN = "https://meet.example.org/secret"


def page_of(client, event):
    return client.get(event.url).content.decode()


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("rows", [1, 3])
def test_event_query_count_is_constant(client, rows, django_assert_num_queries):
    sheets = [PracticeSheetFactory() for _row in range(rows)]
    page = EventPageFactory(
        city=CityFactory(), themes=[ConceptFactory() for _row in range(rows)], practices=[s.practice for s in sheets]
    )
    for sheet in sheets:
        session = SessionFactory(event=page.event, practice=sheet.practice)
        SessionPerson.objects.create(session=session, user=UserFactory(city=CityFactory()))
        Material.objects.create(event=page.event, title="Notes", language="en", url="https://example.org/")
        page.event.sisters.add(EventPageFactory(city=CityFactory()).event)
    client.get(page.url)
    with django_assert_num_queries(31):
        response = client.get(page.url)
    assert len(response.context["about"]) == len(response.context["sisters"]) == rows


# ---------------------------------------------------------------- when and whether


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.ANNOUNCED, None),
        (Status.CONFIRMED, None),
        (Status.POSTPONED, "This event is postponed."),
        (Status.CANCELLED, "This event is cancelled."),
    ],
)
def test_event_that_does_not_take_place_says_so_before_its_facts(client, status, word):
    event = EventPageFactory(status=status, status_note={"en": "The hall is closed.", "fr": "La salle est fermée."})
    page = page_of(client, event)
    if word is None:
        assert ('class="off"' in page, "The hall is closed." in page) == (False, False)
    else:
        assert page.index("<h1>") < page.index(word) < page.index("The hall is closed.") < page.index('id="glance"')


def test_note_in_another_language_is_marked(client):
    event = EventPageFactory(status=Status.CANCELLED, status_note={"fr": "La salle est fermée."})
    assert '<div lang="fr"><p>La salle est fermée.</p></div>' in page_of(client, event)


def test_note_is_shown_as_text(client):
    event = EventPageFactory(status=Status.CANCELLED, status_note={"en": "<script>alert(1)</script>"})
    assert "<script>alert" not in page_of(client, event)


@pytest.mark.parametrize(
    ("precision", "facts", "sentence"),
    [
        ("month", {}, "The exact days are not known."),
        ("month", COMING, "The exact days are not known yet."),
        ("day", COMING, "The time of day is not known yet."),
        ("day", {}, ""),
        ("time", COMING, ""),
    ],
)
def test_event_says_what_is_not_known_of_its_date(client, precision, facts, sentence):
    page = page_of(client, EventPageFactory(precision=precision, **facts))
    assert [found for found in ("exact days", "time of day") if found in page] == (
        [found for found in ("exact days", "time of day") if found in sentence]
    )
    assert sentence in page


def test_event_of_which_only_the_month_is_known_says_so(client):
    page = page_of(client, EventPageFactory(precision="month"))
    assert '<time datetime="2019-04">April 2019</time>' in page


# ---------------------------------------------------------------- where


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"latitude": "48.3573", "longitude": "10.8830"}, ("mlat=48.3573&mlon=10.8830#map=17/48.3573/10.8830", True)),
        ({}, ("mlat=48.3668&mlon=10.8987#map=12/48.3668/10.8987", False)),
        ({"attendance": "online"}, None),
    ],
)
def test_street_map_shows_the_venue_else_the_city(facts, expected):
    event = EventFactory(city=CityFactory(latitude="48.3668", longitude="10.8987"), **facts)
    event.refresh_from_db()
    found = street_map(event)
    assert (found and (found.address.partition("?")[2], found.is_venue)) == expected


def test_place_without_coordinates_has_no_map(client):
    event = EventPageFactory(city=CityFactory(), **COMING)
    page = page_of(client, event)
    assert ("openstreetmap.org" in page, "place-map__paper" in page) == (False, False)


@pytest.mark.parametrize(
    ("attendance", "sentences"),
    [
        ("on-site", []),
        ("online", ["This event takes place online."]),
        ("hybrid", ["You can also take part online."]),
    ],
)
def test_event_says_how_people_take_part(client, attendance, sentences):
    page = page_of(client, EventPageFactory(attendance=attendance, city=CityFactory(), **COMING))
    both = ["This event takes place online.", "You can also take part online."]
    assert [sentence for sentence in both if sentence in page] == sentences


# ---------------------------------------------------------------- access


def test_access_tells_what_is_known_and_what_to_ask():
    event = EventFactory(step_free=AccessFact.YES, hearing_loop=AccessFact.ON_REQUEST, sign_language=AccessFact.NO)
    access = access_of(event)
    assert access.known == [
        ("Step-free way in", "yes"),
        ("Hearing loop", "on request"),
        ("Sign language interpreters", "no"),
    ]
    assert access.unknown == ["accessible toilet", "quiet room"]


@pytest.mark.parametrize(
    ("facts", "is_told"), [(COMING, True), ({}, False), ({**COMING, "status": Status.CANCELLED}, False)]
)
def test_access_is_told_as_long_as_somebody_can_come(client, facts, is_told):
    page = page_of(client, EventPageFactory(step_free="yes", **facts))
    assert ("Step-free way in" in page, "mailto:access@example.org" in page) == (is_told, is_told)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("access@example.org", '<a href="mailto:access@example.org">access@example.org</a>'),
        ("+49 (821) 324-0", '<a href="tel:+498213240">+49 (821) 324-0</a>'),
        ("the desk", "the desk"),
        ('a"b@example.org', '<a href="mailto:a&quot;b@example.org">a&quot;b@example.org</a>'),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_contact_becomes_a_link_where_it_can_be_one(text, link):
    assert contact(text) == link


# ---------------------------------------------------------------- who may join


@pytest.fixture
def meeting(group):
    return EventPageFactory(group=group, attendance="online", join_url=JOIN, **COMING)


@pytest.mark.parametrize(
    ("who", "is_shown"),
    [("visitor", False), ("stranger", False), ("member", False), ("coordinator", True), ("administrator", True)],
)
def test_address_to_join_and_materials_for_those_enrolled_are_for_few(client_as, meeting, who, is_shown):
    Material.objects.create(event=meeting.event, title="Open", language="en", url="https://example.org/open")
    Material.objects.create(
        event=meeting.event, title="Shut", language="en", url="https://example.org/shut", audience="enrolled"
    )
    page = page_of(client_as(who), meeting)
    assert (JOIN in page, "example.org/shut" in page, "example.org/open" in page) == (is_shown, is_shown, True)


@pytest.mark.parametrize(
    ("status", "is_shown"),
    [("enrolled", True), ("waiting", False), ("requested", False), ("cancelled", False), ("declined", False)],
)
def test_address_to_join_is_for_those_enrolled(client_as, people, meeting, status, is_shown):
    queued = {"queued_at": timezone.now()} if status == "waiting" else {}
    RegistrationFactory(event=meeting.event, user=people["stranger"], status=status, **queued)
    assert (JOIN in page_of(client_as("stranger"), meeting)) is is_shown


@pytest.mark.parametrize("facts", [{}, {**COMING, "status": Status.CANCELLED}])
def test_nobody_joins_what_is_over_or_cancelled(client_as, group, facts):
    event = EventPageFactory(group=group, attendance="online", join_url=JOIN, **facts)
    assert JOIN not in page_of(client_as("coordinator"), event)


# ---------------------------------------------------------------- materials and what remains


def test_report_and_recording_come_first_once_it_is_over(client):
    text = [("paragraph", "<p>The invitation.</p>")]
    report = [("paragraph", "<p>What came of it.</p>")]
    over, coming = (EventPageFactory(body=text, report=report, **facts) for facts in ({}, COMING))
    for event in (over, coming):
        for kind in ("minutes", "recording", "report", "slides"):
            Material.objects.create(
                event=event.event, title=f"The {kind}", language="en", url="https://x.org/", kind=kind
            )
    page = page_of(client, over)
    order = ["The report", "The recording", "The minutes", "What came of it.", "The invitation.", "The slides"]
    assert sorted(order, key=page.rindex) == order
    page = page_of(client, coming)
    assert page.index("The invitation.") < page.index("The slides") < page.index("The recording")
    assert AFTERWARDS == ("report", "recording", "minutes")


def test_material_in_another_language_is_marked(client):
    event = EventPageFactory()
    Material.objects.create(event=event.event, title="Ordre du jour", language="fr", url="https://example.org/")
    assert 'lang="fr" hreflang="fr" rel="noopener">Ordre du jour</a>' in page_of(client, event)


def test_registration_elsewhere_is_a_link_until_it_is_over(client):
    facts = {"registration_mode": RegistrationMode.ELSEWHERE, "registration_url": "https://register.example.org/"}
    pages = [page_of(client, EventPageFactory(**facts, **when)) for when in (COMING, {})]
    assert ["https://register.example.org/" in page for page in pages] == [True, False]


# ---------------------------------------------------------------- what it belongs to


def test_event_names_series_sisters_and_practices(client):
    series = EventSeries.objects.create(key="conferences")
    SeriesName.objects.create(series=series, language="en", text="Web conferences")
    sheet, hidden = (
        PracticeSheetFactory(title="Lamps"),
        PracticeSheetFactory(title="Hidden", visibility=Visibility.NETWORK),
    )
    event = EventPageFactory(series=series, practices=[sheet.practice, hidden.practice])
    sister = EventPageFactory(title="La même", language="fr", spoken=["fr"])
    secret = EventPageFactory(title="Secret", visibility=Visibility.NETWORK)
    event.event.sisters.add(sister.event, secret.event)
    response = client.get(event.url)
    assert [page.title for page in response.context["sisters"]] == ["La même"]
    assert [page.title for page in response.context["about"]] == ["Lamps"]
    assert "/en/meetings/series/conferences/" in response.content.decode()
    assert client.get("/en/meetings/series/conferences/")["Location"] == "/en/events/?series=conferences"
    assert client.get("/en/meetings/series/nothing/").status_code == 404


def test_speakers_are_named_once_and_without_those_of_cancelled_sessions(client):
    event = EventPageFactory()
    for cancelled, names in [(False, ["Ada", "Bo"]), (False, ["ada"]), (True, ["Cy"])]:
        session = SessionFactory(event=event.event, is_cancelled=cancelled)
        for name in names:
            SessionPerson.objects.create(session=session, name=name)
    unnamed = UserFactory(first_name="", last_name="", email="secret@example.com")
    SessionPerson.objects.create(session=session, user=unnamed)
    assert [person.name for person in speakers_of(list(event.event.sessions.all()))] == ["Ada", "Bo"]
    assert "secret@example.com" not in page_of(client, event)


# ---------------------------------------------------------------- who may see it, and all that belongs to it

READERS = {
    Visibility.PUBLIC: {"visitor", "stranger", "member", "coordinator", "administrator"},
    Visibility.NETWORK: {"stranger", "member", "coordinator", "administrator"},
    Visibility.GROUP: {"member", "coordinator"},
}


@pytest.mark.parametrize("who", ["visitor", "stranger", "member", "coordinator", "administrator"])
@pytest.mark.parametrize("visibility", Visibility.values)
def test_event_is_seen_everywhere_by_the_same_people(client_as, group, visibility, who):
    city, theme = CityFactory(key="somewhere"), ConceptFactory(key="light")
    sheet = PracticeSheetFactory()
    event = EventPageFactory(title="Gathering", visibility=visibility, group=group, city=city, themes=[theme], **COMING)
    session = SessionFactory(event=event.event, title={"en": "Gathered talk"}, practice=sheet.practice)
    client = client_as(who)
    is_reader = who in READERS[visibility]
    month = event.event.first_day.strftime("%Y-%m")
    lists = [
        "/en/", "/en/events/", f"/en/events/?month={month}", "/en/cities/somewhere/", "/en/vocabulary/light/",
        group.url, sheet.url, "/en/events/?theme=light",
    ]  # fmt: skip
    assert {address: "Gather" in page_of_address(client, address) for address in lists} == dict.fromkeys(
        lists, is_reader
    )
    # Whoever looks after an event, administrators always, gets to its programme, whether or not its page is for them.
    manages = who in {"coordinator", "administrator"}
    assert client.get(event.url).status_code == (200 if is_reader else 404)
    for address in (
        f"/en/meetings/{event.event.pk}/programme/",
        f"/en/meetings/{event.event.pk}/sessions/{session.pk}/",
    ):
        assert client.get(address).status_code == (200 if is_reader or manages else 404)


def page_of_address(client, address):
    return text_of(re.sub(r"<script.*?</script>", "", client.get(address).content.decode(), flags=re.DOTALL))


def test_choices_of_the_list_do_not_tell_of_what_is_hidden(client):
    EventPageFactory(visibility=Visibility.NETWORK, city=CityFactory(key="secret-city"), spoken=["pt"])
    page = client.get("/en/events/").content.decode()
    assert ("secret-city" in page, 'value="pt"' in page) == (False, False)


def test_draft_is_seen_by_nobody_and_its_programme_by_those_who_look_after_it(client_as, group):
    event = EventPageFactory(status=Status.DRAFT, group=group)
    SessionFactory(event=event.event)
    assert [client_as(who).get(event.url).status_code for who in ("visitor", "coordinator")] == [404, 404]
    programme = f"/en/meetings/{event.event.pk}/programme/"
    assert [client_as(who).get(programme).status_code for who in ("member", "coordinator")] == [404, 200]
    assert "This is a draft" in client_as("coordinator").get(programme).content.decode()


def test_room_of_an_event_without_times_stands_in_the_list(client):
    event = EventPageFactory()
    room = Room.objects.create(event=event.event, name="Hall 1")
    SessionFactory(event=event.event, room=room)
    assert "Hall 1" in page_of(client, event)
