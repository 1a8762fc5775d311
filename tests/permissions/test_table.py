"""The table in the documentation is the code's own, and leaves nothing out."""

import os

from django.apps import apps

from common.access import permissions
from tests.permissions.doors import DOORS
from tests.permissions.table import BEGIN, END, FILE, answers, read, rows, split, write

WITHOUT_A_ROW = {
    "portal.homepage": "everybody reads it",
    "groups.workinggroupindexpage": "everybody reads it",
    "practices.practiceindexpage": "everybody reads it",
    "practices.projectindexpage": "everybody reads it",
    "practices.project": "everybody reads it",
    "practices.recommendationindexpage": "everybody reads it",
    "practices.recommendation": "everybody reads it",
    "events.eventindexpage": "everybody reads it",
    "practices.practice": "whoever reads one of its sheets",
    "discussions.call": "whoever reads its thread",
}
"""Kinds of things with a rule of visibility that the table need not name, and why."""


def test_table_in_the_documentation_is_what_the_code_says(world):
    before, table, after = split(FILE.read_text())
    if os.environ.get("PERMISSIONS_TABLE") == "write":
        FILE.write_text(f"{before}{BEGIN}{write(world)}{END}{after}")
        return
    assert table == write(world), "Run python -m tests.permissions, and read what has changed."


def test_each_row_of_the_documentation_is_read_back(world):
    """Otherwise the doors would be held to less than what people read."""
    assert read(FILE.read_text()) == {row.id: answers(row, world) for row in rows(world)}


def test_every_kind_of_things_with_a_rule_is_in_the_table():
    ruled = {
        model._meta.label_lower
        for model in apps.get_models()
        if hasattr(getattr(model, "objects", None), "visible_to") and not model._meta.proxy
    }
    declared = {found.model._meta.label_lower for found in permissions() if found.model}
    assert ruled - declared == set(WITHOUT_A_ROW)


def test_every_permission_has_a_door_and_every_door_a_permission():
    assert set(DOORS) == {found.key for found in permissions()}
