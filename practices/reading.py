"""How a sheet is laid out to be read: its parts, and in each what the sheet says there. What is empty is not there."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from common.markdown import render_markdown
from practices.enums import Part
from practices.models import PracticeSheet
from practices.schema import SheetField, Tab, fields_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One field that is filled in."""

    field: SheetField
    text: SafeString

    @property
    def label(self) -> str:
        return str(self.field.label)


@dataclass(frozen=True, slots=True)
class ReadPart:
    part: Part
    entries: list[Entry]


def parts_of(sheet: PracticeSheet) -> list[ReadPart]:
    """The parts in which the sheet says something."""
    parts = []
    for part in Part:
        entries = [
            Entry(field, render_markdown(getattr(sheet, field.name)))
            for field in fields_of(Tab(part.value))
            if field.is_markdown and getattr(sheet, field.name)
        ]
        if entries:
            parts.append(ReadPart(part, entries))
    return parts
