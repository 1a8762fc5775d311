"""The text of the files that sheets offer: read outside of requests, once, by a process that they cannot harm."""

import tempfile
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django.template import engines
from django.urls import reverse
from django_tasks import default_task_backend
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, ReferenceIndex

from practices.actions.writing import sheets_collection
from practices.documents import may_fetch
from practices.models import Attachment, PracticeSheet
from search import attachments, engine
from search.actions import (
    compare_index,
    read_attachments,
    read_missing_attachments,
    rebuild_index,
    repair_index,
    take_in_pending,
    update_index,
)
from search.attachments import read_file
from search.extraction import normalise
from search.models import AttachmentText, PendingUpdate
from search.queries import request_for
from search.sources import documents_by_id
from tests.factories import PracticeSheetFactory, translate
from tests.search import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_folder")]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def document_of(content, name="report.pdf", **fields):
    return Document.objects.create(
        title=name, file=ContentFile(content, name), **{"collection": sheets_collection(), **fields}
    )


def offer(*documents, title="The report", **fields):
    sheet = PracticeSheetFactory(**fields)
    sheet.attachments = [Attachment(title=title, document=document) for document in documents]
    sheet.save()
    return sheet


def attached(sheet):
    """What the index is given of the files of a sheet."""
    (document,) = documents_by_id([f"practices.practicesheet:{sheet.pk}"])
    return document.attachments


def queued():
    """The jobs that wait, in the order in which they came."""
    return [result.task.name for result in default_task_backend.results]


@pytest.fixture(autouse=True)
def _empty_queue():
    default_task_backend.clear()


# ---------------------------------------------------------------- from the file to the index


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.pdf("Lanterns at night"), "report.pdf"),
        (files.pdf("Lanterns at night", compressed=True), "report.pdf"),
        (files.locked_pdf("Lanterns at night", password=""), "report.pdf"),
        (files.word_file("Lanterns at night"), "report.docx"),
        (files.word_file(table="Lanterns at night"), "report.docx"),
        ("Lanterns at night".encode("utf-16"), "report.txt"),
        (b"\xef\xbb\xbfLanterns at night", "REPORT.TXT"),
        (files.pdf("Lanterns at night"), "report.docx"),
        (files.word_file("Lanterns at night"), "report.pdf"),
    ],
)
def test_file_of_a_published_sheet_is_read_by_the_queue_and_given_to_the_index(content, name):
    sheet = offer(document_of(content, name))
    assert attached(sheet) == ()
    default_task_backend.clear()
    update_index.call()
    assert queued() == ["read_attachments"]
    PendingUpdate.objects.all().delete()
    assert read_attachments.call() == 1
    assert attached(sheet) == (engine.Attachment("The report", "Lanterns at night"),)
    assert list(PendingUpdate.objects.values_list("document_id", flat=True)) == [f"practices.practicesheet:{sheet.pk}"]
    take_in_pending()
    assert not compare_index()


def test_file_is_read_once(monkeypatch):
    document = document_of(files.pdf("Lanterns"))
    offer(document)
    assert read_missing_attachments() == 1
    read = []
    monkeypatch.setattr(attachments, "read_file", lambda *args, **kwargs: read.append(args))
    sheet = offer(document)
    default_task_backend.clear()
    update_index.call()
    assert queued() == []
    # The same file, sent once more.
    other = offer(document_of(files.pdf("Lanterns"), "again.pdf"))
    assert (read_missing_attachments(), read) == (1, [])
    assert attached(sheet) == attached(other) == (engine.Attachment("The report", "Lanterns"),)


@pytest.mark.parametrize("command", [rebuild_index, repair_index])
def test_commands_read_what_is_missing(command):
    sheet = offer(document_of(files.pdf("Lanterns")))
    command()
    assert attached(sheet) == (engine.Attachment("The report", "Lanterns"),)
    assert not compare_index()


