"""Ways on from a search that found nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from common.languages import current_language
from common.names import fold
from search.analysis import normalise, words
from search.engine import Ranking, SearchRequest
from search.engines import get_engine
from search.facets import ActiveFilter, in_words
from search.filters import SearchFilters
from taxonomy.models import Concept, ConceptLabel
from taxonomy.queries import broader_by_concept, path_upwards, preferred_labels

MOST_BROADER = 3


@dataclass(frozen=True, slots=True)
class WithoutFacet:
    """One facet less, and how many results there would be."""

    words: SafeString
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class BroaderSearch:
    """A search for a broader concept, and how many results it has."""

    label: str
    count: int
    address: str


def without_facets(ranking: Ranking, filters: SearchFilters, active: Iterable[ActiveFilter]) -> list[WithoutFacet]:
    """Which facets to drop, those that bring most first; only those without which something is found."""
    by_facet: dict[str, list[ActiveFilter]] = {}
    for one in active:
        by_facet.setdefault(one.name, []).append(one)
    ways = [
        WithoutFacet(in_words(of_facet), ranking.without[name], filters.without_facet(name).address)
        for name, of_facet in by_facet.items()
        if ranking.without.get(name)
    ]
    return sorted(ways, key=lambda way: -way.count)


def broader_searches(request: SearchRequest, filters: SearchFilters) -> list[BroaderSearch]:
    """Searches for what is broader than the concepts that the query names, as far as they find something.

    Raises IndexUnavailable.
    """
    found = []
    for concept in _broader_concepts(request.text):
        label = concept.label(current_language())
        ranking = get_engine().search(replace(request, text=label, synonyms=()))
        if count := len(ranking.own) + len(ranking.other):
            found.append(BroaderSearch(label, count, filters.with_text(label).address))
        if len(found) == MOST_BROADER:
            break
    return found


def _broader_concepts(text: str) -> list[Concept]:
    """The nearest first, of each concept that has a name in ``text``; none that ``text`` names itself."""
    typed = _folded(text)
    labels = ConceptLabel.objects.order_by("concept").values_list("concept", "text")
    named = {concept for concept, label in labels if f" {_folded(label)} " in f" {typed} "}
    if not named:
        return []
    broader = broader_by_concept()
    paths = [path_upwards(concept, broader)[1:] for concept in sorted(named)]
    wanted = dict.fromkeys(pk for path in sorted(paths, key=len) for pk in path if pk not in named)
    concepts = Concept.objects.prefetch_related(preferred_labels()).in_bulk(wanted)
    return [concepts[pk] for pk in wanted]


def _folded(text: str) -> str:
    return " ".join(fold(word.text) for word in words(normalise(text)) if not word.joined)
