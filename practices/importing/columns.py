"""The columns of the spreadsheet, made from the fields of the sheet and of its rows."""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager

from common.fields import ChoiceListField
from groups.models import WorkingGroup
from members.models import City, Organisation
from practices.models import PracticeSheet, Project, SheetRow
from practices.schema import FIELDS, FIELDS_BY_NAME, ROW_NAMES, SETTINGS, Level
from taxonomy.models import Concept

Text = Promise | str

REFERENCE = "reference"
# A row whose reference begins with this is not read: labels and help stand in such rows.
COMMENT = "#"
# Files cannot be sent in a spreadsheet, and so neither what describes them.
_LEFT_OUT = {"image", "image_alt", "image_rights"}


class Kind(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    CONCEPT = "concept"
    CONCEPTS = "concepts"
    CITY = "city"
    ORGANISATION = "organisation"
    PROJECT = "project"
    GROUP = "group"
    TAGS = "tags"

    @property
    def is_several(self) -> bool:
        return self in {Kind.CHOICES, Kind.CONCEPTS, Kind.TAGS}

    @property
    def has_list(self) -> bool:
        return self not in {Kind.TEXT, Kind.WHOLE, Kind.DECIMAL, Kind.DATE, Kind.TAGS}

    @property
    def hint(self) -> Text:
        return _HINTS[self]


_ONE, _SEVERAL = _("One from the list."), _("From the list; several with semicolons between them.")
_HINTS: dict[Kind, Text] = {
    Kind.TEXT: _("Text."),
    Kind.WHOLE: _("A whole number."),
    Kind.DECIMAL: _("A number, with comma or point before the decimals."),
    Kind.DATE: _("A date, such as 2021-03-31."),
    Kind.CHOICE: _ONE,
    Kind.CHOICES: _SEVERAL,
    Kind.CONCEPT: _ONE,
    Kind.CONCEPTS: _SEVERAL,
    Kind.CITY: _ONE,
    Kind.ORGANISATION: _ONE,
    Kind.PROJECT: _ONE,
    Kind.GROUP: _ONE,
    Kind.TAGS: _("Words of your own with semicolons between them."),
}

_KINDS_OF_RELATION: dict[Any, Kind] = {
    City: Kind.CITY,
    Organisation: Kind.ORGANISATION,
    Project: Kind.PROJECT,
    WorkingGroup: Kind.GROUP,
    Concept: Kind.CONCEPT,
}


class Need(Enum):
    """How much a cell is needed."""

    REQUIRED = "required"
    TO_SUBMIT = "to-submit"
    OPTIONAL = "optional"

    @property
    def words(self) -> Text:
        return _NEEDS[self]


_NEEDS: dict[Need, Text] = {
    Need.REQUIRED: _("Required."),
    Need.TO_SUBMIT: _("Needed before the sheet can be submitted."),
    Need.OPTIONAL: _("Optional."),
}


@dataclass(frozen=True)
class Column:
    """A column: ``name`` stands in the first row and is the same in every language."""

    name: str
    field: Any
    """The model's field; None for the reference."""
    kind: Kind
    label: Text
    help: Text
    example: Text
    need: Need

    @property
    def field_name(self) -> str:
        """The name within the model: ``text`` of ``objectives.text``."""
        return self.name.rpartition(".")[2]


def _kind_of(field: Any) -> Kind:
    if isinstance(field, ClusterTaggableManager):
        return Kind.TAGS
    if field.many_to_many:
        return Kind.CONCEPTS
    if isinstance(field, models.ForeignKey):
        return _KINDS_OF_RELATION[field.related_model]
    if isinstance(field, ChoiceListField):
        return Kind.CHOICES
    if field.choices:
        return Kind.CHOICE
    simple = ((models.IntegerField, Kind.WHOLE), (models.DecimalField, Kind.DECIMAL), (models.DateField, Kind.DATE))
    return next((kind for model_class, kind in simple if isinstance(field, model_class)), Kind.TEXT)


def _reference(help_text: Text) -> Column:
    return Column(REFERENCE, None, Kind.TEXT, _("Your own reference"), help_text, "", Need.REQUIRED)


@cache
def main_columns() -> tuple[Column, ...]:
    """The columns of the worksheet of practices."""
    columns = [
        _reference(
            _("A short key of your own that stays the same: with it, importing again updates instead of adding twice.")
        )
    ]
    for field in FIELDS:
        if field.is_rows or field.name in _LEFT_OUT:
            continue
        need = Need.TO_SUBMIT if field.level == Level.QUICK else Need.OPTIONAL
        if field.name in {"title", "city"}:
            need = Need.REQUIRED
        model_field = field.model_field
        columns.append(
            Column(field.name, model_field, _kind_of(model_field), field.label, field.help, field.example, need)
        )
    for name in SETTINGS:
        model_field = PracticeSheet._meta.get_field(name)
        label = capfirst(model_field.verbose_name)
        columns.append(Column(name, model_field, _kind_of(model_field), label, "", "", Need.OPTIONAL))
    return tuple(columns)


def row_fields(model: type[SheetRow]) -> list[Any]:
    """The fields of a row that a spreadsheet can say."""
    return [field for field in model.content_fields() if field.name != "document"]


@cache
def row_columns(rows: str) -> tuple[Column, ...]:
    """The columns of the worksheet of one kind of rows: ``objectives``."""
    model = FIELDS_BY_NAME[rows].row_model
    columns = [_reference(_("The reference of the practice, as in the first worksheet."))]
    for field in row_fields(model):
        is_needed = not field.blank and not field.has_default()
        need = Need.REQUIRED if is_needed else Need.OPTIONAL
        label: Any = capfirst(field.verbose_name)
        columns.append(Column(f"{rows}.{field.name}", field, _kind_of(field), label, "", "", need))
    return tuple(columns)


@cache
def columns_by_name() -> dict[str, Column]:
    """Every column but the reference."""
    every = [*main_columns(), *(column for rows in ROW_NAMES for column in row_columns(rows))]
    return {column.name: column for column in every if column.name != REFERENCE}
