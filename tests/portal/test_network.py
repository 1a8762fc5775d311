"""Pages of cities and organisations."""

import pytest

from groups.enums import Visibility
from tests.factories import CityFactory, ConceptFactory, EventPageFactory, OrganisationFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def the_hague():
    return CityFactory(key="the-hague", names={"nl": "Den Haag", "en": "The Hague", "de": "Den Haag", "fr": "La Haye"})


@pytest.mark.parametrize("rows", [1, 3])
def test_city_query_count_is_constant(client, the_hague, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(city=the_hague, themes=[ConceptFactory()])
        EventPageFactory(city=the_hague, themes=[ConceptFactory()])
        OrganisationFactory(city=the_hague)
    client.get("/en/cities/the-hague/")
    with django_assert_num_queries(13):
        response = client.get("/en/cities/the-hague/")
    assert (len(response.context["sheets"]), len(response.context["events"])) == (rows, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_organisation_query_count_is_constant(client, rows, django_assert_num_queries):
    organisation = OrganisationFactory(key="port", city=CityFactory())
    for _row in range(rows):
        PracticeSheetFactory(organisation=organisation, themes=[ConceptFactory()])
        EventPageFactory(organiser=organisation, city=CityFactory())
    client.get("/en/organisations/port/")
    with django_assert_num_queries(11):
        response = client.get("/en/organisations/port/")
    assert (len(response.context["sheets"]), len(response.context["events"])) == (rows, rows)


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
