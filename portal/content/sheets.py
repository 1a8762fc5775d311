"""What a content file says about a practice sheet: every field of it, and its rows.

A row is written once, ``[[milestones]]``, with a ``key`` of its own, its facts, and its words by language:
``fr.text = "…"``. A language without words of its own shows those of the original.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from common.constraints import Rule
from common.fields import ChoiceListField
from common.languages import CODES
from members.models import City, Organisation
from portal.content.loaded import Loaded
from portal.content.tables import Table
from practices.models import SheetRow
from practices.schema import FIELDS, SETTINGS, SheetField
from taxonomy.models import Concept

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/practice-portal/rows")

# Names in the file that are shorter than those of the fields.
_SHORT_NAMES = {"related_project": "project"}
# Read elsewhere, or not to be had from a file of words.
_NOT_HERE = {"title", "summary", "tags", "image"}


@dataclass(frozen=True)
class SheetReader:
    """Reads one file; ``loaded`` is what it may name."""

    table: Table
    loaded: Loaded

    def __post_init__(self) -> None:
        self._refuse_unknown_names()

    @property
    def tags(self) -> list[str]:
        return self.table.strings("tags")

    @property
    def original(self) -> str:
        return self.table.get("original", str)

    def fields(self, texts: Table) -> dict[str, Any]:
        """The values of all fields in the language version whose table is ``texts``. Raises ContentError."""
        language = texts.name
        values: dict[str, Any] = {
            "visibility": self.table.text("visibility") or "public",
            "group": self._named("group"),
        }
        for field in FIELDS:
            if field.name in _NOT_HERE:
                continue
            if field.is_rows:
                values[field.name] = list(self._rows(field, language))
            elif field.is_words:
                values[field.name] = texts.text(field.name)
            else:
                values[field.name] = self._fact(field)
        return values

    # ------------------------------------------------------------ facts

    def _fact(self, field: SheetField) -> Any:
        if field.name == "also_known_as":
            return ", ".join(self.table.strings("also_known_as"))
        return self._value(self.table, field.model_field, _SHORT_NAMES.get(field.name, field.name))

    def _value(self, table: Table, field: Any, name: str) -> Any:
        """What ``table`` says under ``name``, as ``field`` keeps it; the field's default where it says nothing."""
        if field.many_to_many:
            return self.loaded.concepts_of(table, name)
        if isinstance(field, models.ForeignKey):
            return self._named(name, table, field.related_model)
        if name not in table.values:
            return field.get_default()
        if isinstance(field, ChoiceListField):
            return table.get(name, list)
        if isinstance(field, models.DecimalField):
            number = table.get(name, float, None) if isinstance(table.values[name], float) else table.get(name, int)
            return Decimal(str(number))
        return self._plain(table, field, name)

    @staticmethod
    def _plain(table: Table, field: Any, name: str) -> Any:
        if isinstance(field, models.IntegerField):
            return table.get(name, int)
        if isinstance(field, models.DateField):
            return table.get(name, date)
        return table.text(name)

    def _named(self, name: str, table: Table | None = None, model: Any = None) -> Any:
        known: Any = {
            City: self.loaded.cities,
            Organisation: self.loaded.organisations,
            Concept: self.loaded.concepts,
        }.get(model, self.loaded.pages)
        return (table or self.table).named(name, known)

    # ------------------------------------------------------------ rows

    def _rows(self, field: SheetField, language: str) -> Iterator[SheetRow]:
        keys: set[str] = set()
        for number, table in enumerate(self.table.tables(field.name)):
            key = table.get("key", str)
            if key in keys:
                raise table.error("key", f"“{key}” is the key of two rows.")
            keys.add(key)
            yield self._row(field, table, key, language, number)

    def _row(self, field: SheetField, table: Table, key: str, language: str, number: int) -> SheetRow:
        model = field.row_model
        self._refuse_unknown(table, {"key", *CODES, *(each.name for each in _facts_of(model))})
        spoken = language if language in table.values else self.original
        words = table.table(spoken) if spoken in table.values else None
        if words:
            self._refuse_unknown(words, set(model.WORDS))
        row = model(
            key=uuid.uuid5(_NAMESPACE, f"{self.table.get('key', str)}/{field.name}/{key}"),
            language=spoken,
            sort_order=number,
            **{each.name: self._value(table, each, each.name) for each in _facts_of(model)},
            **{name: words.text(name) if words else "" for name in model.WORDS},
        )
        _check_row(row, table)
        return row

    # ------------------------------------------------------------ slips of the pen

    def _refuse_unknown_names(self) -> None:
        facts = {_SHORT_NAMES.get(field.name, field.name) for field in FIELDS if not field.is_words}
        self._refuse_unknown(self.table, {"key", "original", *SETTINGS, *facts, *CODES})
        words = {"slug", *(field.name for field in FIELDS if field.is_words)}
        for _language, texts in self.table.versions():
            self._refuse_unknown(texts, words)

    @staticmethod
    def _refuse_unknown(table: Table, known: set[str]) -> None:
        for name in table.values:
            if name not in known:
                raise table.error(name, f"“{name}” is not a field that can stand here.")


def _facts_of(model: type[SheetRow]) -> list[Any]:
    """The fields of a row that are the same in every language."""
    return [field for field in model.content_fields() if field.name not in {"document", *model.WORDS}]


def _check_row(row: SheetRow, table: Table) -> None:
    try:
        row.clean_fields(exclude={"sheet"})
        for rule in row._meta.constraints:
            if isinstance(rule, Rule):
                rule.validate(type(row), row)
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise table.error(field, f"“{field}” was refused: {' '.join(problems)}") from error


def keep_known_rows(known: list[SheetRow], wanted: list[SheetRow]) -> list[SheetRow]:
    """``wanted``, each row in the place in the database that it has already."""
    places = {row.key: row.pk for row in known}
    for row in wanted:
        row.pk = places.get(row.key)
    return wanted
