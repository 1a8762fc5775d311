"""Tables that leave the portal as files."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What spreadsheets take for a formula at the beginning of a cell, and numbers, which are none.
_BEGINS_A_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")


def harmless(text: str) -> str:
    """What no spreadsheet takes for a formula: an apostrophe before what could be one, numbers as they are."""
    return f"'{text}" if _BEGINS_A_FORMULA.match(text) and not _NUMBER.match(text) else text


def as_csv(table: Iterable[Sequence[str]]) -> str:
    """After RFC 4180, with the mark by which Excel knows UTF-8."""
    file = io.StringIO()
    file.write("\ufeff")
    csv.writer(file).writerows([[harmless(text) for text in row] for row in table])
    return file.getvalue()
