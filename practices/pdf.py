"""Sheets as PDF files: data from ``printed_sheets``, set by typst with the templates in ``templates/practices/pdf``.

Text reaches typst as JSON only, never as source, so that nothing that somebody wrote can be a command. Nothing is
read from the network; the fonts come with the portal.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import day_in_words
from practices.models import SheetVersion
from practices.printed_sheets import Print, printed_sheet

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "practices" / "pdf"

# A word as long as this may be parted anywhere: addresses, mostly.
_LONGEST_WORD = re.compile(r"[^\s\u200b]{24}(?=[^\s\u200b]{6})")
_NOT_IN_THE_FONTS = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
# Stands for a character that no font of the portal has.
_UNKNOWN = "□"
_NO_TEXTS = {"address", "svg", "code"}


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
    return _compile(data, version.published_at)


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
    return _compile(data, now)


@cache
def _fonts() -> typst.Fonts:
    # Those of the machine would make each installation print otherwise.
    return typst.Fonts(include_system_fonts=False, font_paths=[TEMPLATES / "fonts"])


def _compile(data: dict, moment: datetime) -> bytes:
    """A tagged PDF after PDF/UA-1. That standard refuses characters without a glyph; they are replaced by a box."""
    data = _printable(data)
    while True:
        try:
            return typst.compile(
                TEMPLATES / "document.typ",
                root=TEMPLATES,
                font_paths=_fonts(),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                format="pdf",
                pdf_standards="ua-1",
                timestamp=int(moment.timestamp()),
            )
        except typst.TypstError as error:
            replaced = _without_unknown(data, error.diagnostic)
            if replaced == data:
                raise
            data = replaced


def _without_unknown(data: dict, diagnostic: str) -> dict:
    """The data without the characters for which typst says that it has no glyph."""
    unknown = sorted({_unescaped(found) for found in _NOT_IN_THE_FONTS.findall(diagnostic)}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, unknown)) or "(?!)")
    return _each_text(data, lambda text: pattern.sub(_UNKNOWN, text))


def _unescaped(text: str) -> str:
    escaped = _RUST_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", escaped)


def _printable(data: dict) -> dict:
    return _each_text(data, _printable_text)


def _printable_text(text: str) -> str:
    visible = "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    return _LONGEST_WORD.sub("\\g<0>\u200b", visible)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of plain data with every text changed, but not addresses and drawings."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    if isinstance(value, dict):
        return {name: item if name in _NO_TEXTS else _each_text(item, change) for name, item in value.items()}
    return value