def test_files_that_no_published_sheet_offers_are_left_alone():
    document_of(files.pdf("Lanterns"))
    draft = offer(document_of(files.pdf("Lanterns"), "draft.pdf"), live=False)
    assert read_missing_attachments() == 0
    draft.save_revision().publish()
    assert read_missing_attachments() == 1
    assert attached(draft) == (engine.Attachment("The report", "Lanterns"),)


def test_each_language_version_has_the_file_under_its_own_title():
    sheet = offer(document_of(files.pdf("Lanterns")))
    french = translate(sheet, "fr", title="Lampadaires", slug="lampadaires")
    row = french.attachments.get()
    row.title = "Le rapport"
    row.save()
    read_missing_attachments()
    assert attached(sheet) == (engine.Attachment("The report", "Lanterns"),)
    assert attached(french) == (engine.Attachment("Le rapport", "Lanterns"),)


def test_links_have_no_text():
    sheet = PracticeSheetFactory()
    sheet.attachments = [Attachment(title="Film", address="https://example.org/film")]
    sheet.save()
    assert (read_missing_attachments(), attached(sheet)) == (0, ())


def test_files_of_one_sheet_are_limited_together(monkeypatch):
    monkeypatch.setattr("search.sources.LONGEST_ATTACHMENTS", 10)
    sheet = offer(*(document_of(files.pdf(text), f"{text}.pdf") for text in ("Lanterns", "Candles", "Torches")))
    read_missing_attachments()
    assert [attachment.text for attachment in attached(sheet)] == ["Lanterns", "Ca"]


def test_text_is_limited(monkeypatch):
    monkeypatch.setattr(attachments, "LONGEST_TEXT", 5)
    sheet = offer(document_of(files.pdf("Lanterns")))
    read_missing_attachments()
    assert [attachment.text for attachment in attached(sheet)] == ["Lante"]


@pytest.mark.parametrize("rows", [1, 3])
def test_documents_of_sheets_with_files_take_a_fixed_number_of_queries(rows, django_assert_num_queries):
    ids = []
    for number in range(rows):
        sheet = offer(document_of(files.pdf("Lanterns"), f"{number}.pdf"))
        ids.append(f"practices.practicesheet:{sheet.pk}")
    read_missing_attachments()
    with django_assert_num_queries(25):
        assert [len(document.attachments) for document in documents_by_id(ids)] == [1] * rows


# ---------------------------------------------------------------- changes


@pytest.fixture
def report():
    document = document_of(files.pdf("Lanterns"))
    sheet = offer(document)
    rebuild_index()
    PendingUpdate.objects.all().delete()
    return document, sheet


def test_replaced_file_takes_the_old_text_out_at_once_and_is_read(report):
    document, sheet = report
    document.file.save("report.pdf", ContentFile(files.pdf("Candles")))
    assert attached(sheet) == ()
    update_index.call()
    assert read_missing_attachments() == 1
    assert attached(sheet) == (engine.Attachment("The report", "Candles"),)


def test_file_that_takes_the_name_of_the_first_one_is_read(report):
    document, sheet = report
    name = document.file.name
    document.file.save("other.pdf", ContentFile(files.pdf("Candles")))
    document.file.storage.delete(name)
    document.file.save("report.pdf", ContentFile(files.pdf("Torches")))
    assert document.file.name == name
    read_missing_attachments()
    assert attached(sheet) == (engine.Attachment("The report", "Torches"),)


def test_file_that_is_replaced_while_it_is_read_is_read_again(report, monkeypatch):
    document, sheet = report
    document.file.save("second.pdf", ContentFile(files.pdf("Candles")))
    read = attachments.read_file

    def replace_meanwhile(*args, **kwargs):
        monkeypatch.setattr(attachments, "read_file", read)
        Document.objects.get(pk=document.pk).file.save("third.pdf", ContentFile(files.pdf("Torches")))
        return read(*args, **kwargs)

    monkeypatch.setattr(attachments, "read_file", replace_meanwhile)
    assert read_missing_attachments() == 2
    assert attached(sheet) == (engine.Attachment("The report", "Torches"),)


