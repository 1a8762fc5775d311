"""Counting what is searched in vain, and what coordinators do about it."""

import logging
from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from search.misses import folded
from search.models import MissedSearch, MissedSearchWeek

KEPT = timedelta(days=365)

logger = logging.getLogger(__name__)


def note_miss(*, text: str, language: str, is_weak: bool) -> None:
    """Count a search in vain, unless its words could be about a person; ``is_weak`` if something weak was found.

    Whatever is the matter with the database, the search has its answer: a failure is only logged.
    """
    query = folded(text)
    if not query:
        return
    try:
        with transaction.atomic():
            count_miss(query=query, language=language, is_weak=is_weak)
    except DatabaseError:
        logger.warning("A search without result could not be counted.", exc_info=True)


def count_miss(*, query: str, language: str, is_weak: bool) -> None:
    """One more of this folded query in this week."""
    name = "weak" if is_weak else "nothing"
    monday = _monday(timezone.localdate())
    weeks = MissedSearchWeek.objects.filter(search__query=query, search__language=language, week=monday)
    if not weeks.update(**{name: F(name) + 1}):
        search, _created = MissedSearch.objects.get_or_create(query=query, language=language)
        week, _created = MissedSearchWeek.objects.get_or_create(search=search, week=monday)
        MissedSearchWeek.objects.filter(pk=week.pk).update(**{name: F(name) + 1})


def decide_on_miss(*, search: MissedSearch, state: str, note: str) -> MissedSearch:
    """Say what became of it."""
    search.state, search.note = state, note
    search.save(update_fields=["state", "note"])
    return search


@transaction.atomic
def prune_misses() -> int:
    """Forget the weeks that are a year old, and the queries of which no week is left. Returns how many rows went."""
    weeks, _by_model = MissedSearchWeek.objects.filter(week__lt=timezone.localdate() - KEPT).delete()
    searches, _by_model = MissedSearch.objects.filter(weeks=None).delete()
    return weeks + searches


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
