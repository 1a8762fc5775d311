"""Materials of events: adding, ordering, and handing out to whom they are for."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from wagtail.documents.models import Document

from events.models import Event, Material
from groups.enums import Visibility
from tests.factories import CityFactory, EventPageFactory, RegistrationFactory, SessionFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 agenda"
SENT = {"title": "Agenda", "kind": "document", "language": "de", "audience": "readers"}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def event(group):
    return EventPageFactory(group=group, city=CityFactory()).event


def pdf(name="agenda.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def add(client_as, event):
    def add(**typed):
        return client_as("coordinator").post(f"/en/meetings/{event.pk}/manage/materials/", {**SENT, **typed})

    return add


def test_file_is_added_and_handed_out(add, client, event):
    session = SessionFactory(event=event)
    assert add(file=pdf(), session=session.pk).status_code == 302
    material = event.materials.get()
    assert (material.title, material.language, material.session) == ("Agenda", "de", session)
    assert material.document.collection.name == "Event materials"
    response = client.get(f"/en/meetings/{event.pk}/materials/{material.pk}/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"


def test_title_of_a_file_may_be_its_name(add, event):
    add(title="", file=pdf("Tagesordnung.pdf"))
    assert event.materials.get().title == "Tagesordnung"


def test_address_is_added_and_led_to(add, client, event):
    add(url="https://example.org/recording", kind="recording")
    material = event.materials.get()
    assert client.get(f"/en/meetings/{event.pk}/materials/{material.pk}/").url == "https://example.org/recording"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, ["file"]),
        ({"url": "https://example.org/", "file": PDF}, ["url"]),
        ({"file": b"<html><script>alert(1)</script>"}, ["file"]),
        ({"file": b""}, ["file"]),
        ({"url": "https://example.org/", "title": ""}, ["title"]),
        ({"url": "javascript:alert(1)"}, ["url"]),
        ({"file": PDF, "language": "xx"}, ["language"]),
        ({"file": PDF, "session": "999"}, ["session"]),
        ({"file": PDF, "audience": "nobody"}, ["audience"]),
        ({"file": PDF, "title": "x" * 201}, ["title"]),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_field_and_no_file_is_kept(add, event, typed, wrong):
    if "file" in typed:
        typed = {**typed, "file": pdf(content=typed["file"])}
    response = add(**typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)
    assert (event.materials.count(), Document.objects.count()) == (0, 0)


def test_session_of_another_event_cannot_be_named(add, event):
    assert list(add(file=pdf(), session=SessionFactory().pk).context["form"].errors) == ["session"]


@pytest.mark.parametrize(
    ("audience", "who", "status"),
    [
        ("readers", "visitor", 302),
        ("readers", "member", 302),
        ("enrolled", "visitor", 404),
        ("enrolled", "member", 404),
        ("enrolled", "stranger", 302),
        ("enrolled", "coordinator", 302),
        ("enrolled", "administrator", 302),
    ],
)
def test_material_is_handed_out_to_its_audience(client_as, people, event, audience, who, status):
    # The stranger of the group is enrolled; the member waits.
    RegistrationFactory(event=event, user=people["stranger"], email="stranger@example.com")
    RegistrationFactory(
        event=event,
        user=people["member"],
        email="member@example.com",
        status="waiting",
        queued_at=datetime(2019, 1, 1, tzinfo=UTC),
    )
    material = Material.objects.create(
        event=event, title="x", language="en", url="https://example.org/", audience=audience
    )
    assert client_as(who).get(f"/en/meetings/{event.pk}/materials/{material.pk}/").status_code == status


@pytest.mark.parametrize(
    ("facts", "who", "status"),
    [
        ({"status": "draft"}, "member", 404),
        ({"status": "draft"}, "coordinator", 302),
        ({"visibility": Visibility.GROUP}, "visitor", 404),
        ({"visibility": Visibility.GROUP}, "stranger", 404),
        ({"visibility": Visibility.GROUP}, "member", 302),
    ],
)
def test_material_is_as_hidden_as_its_event(client_as, group, facts, who, status):
    event = EventPageFactory(group=group, **facts).event
    material = Material.objects.create(event=event, title="x", language="en", url="https://example.org/")
    assert client_as(who).get(f"/en/meetings/{event.pk}/materials/{material.pk}/").status_code == status


def test_there_is_no_second_way_to_the_file(add, client_as, event):
    add(file=pdf(), audience="enrolled")
    document = event.materials.get().document
    for who in ("visitor", "coordinator", "administrator"):
        assert client_as(who).get(document.url).status_code == 404


def test_material_of_another_event_is_not_at_this_address(client, event):
    other = Material.objects.create(
        event=EventPageFactory().event, title="x", language="en", url="https://example.org/"
    )
    assert client.get(f"/en/meetings/{event.pk}/materials/{other.pk}/").status_code == 404


def test_file_is_replaced_and_the_former_one_is_gone(add, client_as, event):
    add(file=pdf())
    material = event.materials.get()
    former = material.document
    address = f"/en/meetings/{event.pk}/manage/materials/{material.pk}/"
    assert client_as("coordinator").post(address, {**SENT, "title": "New", "file": pdf("b.pdf")}).status_code == 302
    material.refresh_from_db()
    assert (material.title, material.document.title) == ("New", "b")
    assert not Document.objects.filter(pk=former.pk).exists()
    assert client_as("coordinator").post(address, {**SENT, "title": ""}).status_code == 422
    assert client_as("coordinator").post(address, {**SENT, "url": "https://example.org/"}).status_code == 302
    material.refresh_from_db()
    assert (material.document, material.url, Document.objects.count()) == (None, "https://example.org/", 0)


def test_materials_are_put_in_order_and_removed(add, client_as, event):
    for title in ("a", "b", "c"):
        add(title=title, file=pdf())
    client = client_as("coordinator")

    def press(title, do):
        pk = event.materials.get(title=title).pk
        return client.post(f"/en/meetings/{event.pk}/manage/materials/{pk}/change/", {"do": do})

    press("c", "up")
    press("a", "up")
    press("a", "down")
    assert [material.title for material in event.materials.all()] == ["c", "a", "b"]
    press("a", "remove")
    assert [material.title for material in event.materials.all()] == ["c", "b"]
    assert Document.objects.count() == 2
    assert press("b", "explode").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count_is_constant(add, client_as, event, rows, django_assert_num_queries):
    for _row in range(rows):
        add(file=pdf(), session=SessionFactory(event=event).pk)
    client, address = client_as("administrator"), f"/en/meetings/{event.pk}/manage/materials/"
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)


def test_database_refuses_both_and_neither(event):
    for values in ({}, {"url": "https://example.org/", "document": Document.objects.create(title="x", file=pdf())}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Material.objects.create(event=event, title="x", language="en", **values)


# ---------------------------------------------------------------- series


def test_series_is_begun_renamed_and_leads_to_its_events(client_as, client, event):
    coordinator = client_as("coordinator")
    response = coordinator.post("/en/meetings/series/", {"names_en": "General assembly", "names_fr": "Assemblée"})
    assert response.url == "/en/meetings/series/general-assembly/"
    coordinator.post("/en/meetings/series/", {"names_en": "General assembly"})
    again = "/en/meetings/series/general-assembly-2/"
    assert coordinator.post(f"{again}names/", {"names_de": "Versammlung"}).url == again
    assert client.get(again).url == "/en/events/?series=general-assembly-2"
    assert coordinator.post("/en/meetings/series/", {"names_en": " "}).status_code == 422
    assert client.get("/en/meetings/series/nothing/").status_code == 404
    assert client_as("member").get(f"{again}names/").status_code == 403


@pytest.mark.parametrize(
    ("status", "audience", "found"),
    [
        ("enrolled", "enrolled", True),
        ("enrolled", "readers", True),
        ("cancelled", "enrolled", False),
        ("cancelled", "readers", False),
    ],
)
def test_guest_gets_materials_behind_the_own_secret(client, event, status, audience, found):
    Event.objects.filter(pk=event.pk).update(visibility=Visibility.NETWORK)
    guest = RegistrationFactory(event=event, status=status)
    material = Material.objects.create(
        event=event, title="Minutes", language="en", url="https://example.org/minutes", audience=audience
    )
    own = f"/en/meetings/{event.pk}/mine/{guest.secret}/"
    assert client.get(f"{own}materials/{material.pk}/").status_code == (302 if found else 404)
    assert ("Minutes" in client.get(own).content.decode()) == found
    assert client.get(f"/en/meetings/{event.pk}/mine/no-secret/materials/{material.pk}/").status_code == 404


def test_guest_is_led_to_a_file_behind_the_own_secret(add, client, event):
    add(file=pdf(), audience="enrolled")
    guest, material = RegistrationFactory(event=event), event.materials.get()
    address = f"/en/meetings/{event.pk}/mine/{guest.secret}/materials/{material.pk}/"
    assert f'href="{address}"' in client.get(f"/en/meetings/{event.pk}/mine/{guest.secret}/").content.decode()
    assert b"".join(client.get(address).streaming_content) == PDF
    assert client.get(f"/en/meetings/{event.pk}/materials/{material.pk}/").status_code == 404
