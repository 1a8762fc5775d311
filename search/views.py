"""The result page, suggestions while typing, and what else search adds to pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from common.languages import current_language, reading_order
from common.page_views import page_view
from groups.models import WorkingGroup, WorkingGroupIndexPage
from groups.queries import groups_of
from practices.models import PracticeSheet
from practices.queries import themes_in_use
from search.actions import ask_for_a_new_index
from search.actions.misses import note_miss
from search.engine import Hit, IndexUnavailable, Ranking, SearchRequest
from search.facets import ValueLabels, active_filters, facets_of
from search.filters import SORTS, SearchFilters
from search.misses import is_missed, is_to_be_counted
from search.nothing_found import broader_searches, without_facets
from search.queries import clean_query, results_of, search_as
from search.results import ShownResult, shown
from search.similar import similar_sheets
from search.suggestions import suggestions_for

RESULTS_A_PAGE = 10
FEW_RESULTS = 3
SIMILAR_SHEETS = 5
SHORTEST_TITLE = 4
MOST_OTHER_NAMES = 6


@vary_on_headers("Accept-Language")
@vary_on_cookie
def search(request: HttpRequest) -> HttpResponse:
    filters = SearchFilters.from_query(request.GET)
    context: dict[str, Any] = {"query": filters.text, "shown_query": filters.text[:200], "filters": filters}
    if not filters.text:
        return render(request, "search/search.html", context | {"themes": themes_in_use(request)})
    try:
        asked, ranking = search_as(
            request.user,
            filters.text,
            language=current_language(),
            reading_order=reading_order(request),
            filters=filters.values,
            sort=filters.sort,
        )
        found = _found(request, filters, asked, ranking)
    except IndexUnavailable:
        return unavailable(request, context)
    if is_to_be_counted(request, ranking):
        note_miss(text=filters.text, language=current_language(), is_weak=bool(ranking.own or ranking.other))
    return render(request, "search/search.html", context | found)


def unavailable(request: HttpRequest, context: Mapping[str, Any] | None = None) -> HttpResponse:
    """The page after a search has raised IndexUnavailable: a new index is on its way."""
    ask_for_a_new_index()
    response = render(request, "search/unavailable.html", context, status=503)
    response["Retry-After"] = "30"
    return response


def _found(request: HttpRequest, filters: SearchFilters, asked: SearchRequest, ranking: Ranking) -> dict[str, Any]:
    own_count, other_count = len(ranking.own), len(ranking.other)
    page = Paginator(range(own_count + other_count), RESULTS_A_PAGE).get_page(request.GET.get("page"))
    own, other = _shown_on(page, request, asked, ranking)
    labels = ValueLabels.of_results(ranking.facets, filters)
    active = active_filters(filters, labels)
    context = {
        "ranking": ranking,
        "page_of_hits": page,
        "page_query": filters.query,
        "own": own,
        "own_count": own_count,
        "other": other,
        "other_count": other_count,
        "facets": facets_of(ranking.facets, filters, labels),
        "active_filters": active,
        "sorts": [(name, label, filters.with_sort(name)) for name, label in SORTS.items()],
        "also_searched": _other_names(asked),
        "exact": filters.with_text(_in_quotes(filters.text, [one.words for one in asked.synonyms])),
        "suggested": filters.with_text(ranking.suggestion) if ranking.suggestion else None,
    }
    if not own_count + other_count:
        context["without_facets"] = without_facets(ranking, filters, active)
        context["broader"] = broader_searches(asked, filters)
    if own_count + other_count <= FEW_RESULTS or is_missed(ranking):
        context["asking"] = _whom_to_ask(request)
    return context


def _shown_on(
    page: Page, request: HttpRequest, asked: SearchRequest, ranking: Ranking
) -> tuple[list[ShownResult], list[ShownResult]]:
    """The results on one page: those in the reader's language, and the others."""
    # Cut from each list: a ranking makes only those hits that are looked at.
    start, end = max(0, page.start_index() - 1), page.end_index()
    own: list[Hit] = list(ranking.own[start:end])
    passed = len(ranking.own)
    other: list[Hit] = list(ranking.other[max(0, start - passed) : max(0, end - passed)])
    own_ids = {hit.id for hit in own}
    lines = [shown(result, request) for result in results_of(request.user, asked, [*own, *other])]
    return [line for line in lines if line.hit.id in own_ids], [line for line in lines if line.hit.id not in own_ids]


def _other_names(asked: SearchRequest) -> list[tuple[str, str]]:
    """What was searched for besides the words of the query, with the language: the reader's languages first."""
    names: dict[str, tuple[str, str]] = {}
    for language in asked.reading_order:
        for synonyms in asked.synonyms:
            for label in synonyms.labels.get(language, ()):
                names.setdefault(label.casefold(), (language, label))
    return list(names.values())[:MOST_OTHER_NAMES]


def _in_quotes(text: str, phrases: list[str]) -> str:
    """``text`` with these words of it as phrases, which are searched for as they are; not those in quotes already."""
    for phrase in phrases:
        pattern = rf'(?<![\w"]){re.escape(phrase)}(?![\w"])'
        text = re.sub(pattern, lambda found: f'"{found[0]}"', text, count=1, flags=re.IGNORECASE)
    return text


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom a reader can ask what the portal does not answer: the groups, or the way to them; nobody without a login."""

    is_member: bool
    groups: list[WorkingGroup]
    group_index: WorkingGroupIndexPage | None


def _whom_to_ask(request: HttpRequest) -> Asking:
    if not request.user.is_authenticated:
        return Asking(False, [], None)
    groups = list(groups_of(request))
    index = None if groups else WorkingGroupIndexPage.objects.best_for(request).select_related("locale").first()
    return Asking(True, groups, index)


@cache_control(private=True, max_age=60)
@vary_on_headers("Accept-Language")
@vary_on_cookie
def suggestions(request: HttpRequest) -> HttpResponse:
    """A part of a page: what may be meant by what somebody is typing."""
    groups = suggestions_for(request, clean_query(request.GET.get("q", "")))
    count = sum(len(group.suggestions) for group in groups)
    return render(request, "search/suggestions.html", {"groups": groups, "count": count})


@page_view(PracticeSheet)
def sheets_like_this(page: PracticeSheet, request: HttpRequest) -> dict[str, Any]:
    return {"related": similar_sheets(page, request)}


@never_cache
@login_required
def similar(request: HttpRequest) -> HttpResponse:
    """A part of a page: the sheets like one whose title somebody types."""
    return render(request, "search/similar.html", similar_context(request, request.GET.get("title", "")))


def similar_context(request: HttpRequest, title: str) -> dict[str, list[ShownResult]]:
    """The few sheets, of those that this reader may see, that are most like a title; none while there is no index."""
    text = clean_query(title)
    if len(text) < SHORTEST_TITLE:
        return {"similar": []}
    filters = {"type": ["practice"]}
    try:
        asked, ranking = search_as(
            request.user, text, language=current_language(), reading_order=reading_order(request), filters=filters
        )
        first = list(islice(chain(ranking.own, ranking.other), SIMILAR_SHEETS))
        results = results_of(request.user, asked, first)
    except IndexUnavailable:
        results = []
    return {"similar": [shown(result, request) for result in results]}
