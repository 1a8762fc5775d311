"""What a printed sheet says, as plain data for the typesetter; nothing of it is ever read as a command there."""

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.images.models import AbstractImage, SourceImageIOError

from common.dates import day_in_words
from common.languages import best_versions, own_name, reading_order
from common.markdown import markdown_tree
from practices.citations import Citation
from practices.enums import Licence, Sensitivity
from practices.evidence import by_dimension
from practices.field_values import public_rows, rows_in_words, values_in_words, word_fields
from practices.models import PracticeSheet, Project, SheetVersion
from practices.schema import SheetField, Tab, open_fields

MOST_IN_A_BOOKLET = 50

# Shown in the head or at the foot of the sheet, or beside another field.
_ELSEWHERE = {
    "title", "summary", "image", "image_alt", "image_rights", "city", "currency", "licence", "sensitivity",
    "updating_note",
}  # fmt: skip
# Rows with long texts stand below each other; the others make a table.
_WITHOUT_TABLE = {"building_blocks", "attachments"}

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Print:
    """A version of a sheet together with the sheet as it was then."""

    version: SheetVersion
    sheet: PracticeSheet

    @classmethod
    def of(cls, version: SheetVersion) -> "Print":
        return cls(version, version.as_sheet())


def versions_to_print(numbers: Sequence[int], request: HttpRequest) -> list[SheetVersion]:
    """Of the practices with these numbers, the latest version of the sheet in the reader's best language, in the order
    of the numbers. What this reader may not see or what was never published is left out."""
    versions = SheetVersion.objects.filter(sheet=OuterRef("pk"))
    sheets = PracticeSheet.objects.visible_to(request.user).filter(Exists(versions), practice__in=numbers)
    best = best_versions(sheets, reading_order(request))
    latest: dict[int, SheetVersion] = {}
    for version in SheetVersion.objects.filter(sheet__in=best).select_related("sheet__locale").order_by("number"):
        latest[version.sheet.practice_id] = version
    return [latest[number] for number in dict.fromkeys(numbers) if number in latest]


def printed_sheet(printed: Print, publisher: str) -> dict:
    """The sheet in its own language, interface words included: whoever gets the file reads one language."""
    sheet, version = printed.sheet, printed.version
    with translation.override(sheet.language):
        citation = Citation.of(version, sheet, publisher)
        themes = list(sheet.themes.all())
        return {
            "lang": sheet.language,
            "words": _words(),
            "number": sheet.practice_id,
            "title": sheet.title,
            "summary": sheet.summary,
            "tab": {"label": themes[0].label(), "mark": themes[0].mark} if themes else None,
            "place": f"{sheet.city.label()}, {sheet.city.country_name}",
            "sensitivity": "" if sheet.sensitivity == Sensitivity.CLEAR else str(sheet.get_sensitivity_display()),
            "postmark": {
                "name": sheet.city.own_name,
                "country": sheet.city.country,
                "year": str(sheet.started or ""),
            },
            "picture": _picture(sheet),
            "sections": [
                section
                for section in (*(_section(tab, sheet) for tab in Tab), _answers(version, sheet))
                if section["items"]
            ],
            "imprint": _imprint(printed, citation),
        }


def _words() -> dict[str, str]:
    return {
        "sheet": _("Practice sheet"),
        "page_of": _("Page %(page)s of %(pages)s"),
        "cite": _("Cite as"),
        "permanent": _("This version on the portal"),
        "code": _("Code that leads to the permanent address of this version"),
        "licence": _("Licence"),
        "contents": _("Contents"),
    }


def _imprint(printed: Print, citation: Citation) -> dict:
    sheet, version = printed.sheet, printed.version
    licence = Licence(sheet.licence)
    translation = "" if sheet.is_original else " ({})".format(_("translation"))
    return {
        "version": _("Version %(number)s of %(day)s")
        % {"number": version.number, "day": day_in_words(citation.published)},
        "note": version.note,
        "licence": str(licence.label),
        "licence_address": licence.address,
        "language": capfirst(own_name(sheet.language)) + translation,
        "cite": citation.in_words,
        "address": citation.address,
        "code": _code(citation.address),
    }


def _code(address: str) -> str:
    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(buffer, kind="svg", border=0, xmldecl=False, dark="#172340")
    return buffer.getvalue().decode()


def _picture(sheet: PracticeSheet) -> dict | None:
    """Small enough to be sent by mail. Wrapped in SVG: that is text, as all that goes to the typesetter."""
    if sheet.image is None:
        return None
    jpeg = _jpeg(sheet.image)
    if jpeg is None:
        return None
    width, height, data = jpeg
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/jpeg;base64,{base64.b64encode(data).decode()}"/></svg>'
    )
    return {"svg": svg, "alt": sheet.image_alt, "rights": sheet.image_rights}


