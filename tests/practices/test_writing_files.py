"""Pictures and documents that are sent with a sheet."""

import re
import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image

from common.uploads import MEGABYTE, check_document
from practices.actions.writing import COLLECTION, begin_sheet
from practices.models import PracticeSheet
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Requests leave their language behind, and addresses are made in it."""
    with translation.override("en"):
        yield


PDF = b"%PDF-1.7\n1 0 obj\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def author(people):
    return people["member"]


@pytest.fixture
def sheet(author):
    return begin_sheet(user=author, title="Street lights", language="en", city=CityFactory(), group=None)


def picture(kind="PNG", size=(4, 3)):
    file = BytesIO()
    Pillow.new("RGB", size).save(file, kind)
    return file.getvalue()


def png_that_claims(width, height):
    """A few bytes that unpack to billions of pixels, or say so."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(300))) + chunk(b"IEND", b"")


def archive(**members):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def office(part):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(part, "<x/>")
    return file.getvalue()


def open_document(kind):
    return archive(mimetype=f"application/vnd.oasis.opendocument.{kind}")


def send(client, sheet, tab, **changes):
    form_page = client.get(reverse("practices:write", args=[sheet.pk, tab]))
    form = form_page.context["form"]
    held = {"token": form_page.context["token"]}
    for bound in form.fields:
        value = bound.value()
        if value not in (None, "", []):
            held[bound.html_name] = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
    for rows in form.row_sets.values():
        held |= {bound.html_name: bound.value() or 0 for bound in rows.management_form}
        for row in rows.forms:
            filled = {bound.html_name: bound.value() for bound in row if bound.name not in {"DELETE", "upload"}}
            held |= {name: value for name, value in filled.items() if value not in (None, "", [])}
    return client.post(form_page.request["PATH_INFO"], {**held, **changes})


def draft_of(sheet):
    return PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision_as_object()


# ---------------------------------------------------------------- pictures


def without_chance(name):
    """The name of a file without the part that nobody can guess, which it must have."""
    assert re.search(r"-[0-9a-f]{12}\.[a-z]+$", name)
    return re.sub(r"-[0-9a-f]{12}(?=\.[a-z]+$)", "", name)


