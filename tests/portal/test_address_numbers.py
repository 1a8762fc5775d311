"""Numbers in addresses that can be nobody's and nothing's."""

import pytest

from tests.factories import EventPageFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db

LONG = 99999999999999999999


@pytest.mark.parametrize("who", ["visitor", "member", "administrator"])
@pytest.mark.parametrize(
    "address",
    [
        "working-groups/{}/join/",
        "working-groups/{}/asked/",
        "discussions/new/{}/",
        "sheets/drafts/{}/write/",
        "sheets/review/{}/",
        "meetings/{}/event.ics",
        "meetings/{}/mine/x/",
        "people/{}/",
    ],
)
def test_nothing_has_a_number_that_no_database_holds(client_as, who, address):
    client = client_as(who)
    for method in (client.get, client.post):
        assert method(f"/en/{address.format(LONG)}").status_code == 404


def test_what_there_is_keeps_its_number(client, group):
    assert client.get(f"/en/working-groups/{group.pk}/join/").status_code == 200
    event = EventPageFactory(visibility="public").event
    assert client.get(f"/en/meetings/{event.pk}/event.ics").status_code == 200
    number = PracticeSheetFactory().practice_id
    assert client.get(f"/en/sheets/{number}/").status_code == 302
