"""Writing letters made of notices: one for each that is wanted at once, one digest for those that wait for their hour.

A notice is carried by exactly one letter: the letter and the mark on its notices are written in one transaction, so
that a crash leaves either both or none. What its person may no longer see when its letter is written, or what cannot
be sent to the person, gets no letter later either; it stays in the inbox.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone, translation
from django_tasks import task

from common.languages import complete_order
from notifications.actions import deliver_mail
from notifications.digest_times import GATHERED, last_slot
from notifications.letters import (
    LONGEST_IN_DIGEST,
    LONGEST_OF_MANY,
    LONGEST_TEXT,
    MANY,
    DigestLetter,
    Entry,
    NoticeLetter,
    sections_of,
)
from notifications.models import DigestTime, Frequency, Notice, OutgoingMail
from notifications.notices import read_items
from notifications.preferences import frequencies_of_all, wanted
from notifications.stopped import stopped_among

A_ROUND = 200

logger = logging.getLogger(__name__)


@task()
def send_waiting_at_once() -> int:
    """Write the letters of notices that their people want at once; returns how many."""
    people = wanted(Notice.objects.waiting_for_mail(), Frequency.AT_ONCE).order_by().values_list("user", flat=True)
    return _write_for(list(people.distinct()), _write_at_once)


def send_due_digests(now: datetime | None = None) -> int:
    """Write the digests whose hour has come; returns how many.

    Nothing keeps when the last one went: a notice is due when an hour of its digest lies between its being written
    and ``now``. So a worker that was down sends what it missed, once.
    """
    slots = _slots_of_due(now or timezone.now())
    return _write_for(list(slots), lambda person: _write_digest(person, slots[person.pk]))


def _write_for(user_pks: Collection[int], write: Callable[[Any], int]) -> int:
    """Have the letters of each of these people written; one whose letters fail keeps no others waiting."""
    letters = 0
    for person in _people(user_pks):
        try:
            with transaction.atomic():
                letters += write(person)
        except Exception:
            logger.exception("The letters of notices to person %s could not be written.", person.pk)
    if letters:
        deliver_mail.enqueue()
    return letters


def _people(user_pks: Collection[int]) -> Iterator[Any]:
    """With the city, which says by what clock they live; whoever cannot be written to is marked."""
    people = get_user_model()._default_manager.select_related("city")
    for pks in _rounds(user_pks):
        found = list(people.filter(pk__in=pks).order_by("pk"))
        stopped = stopped_among(person.email for person in found)
        for person in found:
            person.is_written_to = person.is_active and person.email.lower() not in stopped
            yield person


def _write_at_once(person: Any) -> int:
    waiting = Notice.objects.filter(user=person).waiting_for_mail()
    notices = list(_locked(wanted(waiting, Frequency.AT_ONCE)))
    items = _items(notices, person)
    for notice in notices:
        if notice.pk in items:
            with _eyes_of(person):
                letter = NoticeLetter(user=person, entry=Entry(notice, items[notice.pk], LONGEST_TEXT))
                _carry([notice], letter.write_to(person))
    _give_up(notice for notice in notices if notice.pk not in items)
    return len(items)


def _write_digest(person: Any, slots: Mapping[str, datetime]) -> int:
    """``slots``: of each kind of notices that comes in this digest, up to when it must have been written."""
    waiting = _locked(Notice.objects.filter(user=person, kind__in=slots).waiting_for_mail())
    due = [notice for notice in waiting if notice.written_at <= slots[notice.kind]]
    items = _items(due, person)
    if items:
        longest = LONGEST_IN_DIGEST if len(items) <= MANY else LONGEST_OF_MANY
        with _eyes_of(person):
            mail = DigestLetter(user=person, sections=sections_of(due, items, longest)).write_to(person)
        _carry([notice for notice in due if notice.pk in items], mail)
    _give_up(notice for notice in due if notice.pk not in items)
    return bool(items)


def _locked(notices: "QuerySet[Notice]") -> "QuerySet[Notice]":
    """Another worker that writes the same letters waits, and finds them written."""
    return notices.order_by("at", "pk").select_for_update(of=("self",))


def _items(notices: Collection[Notice], person: Any) -> dict[int, Any]:
    if not notices or not person.is_written_to:
        return {}
    with _eyes_of(person):
        return read_items(notices, person)


class _eyes_of:  # noqa: N801 -- reads as a block
    """The language and the clock of a person."""

    def __init__(self, person: Any) -> None:
        self._language = translation.override(complete_order(person.languages)[0])
        self._clock = timezone.override(person.clock)

    def __enter__(self) -> None:
        self._language.__enter__()
        self._clock.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._clock.__exit__(*error)
        self._language.__exit__(*error)


def _carry(notices: Iterable[Notice], mail: OutgoingMail) -> None:
    pks = [notice.pk for notice in notices]
    Notice.objects.filter(pk__in=pks).update(mailed_at=timezone.now(), mail=mail)


def _give_up(notices: Iterable[Notice]) -> None:
    if pks := [notice.pk for notice in notices]:
        Notice.objects.filter(pk__in=pks).update(is_for_mail=False)


def _rounds(pks: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(pks)
    while some := list(islice(rest, A_ROUND)):
        yield some


# ---------------------------------------------------------------- whose hour has come


def _slots_of_due(now: datetime) -> dict[int, dict[str, datetime]]:
    """Of each person with something due, the latest hour of the digest of each kind of notices that is."""
    waiting = Notice.objects.waiting_for_mail().order_by().values("user", "kind").annotate(oldest=Min("written_at"))
    oldest: dict[int, dict[str, datetime]] = {}
    for row in waiting:
        oldest.setdefault(row["user"], {})[row["kind"]] = row["oldest"]
    due: dict[int, dict[str, datetime]] = {}
    cached_slot = lru_cache(last_slot)
    for pks in _rounds(oldest):
        frequencies = frequencies_of_all(pks)
        times = {row.user_id: row for row in DigestTime.objects.filter(user__in=pks)}
        for person in get_user_model()._default_manager.select_related("city").filter(pk__in=pks):
            own = times.get(person.pk) or DigestTime()
            for kind, since in oldest[person.pk].items():
                frequency = frequencies[person.pk].get(kind)
                if frequency in GATHERED:
                    slot = cached_slot(frequency, now, zone=person.clock, weekday=own.weekday, hour=own.hour)
                    if since <= slot:
                        due.setdefault(person.pk, {})[kind] = slot
    return due
