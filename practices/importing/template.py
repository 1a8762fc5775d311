"""The spreadsheet to fill in, in the reader's language."""

import io
import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from practices.importing.columns import COMMENT, REFERENCE, Column, Kind, main_columns, row_columns
from practices.importing.names import Names
from practices.importing.workbook import MOST_PRACTICES
from practices.schema import FIELDS_BY_NAME, ROW_NAMES

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTS = "Lists"
FIRST_ROW = 4
# Rows with a list to choose from, below the help.
ROWS_WITH_LISTS = 2000
LONGEST_TITLE = 31

_GREY = PatternFill("solid", fgColor="E6E2D8")
_TINT = PatternFill("solid", fgColor="FAF6EC")
_NAME_FONT = Font(color="6B6B6B", size=9)
_LABEL_FONT = Font(bold=True)
_HELP_FONT = Font(italic=True, size=9, color="404B66")
_WRAPPED = Alignment(wrap_text=True, vertical="top")

_WIDTHS = {Kind.WHOLE: 14, Kind.DECIMAL: 14, Kind.DATE: 14, Kind.TEXT: 40}


def make_template(names: Names) -> bytes:
    """The template as an XLSX file, in the language of the interface; ``names`` fill its lists."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    taken: set[str] = set()

    def add(title: str) -> Worksheet:
        sheet: Worksheet = workbook.create_sheet(_free_title(title, taken))
        return sheet

    lists = _Lists(names)
    main = add(_("Practices"))
    _fill(main, main_columns(), lists)
    others = []
    for name in ROW_NAMES:
        sheet = add(str(FIELDS_BY_NAME[name].label))
        _fill(sheet, row_columns(name), lists)
        others.append((sheet, str(FIELDS_BY_NAME[name].help)))
    _explain(add(_("Read me")), main, others)
    lists.write(workbook.create_sheet(LISTS))
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _free_title(title: str, taken: set[str]) -> str:
    """A title as spreadsheets allow them: short, without certain characters, and unlike all others."""
    short = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:LONGEST_TITLE].strip() or "-"
    number = 1
    candidate = short
    while candidate.casefold() in taken | {LISTS.casefold()}:
        number += 1
        candidate = f"{short[: LONGEST_TITLE - 3]} {number}"
    taken.add(candidate.casefold())
    return candidate


class _Lists:
    """The hidden worksheet with the values to choose from, each list once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.columns: list[list[str]] = []

    def range_of(self, column: Column) -> str:
        """Where the list of ``column`` stands; empty when there is nothing to choose from."""
        values = self.names.listed(column)
        if not values:
            return ""
        if values not in self.columns:
            self.columns.append(values)
        letter = get_column_letter(self.columns.index(values) + 1)
        return f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(values)}"

    def write(self, sheet: Worksheet) -> None:
        for number, values in enumerate(self.columns, start=1):
            for row, value in enumerate(values, start=1):
                _write(sheet, row, number, value)
        sheet.sheet_state = "hidden"


def _write(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    cell = sheet.cell(row, column, text)
    # Names of cities and the like are never formulas, whatever they begin with.
    cell.data_type = "s"
    return cell


def _fill(sheet: Worksheet, columns: Iterable[Column], lists: _Lists) -> None:
    """Names, labels and help in the first three rows, and the lists below."""
    for number, column in enumerate(columns, start=1):
        is_reference = column.name == REFERENCE
        mark = f"{COMMENT} " if is_reference else ""
        for row, text, font, fill in (
            (1, column.name, _NAME_FONT, _GREY),
            (2, f"{mark}{column.label}", _LABEL_FONT, _TINT),
            (3, f"{mark}{_help(column)}", _HELP_FONT, _TINT),
        ):
            cell = _write(sheet, row, number, text)
            cell.font, cell.fill, cell.alignment = font, fill, _WRAPPED
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 22 if is_reference else _WIDTHS.get(column.kind, 26)
        _offer_list(sheet, letter, column, lists)
    sheet.row_dimensions[3].height = 150
    sheet.freeze_panes = f"B{FIRST_ROW}"


def _help(column: Column) -> str:
    hint = "" if column.name == REFERENCE else str(column.kind.hint)
    example = _("Example: %(example)s") % {"example": column.example} if str(column.example) else ""
    return "\n".join(filter(None, (str(column.need.words), str(column.help), hint, example)))


def _offer_list(sheet: Worksheet, letter: str, column: Column, lists: _Lists) -> None:
    place = lists.range_of(column) if column.kind.has_list else ""
    if not place:
        return
    # Keys, other languages and several values are right as well, so that the list offers and does not refuse.
    validation = DataValidation(type="list", formula1=place, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(validation)
    validation.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + ROWS_WITH_LISTS}")


def _explain(sheet: Worksheet, main: Worksheet, others: list[tuple[Worksheet, str]]) -> None:
    lines: list[tuple[str, str]] = [
        (_("How to fill this in"), ""),
        ("1.", _("Leave the first row of each worksheet as it is: the portal knows the columns by it.")),
        ("2.", _("One practice a row in “%(worksheet)s”, below the help.") % {"worksheet": main.title}),
        (
            "3.",
            _("Give each practice a reference of your own, and keep it: sent again, the file updates the same sheet."),
        ),
        (
            "4.",
            _("What a practice has several of stands in the other worksheets: one a row, each with its reference."),
        ),
        ("5.", _("Where there is a list, you can also type a key, or the name in another language of the portal.")),
        ("6.", _("Write all texts of the file in one language. You choose it when you send the file.")),
        ("7.", _("Rows whose reference begins with # are not read. Formulas are refused: paste values.")),
        (
            "8.",
            _("At most %(most)s practices and 5 MB a file. Sheets arrive as drafts; nothing is published.")
            % {"most": MOST_PRACTICES},
        ),
        ("", ""),
        (_("Worksheets"), ""),
        (main.title, _("The practices: title, city, texts and facts.")),
        *((other.title, help_text) for other, help_text in others),
    ]
    for row, (left, right) in enumerate(lines, start=1):
        heading = _write(sheet, row, 1, left) if left else None
        if heading is not None and not right:
            heading.font = Font(bold=True, size=13)
        if right:
            _write(sheet, row, 2, right).alignment = _WRAPPED
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 90
