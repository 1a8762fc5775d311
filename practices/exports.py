"""Tables of sheets: CSV and XLSX for people and their spreadsheets, JSON Lines for programs.

The columns come from the schema. Nothing private and no contact that is not public ever stands in a table, whoever
asks for it; which sheets stand in it, the caller has decided by ``visible_to``.
"""

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from common.languages import current_language
from groups.restricted import RestrictedPageQuerySet
from members.models import CityName
from practices.field_values import as_data, values_in_words
from practices.models import PracticeSheet, SheetVersion
from practices.schema import ROW_NAMES, SheetField, open_fields
from taxonomy.queries import preferred_labels

BATCH = 200

# A spreadsheet takes cells that begin with one of these for a formula; some read the full-width forms alike.
_BEGINS_A_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")
_LONGEST_XLSX_CELL = 32_767
_CHARACTERS_XLSX_REFUSES = re.compile("[\ud800-\udfff\ufffe\uffff]")

Row = PracticeSheet
"""With what ``for_export`` adds."""


@dataclass(frozen=True, slots=True)
class Column:
    """``name`` stays the same in every language and release; ``label`` and ``help`` are for people."""

    name: str
    label: str
    help: str
    in_words: Callable[[Any], str]
    as_data: Callable[[Any], Any]


def for_export(sheets: RestrictedPageQuerySet) -> QuerySet[Any]:
    """With all that a table shows, so that the number of queries does not depend on that of the sheets."""
    latest = SheetVersion.objects.filter(sheet=OuterRef("pk")).order_by("-number").values("number")[:1]
    return (
        sheets.with_adoption_count()
        .select_related("locale", "practice", "city", "organisation", "related_project", "image")
        .annotate(latest_version=Subquery(latest, output_field=IntegerField()))
        .prefetch_related(
            preferred_labels("city__labels", CityName),
            *(
                preferred_labels(f"{name}__labels")
                for name in ("themes", "target_groups", "action_types", "technologies")
            ),
            "tags",
            "practice__public_answers",
            *ROW_NAMES,
            "partners__organisation",
            preferred_labels("technology_uses__technology__labels"),
            "attachments__document",
        )
    )


def columns() -> list[Column]:
    """In the order of the sheet, with labels in the language of the moment."""
    return [*_facts(), *(_of_field(field) for field in open_fields()), _answers()]


def _facts() -> list[Column]:
    def fact(name: str, label: str, value: Callable[[Any], Any], explanation: str = "") -> Column:
        return Column(name, label, explanation, lambda sheet: _text(value(sheet)), value)

    return [
        fact("number", _("Number"), lambda sheet: sheet.practice_id, _("Of the practice, whatever the language.")),
        fact("language", _("Language"), lambda sheet: sheet.language, _("Of the text, by its code of two letters.")),
        fact("original_language", _("First written in"), lambda sheet: sheet.original_language),
        fact("address", _("Permanent address"), lambda sheet: settings.BASE_URL + sheet.practice.get_absolute_url()),
        fact("version", _("Version"), lambda sheet: sheet.latest_version),
        fact("published_on", _("First published"), lambda sheet: _day(sheet.first_published_at)),
        fact("changed_on", _("Last published"), lambda sheet: _day(sheet.last_published_at)),
        fact(
            "verified_on",
            _("Last confirmed to be true"),
            lambda sheet: sheet.practice.verified_on and sheet.practice.verified_on.isoformat(),
        ),
        fact(
            "adoptions", _("Adoptions"), lambda sheet: sheet.adoption_count, _("Cities that took it over, confirmed.")
        ),
        Column(
            "visibility",
            _("Who may see it"),
            "",
            lambda sheet: str(sheet.get_visibility_display()),
            lambda sheet: sheet.visibility,
        ),
        Column("country", _("Country"), "", lambda sheet: sheet.city.country_name, lambda sheet: sheet.city.country),
    ]


def _of_field(field: SheetField) -> Column:
    separator = "\n" if field.is_rows else "; "
    return Column(
        field.name,
        str(field.label),
        str(field.help),
        lambda sheet: separator.join(values_in_words(sheet, field, localised=False)),
        lambda sheet: as_data(sheet, field),
    )


def _answers() -> Column:
    """What was asked about the practice; in the languages in which it was written, whatever that of the sheet."""

    def in_words(sheet: Any) -> str:
        listed = sheet.practice.public_answers.all()
        return "\n\n".join("\n".join(filter(None, [one.question, one.answer, one.answered_by])) for one in listed)

    def as_list(sheet: Any) -> list[dict[str, str]]:
        names = ("question", "question_language", "answer", "language", "answered_by")
        return [{name: getattr(one, name) for name in names} for one in sheet.practice.public_answers.all()]

    return Column(
        "public_answers", _("Questions and answers"), _("Asked by members of the network."), in_words, as_list
    )


