"""What a sheet says in a field, for whatever leaves the portal: in words for people, as plain data for programs.

Nothing private comes out of here: callers take their fields from ``schema.open_fields``, and of the contacts only
those are given that everybody may see, whoever asks.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField

from common.dates import day_in_words, months_in_words
from common.fields import ChoiceListField
from common.numbers import number_in_words
from practices.enums import ContactVisibility
from practices.models import Milestone, Partner, PracticeSheet, SheetRow
from practices.schema import SheetField
from taxonomy.models import Concept

# A partner’s name is that of its organisation, where it has one here; a month belongs to its year.
_TOLD_BY_ANOTHER = {"partners": {"organisation"}, "milestones": {"month"}}


def row_fields(field: SheetField) -> list[models.Field]:
    """The columns of a field that has rows."""
    # Of contacts only public ones leave the portal, which need not say so.
    left_out = {"visibility"} if field.name == "contacts" else set()
    return [column for column in field.row_model.content_fields() if column.name not in left_out]


def word_fields(field: SheetField) -> list[models.Field]:
    """The columns of a field that has rows, as people read them: what belongs together stands in one."""
    return [column for column in row_fields(field) if column.name not in _TOLD_BY_ANOTHER.get(field.name, set())]


def public_rows(sheet: PracticeSheet, field: SheetField) -> list[SheetRow]:
    rows = list(getattr(sheet, field.name).all())
    if field.name == "contacts":
        return [row for row in rows if row.visibility == ContactVisibility.PUBLIC]
    return rows


# ---------------------------------------------------------------- in words


def in_words(owner: models.Model, field: Any, *, localised: bool = True) -> str:
    """The value of a single field of a sheet or of a row, in the language of the moment.

    Not ``localised``, dates and numbers are written as spreadsheets read them.
    """
    value = getattr(owner, field.name)
    if value is None or value == "":
        return ""
    if isinstance(field, ChoiceListField):
        return ", ".join(field.labels(value))
    if field.choices:
        return str(getattr(owner, f"get_{field.name}_display")())
    if isinstance(value, Decimal):
        return _number_in_words(value, localised)
    if isinstance(value, date):
        return day_in_words(value) if localised else value.isoformat()
    if isinstance(field, models.ForeignKey):
        return _related_in_words(value)
    return str(value)


def _number_in_words(value: Decimal, localised: bool) -> str:
    return number_in_words(value) if localised else format(value.normalize(), "f")


def _related_in_words(related: Any) -> str:
    if related._meta.label in {"wagtailimages.Image", "wagtaildocs.Document"}:
        return file_address(related)
    # A project that is not published yet says nothing outside of the editor.
    return str(related) if getattr(related, "live", True) else ""


def file_address(file: Any) -> str:
    return settings.BASE_URL + (file.url if hasattr(file, "url") else file.file.url)


def values_in_words(sheet: PracticeSheet, field: SheetField, *, localised: bool = True) -> list[str]:
    """As many entries as there are rows, concepts, tags or choices; none when the field is empty."""
    if field.is_rows:
        return ["; ".join(filter(None, row)) for row in rows_in_words(sheet, field, localised=localised)]
    model_field = field.model_field
    if isinstance(model_field, ParentalManyToManyField | ClusterTaggableManager):
        return [str(related) for related in getattr(sheet, field.name).all()]
    if isinstance(model_field, ChoiceListField):
        return model_field.labels(getattr(sheet, field.name))
    words = in_words(sheet, model_field, localised=localised)
    return [words] if words else []


def rows_in_words(sheet: PracticeSheet, field: SheetField, *, localised: bool = True) -> list[list[str]]:
    """A list for each row, with a text for each of the field's ``word_fields``."""
    columns = word_fields(field)
    return [
        [_cell_in_words(row, column, localised=localised) for column in columns] for row in public_rows(sheet, field)
    ]


def _cell_in_words(row: SheetRow, column: models.Field, *, localised: bool) -> str:
    if isinstance(row, Partner) and column.name in {"name", "sector"}:
        return str(row) if column.name == "name" else row.shown_sector
    if isinstance(row, Milestone) and column.name == "year" and row.month:
        month = date(row.year, row.month, 1)
        return months_in_words(month, month) if localised else f"{month:%Y-%m}"
    return in_words(row, column, localised=localised)


# ---------------------------------------------------------------- as plain data


def as_data(sheet: PracticeSheet, field: SheetField) -> Any:
    """What JSON can hold: codes instead of words, keys instead of names, a list of objects for rows."""
    if field.is_rows:
        columns = row_fields(field)
        return [{column.name: _plain(row, column) for column in columns} for row in public_rows(sheet, field)]
    if isinstance(field.model_field, ParentalManyToManyField | ClusterTaggableManager):
        return _plain_list(list(getattr(sheet, field.name).all()))
    return _plain(sheet, field.model_field)


def _plain_list(related: Sequence[Any]) -> list[str]:
    return [thing.key if isinstance(thing, Concept) else str(thing) for thing in related]


def _plain(owner: models.Model, field: Any) -> Any:
    value = getattr(owner, field.name)
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(field, models.ForeignKey):
        return getattr(value, "key", None) or _related_in_words(value) or None
    return value