def test_removed_row_takes_its_text_out(report):
    _document, sheet = report
    sheet.attachments = []
    sheet.save_revision().publish()
    assert attached(sheet) == ()
    take_in_pending()
    assert not compare_index()


def test_document_that_a_sheet_offers_cannot_be_deleted_and_with_its_row_it_goes(report):
    document, sheet = report
    with pytest.raises(ProtectedError):
        document.delete()
    sheet.attachments.get().delete()
    document.delete()
    assert (AttachmentText.objects.count(), attached(sheet)) == (0, ())


def test_document_deleted_while_it_is_read_leaves_nothing(monkeypatch):
    document = document_of(files.pdf("Lanterns"))
    sheet = offer(document)

    def delete_meanwhile(*args, **kwargs):
        Attachment.objects.filter(sheet=sheet).delete()
        Document.objects.get(pk=document.pk).delete()
        return attachments.Read("read", "Lanterns")

    monkeypatch.setattr(attachments, "read_file", delete_meanwhile)
    assert read_missing_attachments() == 1
    assert AttachmentText.objects.count() == 0


def test_unpublished_sheet_keeps_the_text_for_later(report):
    _document, sheet = report
    sheet.unpublish()
    assert list(documents_by_id([f"practices.practicesheet:{sheet.pk}"])) == []
    sheet.save_revision().publish()
    assert (read_missing_attachments(), len(attached(sheet))) == (0, 1)


def test_text_is_no_use_of_the_document_in_the_editor(report):
    document, _sheet = report
    assert {reference.model for reference, _uses in ReferenceIndex.get_grouped_references_to(document)} <= {
        PracticeSheet
    }


# ---------------------------------------------------------------- who finds it


@pytest.mark.parametrize("visibility", ["public", "network", "group"])
@pytest.mark.parametrize("who", ["visitor", "stranger", "member", "coordinator", "administrator"])
def test_whoever_finds_a_file_may_fetch_it(people, group, visibility, who):
    document = document_of(files.pdf("Lanterns"))
    sheet = offer(document, visibility=visibility, group=group)
    read_missing_attachments()
    (indexed,) = documents_by_id([f"practices.practicesheet:{sheet.pk}"])
    assert indexed.attachments
    user = people[who] or AnonymousUser()
    finds = not request_for(user, "", language="en").audiences.isdisjoint(indexed.audiences)
    assert finds is PracticeSheet.objects.visible_to(user).filter(pk=sheet.pk).exists()
    # Reviewers may fetch what they do not find.
    assert may_fetch(user, document) or not finds


@pytest.mark.parametrize("restricted", ["own", "above"])
def test_file_of_a_private_collection_is_not_found_at_all(report, restricted):
    document, sheet = report
    inner = Collection.get_first_root_node().add_child(name="Outer").add_child(name="Inner")
    document.collection = inner
    document.save()
    assert len(attached(sheet)) == 1
    take_in_pending()
    restriction = CollectionViewRestriction.objects.create(
        collection=inner if restricted == "own" else inner.get_parent(), restriction_type="login"
    )
    # Until the index has forgotten it, nobody finds the sheet by it.
    assert request_for(AnonymousUser(), "x", language="en").withheld == {f"practices.practicesheet:{sheet.pk}"}
    assert attached(sheet) == ()
    take_in_pending()
    assert request_for(AnonymousUser(), "x", language="en").withheld == frozenset()
    restriction.delete()
    take_in_pending()
    assert not compare_index()
    assert len(attached(sheet)) == 1


@pytest.fixture
def cms(client_as, monkeypatch):
    """The editor, as administrators see it."""
    # Wagtail's own templates loop over things that are not there.
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    return client_as("administrator")


