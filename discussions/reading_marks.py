"""Marks of time up to which people have read, when threads become one. Pure functions, no database."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

# The smallest step between two moments that databases keep.
STEP = timedelta(microseconds=1)


def mark_of_both(marks: tuple[datetime, datetime], moments: tuple[Sequence[datetime], Sequence[datetime]]) -> datetime:
    """The mark for two threads that become one, from those of each and the moments of the posts of each, in order.

    Whatever was unread stays unread. As one mark cannot do better, what was read after the first unread post counts as
    new once more.
    """
    latest = max(marks)
    unread = [
        of_thread[place]
        for mark, of_thread in zip(marks, moments, strict=True)
        if (place := bisect_right(of_thread, mark)) < len(of_thread)
    ]
    return min(latest, min(unread) - STEP) if unread else latest
