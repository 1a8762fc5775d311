"""Pages of cities and organisations."""

import pytest

from groups.enums import Visibility
from practices.models import Adoption, ProjectPartner
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    ProjectFactory,
    UserFactory,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def the_hague():
    return CityFactory(key="the-hague", names={"nl": "Den Haag", "en": "The Hague", "de": "Den Haag", "fr": "La Haye"})


def adoption(sheet, city, **fields):
    values = {"year": 2020, "outcome": "running", "language": "en", "status": "confirmed", **fields}
    return Adoption.objects.create(practice=sheet.practice, city=city, **values)


@pytest.mark.parametrize("rows", [1, 3])
def test_city_query_count_is_constant(client, the_hague, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(city=the_hague, themes=[ConceptFactory()])
        EventPageFactory(city=the_hague, themes=[ConceptFactory()])
        OrganisationFactory(city=the_hague)
        UserFactory(city=the_hague, organisation=OrganisationFactory(city=the_hague), shown_to="public")
        adoption(PracticeSheetFactory(city=the_hague), CityFactory())
        adoption(PracticeSheetFactory(), the_hague)
    client.get("/en/cities/the-hague/")
    with django_assert_num_queries(23):
        response = client.get("/en/cities/the-hague/")
    assert (len(response.context["sheets"]), len(response.context["events"].past)) == (2 * rows, rows)
    assert [len(response.context[name]) for name in ("people", "taken", "given")] == [rows] * 3


@pytest.mark.parametrize("rows", [1, 3])
def test_organisation_query_count_is_constant(client, rows, django_assert_num_queries):
    organisation = OrganisationFactory(key="port", city=CityFactory())
    for _row in range(rows):
        PracticeSheetFactory(organisation=organisation, themes=[ConceptFactory()])
        EventPageFactory(organiser=organisation, city=CityFactory())
        UserFactory(city=CityFactory(), organisation=organisation, shown_to="public", shown={"organisation": "public"})
        ProjectPartner.objects.create(project=ProjectFactory(), organisation=organisation)
    client.get("/en/organisations/port/")
    with django_assert_num_queries(14):
        response = client.get("/en/organisations/port/")
    shown = {name: response.context[name] for name in ("sheets", "people", "projects")}
    assert [len(things) for things in (*shown.values(), response.context["events"].past)] == [rows] * 4


def test_city_is_headed_by_its_name_in_the_readers_language_and_lists_the_others(client, the_hague):
    page = client.get("/fr/cities/the-hague/").content.decode()
    assert "<h1>La Haye</h1>" in page
    assert '<span lang="de">Den Haag</span>' in page


@pytest.mark.parametrize(("who", "found"), [("visitor", ["Public"]), ("stranger", ["For members", "Public"])])
def test_city_and_organisation_show_only_what_the_reader_may_see(client_as, the_hague, who, found):
    police = OrganisationFactory(key="police", city=the_hague)
    for title, visibility in (("Public", Visibility.PUBLIC), ("For members", Visibility.NETWORK)):
        PracticeSheetFactory(title=title, city=the_hague, organisation=police, visibility=visibility)
    for address in ("/en/cities/the-hague/", "/en/organisations/police/"):
        sheets = client_as(who).get(address).context["sheets"]
        assert sorted(sheet.title for sheet in sheets) == found


@pytest.mark.parametrize("address", ["/en/cities/atlantis/", "/en/organisations/atlantis/"])
def test_city_that_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_city_without_anything_says_so(client, the_hague):
    assert "Nothing of this city has been published here yet." in client.get("/en/cities/the-hague/").content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("visitor", {"nobody": False, "members": False, "public": True}),
        ("stranger", {"nobody": False, "members": True, "public": True}),
    ],
)
@pytest.mark.parametrize("shown_to", ["nobody", "members", "public"])
def test_people_of_a_city_and_organisation_are_shown_as_they_allow(client_as, the_hague, who, seen, shown_to):
    police = OrganisationFactory(key="police", name="Politie", city=the_hague)
    UserFactory(
        email="ada@politie.example",
        last_name="Lovelace",
        city=the_hague,
        organisation=police,
        shown_to=shown_to,
        shown={"languages": "public", "organisation": "public"},
        languages=["nl", "de"],
    )
    for address in ("/en/cities/the-hague/", "/en/organisations/police/"):
        page = client_as(who).get(address).content.decode()
        assert ("Ada Lovelace" in page) is seen[shown_to]
        assert ('<span lang="de">Deutsch</span>' in page.partition("person__name")[2]) is seen[shown_to]
        assert "politie.example" not in page


def test_person_who_left_is_not_shown(client, the_hague):
    UserFactory(last_name="Lovelace", city=the_hague, shown_to="public", is_active=False)
    assert "Lovelace" not in client.get("/en/cities/the-hague/").content.decode()


def test_city_says_how_many_live_there(client):
    CityFactory(key="turin", population=841_600)
    page = client.get("/en/cities/turin/").content.decode()
    assert "841,600 inhabitants" in page
    assert "500,000 to 1 million inhabitants" in page


def test_city_shows_what_it_took_over_and_what_others_took_over_from_it(client, the_hague):
    own = PracticeSheetFactory(title="Fietsen", language="nl", city=the_hague)
    translate(own, "fr", title="Des vélos")
    adoption(own, CityFactory(key="gent"), year=2021)
    adoption(PracticeSheetFactory(title="Lamps"), the_hague)
    context = client.get("/fr/cities/the-hague/").context
    assert [(one.sheet.title, one.adoption.city.key) for one in context["given"]] == [("Des vélos", "gent")]
    assert [one.sheet.title for one in context["taken"]] == ["Lamps"]


@pytest.mark.parametrize(
    ("who", "seen"), [("visitor", []), ("stranger", ["Network"]), ("colleague", ["Network", "Waiting"])]
)
def test_adoptions_of_a_city_are_shown_as_far_as_the_reader_may_see_them(client_as, people, the_hague, who, seen):
    people["colleague"] = UserFactory(city=the_hague)
    adoption(PracticeSheetFactory(title="Waiting"), the_hague, status="declared")
    adoption(PracticeSheetFactory(title="Network", visibility=Visibility.NETWORK), the_hague)
    response = client_as(who).get("/en/cities/the-hague/")
    assert sorted(one.sheet.title for one in response.context["taken"]) == seen
    assert ("waits to be confirmed" in response.content.decode()) is ("Waiting" in seen)


def test_organisation_names_the_projects_in_which_it_takes_part_once(client):
    police = OrganisationFactory(key="police")
    project = ProjectFactory(title="Medi")
    ProjectPartner.objects.create(project=project, organisation=police)
    translate(project, "fr", title="Médi", slug="medi-fr")
    ProjectPartner.objects.create(project=ProjectFactory(title="Draft", live=False), organisation=police)
    assert [one.title for one in client.get("/en/organisations/police/").context["projects"]] == ["Medi"]
    assert [one.title for one in client.get("/fr/organisations/police/").context["projects"]] == ["Médi"]
