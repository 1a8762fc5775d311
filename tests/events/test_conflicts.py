"""What does not go together in a programme."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.conflicts import ConflictKind, find_conflicts, overlap
from events.models import Event, Room, Session, SessionPerson

DAY = date(2058, 5, 6)
EVENT = Event(
    starts_at=datetime(2058, 5, 6, 9, tzinfo=UTC),
    ends_at=datetime(2058, 5, 6, 17, tzinfo=UTC),
    time_zone="UTC",
    interpreted=["fr"],
)
HALL, ROOM = Room(pk=1, name="Hall", capacity=100), Room(pk=2, name="Room", capacity=10)
ADA, GUEST = {"user_id": 1}, {"name": "Grace  Hopper"}


def session(pk, start, end, *, room=None, people=(), kind="workshop", **fields):
    """Hours of the day; none where ``start`` is None."""
    made = Session(
        pk=pk,
        day=DAY,
        kind=kind,
        room=room,
        starts_at=None if start is None else datetime(2058, 5, 6, tzinfo=UTC) + timedelta(hours=start),
        ends_at=None if end is None else datetime(2058, 5, 6, tzinfo=UTC) + timedelta(hours=end),
        **fields,
    )
    rows = [SessionPerson(**{"role": "speaker", **person}) for person in people]
    made._prefetched_objects_cache = {"people": _Rows(rows)}
    return made


class _Rows(list):
    """What a prefetched relation gives."""

    def all(self):
        return self


def found(*sessions, event=EVENT):
    return [
        (conflict.kind.value, [one.pk for one in conflict.sessions]) for conflict in find_conflicts(event, sessions)
    ]


@pytest.fixture(autouse=True)
def _people_have_names(monkeypatch):
    monkeypatch.setattr(SessionPerson, "shown_name", property(lambda person: person.name or f"№ {person.user_id}"))


@pytest.mark.parametrize(
    ("sessions", "conflicts"),
    [
        # The same room, overlapping, touching, at no time, cancelled, in another room.
        ([session(1, 10, 11, room=HALL), session(2, 10.5, 12, room=HALL)], [("room", [1, 2])]),
        ([session(2, 10, 12, room=HALL), session(1, 9, 11, room=HALL)], [("room", [1, 2])]),
        ([session(1, 10, 11, room=HALL), session(2, 11, 12, room=HALL)], []),
        ([session(1, 10, 11, room=HALL), session(2, None, None, room=HALL)], []),
        ([session(1, 10, 11, room=HALL), session(2, 10, 11, room=HALL, is_cancelled=True)], []),
        ([session(1, 10, 11, room=HALL), session(2, 10, 11, room=ROOM)], []),
        ([session(1, 10, 11), session(2, 10, 11)], []),
        (
            [session(number, 10, 11, room=HALL) for number in (1, 2, 3)],
            [("room", [1, 2]), ("room", [1, 3]), ("room", [2, 3])],
        ),
        # The same person, whatever the part; guests by their names, whatever the spelling of these.
        (
            [session(1, 10, 11, people=[ADA]), session(2, 10, 11, people=[ADA | {"role": "moderator"}])],
            [("person", [1, 2])],
        ),
        (
            [
                session(1, 10, 11, people=[{"name": "Grace Hopper"}]),
                session(2, 10, 12, people=[{"name": "grace hopper"}]),
            ],
            [("person", [1, 2])],
        ),
        ([session(1, 10, 11, people=[ADA]), session(2, 11, 12, people=[ADA])], []),
        ([session(1, 10, 11, people=[ADA]), session(2, 10, 11, people=[GUEST])], []),
        ([session(1, 10, 11, people=[ADA, ADA | {"role": "moderator"}])], []),
        # Before and after the hours of the event, and exactly in them.
        ([session(1, 8.5, 10)], [("hours", [1])]),
        ([session(1, 16, 18)], [("hours", [1])]),
        ([session(1, 9, 17)], []),
        # More places than seats, as many, and either unknown.
        ([session(1, 10, 11, room=ROOM, capacity=11)], [("seats", [1])]),
        ([session(1, 10, 11, room=ROOM, capacity=10)], []),
        ([session(1, 10, 11, room=ROOM)], []),
        ([session(1, 10, 11, capacity=11)], []),
        # For everybody: nothing else at the time. French is promised.
        ([session(1, 10, 11, kind="panel", spoken=["de"])], [("interpretation", [1])]),
        ([session(1, 10, 11, kind="panel", spoken=["de"], interpreted=["fr"])], []),
        ([session(1, 10, 11, kind="panel", spoken=["fr"])], []),
        ([session(1, 10, 11, kind="break")], []),
        ([session(1, None, None, kind="panel")], []),
        ([session(1, 10, 11, kind="panel"), session(2, 10, 11, kind="talk")], []),
    ],
)
def test_conflicts_are_found_where_they_are_and_nowhere_else(sessions, conflicts):
    assert found(*sessions) == conflicts


def test_hours_are_no_matter_where_only_the_day_is_known():
    event = Event(precision="day", starts_at=EVENT.starts_at, ends_at=EVENT.ends_at)
    assert found(session(1, 7, 8), event=event) == []


def test_missing_interpretation_is_a_hint_and_names_the_languages():
    (conflict,) = find_conflicts(EVENT, [session(1, 10, 11, kind="talk", spoken=["de"])])
    assert (conflict.is_hint, conflict.subject) == (True, "français")
    assert conflict.reason == "For everybody, yet not to be followed in français:"


TIMES = st.tuples(st.integers(9 * 4, 16 * 4), st.integers(1, 4)).map(lambda pair: (pair[0] / 4, sum(pair) / 4))
SESSIONS = st.lists(
    st.tuples(
        TIMES, st.sampled_from([None, HALL, ROOM]), st.booleans(), st.lists(st.sampled_from([1, 2, 3]), max_size=2)
    ),
    max_size=8,
).map(
    lambda rows: [
        session(number, *times, room=room, is_cancelled=cancelled, people=[{"user_id": user} for user in users])
        for number, (times, room, cancelled, users) in enumerate(rows, 1)
    ]
)


@given(SESSIONS)
@settings(max_examples=200, deadline=None)
def test_conflicts_are_those_of_each_pair_by_definition(sessions):
    """The plain definition, asked of every pair, finds the same, in whatever order the sessions come."""
    held = [one for one in sessions if not one.is_cancelled]
    users = {one.pk: {person.user_id for person in one.people.all()} for one in held}
    expected = set()
    for one, other in combinations(held, 2):
        if overlap(one, other):
            pair = frozenset({one.pk, other.pk})
            expected |= {("room", pair, one.room.name)} if one.room and one.room == other.room else set()
            expected |= {("person", pair, f"№ {user}") for user in users[one.pk] & users[other.pk]}
    for order in (sessions, sessions[::-1]):
        conflicts = [one for one in find_conflicts(Event(precision="day"), order) if len(one.sessions) == 2]
        assert {(one.kind.value, frozenset(s.pk for s in one.sessions), one.subject) for one in conflicts} == expected
        assert len(conflicts) == len(expected)
        assert all(one.kind in {ConflictKind.ROOM, ConflictKind.PERSON} for one in conflicts)
