"""Threads become one: nothing that was unread passes for read, and as little as possible counts as new again."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from discussions.reading_marks import STEP, mark_of_both

START = datetime(2027, 5, 3, 8, tzinfo=UTC)
moments = st.integers(min_value=0, max_value=50).map(lambda minutes: START + timedelta(minutes=minutes))
threads = st.lists(moments, max_size=12).map(sorted)


def after(posts, mark):
    return posts[bisect_right(posts, mark) :]


@given(st.tuples(moments, moments), st.tuples(threads, threads))
def test_unread_stays_unread(marks, posts):
    joined = mark_of_both(marks, posts)
    for mark, of_thread in zip(marks, posts, strict=True):
        assert set(after(of_thread, mark)) <= set(after(of_thread, joined))


@given(st.tuples(moments, moments), st.tuples(threads, threads))
def test_mark_is_the_latest_that_leaves_what_was_unread(marks, posts):
    joined = mark_of_both(marks, posts)
    unread = [moment for mark, of_thread in zip(marks, posts, strict=True) for moment in after(of_thread, mark)]
    assert joined == min([max(marks), *(moment - STEP for moment in unread)])


@given(st.tuples(moments, moments), st.tuples(threads, threads))
def test_whoever_had_read_everything_has_read_everything(marks, posts):
    if not any(after(of_thread, mark) for mark, of_thread in zip(marks, posts, strict=True)):
        assert not any(after(of_thread, mark_of_both(marks, posts)) for of_thread in posts)
