"""From a publication to what visitors find, with the real worker: a moment later, files included."""

import json
import time

import pytest

pytestmark = pytest.mark.database

PATIENCE_SECONDS = 90

PUBLISH = """
import json, sys
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from members.models import City
from practices.actions.writing import sheets_collection
from practices.models import Attachment, PracticeIndexPage, PracticeSheet
from tests.search import files

word, word_of_file = sys.argv[1:]
parent = PracticeIndexPage.objects.get(locale__language_code="en")
sheet = PracticeSheet(
    title="Fresh " + word, slug=word, locale=parent.locale, original_language="en", city=City.objects.first(), live=False
)
document = Document.objects.create(
    title="Report", file=ContentFile(files.word_file("Only here: " + word_of_file), "report.docx"),
    collection=sheets_collection(),
)
sheet.attachments = [Attachment(title="Report", document=document)]
parent.add_child(instance=sheet)
sheet.save_revision().publish()
print(sheet.pk)
"""

READ = """
import json, sys
from search.models import AttachmentText, PendingUpdate
from search.sources import documents_by_id

(document,) = documents_by_id(["practices.practicesheet:" + sys.argv[1]])
print(json.dumps([attachment.text for attachment in document.attachments]))
"""

HIDE = """
import os, signal, sys
from practices.models import PracticeSheet

PracticeSheet.objects.get(pk=sys.argv[1]).unpublish()
"""


def until(question):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.25)
    return False


def test_published_sheet_is_found_its_file_is_read_and_once_hidden_it_is_gone_at_once(page, portal):
    number = portal.run(PUBLISH, "voltamirne", "quellbastim")

    def is_found():
        return "Fresh voltamirne" in page.request.get("/en/search/?q=voltamirne").text()

    assert until(is_found)
    assert until(lambda: json.loads(portal.run(READ, number)) == ["Only here: quellbastim"])
    portal.run(HIDE, number)
    assert not is_found()
