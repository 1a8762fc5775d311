"""From what stands in a cell to the value of a field."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from practices.importing.columns import Column, Kind
from practices.importing.names import Names

_SPACES = re.compile(r"[\s\u00a0\u202f'’]")


class CellProblem(Exception):
    """What is wrong with a cell, in a sentence for its author."""


def as_text(value: Any) -> str:
    """The text of a cell, whatever the program that wrote it took it for."""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "\n".join(line.rstrip() for line in str(value).strip().splitlines()) if value is not None else ""


def read_cell(column: Column, value: Any, names: Names) -> Any:
    """The value that a cell says; None where it is empty. Raises CellProblem."""
    if as_text(value) == "":
        return None
    reader = _READERS.get(column.kind)
    if reader:
        return reader(column, value)
    if column.kind == Kind.TAGS:
        return list(dict.fromkeys(_parts(value)))
    if column.kind.is_several:
        return list(dict.fromkeys(_one_of_list(column, part, names) for part in _parts(value)))
    return _one_of_list(column, _yes_or_no(value), names)


def _parts(value: Any) -> list[str]:
    return [part.strip() for part in as_text(value).split(";") if part.strip()]


def _yes_or_no(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_text(value)


def _one_of_list(column: Column, text: str, names: Names) -> Any:
    found = names.find(column, text)
    if len(found) > 1:
        keys = ", ".join(sorted(names.key_of(thing) for thing in found))
        raise CellProblem(
            _("“%(text)s” is the name of several. Use one of these keys: %(keys)s.") % {"text": text, "keys": keys}
        )
    if not found:
        raise CellProblem(_unknown(column) % {"text": text})
    return next(iter(found))


def _unknown(column: Column) -> str:
    if column.kind == Kind.CITY:
        return _("There is no city called “%(text)s” on this portal.")
    if column.kind == Kind.ORGANISATION:
        return _("There is no organisation called “%(text)s” on this portal.")
    if column.kind == Kind.PROJECT:
        return _("There is no project called “%(text)s” on this portal.")
    if column.kind == Kind.GROUP:
        return _("You do not belong to a working group called “%(text)s”.")
    return _("“%(text)s” is not in the list of this column.")


# ---------------------------------------------------------------- text, numbers, dates


def _read_text(column: Column, value: Any) -> str:
    text = as_text(value)
    if longest := column.field.max_length:
        if len(text) > longest:
            raise CellProblem(
                _("At most %(most)s characters; these are %(number)s.") % {"most": longest, "number": len(text)}
            )
        if not isinstance(column.field, models.TextField):
            return " ".join(text.split())
    return text


def _number(value: Any) -> Decimal:
    if isinstance(value, bool | datetime | date):
        raise CellProblem(_("“%(text)s” is not a number.") % {"text": as_text(value)})
    text = _SPACES.sub("", as_text(value))
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > Decimal("1e15"):
        raise CellProblem(_("“%(text)s” is not a number.") % {"text": as_text(value)})
    return number


def _read_whole(column: Column, value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise CellProblem(_("“%(text)s” is not a whole number.") % {"text": as_text(value)})
    return int(number)


def _read_decimal(column: Column, value: Any) -> Decimal:
    number = _number(value)
    places = column.field.decimal_places
    # As the database keeps it, so that the same number is the same afterwards.
    kept = number.quantize(Decimal(1).scaleb(-places))
    if kept != number and not isinstance(value, float):
        raise CellProblem(_("At most %(most)s decimals.") % {"most": places})
    return kept


def _read_date(column: Column, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(as_text(value))
    except ValueError as error:
        raise CellProblem(
            _("“%(text)s” is not a date. Write it like this: 2021-03-31.") % {"text": as_text(value)}
        ) from error


_READERS: dict[Kind, Callable[[Column, Any], Any]] = {
    Kind.TEXT: _read_text,
    Kind.WHOLE: _read_whole,
    Kind.DECIMAL: _read_decimal,
    Kind.DATE: _read_date,
}
