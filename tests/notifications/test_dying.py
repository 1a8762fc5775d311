"""Whatever dies while letters are written and sent, none is lost, and none is sent twice but where SMTP cannot tell:
see ``dying``."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.own_process import empty_database, report_of


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    file = tmp_path_factory.mktemp("dying") / "portal.sqlite3"
    with empty_database("portal_dying", otherwise=f"sqlite:///{file}") as database:
        yield report_of("tests.notifications.dying", database)


def test_process_that_dies_before_the_server_has_the_letter_loses_and_doubles_nothing(report):
    assert report["killed before the letter was taken"] == {
        "killed": True,
        "sent at once by the next": 0,
        "sent by the next after a while": 1,
        "taken": 1,
        "different ids": 1,
        "noted as sent": True,
    }


def test_process_that_dies_between_the_servers_taking_the_letter_and_saying_so_sends_it_again_by_the_same_name(report):
    """Here SMTP cannot tell: nobody can ask a server whether it has a letter."""
    assert report["killed after the letter was taken"] == {
        "killed": True,
        "sent at once by the next": 0,
        "sent by the next after a while": 1,
        "taken": 2,
        "different ids": 1,
        "noted as sent": True,
    }


@pytest.mark.parametrize("how", ["server closes the line", "server asks for patience"])
def test_server_that_fails_in_the_middle_gets_the_letter_again_and_the_next_one_at_once(report, how):
    assert report[how] == {"sent": 1, "attempts": 1, "sent later": 1, "ids": 2}


def test_address_that_the_server_does_not_know_is_tried_once_and_counted(report):
    assert report["unknown address"] == {"sent": [0, 0], "hard": 1, "reason": True}


@pytest.mark.parametrize("when", ["killed with the letter written", "killed before the commit"])
def test_process_that_dies_while_it_writes_digests_leaves_all_of_it_to_the_next(report, when):
    assert report[when] == {
        "killed": True,
        "written by the dead": 0,
        "still waiting": 2,
        "written by the next": 2,
        "and by the one after it": 0,
        "letters": 2,
        "digests in all": 2,
    }


def test_envelope_names_the_letter_and_the_head_the_portal(report):
    sender, shown = report["envelope"]
    assert re.fullmatch(r"bounces\+m\d+-[0-9a-f]{12}@example\.org", sender)
    assert shown == "portal@example.org"