@pytest.mark.parametrize(
    ("name", "kind", "stored_as"),
    [("lamp.png", "PNG", "lamp.png"), ("lamp.exe", "JPEG", "lamp.jpg"), ("../Lamp ü.webp", "WEBP", "lamp-u.webp")],
)
def test_picture_is_kept_under_a_name_that_tells_its_kind(client_as, author, sheet, name, kind, stored_as):
    response = send(
        client_as("member"), sheet, "basics", image_upload=SimpleUploadedFile(name, picture(kind)), image_alt="A lamp"
    )
    assert response.status_code == 302
    image = draft_of(sheet).image
    assert (without_chance(image.filename), image.uploaded_by_user, image.collection.name) == (
        stored_as,
        author,
        COLLECTION,
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("lamp.png", PROGRAM, "This is not a JPEG, PNG or WebP picture, whatever its name says."),
        ("lamp.png", picture("GIF"), "This is not a JPEG, PNG or WebP picture, whatever its name says."),
        ("lamp.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a JPEG, PNG or WebP picture, whatever its name says."),
        ("lamp.png", png_that_claims(50_000, 50_000), "This picture has too many pixels: at most 40 million. Make it smaller."),
        ("lamp.png", png_that_claims(10_000, 10_000), "This picture has too many pixels: at most 40 million. Make it smaller."),
        ("lamp.png", png_that_claims(7_000, 6_000), "This picture has too many pixels: at most 40 million. Make it smaller."),
        ("lamp.png", picture(size=(400, 300))[:-40], "This picture is damaged. Save it anew, and send it again."),
        ("lamp.png", png_that_claims(100, 100), "This picture is damaged. Save it anew, and send it again."),
        ("lamp.png", b"\x89PNG" + bytes(10 * MEGABYTE), "This file is too large: at most 10 MB."),
        ("lamp.png", b"", None),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(client_as, sheet, name, content, says):
    upload = SimpleUploadedFile(name, content, content_type="image/png")
    response = send(client_as("member"), sheet, "basics", image_upload=upload, image_alt="A lamp", place="Harbour")
    assert response.status_code == 422
    assert Image.objects.count() == 0
    messages = [message for id_, _label, message in response.context["form"].problems if id_ == "id_image"]
    assert len(messages) == 1
    assert says in (None, messages[0])
    assert response.context["form"].fields["place"].value() == "Harbour"


# Wagtail leaves a temporary file to the collector when it makes the small picture of the form.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_picture_survives_other_errors_and_is_sent_once(client_as, sheet):
    client = client_as("member")
    refused = send(client, sheet, "basics", image_upload=SimpleUploadedFile("lamp.png", picture()))
    assert [id_ for id_, _label, _message in refused.context["form"].problems] == ["id_image_alt"]
    image = Image.objects.get()
    assert f'name="image" value="{image.pk}"' in refused.content.decode()
    assert send(client, sheet, "basics", image=image.pk, image_alt="A lamp").status_code == 302
    assert draft_of(sheet).image == image
    send(client, sheet, "basics", image_remove="1", image_alt="")
    assert draft_of(sheet).image is None


def test_picture_of_somebody_else_cannot_be_taken(client_as, sheet):
    image = Image.objects.create(
        title="Private", file=SimpleUploadedFile("p.png", picture()), uploaded_by_user=UserFactory()
    )
    response = send(client_as("member"), sheet, "basics", image=image.pk, image_alt="Not mine")
    assert (response.status_code, draft_of(sheet).image) == (422, None)


# ---------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("name", "content", "stored_as"),
    [
        ("report.pdf", PDF, "report.pdf"),
        ("report.doc", PDF, "report.pdf"),
        ("a.docx", office("word/document.xml"), "a.docx"),
        ("a.xlsx", office("xl/workbook.xml"), "a.xlsx"),
        ("a.pptx", office("ppt/presentation.xml"), "a.pptx"),
        ("a.odt", open_document("text"), "a.odt"),
        ("a.ods", open_document("spreadsheet"), "a.ods"),
        ("a.odp", open_document("presentation"), "a.odp"),
        ("a.txt", "Größe".encode(), "a.txt"),
        ("a.csv", "Größe;2".encode("cp1252"), "a.csv"),
    ],
)
def test_document_is_kept_with_its_row(client_as, author, sheet, name, content, stored_as):
    sent = {"attachments-0-upload": SimpleUploadedFile(name, content)}
    assert send(client_as("member"), sheet, "publication", **sent).status_code == 302
    [row] = draft_of(sheet).attachments.all()
    assert (without_chance(row.document.filename), row.kind, row.title) == (stored_as, "document", name.split(".")[0])
    assert (row.document.uploaded_by_user, row.document.collection.name) == (author, COLLECTION)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", HTML),
        ("report.txt", HTML),
        ("report.csv", b"<?xml version='1.0'?><svg/>"),
        ("report.pdf", PROGRAM),
        ("report.txt", PROGRAM),
        ("report.html", b"Only words"),
        ("report.docx", b"PK\x03\x04 broken"),
        ("report.zip", archive(notes_txt="words")),
        ("report.docx", office("other/part.xml")),
        ("report.odt", archive(mimetype="text/html")),
        ("report.png", picture()),
        ("report.pdf", b"%PDF-" + bytes(20 * MEGABYTE)),
        ("report.pdf", b""),
    ],
)
def test_what_is_no_document_is_refused_in_words(client_as, sheet, name, content):
    sent = {"attachments-0-upload": SimpleUploadedFile(name, content, content_type="application/pdf")}
    response = send(client_as("member"), sheet, "publication", **sent, contributors="Ada")
    assert response.status_code == 422
    assert Document.objects.count() == 0
    assert [id_ for id_, _label, _message in response.context["form"].problems] == ["id_attachments-0-upload"]
    assert response.context["form"].fields["contributors"].value() == "Ada"


def test_document_with_macros_is_refused():
    file = BytesIO(office("word/document.xml"))
    with zipfile.ZipFile(file, "a") as made:
        made.writestr("word/vbaProject.bin", b"program")
    with pytest.raises(Exception, match="none of the kinds"):
        check_document(SimpleUploadedFile("a.docx", file.getvalue()))


def test_document_survives_other_errors_and_can_be_removed(client_as, sheet):
    client = client_as("member")
    sent = {
        "attachments-0-upload": SimpleUploadedFile("report.pdf", PDF),
        "attachments-0-address": "https://example.org",
    }
    refused = send(client, sheet, "publication", **sent)
    assert refused.status_code == 422
    document = Document.objects.get()
    again = {"attachments-0-document": document.pk, "attachments-0-title": "Report", "attachments-0-address": ""}
    assert send(client, sheet, "publication", **again).status_code == 302
    changed = {"attachments-0-remove_file": "1", "attachments-0-address": "https://example.org/report"}
    assert send(client, sheet, "publication", **changed).status_code == 302
    [row] = draft_of(sheet).attachments.all()
    assert (row.document, row.address) == (None, "https://example.org/report")


def test_document_of_somebody_else_cannot_be_taken(client_as, sheet):
    document = Document.objects.create(
        title="Private", file=SimpleUploadedFile("p.pdf", PDF), uploaded_by_user=UserFactory()
    )
    sent = {"attachments-0-document": document.pk, "attachments-0-title": "Not mine"}
    assert send(client_as("member"), sheet, "publication", **sent).status_code == 422