def _jpeg(image: AbstractImage) -> tuple[int, int, bytes] | None:
    """None where the file is gone: the words are there all the same."""
    try:
        rendition = image.get_rendition("max-1200x800|format-jpeg|jpegquality-80|bgcolor-ffffff")
        with rendition.file.open("rb") as file:
            return rendition.width, rendition.height, file.read()
    except (OSError, SourceImageIOError):
        return None


# ---------------------------------------------------------------- what the sheet says


def _section(tab: Tab, sheet: PracticeSheet) -> dict:
    fields = [field for field in open_fields() if field.tab == tab and field.name not in _ELSEWHERE]
    items = [item for field in fields for item in _items(field, sheet)]
    return {"key": tab.value, "name": str(tab.label), "items": items}


def _answers(version: SheetVersion, sheet: PracticeSheet) -> dict:
    """What was asked about the practice, as it stands today. Answers belong to no version: the latest one has them, and
    what was printed before stays as it was."""
    is_latest = not SheetVersion.objects.filter(sheet=version.sheet_id, number__gt=version.number).exists()
    items = [
        {
            "kind": "prose",
            "label": answer.question,
            "label_lang": answer.question_language,
            "lang": answer.language,
            "content": [*markdown_tree(answer.answer), *_signature(answer.answered_by)],
        }
        for answer in (sheet.practice.public_answers.all() if is_latest else ())
    ]
    return {"key": "answers", "name": _("Questions and answers"), "items": items}


def _signature(name: str) -> list[Item]:
    return [{"kind": "paragraph", "content": [{"kind": "text", "text": f"– {name}"}]}] if name else []


def _items(field: SheetField, sheet: PracticeSheet) -> Iterator[Item]:
    """One item where the field is filled, none where it is empty."""
    label = str(field.label)
    if field.name == "evidence":
        yield from _evidence(sheet)
    elif field.is_rows:
        yield from _rows(field, sheet)
    elif field.is_markdown:
        if source := getattr(sheet, field.name):
            yield {"kind": "prose", "label": label, "content": markdown_tree(source)}
    elif values := _fact(field, sheet):
        is_address = all(value.startswith(("https://", "http://")) for value in values)
        yield {"kind": "fact", "label": label, "values": values, "is_address": is_address}


def _fact(field: SheetField, sheet: PracticeSheet) -> list[str]:
    values = values_in_words(sheet, field)
    if values and field.name in {"setup_cost", "yearly_cost"}:
        return [f"{values[0]} {sheet.currency}"]
    if values and field.name == "related_project":
        return [_project_title(sheet)] if values[0] else []
    return values


def _project_title(sheet: PracticeSheet) -> str:
    versions = Project.objects.versions_of(sheet.related_project).live().select_related("locale")
    titles = {version.language: version.title for version in versions}
    return titles.get(sheet.language) or str(sheet.related_project)


def _rows(field: SheetField, sheet: PracticeSheet) -> Iterator[Item]:
    rows = public_rows(sheet, field)
    columns = word_fields(field)
    cells = rows_in_words(sheet, field)
    used = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    if not used:
        return
    yield {
        "kind": "entries" if field.name in _WITHOUT_TABLE or len(used) == 1 else "table",
        "label": str(field.label),
        "head": [capfirst(str(columns[place].verbose_name)) for place in used],
        "rows": [
            {"lang": row.language or sheet.language, "cells": [line[place] for place in used]}
            for row, line in zip(rows, cells, strict=True)
        ],
    }


def _evidence(sheet: PracticeSheet) -> Iterator[Item]:
    """In each dimension what the city claims, and what a reviewer confirmed."""
    found = [(dimension, claim, made) for dimension, claim, made in by_dimension(sheet) if claim or made]
    if not found:
        return
    rows = []
    for dimension, claim, confirmation in found:
        claimed = [claim.get_level_display(), claim.get_direction_display()] if claim else []
        rows.append(
            {
                "lang": (claim.language if claim else "") or sheet.language,
                "cells": [
                    str(dimension.label),
                    claim.statement if claim else "",
                    ", ".join(filter(None, claimed)),
                    f"{confirmation.get_level_display()} ({day_in_words(confirmation.confirmed_on)})"
                    if confirmation
                    else _("not confirmed"),
                ],
            }
        )
    yield {
        "kind": "table",
        "label": _("Evidence"),
        "head": [_("Dimension"), _("The city claims"), _("Supported how"), _("Confirmed by a reviewer")],
        "rows": rows,
    }
