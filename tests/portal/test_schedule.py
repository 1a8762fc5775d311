"""What happens by the clock."""

import logging

import pytest

from portal import schedule

pytestmark = pytest.mark.django_db


def test_step_that_fails_does_not_keep_the_others_waiting(monkeypatch, caplog):
    done = []

    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(schedule, "STEPS", (lambda: done.append("first"), fail, lambda: done.append("last")))
    with caplog.at_level(logging.ERROR):
        schedule.run_schedule.func()
    assert done == ["first", "last"]
    assert "A step of the schedule failed." in caplog.text


def test_every_step_runs_on_an_empty_portal():
    # All but the last, which prunes the queue: that of the tests is in no database.
    for step in schedule.STEPS[:-1]:
        step()
