"""Which files may be sent to the portal: told by their content, whatever their names say."""

import secrets
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import UnidentifiedImageError
from wagtail.models import Collection

MEGABYTE = 1024 * 1024
PICTURE_MEGABYTES = 10
DOCUMENT_MEGABYTES = 20
MEGAPIXELS = 40

# What Pillow calls it, and how its name ends.
PICTURES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
# A file that only a format of this family has.
_OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
PLAIN_TEXTS = ("txt", "csv")
DOCUMENTS = ("pdf", *_OFFICE_PARTS.values(), *_OPEN_DOCUMENTS.values(), *PLAIN_TEXTS)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept, and the name under which it is."""

    file: UploadedFile
    title: str
    name: str


def check_picture(file: UploadedFile) -> Checked:
    """Raises ValidationError with a sentence for the person who sent it."""
    _check_size(file, PICTURE_MEGABYTES)
    try:
        # Reads the head of the file only: nothing is unpacked before its size is known.
        with Pillow.open(file, formats=list(PICTURES)) as picture:
            width, height = picture.size
            extension = PICTURES[str(picture.format)]
            if width * height <= MEGAPIXELS * 1_000_000:
                picture.load()
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        width, height = MEGAPIXELS * 1_000_000, 2
    except UnidentifiedImageError as error:
        raise ValidationError(_("This is not a JPEG, PNG or WebP picture, whatever its name says.")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError(_("This picture is damaged. Save it anew, and send it again.")) from error
    if width * height > MEGAPIXELS * 1_000_000:
        raise ValidationError(
            _("This picture has too many pixels: at most %(number)d million. Make it smaller.") % {"number": MEGAPIXELS}
        )
    return _checked(file, extension)


def check_document(file: UploadedFile) -> Checked:
    """Raises ValidationError with a sentence for the person who sent it."""
    _check_size(file, DOCUMENT_MEGABYTES)
    extension = _document_kind(file)
    if extension is None:
        raise ValidationError(
            _("This is none of the kinds of files that can be added: PDF, DOCX, ODT, XLSX, ODS, PPTX, ODP, TXT or CSV.")
        )
    return _checked(file, extension)


def _check_size(file: UploadedFile, megabytes: int) -> None:
    if not file.size:
        raise ValidationError(_("This file is empty."))
    if file.size > megabytes * MEGABYTE:
        raise ValidationError(_("This file is too large: at most %(number)d MB.") % {"number": megabytes})


def _document_kind(file: UploadedFile) -> str | None:
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(file)
    extension = PurePath(file.name or "").suffix.lower().removeprefix(".")
    return extension if extension in PLAIN_TEXTS and _is_plain_text(file) else None


def _archive_kind(file: UploadedFile) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            # Macros are programs, and no reader expects one.
            if any(name.endswith("vbaProject.bin") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)
            if "mimetype" in names:
                with archive.open("mimetype") as declared:
                    return _OPEN_DOCUMENTS.get(declared.read(200).strip())
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        pass
    finally:
        file.seek(0)
    return None


def _is_plain_text(file: UploadedFile) -> bool:
    content = file.read()
    file.seek(0)
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\x00" in content or start.startswith((b"<!", b"<html", b"<script", b"<svg", b"<?xml", b"mz", b"\x7felf")):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        # Spreadsheets still write CSV in the old code page of Western Europe.
        return not any(byte < 32 and byte not in b"\t\n\r\x0c" for byte in content)
    return True


def _checked(file: UploadedFile, extension: str) -> Checked:
    file.seek(0)
    stem = PurePath(file.name or "").stem
    # Whoever knows a file's address can read it, and files of drafts are nobody else's: their names cannot be guessed.
    name = f"{slugify(stem)[:70] or 'file'}-{secrets.token_hex(6)}.{extension}"
    return Checked(file, stem[:200] or extension, name)


def collection_named(name: str) -> Collection:
    """The collection of the editor's library in which files of one kind are kept; made when it is first asked for."""
    root = Collection.get_first_root_node()
    found: Collection = root.get_children().filter(name=name).first() or root.add_child(name=name)
    return found