def _day(moment: Any) -> str | None:
    return timezone.localdate(moment).isoformat() if moment else None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


# ---------------------------------------------------------------- the formats


def harmless(text: str) -> str:
    """What no spreadsheet takes for a formula: an apostrophe before what could be one, numbers as they are."""
    if _BEGINS_A_FORMULA.match(text) and not _NUMBER.match(text):
        return f"'{text}"
    return text


class _Echo:
    """A file for the CSV writer that gives back what is written."""

    def write(self, line: str) -> str:
        return line


def csv_lines(sheets: Iterable[Row], language: str) -> Iterator[str]:
    """After RFC 4180, with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    with translation.override(language):
        shown = columns()
        yield "\ufeff" + writer.writerow([column.name for column in shown])
    for sheet in sheets:
        with translation.override(language):
            line: str = writer.writerow([harmless(column.in_words(sheet)) for column in shown])
        yield line


def json_lines(sheets: Iterable[Row], language: str) -> Iterator[str]:
    """One object a line; codes and keys instead of words, so that it says the same in every language."""
    with translation.override(language):
        shown = columns()
    for sheet in sheets:
        with translation.override(language):
            record = {column.name: column.as_data(sheet) for column in shown}
        yield json.dumps(record, ensure_ascii=False) + "\n"


def write_xlsx(sheets: Iterable[Row], language: str, file: Any) -> None:
    """A workbook of two sheets: the table, and what its columns mean."""
    workbook = Workbook(write_only=True)
    with translation.override(language):
        shown = columns()
        table = workbook.create_sheet(_sheet_title(_("Practices")))
        table.freeze_panes = "B2"
        table.append(_header(table, [column.name for column in shown]))
        for sheet in sheets:
            table.append([_cell(table, column, sheet) for column in shown])
        fields = workbook.create_sheet(_sheet_title(_("Fields")))
        fields.column_dimensions["A"].width = 24
        fields.column_dimensions["B"].width = 40
        fields.column_dimensions["C"].width = 80
        fields.append(_header(fields, [_("Column"), _("Field"), _("What it says")]))
        for column in shown:
            fields.append([_text_cell(fields, text) for text in (column.name, column.label, column.help)])
    workbook.save(file)


def _sheet_title(words: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", words)[:31]


def _header(table: Any, words: list[str]) -> list[Cell]:
    cells = [_text_cell(table, word) for word in words]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _cell(table: Any, column: Column, sheet: Row) -> Cell | None:
    value = column.as_data(sheet)
    if isinstance(value, int | float):
        return WriteOnlyCell(table, value)
    text = column.in_words(sheet)
    # Most fields of most sheets are empty: no cell is quicker than an empty one.
    return _text_cell(table, text) if text else None


def _text_cell(table: Any, text: str) -> Cell:
    allowed = _CHARACTERS_XLSX_REFUSES.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))[:_LONGEST_XLSX_CELL]
    cell = WriteOnlyCell(table, allowed)
    # Whatever it begins with, it is text: never a formula.
    cell.data_type = "s"
    return cell


# ---------------------------------------------------------------- as an answer

_TEXT_FORMATS: dict[str, tuple[str, Callable[[Iterable[Row], str], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_lines),
    "jsonl": ("application/jsonl; charset=utf-8", json_lines),
}
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_response(sheets: Iterable[Row], file_format: str, name: str) -> HttpResponseBase:
    """The table as a download, sent while it is made. Raises Http404 for a format that there is not."""
    language = current_language()
    response: HttpResponseBase
    if file_format == "xlsx":
        # FileResponse closes it when all is sent.
        file = tempfile.SpooledTemporaryFile(max_size=5_000_000)  # noqa: SIM115
        write_xlsx(sheets, language, file)
        file.seek(0)
        response = FileResponse(file, content_type=_XLSX_TYPE)
    elif file_format in _TEXT_FORMATS:
        content_type, lines = _TEXT_FORMATS[file_format]
        response = StreamingHttpResponse(lines(sheets, language), content_type=content_type)
    else:
        raise Http404
    file_name = f"{name}-{timezone.localdate().isoformat()}.{file_format}"
    response["Content-Disposition"] = content_disposition_header(True, file_name) or ""
    return response
