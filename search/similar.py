"""Which other sheets a reader of one may want, and why: by what the vocabulary says of both, and by what they say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.languages import current_language, reading_order
from practices.models import PracticeSheet
from practices.queries import for_cards
from practices.related import circumstances_in_common, practices_in_common, subjects_in_common, with_subjects
from search.engine import IndexUnavailable, SimilarHit
from search.queries import similar_as
from search.sources import BY_TYPE

MOST = 6
CANDIDATES = 12
# The larger, the less the first places of a list count against being in both.
EVENNESS = 5


@dataclass(frozen=True, slots=True)
class SimilarSheet:
    sheet: PracticeSheet
    reasons: list[str]
    words: tuple[str, ...] = ()
    """What both are about, in the words of ``sheet``'s language."""


def similar_sheets(sheet: PracticeSheet, request: HttpRequest) -> list[SimilarSheet]:
    """Up to ``MOST`` practices like that of ``sheet``, best first, each once and in the reader's best language.

    Those with a theme, a technology or a project in common and those that are alike in words or meaning make one list;
    whoever is in both comes first. Without an index, the former alone.
    """
    related = practices_in_common(sheet, request.user, CANDIDATES)
    alike = {hit.hit.key.rpartition(":")[2]: hit for hit in _alike(sheet, request)}
    if not related and not alike:
        return []
    # Read through the one rule of who may see what, however old the index is.
    either = Q(practice__in=related) | Q(translation_key__in=alike)
    cards = for_cards(PracticeSheet.objects.filter(either).exclude(practice=sheet.practice_id).best_for(request))
    by_key = {str(found.translation_key): found for found in with_subjects(cards)}
    key_of = {found.practice_id: key for key, found in by_key.items()}
    order = _joined([key_of[practice] for practice in related if practice in key_of], [*filter(by_key.get, alike)])
    return [_explained(sheet, by_key[key], alike.get(key)) for key in order[:MOST]]


def _alike(sheet: PracticeSheet, request: HttpRequest) -> Iterable[SimilarHit]:
    try:
        return similar_as(
            request.user,
            BY_TYPE["practice"].document_id(sheet.pk),
            language=current_language(),
            reading_order=reading_order(request),
            filters={"type": ["practice"]},
            limit=CANDIDATES,
        )
    except IndexUnavailable:
        return []


def _joined(*rankings: Sequence[str]) -> list[str]:
    """One ranking of several, by reciprocal ranks (Cormack, Clarke and Büttcher, SIGIR 2009)."""
    worth: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for place, key in enumerate(ranking):
            worth[key] += 1 / (EVENNESS + place)
    return sorted(worth, key=lambda key: -worth[key])


def _explained(sheet: PracticeSheet, other: PracticeSheet, alike: SimilarHit | None) -> SimilarSheet:
    reasons = subjects_in_common(sheet, other)
    words = alike.words if alike else ()
    if alike and (alike.hit.matched == "meaning" or not words):
        reasons.append(_("close in meaning"))
    return SimilarSheet(other, [*reasons, *circumstances_in_common(sheet, other)], tuple(words))
