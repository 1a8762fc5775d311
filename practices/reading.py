"""How a sheet is laid out to be read: its parts, and in each what the sheet says there. What is empty is not there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from common.markdown import render_markdown
from practices.enums import Dimension, EvidenceLevel, Part
from practices.evidence import by_dimension
from practices.models import EvidenceClaim, EvidenceConfirmation, PracticeSheet, SheetRow
from practices.schema import SAID_WITH_COSTS, SheetField, Tab, fields_of
from taxonomy.queries import preferred_labels

# Shown beside the text, at a glance, and not again in the parts.
AT_A_GLANCE = frozenset({"stage", "started", "ended", "technologies", "target_groups"})
# A picture and a table of their own.
IN_THE_PROFILE = frozenset({"evidence"})
NOT_IN_THE_PARTS = AT_A_GLANCE | IN_THE_PROFILE | frozenset(SAID_WITH_COSTS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field that says something: a text as HTML, a fact as a list of values, or rows."""

    field: SheetField
    kind: str
    value: Any

    @property
    def label(self) -> str:
        return str(self.field.label)

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def template(self) -> str:
        return f"practices/rows/{self.field.name}.html"


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring entries that are shown in one go: a list of facts, or one text, or one kind of rows."""

    kind: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class ReadPart:
    part: Part
    blocks: list[Block]


def parts_of(sheet: PracticeSheet) -> list[ReadPart]:
    """The parts in which the sheet says something, besides its evidence."""
    parts = []
    for part in Part:
        entries = [
            entry
            for sheet_field in fields_of(Tab(part.value))
            if sheet_field.name not in NOT_IN_THE_PARTS and (entry := entry_of(sheet, sheet_field))
        ]
        if entries:
            parts.append(ReadPart(part, list(_blocks(entries))))
    return parts


def entry_of(sheet: PracticeSheet, sheet_field: SheetField) -> Entry | None:
    """What the sheet says in a field; None if that is nothing."""
    if sheet_field.is_rows:
        rows = rows_of(sheet, sheet_field)
        return Entry(sheet_field, "rows", rows) if rows else None
    if sheet_field.is_markdown:
        source = getattr(sheet, sheet_field.name)
        return Entry(sheet_field, "text", render_markdown(source)) if source else None
    values = sheet_field.shown_values(sheet)
    return Entry(sheet_field, "fact", values) if values else None


def rows_of(sheet: PracticeSheet, sheet_field: SheetField) -> list[SheetRow]:
    """The rows of a sheet, published, frozen or unsaved, with what they name."""
    rows = getattr(sheet, sheet_field.name).all()
    named = [field.name for field in sheet_field.row_model._meta.fields if field.is_relation and field.name != "sheet"]
    if named:
        rows = rows.select_related(*named)
    if "technology" in named:
        rows = rows.prefetch_related(preferred_labels("technology__labels"))
    return list(rows)


def _blocks(entries: Iterable[Entry]) -> Iterable[Block]:
    # Only facts are joined: each text and each kind of rows stands alone.
    for (kind, _name), group in groupby(entries, key=lambda entry: (entry.kind, entry.kind != "fact" and entry.name)):
        yield Block(kind, list(group))


# ---------------------------------------------------------------- evidence


@dataclass(frozen=True, slots=True)
class Assessed:
    """One dimension of EMMIE: what the city claims, and apart from it what a reviewer confirmed. Blank is None."""

    dimension: Dimension
    claim: EvidenceClaim | None
    confirmation: EvidenceConfirmation | None
    boxes: list["Box"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.dimension.label)


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the picture: a level that is claimed, confirmed, both, or neither."""

    x: int
    y: int
    is_claimed: bool
    is_confirmed: bool


BOX = 18


def evidence_profile(sheet: PracticeSheet) -> list[Assessed]:
    """The five dimensions in order; an empty list where nothing is claimed and nothing confirmed."""
    found = by_dimension(sheet)
    if not any(claim or confirmation for _dimension, claim, confirmation in found):
        return []
    return [
        _assessed(dimension, row, claim, confirmation) for row, (dimension, claim, confirmation) in enumerate(found)
    ]


def _assessed(
    dimension: Dimension, row: int, claim: EvidenceClaim | None, confirmation: EvidenceConfirmation | None
) -> Assessed:
    boxes = [
        Box(
            x=column * BOX,
            y=row * BOX,
            is_claimed=claim is not None and claim.level >= level,
            is_confirmed=confirmation is not None and confirmation.level >= level,
        )
        for column, level in enumerate(EvidenceLevel.values)
    ]
    return Assessed(dimension, claim, confirmation, boxes)
