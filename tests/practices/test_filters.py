"""The filters of the list of practices."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from groups.enums import Visibility
from practices.choices import choices_for
from practices.models import Adoption, EvidenceClaim, EvidenceConfirmation, PracticeSheet
from taxonomy.models import Concept
from taxonomy.queries import with_narrower
from tests.factories import (
    CityFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    translate,
)

pytestmark = pytest.mark.django_db


def titles(response):
    return [sheet.title for sheet in response.context["sheets"]]


def adopt(sheet, *, city=None, status="confirmed"):
    return Adoption.objects.create(
        practice=sheet.practice, city=city or CityFactory(), year=2020, outcome="running", language="en", status=status
    )


def claim(sheet, dimension="effect"):
    return EvidenceClaim.objects.create(sheet=sheet, dimension=dimension, statement="Fewer.", level=2)


def confirm(sheet, dimension="effect"):
    return EvidenceConfirmation.objects.create(
        practice=sheet.practice, dimension=dimension, level=2, note="Report", confirmed_on="2024-01-01"
    )


@pytest.fixture
def lamps():
    """A practice that every filter of the table finds; the other one none does."""
    technology = ConceptFactory(key="mapping", scheme="technology")
    group = ConceptFactory(key="young-people", scheme="target-group")
    action = ConceptFactory(key="training", scheme="action-type")
    sheet = PracticeSheetFactory(
        title="Lamps",
        city=CityFactory(key="turin", country="IT", population=300_000),
        organisation=OrganisationFactory(sector="police"),
        themes=[ConceptFactory(key="light")],
        technologies=[technology],
        stage="running",
        started=2010,
        dpia="done",
    )
    sheet.target_groups, sheet.action_types = [group], [action]
    sheet.save()
    translate(sheet, "fr", title="Lampes")
    claim(sheet)
    confirm(sheet)
    adopt(sheet)
    PracticeSheetFactory(title="Bicycles", city=CityFactory(key="gent", country="BE"), language="en", started=1999)
    return sheet


@pytest.mark.parametrize(
    "query",
    [
        "theme=light",
        "country=IT",
        "country=it",
        "city=turin",
        "technology=mapping",
        "target_group=young-people",
        "action=training",
        "stage=running",
        "size=500",
        "evidence=claimed",
        "evidence=confirmed",
        "rights=assessed",
        "adopted=yes",
        "language=fr",
        "started_from=2010",
        "started_from=2000&started_to=2010",
        "sector=police",
        "theme=light&country=IT&evidence=confirmed&size=500&language=fr&sector=police",
    ],
)
def test_practice_list_is_narrowed_by(client, lamps, query):
    assert titles(client.get(f"/en/practices/?{query}")) == ["Lamps"]


@pytest.mark.parametrize(
    "query",
    [
        "stage=flying",
        "size=1",
        "evidence=everything",
        "rights=none",
        "adopted=no",
        "language=xx",
        "sector=church",
        "started_from=soon",
        "started_from=0",
        "started_to=-5",
        "started_to=999999999999999999999",
        "started_from=٢٠٢٠",
        "city=%00",
        "technology=" + "x" * 5000,
        "sort=random",
        "theme=A&theme=",
        "country=ITA",
        "target_group=Young People",
    ],
)
def test_practice_list_ignores_what_cannot_be_a_filter(client, lamps, query):
    response = client.get(f"/en/practices/?{query}")
    assert (response.status_code, sorted(titles(response))) == (200, ["Bicycles", "Lamps"])
    assert response.context["active_filters"] == []


@pytest.mark.parametrize("query", ["theme=nothing-has-this", "city=atlantis", "started_from=2011", "size=over"])
def test_practice_list_narrowed_to_nothing_says_so(client, lamps, query):
    response = client.get(f"/en/practices/?{query}")
    assert titles(response) == []
    assert "No practice matches this choice yet." in response.content.decode()


@pytest.mark.parametrize(
    ("population", "size", "is_found"),
    [
        (50_000, "50", True),
        (50_000, "100", False),
        (50_001, "100", True),
        (1_000_000, "1000", True),
        (1_000_000, "over", False),
        (1_000_001, "over", True),
        (None, "50", False),
    ],
)
def test_size_of_city_has_the_bounds_that_the_city_states(client, population, size, is_found):
    city = CityFactory(population=population)
    PracticeSheetFactory(title="Lamps", city=city)
    assert titles(client.get(f"/en/practices/?size={size}")) == (["Lamps"] if is_found else [])
    assert (city.size is not None and city.size.value == size) is is_found


def test_broader_theme_finds_the_practices_of_its_narrower_ones_each_once(client):
    broad = ConceptFactory(key="broad")
    narrow = ConceptFactory(key="narrow", broader=broad)
    narrowest = ConceptFactory(key="narrowest", broader=narrow)
    PracticeSheetFactory(title="Both", themes=[broad, narrowest])
    PracticeSheetFactory(title="Narrowest", themes=[narrowest])
    assert sorted(titles(client.get("/en/practices/?theme=broad"))) == ["Both", "Narrowest"]
    assert [field.name for field in client.get("/en/practices/").context["most_used"]] == ["theme", "country"]
    choices = client.get("/en/practices/").context["most_used"][0].choices
    assert [key for key, _label in choices] == ["broad", "narrow", "narrowest"]


def test_circle_of_broader_themes_ends():
    one = ConceptFactory(key="one")
    other = ConceptFactory(key="other", broader=one)
    Concept.objects.filter(pk=one.pk).update(broader=other)
    assert sorted(with_narrower("one")) == sorted([one.pk, other.pk])


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["Zebra", "apple", "Middle"]),
        ("newest", ["Zebra", "apple", "Middle"]),
        ("title", ["apple", "Middle", "Zebra"]),
        ("started", ["Middle", "apple", "Zebra"]),
        ("adopted", ["apple", "Zebra", "Middle"]),
    ],
)
def test_practice_list_is_in_the_order_asked_for(client, sort, order):
    PracticeSheetFactory(title="Middle", started=2020)
    apple = PracticeSheetFactory(title="apple", started=2010)
    zebra = PracticeSheetFactory(title="Zebra")
    for sheet, adoptions in ((apple, 2), (zebra, 1)):
        for _adoption in range(adoptions):
            adopt(sheet)
    adopt(zebra, status="declared")
    assert titles(client.get(f"/en/practices/?sort={sort}")) == order


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count_of_a_list_with_every_filter_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        sheet = PracticeSheetFactory(
            city=CityFactory(country="IT", population=300_000), themes=[ConceptFactory()], stage="running", started=2010
        )
        claim(sheet)
        confirm(sheet)
        adopt(sheet)
    ConceptFactory(key="light", scheme="theme")
    PracticeSheet.themes.through.objects.update(concept=Concept.objects.get(key="light"))
    query = (
        "?theme=light&country=IT&stage=running&size=500&evidence=confirmed&adopted=yes&language=en&started_from=2000"
    )
    client.get(f"/en/practices/{query}")
    # One more than without filters: the tree of themes.
    with django_assert_num_queries(17):
        response = client.get(f"/en/practices/{query}&sort=adopted")
    assert len(response.context["sheets"]) == rows


def test_active_filters_are_named_and_each_can_be_removed(client, lamps):
    response = client.get("/en/practices/?country=IT&evidence=claimed&sort=title")
    active = [(one.label, one.value, one.query) for one in response.context["active_filters"]]
    assert active == [
        ("Country", "Italy", "evidence=claimed&sort=title"),
        ("Evidence", "claimed by the city", "country=IT&sort=title"),
    ]


@pytest.mark.parametrize(("query", "is_open"), [("", False), ("?theme=light", False), ("?city=turin", True)])
def test_less_used_filters_are_open_only_when_one_is_in_use(client, lamps, query, is_open):
    page = client.get(f"/en/practices/{query}").content.decode()
    assert ('<details class="practice-filters__more" open>' in page) is is_open


def test_pages_of_a_narrowed_list_keep_the_filters(client, monkeypatch, lamps):
    monkeypatch.setattr("practices.views.pages.SHEETS_A_PAGE", 1)
    page = client.get("/en/practices/?started_from=1990&sort=title").content.decode()
    assert "?started_from=1990&amp;sort=title&amp;page=2" in page


def test_only_what_finds_something_can_be_chosen(client, lamps):
    ConceptFactory(key="unused")
    labels = choices_for(request_of(AnonymousUser())).labels
    assert {name: list(values) for name, values in labels.items()} == {
        "theme": ["light"],
        "technology": ["mapping"],
        "target_group": ["young-people"],
        "action": ["training"],
        "country": ["BE", "IT"],
        "city": ["gent", "turin"],
        "size": ["500"],
        "stage": ["running"],
        "evidence": ["claimed", "confirmed"],
        "rights": ["assessed"],
        "adopted": ["yes"],
        "language": ["fr", "en"],
        "sector": ["police"],
    }


def request_of(user):
    request = RequestFactory().get("/en/practices/")
    request.user = user
    return request


def test_choices_are_those_of_what_the_reader_may_see(group, people):
    """Kept for a minute, and apart for each audience: whoever asks first."""
    PracticeSheetFactory(city=CityFactory(key="open"))
    PracticeSheetFactory(city=CityFactory(key="network"), visibility=Visibility.NETWORK)
    PracticeSheetFactory(city=CityFactory(key="group"), visibility=Visibility.GROUP, group=group)
    readers = {**people, "visitor": AnonymousUser()}
    expected = {
        "member": ["group", "network", "open"],
        "visitor": ["open"],
        "stranger": ["network", "open"],
        "coordinator": ["group", "network", "open"],
        "administrator": ["network", "open"],
    }
    found = {who: list(choices_for(request_of(readers[who])).labels["city"]) for who in expected}
    assert found == expected


@pytest.mark.parametrize(
    ("who", "found"),
    [("visitor", []), ("stranger", ["For the network"]), ("member", ["For the group", "For the network"])],
)
def test_filters_never_show_more_than_the_reader_may_see(client_as, group, who, found):
    italy = CityFactory(country="IT")
    PracticeSheetFactory(title="For the network", city=italy, visibility=Visibility.NETWORK)
    PracticeSheetFactory(title="For the group", city=italy, visibility=Visibility.GROUP, group=group)
    assert sorted(titles(client_as(who).get("/en/practices/?country=IT&language=en"))) == found


@pytest.mark.parametrize(("visibility", "found"), [(Visibility.PUBLIC, ["Lamps"]), (Visibility.NETWORK, [])])
def test_language_filter_does_not_tell_of_a_version_that_is_hidden(client, visibility, found):
    sheet = PracticeSheetFactory(title="Lamps")
    translate(sheet, "fr", title="Lampes", visibility=visibility)
    assert titles(client.get("/en/practices/?language=fr")) == found


def test_card_says_status_evidence_and_who_took_it_over(client):
    sheet = PracticeSheetFactory(title="Lamps", stage="ended")
    claim(sheet, "effect")
    claim(sheet, "economics")
    confirm(sheet)
    adopt(sheet)
    adopt(sheet, status="declared")
    page = client.get("/en/practices/").content.decode()
    for words in ("ended as planned", "Evidence claimed: 2 of 5 · confirmed: 1", "Adopted by 1 city"):
        assert page.count(words) == 1, words


def test_card_without_evidence_says_so(client):
    PracticeSheetFactory()
    page = client.get("/en/practices/").content.decode()
    assert "No evidence claimed" in page
    assert "Adopted by" not in page
