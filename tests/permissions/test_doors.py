"""Each cell of the table, tried at every door by every person: it opens where the table says yes, and nowhere else."""

import pytest
from django.db import transaction

from common.access import permissions
from tests.permissions.doors import DOORS
from tests.permissions.table import FILE, read, rows
from tests.permissions.world import PERSONAS

KEYS = sorted((key, name) for key, doors in DOORS.items() for name in doors)


@pytest.mark.parametrize(("key", "name"), KEYS, ids=[f"{key} by {name}" for key, name in KEYS])
def test_door_opens_for_whom_the_table_says_and_for_nobody_else(world, key, name):
    cells = read(FILE.read_text())
    found = [row for row in rows(world) if row.permission.key == key]
    assert found
    opened = {row.id: {who: _tried(DOORS[key][name], world, who, row.thing) for who in PERSONAS} for row in found}
    assert opened == {row.id: cells[row.id] for row in found}


def _tried(door, world, who, thing):
    """Whatever it changes is undone."""
    with transaction.atomic():
        try:
            return door(world, who, thing)
        finally:
            transaction.set_rollback(True)


def test_there_are_permissions():
    assert len(permissions()) > 20
