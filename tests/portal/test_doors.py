"""Every way to what a sheet says, tried by people who may not read it."""

import pytest

from practices.models import Attachment, Contact, EvidenceClaim, Partner, PracticeSheet
from tests.factories import (
    AdoptionFactory,
    CityFactory,
    CollectionFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    ProjectFactory,
    RecommendationFactory,
)

pytestmark = pytest.mark.django_db

SECRET = "Zyxwabcd"


@pytest.fixture
def addresses(group):
    """A sheet for a group that says one word everywhere, an open one beside it, and all pages that could name it."""
    theme, project, city = ConceptFactory(), ProjectFactory(), CityFactory()
    organisation = OrganisationFactory(city=city)
    common = {"themes": [theme], "related_project": project, "city": city, "organisation": organisation}
    hidden = PracticeSheetFactory(
        title=SECRET, slug="hidden", summary=SECRET, problem=SECRET, members_note=SECRET, acronym=SECRET,
        stage="running", group=group, visibility="group", **common,
    )  # fmt: skip
    hidden.partners = [Partner(name=SECRET, sector="police")]
    hidden.contacts = [Contact(name=SECRET, email=f"{SECRET}@example.com", visibility="public")]
    hidden.attachments = [Attachment(title=SECRET, address=f"https://example.com/{SECRET}")]
    hidden.evidence = [EvidenceClaim(dimension="effect", statement=SECRET, level=1)]
    hidden.tags.add(SECRET)
    hidden.save_revision().publish()
    PracticeSheet.objects.get(pk=hidden.pk).save_revision().publish()
    shown = PracticeSheetFactory(title="Open", slug="open", **common)
    shown.save_revision().publish()
    taker = CityFactory()
    adoption = AdoptionFactory(practice=hidden.practice, city=taker, status="confirmed", changes=SECRET)
    collection = CollectionFactory(is_public=True, sheets=[hidden, shown])
    recommendation = RecommendationFactory(sheets=[hidden, shown])
    secret, open_one = hidden.practice_id, shown.practice_id
    both = f"sheet={secret}&sheet={open_one}"
    return [
        "/en/", "/en/vocabulary/", f"/en/vocabulary/{theme.key}/", "/en/practices/", "/en/practices/?adopted=yes", "/en/practices/?sort=adopted", hidden.url, shown.url,
        f"/en/sheets/{secret}/", f"/en/sheets/{secret}/en/v1/", f"/en/sheets/{secret}.pdf",
        f"/en/sheets/{secret}/en/v1.pdf", f"/en/sheets/{secret}/en/v1.bib", f"/en/sheets/{secret}/en/v1.ris",
        f"/en/sheets/compare/?{both}", f"/en/sheets/compare/?sheet={secret}", "/en/sheets/adoptions/",
        adoption.get_absolute_url(), f"/en/sheets/{secret}/adopt/", collection.get_absolute_url(),
        "/en/sheets/collections/", f"/en/sheets/collections/new/?practice={secret}", "/en/sheets/coverage/",
        "/en/sheets/recommendations/", recommendation.url, project.url, city.get_absolute_url(),
        taker.get_absolute_url(), organisation.get_absolute_url(), group.url, "/en/sheets/export.csv",
        "/en/sheets/export.jsonl", f"/en/sheets/booklet.pdf?sheet={secret}", f"/en/sheets/status/{hidden.pk}/",
        f"/en/search/?q={SECRET[:4]}", f"/en/search/feed.atom?q={SECRET[:4]}",
    ]  # fmt: skip


def said(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(("who", "reads"), [("visitor", False), ("stranger", False), ("member", True)])
def test_what_a_group_wrote_leaves_it_by_no_door(client_as, addresses, who, reads):
    client = client_as(who)
    telling = [address for address in addresses if SECRET.encode() in said(client.get(address, follow=True))]
    assert bool(telling) is reads, telling
