"""How far a sheet is: what it lacks to be a quick sheet, and to be validated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from practices.models import PracticeSheet
from practices.schema import FIELDS, Level, SheetField, missing


@dataclass(frozen=True, slots=True)
class Completeness:
    """What one level asks for, and which of it is empty."""

    level: Level
    needed: int
    missing: list[SheetField]

    @property
    def filled(self) -> int:
        return self.needed - len(self.missing)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def completeness_of(content: Mapping[str, Any], level: Level) -> Completeness:
    """How far ``content``, the serialised form of a sheet or that of one of its revisions, is towards ``level``."""
    needed = [field for field in FIELDS if field.level <= level]
    return Completeness(level, len(needed), [field for field in needed if not _is_filled(content, field)])


def _is_filled(content: Mapping[str, Any], field: SheetField) -> bool:
    return content.get(field.name) not in (None, "", [])


def check_complete(sheet: PracticeSheet) -> None:
    """Raises ValidationError, field by field, unless everything that a quick sheet needs is there and holds together.

    What the form checks a page at a time is checked here for the whole sheet.
    """
    errors: dict[str, list[str]] = {field.name: [str(field.missed)] for field in missing(sheet, Level.QUICK)}
    try:
        sheet.full_clean()
    except ValidationError as error:
        _add(errors, {name: messages for name, messages in error.message_dict.items() if name not in errors})
    for field in FIELDS:
        if field.is_rows:
            _add(errors, {field.name: _faults_of_rows(sheet, field)})
    if errors:
        raise ValidationError(errors)


def _faults_of_rows(sheet: PracticeSheet, field: SheetField) -> list[str]:
    faults: list[str] = []
    for row in getattr(sheet, field.name).all():
        try:
            row.full_clean(exclude=["sheet"], validate_unique=False)
        except ValidationError as error:
            faults.extend(f"{row}: {message}" for message in error.messages)
    return faults


def _add(errors: dict[str, list[str]], more: Mapping[str, list[str]]) -> None:
    for name, messages in more.items():
        if messages:
            errors.setdefault(name, []).extend(messages)
