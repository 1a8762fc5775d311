import pytest

from groups.enums import Visibility
from tests.factories import CityFactory, ConceptFactory, EventPageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_event_list_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        EventPageFactory(city=CityFactory(), themes=[ConceptFactory()])
    client.get("/en/events/")
    with django_assert_num_queries(17):
        response = client.get("/en/events/")
    assert len(response.context["past"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_event_query_count_is_constant(client, rows, django_assert_num_queries):
    event = EventPageFactory(city=CityFactory(), themes=[ConceptFactory() for _row in range(rows)])
    client.get(event.url)
    with django_assert_num_queries(18):
        client.get(event.url)


def test_event_list_hides_what_the_reader_may_not_see(client, client_as):
    EventPageFactory(title="For members", visibility=Visibility.NETWORK)
    assert list(client.get("/en/events/").context["past"]) == []
    assert [event.title for event in client_as("stranger").get("/en/events/").context["past"]] == ["For members"]


def test_event_of_which_only_the_month_is_known_says_so(client):
    event = EventPageFactory(precision="month")
    page = client.get(event.url).content.decode()
    assert '<time datetime="2019-04">April 2019</time>' in page
    assert "The exact days are not known." in page
