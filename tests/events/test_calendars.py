"""Calendar files: read back by another library than the one that writes them."""

import pytest

from tests.factories import CityFactory, ConceptFactory, EventPageFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_x(client):
    page = EventPageFactory(
        title="Général; assembly, with a comma",
        summary="x" * 200 + "é" * 100,
        city=CityFactory(),
        themes=[ConceptFactory()],
        time_zone="Europe/Berlin",
        venue="Town hall",
        address="Rathausplatz 1",
        latitude="48.3",
        longitude="10.9",
    )
    r = client.get(f"/en/meetings/{page.event_id}/event.ics")
    print(r.content.decode())
    print(r.headers)
    RegistrationFactory
