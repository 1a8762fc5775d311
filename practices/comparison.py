"""Sheets laid side by side: row by row what each of them says, in the order of ``practices.schema``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.fields import ChoiceListField
from common.markdown import render_markdown
from common.numbers import number_in_words
from groups.permissions import is_network_member
from groups.restricted import RestrictedPageQuerySet
from members.models import CityName
from practices.enums import ContactVisibility, EvidenceLevel
from practices.evidence import by_dimension
from practices.models import Contact, PracticeSheet
from practices.schema import SheetField, Tab, Text, open_fields
from taxonomy.queries import preferred_labels

FEWEST, MOST = 2, 4

# In the head of the table already, or not to be compared in words.
_ELSEWHERE = {"title", "city", "image", "image_alt", "image_rights"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a sheet says, with the language of its words; empty where they are the interface's."""

    text: str | SafeString
    language: str = ""
    note: str = ""
    """What the interface adds to it."""
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    sheet: PracticeSheet
    statements: list[Statement]
    is_prose: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    label: Text
    cells: list[Cell]

    @property
    def says_something(self) -> bool:
        return any(cell.statements for cell in self.cells)

    @property
    def differs(self) -> bool:
        said = [[(statement.text, statement.note) for statement in cell.statements] for cell in self.cells]
        return any(one != said[0] for one in said)


@dataclass(frozen=True, slots=True)
class Section:
    tab: Tab
    rows: list[Row]


def sheets_to_compare(numbers: Sequence[int], request: HttpRequest) -> list[PracticeSheet]:
    """The sheets of these practices that this reader may see, in the reader's best language and in the given order."""
    sheets = PracticeSheet.objects.best_for(request).filter(practice__in=numbers)
    return sorted(_with_everything(sheets, request), key=lambda sheet: numbers.index(sheet.practice_id))


def _with_everything(sheets: RestrictedPageQuerySet, request: HttpRequest) -> Iterable[PracticeSheet]:
    """All that a comparison reads, in a number of queries that does not depend on the number of sheets."""
    contacts = Contact.objects.all()
    if not is_network_member(request.user):
        contacts = contacts.filter(visibility=ContactVisibility.PUBLIC)
    loaded: list[Any] = [preferred_labels("city__labels", CityName), Prefetch("contacts", queryset=contacts)]
    for field in open_fields():
        if field.is_rows and field.name not in {"contacts", "partners"}:
            loaded.append(field.name)
        elif field.name in {"themes", "technologies", "target_groups", "action_types"}:
            loaded.append(preferred_labels(f"{field.name}__labels"))
    loaded += ["partners__organisation", "tags", "practice__confirmations"]
    related = sheets.select_related("locale", "city", "organisation", "related_project", "practice")
    return related.with_adoption_count().prefetch_related(*loaded)


def compare(sheets: Sequence[PracticeSheet], *, only_differences: bool = False) -> list[Section]:
    """The rows in which at least one sheet says something, by the tabs of the form."""
    sections = []
    for tab in Tab:
        rows = [_row(field, sheets) for field in open_fields() if field.tab == tab and field.name not in _ELSEWHERE]
        if tab == Tab.IMPACT:
            rows.append(_adoptions(sheets))
        shown = [row for row in rows if row.says_something and (row.differs or not only_differences)]
        if shown:
            sections.append(Section(tab, shown))
    return sections


def _row(field: SheetField, sheets: Sequence[PracticeSheet]) -> Row:
    return Row(field.label, [Cell(sheet, statements_of(field, sheet), field.is_markdown) for sheet in sheets])


def statements_of(field: SheetField, sheet: PracticeSheet) -> list[Statement]:
    """What ``sheet`` says in ``field``; nothing when it is empty."""
    value = getattr(sheet, field.name)
    if field.name == "evidence":
        return _evidence(sheet)
    if field.is_rows:
        return [Statement(str(row), row.language or sheet.language) for row in value.all()]
    if field.is_markdown:
        return [Statement(render_markdown(value), sheet.language)] if value else []
    model_field = field.model_field
    if isinstance(model_field, models.URLField):
        return [Statement(value, is_address=True)] if value else []
    if isinstance(value, Decimal):
        return [Statement(number_in_words(value))]
    language = sheet.language if _has_own_words(field) else ""
    return [Statement(text, language) for text in field.shown_values(sheet)]


def _has_own_words(field: SheetField) -> bool:
    """Whether the value is in the language of the sheet, rather than a choice or concept in that of the interface."""
    model_field = field.model_field
    is_text = isinstance(model_field, models.CharField | models.TextField) and not model_field.choices
    return (is_text and not isinstance(model_field, ChoiceListField)) or field.name == "tags"


def _evidence(sheet: PracticeSheet) -> list[Statement]:
    """By dimension what the city claims, and what a reviewer confirmed."""
    statements = []
    for dimension, claim, confirmation in by_dimension(sheet):
        notes = []
        if claim:
            notes.append(_("claimed: %(level)s") % {"level": EvidenceLevel(claim.level).label})
            notes += [str(claim.get_direction_display())] if claim.direction else []
        if confirmation:
            notes.append(_("confirmed: %(level)s") % {"level": EvidenceLevel(confirmation.level).label})
        elif claim:
            notes.append(_("not confirmed"))
        if notes:
            statements.append(Statement(str(dimension.label), note="; ".join(notes)))
    return statements


def _adoptions(sheets: Sequence[PracticeSheet]) -> Row:
    cells = [Cell(sheet, [Statement(str(count))] if (count := sheet.adoption_count) else []) for sheet in sheets]
    return Row(_("Adopted by other cities"), cells)
