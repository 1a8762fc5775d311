"""Sheets as PDF files: data from ``printed_sheets``, set by typst with the templates in ``templates/practices/pdf``.

``common.typesetting`` says why nothing that somebody wrote can be a command there.
"""

from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import day_in_words
from common.typesetting import typeset
from practices.models import SheetVersion
from practices.printed_sheets import Print, printed_sheet

TEMPLATE = "practices/pdf/document.typ"


def sheet_pdf(version: SheetVersion, *, publisher: str) -> bytes:
    """One version of a sheet, in its own language."""
    printed = Print.of(version)
    data = {
        "lang": printed.sheet.language,
        "title": printed.sheet.title,
        "author": publisher,
        "cover": None,
        "sheets": [printed_sheet(printed, publisher)],
    }
    return typeset(TEMPLATE, data, moment=version.published_at)


def booklet_pdf(
    versions: Sequence[SheetVersion], *, title: str, language: str, publisher: str, description: str = ""
) -> bytes:
    """Sheets behind a common cover and a table of contents: these in ``language``, each sheet in its own."""
    now = timezone.now()
    with translation.override(language):
        count = len(versions)
        cover = {
            "title": title,
            "publisher": publisher,
            "description": description,
            "count": ngettext("%(count)s practice sheet", "%(count)s practice sheets", count) % {"count": count},
            "day": day_in_words(now),
            "contents": _("Contents"),
            "page_of": _("Page %(page)s of %(pages)s"),
        }
    data = {
        "lang": language,
        "title": title,
        "author": publisher,
        "cover": cover,
        "sheets": [printed_sheet(Print.of(version), publisher) for version in versions],
    }
    return typeset(TEMPLATE, data, moment=now)
