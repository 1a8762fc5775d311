"""Who may fetch the files of a sheet."""

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from practices.actions.writing import sheets_collection
from practices.models import Attachment, CoAuthor, PracticeSheet
from tests.factories import PracticeSheetFactory, UserFactory

pytestmark = pytest.mark.django_db

EVERYBODY = ("visitor", "stranger", "member", "coordinator", "administrator")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document():
    return Document.objects.create(
        title="Report", file=ContentFile(b"text", "report.txt"), collection=sheets_collection()
    )


def offer(document, **fields):
    sheet = PracticeSheetFactory(**fields)
    sheet.attachments = [Attachment(title="Report", document=document)]
    sheet.save()
    return sheet


def status_of(client, document):
    response = client.get(document.url)
    if response.streaming:
        # Read to its end, the client closes the file.
        assert b"".join(response.streaming_content) == b"text"
    return response.status_code


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        ({}, EVERYBODY),
        ({"visibility": "network"}, EVERYBODY[1:]),
        ({"visibility": "group"}, EVERYBODY[2:]),
        ({"live": False}, EVERYBODY[3:]),
    ],
)
def test_file_of_a_sheet_is_for_its_readers(client_as, group, document, fields, allowed):
    offer(document, group=group, **fields)
    answers = {who: status_of(client_as(who), document) for who in EVERYBODY}
    assert answers == {who: 200 if who in allowed else 404 for who in EVERYBODY}


def test_file_that_one_readable_sheet_offers_is_readable(client, document):
    offer(document, visibility="network")
    offer(document)
    assert status_of(client, document) == 200


@pytest.mark.parametrize("how", ["owner", "co_author", "uploader"])
def test_those_who_write_a_sheet_fetch_its_files_before_it_is_published(client, document, how):
    person = UserFactory()
    sheet = offer(document, live=False, owner=person if how == "owner" else None)
    if how == "co_author":
        CoAuthor.objects.create(practice=sheet.practice, user=person)
    if how == "uploader":
        Document.objects.filter(pk=document.pk).update(uploaded_by_user=person)
    client.force_login(person)
    assert status_of(client, document) == 200


@pytest.mark.parametrize(("who", "status"), [("visitor", 404), ("stranger", 200)])
def test_file_that_no_sheet_offers_today_is_for_members(client_as, document, who, status):
    assert PracticeSheet.objects.count() == 0
    assert status_of(client_as(who), document) == status


def test_other_documents_are_for_everybody(client):
    document = Document.objects.create(title="Programme", file=ContentFile(b"text", "programme.txt"))
    assert status_of(client, document) == 200
