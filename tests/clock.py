"""The clock of tests: every run begins at the same moment, so that nothing passes by day and fails by night.

The clock goes on from there. ``TEST_CLOCK`` names another beginning, with its offset: ``TEST_CLOCK=2028-02-29T22:30:00Z``
tries the night before a day, as western Europe has it, and a leap year.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import time_machine

BEGINNING = datetime.fromisoformat(os.environ.get("TEST_CLOCK", "2026-12-02T10:00:00Z"))
_clock = time_machine.travel(BEGINNING, tick=True)


def begin() -> None:
    _clock.start()


@contextmanager
def real() -> Iterator[None]:
    """Within it, the clock is that of the machine, as processes of their own have it."""
    _clock.stop()
    try:
        yield
    finally:
        _clock.start()
