"""The table of ``docs/permissions.md``: what the checks in the code answer for each person, and what the file says."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from common.access import Permission, permissions
from tests.permissions.world import PERSONAS, World

FILE = Path(settings.BASE_DIR) / "docs" / "permissions.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
YES, NO = "yes", "–"

MEANT_FOR = {
    "practices.practicesheet: decide on it under review": {"under review by the group"},
    "events.event: see where to join it online": {"public", "for the network", "for the group"},
    "discussions.thread: look after it: pin, close, move, merge, split": {
        "of the group",
        "of the network",
        "of another group",
    },
}
"""The things with which an action makes sense, where that is not every one."""


@dataclass(frozen=True)
class Row:
    permission: Permission
    variant: str
    thing: Any

    @property
    def section(self) -> str:
        model = self.permission.model
        return str(model._meta.label) if model else "the portal"

    @property
    def id(self) -> str:
        """``discussions.Thread | reply | of the group``"""
        return " | ".join((self.section, self.permission.action, self.variant))


def rows(world: World) -> list[Row]:
    return [
        Row(permission, variant, thing)
        for permission in permissions()
        for variant, thing in world.of(permission.model).items()
        if permission.key not in MEANT_FOR or variant in MEANT_FOR[permission.key]
    ]


def answers(row: Row, world: World) -> dict[str, bool]:
    """What the check says for each persona."""
    return {who: row.permission.check(world.person(who), row.thing) for who in PERSONAS}


def write(world: World) -> str:
    """All between the marks of the file."""
    parts = []
    ordered = sorted(rows(world), key=lambda row: row.section)
    for section, found in groupby(ordered, key=lambda row: row.section):
        parts.append(f"\n### {section}\n\n| | | {' | '.join(PERSONAS.values())} |\n|---|---|{'---|' * len(PERSONAS)}\n")
        for row in found:
            cells = " | ".join(YES if may else NO for may in answers(row, world).values())
            parts.append(f"| {row.permission.action} | {row.variant} | {cells} |\n")
    return "".join(parts) + "\n"


def split(text: str) -> tuple[str, str, str]:
    """What stands before the table, the table, and what comes after it."""
    before, _mark, rest = text.partition(BEGIN)
    table, _mark, after = rest.partition(END)
    return before, table, after


def read(text: str) -> dict[str, dict[str, bool]]:
    """The cells as they stand in the file, by the id of their row: what people read, and what the doors are held to."""
    cells: dict[str, dict[str, bool]] = {}
    section = ""
    for line in split(text)[1].splitlines():
        if line.startswith("### "):
            section = line.removeprefix("### ")
        elif line.startswith("| ") and not line.startswith("| |"):
            action, variant, *values = [cell.strip() for cell in line.removesuffix("|").removeprefix("|").split("|")]
            cells[" | ".join((section, action, variant))] = dict(
                zip(PERSONAS, (value == YES for value in values), strict=True)
            )
    return cells
