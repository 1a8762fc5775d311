"""Reading the file that a member sends, and refusing what is not a plain spreadsheet."""

import csv
import io
import logging
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from practices.importing.cells import as_text
from practices.importing.columns import COMMENT, REFERENCE

logger = logging.getLogger(__name__)

LARGEST_FILE = 5 * 1024 * 1024
# What a spreadsheet may hold when it is unpacked.
LARGEST_CONTENT = 60 * 1024 * 1024
MOST_PARTS = 400
MOST_PRACTICES = 500
# Comments and empty rows included; rows of practices may be many for each practice.
MOST_ROWS = 10_000
MOST_COLUMNS = 250

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class NotReadable(Exception):
    """The file cannot be used at all, with the reason in a sentence for its author."""


@dataclass(frozen=True, slots=True)
class Cell:
    worksheet: str
    address: str
    value: Any
    problem: str = ""
    """Why the cell cannot be read, whatever stands in it."""


@dataclass(frozen=True, slots=True)
class Row:
    worksheet: str
    number: int
    reference: str
    cells: dict[str, Cell]
    """By the name of the column, the empty ones included."""


@dataclass(slots=True)
class Table:
    """A worksheet whose first row begins with “reference”."""

    title: str
    headings: dict[str, Cell] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def read_tables(data: bytes) -> list[Table]:
    """The worksheets of an XLSX file, or the one table of a CSV file. Raises NotReadable."""
    if not data:
        raise NotReadable(_("This file is empty."))
    if len(data) > LARGEST_FILE:
        raise NotReadable(_("This file is larger than 5 MB."))
    if data.startswith(_OLD_EXCEL):
        raise NotReadable(
            _("This is a file of the old kind (.xls), or one with a password. Save it as .xlsx without a password.")
        )
    tables = _tables_of_workbook(data) if data.startswith(_ZIP) else _tables_of_csv(data)
    if not tables:
        raise NotReadable(
            _("No worksheet begins with the column “reference”. Start from the template; leave its first row as it is.")
        )
    return tables


# ---------------------------------------------------------------- XLSX


def _tables_of_workbook(data: bytes) -> list[Table]:
    _check_package(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        with closing(workbook):
            return [table for sheet in workbook.worksheets if (table := _table_of_worksheet(sheet))]
    except NotReadable:
        raise
    except Exception as error:
        # openpyxl raises whatever the damaged place happens to cause: KeyError, ValueError, errors of XML and ZIP.
        logger.warning("A spreadsheet could not be read", exc_info=True)
        raise NotReadable(_not_a_spreadsheet()) from error


def _not_a_spreadsheet() -> str:
    return _("This is not a spreadsheet. Send an .xlsx file, or a CSV file in UTF-8.")


def _check_package(data: bytes) -> None:
    """Refuse what unpacks to too much, and what leads out of the file or runs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise NotReadable(_not_a_spreadsheet()) from error
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise NotReadable(_not_a_spreadsheet())
    # Reading a part never yields more than its entry says, so that the sum is an upper bound.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_CONTENT:
        raise NotReadable(_("This file is too large once it is unpacked."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise NotReadable(_("This file has links to other files. Break the links and send it again."))
    if any("vbaProject" in name for name in names):
        raise NotReadable(_("This file has macros. Save it as .xlsx without them."))


def _table_of_worksheet(sheet: Any) -> Table | None:
    # Some programs write a wrong extent; without one, all rows are read.
    sheet.reset_dimensions()
    rows = _cells_of_worksheet(sheet)
    return _table(sheet.title, rows)


def _cells_of_worksheet(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    width = MOST_COLUMNS
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise NotReadable(
                _("The worksheet “%(worksheet)s” has more than %(most)s rows.")
                % {"worksheet": sheet.title, "most": MOST_ROWS}
            )
        if number == 1:
            width = max((column for column, cell in enumerate(cells, start=1) if cell.value is not None), default=0)
        yield (
            number,
            [
                Cell(
                    sheet.title,
                    f"{get_column_letter(column)}{number}",
                    None if cell.data_type in "fe" else cell.value,
                    _problem_of(cell.data_type),
                )
                for column, cell in enumerate(cells[:width], start=1)
            ],
        )


def _problem_of(data_type: str) -> str:
    if data_type == "f":
        return _("This is a formula. Put its result here: copy the cell, and paste the value only.")
    if data_type == "e":
        return _("This cell holds an error of the spreadsheet.")
    return ""


# ---------------------------------------------------------------- CSV


def _tables_of_csv(data: bytes) -> list[Table]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(_not_a_spreadsheet()) from error
    if "\x00" in text:
        raise NotReadable(_not_a_spreadsheet())
    first_line = text.partition("\n")[0]
    delimiter = max(";,\t", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NotReadable(_not_a_spreadsheet()) from error
    if len(rows) > MOST_ROWS:
        raise NotReadable(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
    table = _table("CSV", _cells_of_csv(rows))
    return [table] if table else []


def _cells_of_csv(rows: list[list[str]]) -> Iterator[tuple[int, list[Cell]]]:
    for number, values in enumerate(rows, start=1):
        yield (
            number,
            [
                Cell(
                    "CSV",
                    f"{get_column_letter(column)}{number}",
                    value,
                    # What a spreadsheet would run when it opens the file.
                    _problem_of("f") if value.startswith("=") else "",
                )
                for column, value in enumerate(values[:MOST_COLUMNS], start=1)
            ],
        )


# ---------------------------------------------------------------- both


def _table(title: str, rows: Iterator[tuple[int, list[Cell]]]) -> Table | None:
    """The rows below the first one, each cell under its heading; None if the first column is no reference."""
    _number, first = next(rows, (0, []))
    names = [as_text(cell.value) for cell in first]
    if not names or names[0] != REFERENCE:
        return None
    table = Table(title, {name: cell for name, cell in zip(names, first, strict=True) if name})
    for number, cells in rows:
        by_name = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        if all(as_text(cell.value) == "" and not cell.problem for cell in by_name.values()):
            continue
        reference = by_name.pop(REFERENCE)
        if not as_text(reference.value).startswith(COMMENT):
            row_reference = "" if reference.problem else as_text(reference.value)
            table.rows.append(Row(title, number, row_reference, {REFERENCE: reference, **by_name}))
    return table
