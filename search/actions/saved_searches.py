"""Saved searches: keeping them, and telling what is new."""

import calendar
import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import User
from notifications.notices import notify
from search.engine import IndexUnavailable
from search.engines import get_engine
from search.models import Frequency, SavedSearch, ToldMatch
from search.models.saved_searches import LONGEST_QUERY
from search.newest import newest_of, strong_hits
from search.notifications import MatchesNotice, NewMatches
from search.queries import Result
from search.saved_searches import find_for_owner

MOST_SAVED = 50
A_ROUND = 200
SHOWN_IN_A_LETTER = 20
# More than these wait for the next letter.
MOST_IN_A_LETTER = 1000

logger = logging.getLogger(__name__)


class AlreadySaved(Exception):
    """This person has this search already."""

    def __init__(self, search: SavedSearch) -> None:
        super().__init__(search.name)
        self.search = search


def save_search(*, user: User, name: str, language: str, query: str, sort: str, frequency: str) -> SavedSearch:
    """Keep a search. What it finds now is known; what it finds later is told.

    ``query`` is canonical. Raises AlreadySaved, ValidationError where the person has as many as one may have or the
    query is too long, and IndexUnavailable.
    """
    if len(query) > LONGEST_QUERY:
        raise ValidationError(_("This search is too long to be saved. Use fewer words or filters."))
    now = timezone.now()
    search = SavedSearch(
        user=user,
        name=name,
        language=language,
        query=query,
        sort=sort,
        frequency=frequency,
        next_due_at=_due_after(frequency, now) or now,
    )
    _asked, ranking = find_for_owner(search)
    keys = dict.fromkeys(hit.key for hit in strong_hits(ranking))
    with transaction.atomic():
        # Two requests at once: the second one sees what the first one saved.
        User.objects.select_for_update().get(pk=user.pk)
        if same := user.saved_searches.filter(language=language, query=query).first():
            raise AlreadySaved(same)
        if user.saved_searches.count() >= MOST_SAVED:
            raise ValidationError(
                _("You have saved %(number)s searches, and cannot save more. Delete one that you no longer need.")
                % {"number": MOST_SAVED}
            )
        search.save()
        ToldMatch.objects.bulk_create([ToldMatch(search=search, key=key) for key in keys])
    return search


@transaction.atomic
def change_search(*, search: SavedSearch, name: str, frequency: str) -> SavedSearch:
    """What came since the last letter is told with the next one."""
    changed = _locked(search)
    changed.name = name
    if frequency != changed.frequency:
        changed.frequency = frequency
        changed.next_due_at = _due_after(frequency, timezone.now()) or timezone.now()
    changed.save(update_fields=["name", "frequency", "next_due_at"])
    return changed


def pause_search(*, search: SavedSearch) -> None:
    """Send no letters for this search until it goes on. Paused twice, it is paused."""
    SavedSearch.objects.filter(pk=search.pk).update(is_paused=True)


def resume_search(*, search: SavedSearch) -> None:
    """Send letters again; the first one, soon, tells what came meanwhile."""
    SavedSearch.objects.filter(pk=search.pk, is_paused=True).update(is_paused=False, next_due_at=timezone.now())


def delete_search(*, search: SavedSearch) -> None:
    search.delete()


def look_again_at_once() -> None:
    """The index has changed: the searches that are told at once are due."""
    at_once = SavedSearch.objects.filter(frequency=Frequency.AT_ONCE, is_paused=False)
    at_once.update(next_due_at=timezone.now())


# ---------------------------------------------------------------- by the clock


def tell_new_matches() -> int:
    """Write the letters of the searches that are due, of at most ``A_ROUND``. Returns how many letters that were.

    Killed at any point, it has neither told anything twice nor lost anything: a letter, the note of what it tells
    and the next date are one transaction.
    """
    letters = 0
    for search in SavedSearch.objects.due(timezone.now()).select_related("user")[:A_ROUND]:
        try:
            letters += _tell(search)
        except IndexUnavailable:
            # The index is made anew by whoever comes by it next; all searches stay due.
            logger.warning("Saved searches wait for the search index.")
            break
        except Exception:
            # One that fails must not keep the others waiting: it has its turn again after them.
            logger.exception("Saved search %s could not be told.", search.pk)
            SavedSearch.objects.filter(pk=search.pk).update(looked_at=timezone.now())
    return letters


def _tell(search: SavedSearch) -> bool:
    """Write a letter if there is something new. Returns whether there was."""
    new = _new_results(search)
    with transaction.atomic():
        locked = SavedSearch.objects.told_by_mail().filter(pk=search.pk).select_for_update(of=("self",)).first()
        if locked is None or locked.looked_at != search.looked_at:
            # Stopped meanwhile, or told by another worker.
            return False
        now = timezone.now()
        locked.looked_at = now
        # Not where it became due once more while it was looked at.
        if locked.next_due_at == search.next_due_at:
            locked.next_due_at = _due_after(locked.frequency, now)
        if new:
            locked.letters += 1
            locked.told_at = now
            results, keys = new
            NewMatches(search=locked, results=results, count=len(keys)).send()
            notify(
                subject=f"matches:{locked.pk}-{locked.letters}-{len(keys)}",
                topic=f"search:{locked.pk}",
                at=now,
                kinds_by_user={locked.user_id: MatchesNotice.kind},
            )
            ToldMatch.objects.bulk_create([ToldMatch(search=locked, key=key) for key in keys])
        locked.save(update_fields=["looked_at", "next_due_at", "letters", "told_at"])
    return bool(new)


def _new_results(search: SavedSearch) -> tuple[list[Result], list[str]] | None:
    """What to show of what is new, and the keys of all of it; None if nothing is."""
    asked, ranking = find_for_owner(search)
    known = set(search.told.values_list("key", flat=True))
    unknown = (hit for hit in strong_hits(ranking) if hit.key not in known)
    found = newest_of(search.user, unknown, MOST_IN_A_LETTER)
    if not found:
        return None
    shown = found[:SHOWN_IN_A_LETTER]
    passages = get_engine().passages(asked, [hit for hit, _object in shown])
    results = [Result(hit, thing, passages.get(hit.id, "")) for hit, thing in shown]
    return results, [hit.key for hit, _object in found]


def _due_after(frequency: str, moment: datetime) -> datetime | None:
    """When a search that was looked at then is due again; None where that is not by the clock."""
    if frequency == Frequency.DAILY:
        return moment + timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        return moment + timedelta(weeks=1)
    return _a_month_after(moment) if frequency == Frequency.MONTHLY else None


def _a_month_after(moment: datetime) -> datetime:
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def _locked(search: SavedSearch) -> SavedSearch:
    return SavedSearch.objects.select_for_update(of=("self",)).get(pk=search.pk)
