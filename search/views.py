"""The result page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from common.addresses import address_for
from common.languages import country_name, current_language, own_name, reading_order
from common.models import BasePage
from members.models import City
from search.actions import ask_for_a_new_index
from search.actions.misses import note_miss
from search.engine import FACETS, FacetCount, Hit, IndexUnavailable
from search.misses import is_to_be_counted
from search.queries import Result, clean_query, results_of, search_as
from search.sources import BY_TYPE
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels

RESULTS_A_PAGE = 10
SIMILAR_SHEETS = 5
SHORTEST_TITLE = 4


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet: choosing it leads to ``address``, which adds the value or takes it away."""

    value: str
    label: str
    count: int
    selected: bool
    address: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One line of the result page."""

    hit: Hit
    passage: str
    address: str
    type_label: str
    city: City | None

    @property
    def is_matched_elsewhere(self) -> bool:
        """Whether the words stand in another language version than the one that is shown."""
        return self.hit.matched_language != self.hit.language


@vary_on_headers("Accept-Language")
@vary_on_cookie
def search(request: HttpRequest) -> HttpResponse:
    text = clean_query(request.GET.get("q", ""))
    filters = {name: request.GET.getlist(name)[:20] for name in FACETS}
    context = {"query": text, "shown_query": text[:200]}
    if not text:
        return render(request, "search/search.html", context)
    order = reading_order(request)
    try:
        asked, ranking = search_as(
            request.user, text, language=current_language(), reading_order=order, filters=filters
        )
        hits = [*ranking.own, *ranking.other]
        page = Paginator(hits, RESULTS_A_PAGE).get_page(request.GET.get("page"))
        results = results_of(request.user, asked, list(page))
    except IndexUnavailable:
        ask_for_a_new_index()
        response = render(request, "search/unavailable.html", context, status=503)
        response["Retry-After"] = "30"
        return response
    if is_to_be_counted(request, ranking):
        note_miss(text=text, language=current_language(), is_weak=bool(hits))
    own = {hit.id for hit in ranking.own}
    shown = [_shown(result, request) for result in results]
    return render(
        request,
        "search/search.html",
        context
        | {
            "ranking": ranking,
            "page_of_hits": page,
            "own": [result for result in shown if result.hit.id in own],
            "other": [result for result in shown if result.hit.id not in own],
            "facets": _facets(ranking.facets, request.GET),
            "is_filtered": any(filters.values()),
            "unfiltered_address": f"?{_with(request.GET, dict.fromkeys(FACETS, ()))}",
            "page_query": _with(request.GET, {}),
        },
    )


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
        results = results_of(request.user, asked, [*ranking.own, *ranking.other][:SIMILAR_SHEETS])
    except IndexUnavailable:
        results = []
    return {"similar": [_shown(result, request) for result in results]}


def _shown(result: Result, request: HttpRequest) -> ShownResult:
    found = result.object
    return ShownResult(
        hit=result.hit,
        passage=result.passage,
        address=address_for(found, request) if isinstance(found, BasePage) else found.get_absolute_url(),
        type_label=str(BY_TYPE[result.hit.type].singular),
        city=getattr(found, "city", None),
    )


def _with(query: QueryDict, changes: dict) -> str:
    """The query string with some parameters replaced, always from the first page of results."""
    changed = query.copy()
    changed.pop("page", None)
    for name, values in changes.items():
        changed.setlist(name, list(values))
    return changed.urlencode()


def _facets(counts: Mapping[str, Sequence[FacetCount]], query: QueryDict) -> list[tuple[str, list[FacetValue]]]:
    labels: dict[str, Callable[[str], str | None]] = {
        "type": lambda value: str(BY_TYPE[value].label) if value in BY_TYPE else value,
        "theme": _theme_labels(count.value for count in counts.get("theme", ())).get,
        "country": country_name,
        "language": own_name,
    }
    facets = []
    for name in FACETS:
        selected = query.getlist(name)
        values = []
        for facet_count in counts.get(name, ()):
            others = [value for value in selected if value != facet_count.value]
            is_selected = facet_count.value in selected
            chosen = others if is_selected else [*others, facet_count.value]
            values.append(
                FacetValue(
                    value=facet_count.value,
                    label=labels.get(name, str)(facet_count.value) or facet_count.value,
                    count=facet_count.count,
                    selected=is_selected,
                    address=f"?{_with(query, {name: chosen})}",
                    language=facet_count.value if name == "language" else "",
                )
            )
        if values:
            facets.append((name, values))
    return facets


def _theme_labels(keys: Iterable[str]) -> dict[str, str]:
    concepts = Concept.objects.filter(key__in=list(keys)).prefetch_related(preferred_labels())
    return {concept.key: concept.label() for concept in concepts}
