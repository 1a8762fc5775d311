"""Fifty people at once, in processes and on a database of their own: see ``storm``."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.events.storm import PEOPLE, PLACES


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """On the server that DATABASE_URL names; a file where it names none."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('storm')}/portal.sqlite3"
        return
    name = f"portal_storm_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", address)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def report(empty_database: str) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.events.storm"],
        cwd=Path(settings.BASE_DIR),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "DATABASE_URL": empty_database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_fifty_people_who_register_at_once_get_five_places_and_a_queue(report):
    assert report["registering"] == {
        "errors": [],
        "statuses": {"enrolled": PLACES, "waiting": PEOPLE - PLACES},
        "taken": PLACES,
        "holding": PLACES,
        "waiting": PEOPLE - PLACES,
        "different_positions": PEOPLE - PLACES,
        "told_once_a_round": True,
    }


def test_fifty_people_who_cancel_and_accept_at_once_leave_no_place_double_or_forgotten(report):
    storm = report["storm"]
    assert (storm["errors"], storm["told_once_a_round"]) == ([], True)
    # Whoever still waits does so because all places are taken.
    assert storm["taken"] == storm["holding"] == min(PLACES, storm["holding"] + storm["waiting"])


@pytest.mark.parametrize(
    ("moment", "after_the_kill"),
    [
        # Nothing has happened, and nobody was told.
        (
            "killed before the commit",
            [["enrolled", "waiting", 0], ["enrolled", "waiting", 0], ["cancelled", "offered", 2]],
        ),
        # Everything has happened, and both are told by the next round of the schedule, once.
        (
            "killed after the commit",
            [["cancelled", "offered", 2], ["cancelled", "offered", 0], ["cancelled", "offered", 0]],
        ),
    ],
)
def test_worker_that_dies_skips_nobody_and_tells_nobody_twice(report, moment, after_the_kill):
    assert report[moment] == [True, *after_the_kill]