@pytest.mark.parametrize("how", ["document", "in bulk", "collection"])
def test_file_that_is_moved_into_a_private_collection_is_withheld_at_once(
    cms, report, how, django_capture_on_commit_callbacks
):
    document, sheet = report
    root = Collection.get_first_root_node()
    open_one, private = root.add_child(name="Open"), root.add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    Document.objects.filter(pk=document.pk).update(collection=open_one)
    take_in_pending()
    with django_capture_on_commit_callbacks(execute=True):
        match how:
            case "document":
                address = reverse("wagtaildocs:edit", args=[document.pk])
                response = cms.post(address, {"title": "Report", "collection": private.pk, "tags": ""})
            case "in bulk":
                address = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "add_to_collection"])
                response = cms.post(f"{address}?id={document.pk}", {"collection": private.pk})
            case _:
                address = reverse("wagtailadmin_collections:edit", args=[open_one.pk])
                response = cms.post(address, {"name": "Open", "parent": private.pk})
    assert response.status_code == 302
    assert request_for(AnonymousUser(), "x", language="en").withheld == {f"practices.practicesheet:{sheet.pk}"}
    assert attached(sheet) == ()


# ---------------------------------------------------------------- hostile files

HOSTILE = {
    "an empty file": (lambda: b"", "x.pdf", "empty"),
    "garbage": (lambda: bytes(range(256)) * 400, "x.pdf", "kind"),
    "garbage called a text": (lambda: bytes(range(256)) * 400, "x.txt", "damaged"),
    "garbage behind the first bytes of a PDF": (lambda: b"%PDF-1.7" + bytes(range(256)) * 400, "x.pdf", "damaged"),
    "garbage behind the first bytes of an archive": (
        lambda: b"PK\x03\x04" + bytes(range(256)) * 400,
        "x.docx",
        "damaged",
    ),
    "a page called a PDF": (lambda: b"<html>Lanterns</html>", "x.pdf", "kind"),
    "half a DOCX": (lambda: files.word_file("Lanterns")[:5000], "x.docx", "damaged"),
    "a tenth of a PDF": (lambda: files.pdf("Lanterns")[:60], "x.pdf", "damaged"),
    "a locked PDF": (lambda: files.locked_pdf("Lanterns", "secret"), "x.pdf", "locked"),
    "a PDF that becomes 100 MB": (lambda: files.pdf_bomb(100), "x.pdf", "damaged"),
    "a PDF whose pages hold themselves": (lambda: files.pdf_whose_pages_hold_themselves(), "x.pdf", "damaged"),
    "a PDF of nested lists": (lambda: files.pdf_nested(100_000), "x.pdf", "damaged"),
    "a DOCX that becomes 210 MB": (lambda: files.word_bomb(210), "x.docx", "too_large"),
    "a DOCX that becomes 210 MB and denies it": (lambda: files.word_file_that_lies(210), "x.docx", "damaged"),
    "a DOCX of nested tables": (lambda: files.word_file_of_many_tables(50_000), "x.docx", "damaged"),
    "a billion laughs": (lambda: files.billion_laughs(), "x.docx", "damaged"),
    "scanned pages": (lambda: files.scanned_pdf(), "x.pdf", ""),
}


