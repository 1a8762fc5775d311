"""Fifty people at once, in processes and on a database of their own: see ``storm``."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.events.storm import PEOPLE, PLACES
from tests.own_process import empty_database, report_of


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    file = tmp_path_factory.mktemp("storm") / "portal.sqlite3"
    with empty_database("portal_storm", otherwise=f"sqlite:///{file}") as database:
        yield report_of("tests.events.storm", database)


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
