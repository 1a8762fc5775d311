"""Which cities may know: those whose sheets are about the same, found by the search, with the sheet that says so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from common.languages import reading_order
from members.models import City, CityName
from practices.models import PracticeSheet
from search.engine import Hit, IndexUnavailable, SearchRequest
from search.queries import results_of, search_as
from search.results import ShownResult, shown
from taxonomy.queries import preferred_labels

MOST_CITIES = 12
CANDIDATES = 40
LONGEST_PROBLEM = 400
# The larger, the less the first places of a list count against being in both.
EVENNESS = 5
# What the language of queries would read as more than words.
_SIGNS = re.compile(r"[\"“”„«»]|(?<!\w)-(?=\w)")


@dataclass(frozen=True, slots=True)
class SuggestedCity:
    city: City
    sheet: PracticeSheet | None
    """That on which the suggestion rests; None of a city that somebody chose."""
    passage: str = ""
    """Safe HTML: where the sheet speaks of it, in ``passage_language``."""
    passage_language: str = ""
    reason: str = ""
    """Why the sheet was found, where the passage does not show it."""
    address: str = ""


def suggest_cities(
    request: HttpRequest, *, title: str, problem: str, language: str, but: City | None
) -> list[SuggestedCity]:
    """Up to ``MOST_CITIES``, the likeliest first, each with its nearest sheet; without the city ``but``.

    The question alone and the question with the problem are asked, and what comes first in either counts most. Nothing
    while there is no index.
    """
    try:
        found = _found(request, [title, f"{title} {problem[:LONGEST_PROBLEM]}"], language)
        results = [shown(result, request) for asked, hits in found for result in results_of(request.user, asked, hits)]
    except IndexUnavailable:
        return []
    ranked = _joined([[hit.key for hit in hits] for _asked, hits in found])
    by_key: dict[str, ShownResult] = {}
    for result in results:
        by_key.setdefault(result.hit.key, result)
    nearest: dict[int, SuggestedCity] = {}
    for key in ranked:
        line = by_key.get(key)
        if line is not None and line.city and line.sheet and line.city != but and line.city.pk not in nearest:
            nearest[line.city.pk] = _suggested(line.city, line.sheet, line)
    suggestions = list(nearest.values())[:MOST_CITIES]
    prefetch_related_objects([each.city for each in suggestions], preferred_labels("labels", CityName))
    return suggestions


def chosen_cities(pks: Iterable[int]) -> list[SuggestedCity]:
    """Cities that somebody chose without a suggestion."""
    cities = City.objects.filter(pk__in=list(pks)).prefetch_related(preferred_labels("labels", CityName))
    return [SuggestedCity(city, None) for city in cities.order_by("key")]


def _suggested(city: City, sheet: PracticeSheet, line: ShownResult) -> SuggestedCity:
    return SuggestedCity(
        city=city,
        sheet=sheet,
        passage=line.passage,
        passage_language=line.hit.matched_language,
        reason=line.reason,
        address=line.address,
    )


def _found(request: HttpRequest, texts: Sequence[str], language: str) -> list[tuple[SearchRequest, list[Hit]]]:
    found = []
    for text in dict.fromkeys(_SIGNS.sub(" ", text).strip() for text in texts):
        asked, ranking = search_as(
            request.user,
            text,
            language=language,
            reading_order=reading_order(request),
            filters={"type": ["practice"]},
        )
        found.append((asked, list(islice(chain(ranking.own, ranking.other), CANDIDATES))))
    return found


def _joined(rankings: Iterable[Sequence[str]]) -> list[str]:
    """One ranking of several, by reciprocal ranks."""
    worth: dict[str, float] = {}
    for ranking in rankings:
        for place, key in enumerate(ranking):
            worth[key] = worth.get(key, 0) + 1 / (EVENNESS + place)
    return sorted(worth, key=lambda key: -worth[key])