@pytest.mark.parametrize(("make", "name", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_with_its_reason_and_its_sheet_is_indexed(make, name, reason):
    sheet = offer(document_of(make(), name), title="Hostile", problem="Lanterns")
    rebuild_index()
    kept = AttachmentText.objects.get()
    assert (kept.state, kept.reason, kept.text) == ("refused" if reason else "nothing", reason, "")
    assert attached(sheet) == ()
    assert not compare_index()
    assert read_missing_attachments() == 0


@contextmanager
def in_a_file(content):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def test_file_that_takes_too_long_is_left():
    with in_a_file(files.pdf_that_takes_long()) as file:
        assert read_file(file, "x.pdf", seconds=1).reason == "too_long"


def test_process_that_does_not_answer_is_ended_and_other_work_goes_on_meanwhile():
    worked = []
    with in_a_file(files.pdf_that_takes_long()) as file:
        read = read_file(file, "x.pdf", patience=0.8, meanwhile=lambda: worked.append(True))
    assert read.reason == "too_long"
    assert worked


def test_tables_of_a_pdf_that_lead_in_a_circle_are_left_once_round():
    with in_a_file(files.pdf_whose_tables_follow_each_other_for_ever()) as file:
        assert read_file(file, "x.pdf").text == "circle"


def test_file_reads_no_other_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("Lanterns")
    with in_a_file(files.word_file_that_reads_other_files(secret.as_uri())) as file:
        assert "Lanterns" not in read_file(file, "x.docx").text


def test_file_of_a_hundred_megabytes_is_not_looked_at(settings):
    document = document_of(b"")
    with open(document.file.path, "r+b") as file:  # noqa: PTH123
        file.truncate(100 * 1024**2)
    offer(document)
    read_missing_attachments()
    assert AttachmentText.objects.get().reason == "too_large"


def test_file_that_is_gone_is_told_and_keeps_no_other_from_being_read(caplog):
    gone = document_of(files.pdf("Lanterns"))
    gone.file.storage.delete(gone.file.name)
    sheet = offer(gone, document_of(files.pdf("Candles"), "there.pdf"))
    assert read_missing_attachments() == 2
    assert AttachmentText.objects.get(document=gone).reason == "missing"
    assert [attachment.text for attachment in attached(sheet)] == ["Candles"]


# ---------------------------------------------------------------- how it is cleaned


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("neigh-\nbours", "neighbours"),
        ("neigh\u00ad\nbours and soft\u00adly", "neighbours and softly"),
        ("Saint-\n  Étienne", "Saint-Étienne"),
        ("2019-\n2020", "2019- 2020"),
        ("o\ufb03ce, \ufb01re", "office, fire"),
        ("one\nline  of\ttext\r\n\r\n\n next", "one line of text\nnext"),
        ("nul\x00 and \ud800 and \ufeff", "nul and and"),
        (" \n \n ", ""),
    ],
)
def test_text_is_cleaned(raw, clean):
    assert normalise(raw) == clean


# ---------------------------------------------------------------- what coordinators see


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("stranger", 302), ("member", 302), ("coordinator", 200), ("administrator", 200)],
)
@pytest.mark.usefixtures("cms")
def test_report_is_for_those_who_keep_documents(client_as, who, status):
    assert client_as(who).get(reverse("search_attachment_texts")).status_code == status


@pytest.mark.usefixtures("cms")
def test_report_names_the_files_that_could_not_be_read_first(client_as):
    offer(document_of(files.pdf("Lanterns"), "good.pdf"), title="Good")
    sheet = offer(document_of(files.locked_pdf("Lanterns", "secret"), "bad.pdf"), title="Bad")
    read_missing_attachments()
    client = client_as("coordinator")
    response = client.get(reverse("search_attachment_texts"))
    page = response.content.decode()
    assert [text.document.title for text in response.context["object_list"]] == ["bad.pdf", "good.pdf"]
    assert "It is locked by a password." in page
    assert reverse("wagtailadmin_pages:edit", args=[sheet.pk]) in page
    assert "Files in search" in client.get(reverse("wagtailadmin_home")).content.decode()
    table = client.get(reverse("search_attachment_texts"), {"export": "csv"})
    assert b"It is locked by a password." in b"".join(table.streaming_content)


@pytest.mark.usefixtures("cms")
@pytest.mark.parametrize("rows", [1, 3])
def test_report_query_count_is_constant(client_as, rows, django_assert_num_queries):
    for number in range(rows):
        offer(document_of(files.pdf("Lanterns"), f"{number}.pdf"))
    read_missing_attachments()
    client = client_as("coordinator")
    client.get(reverse("search_attachment_texts"))
    with django_assert_num_queries(9):
        client.get(reverse("search_attachment_texts_results"))
