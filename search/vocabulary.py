"""The names of cities and concepts, as people begin to type them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from members.models import City, CityName
from search.analysis import fold, normalise
from taxonomy.models import Concept, ConceptLabel, LabelKind, Labelled
from taxonomy.queries import preferred_labels


@dataclass(frozen=True, slots=True)
class Name:
    kind: Literal["city", "concept"]
    key: str
    label: str
    """In the language asked for."""
    matched: str
    """The name that begins so, in any language."""


def names_beginning(text: str, language: str, limit: int) -> list[Name]:
    """Cities and concepts of which a name, in any language, begins with ``text``; up to ``limit`` of each kind."""
    typed = fold(normalise(text).strip())
    if not typed:
        return []
    cities = _beginning(typed, CityName.objects.values_list("city", "kind", "text"), limit)
    concepts = _beginning(typed, ConceptLabel.objects.values_list("concept", "kind", "text"), limit)
    found_cities = City.objects.prefetch_related(preferred_labels("labels", CityName)).in_bulk(cities)
    found_concepts = Concept.objects.prefetch_related(preferred_labels()).in_bulk(concepts)
    return [
        *(_name("city", found_cities[pk], matched, language) for pk, matched in cities.items()),
        *(_name("concept", found_concepts[pk], matched, language) for pk, matched in concepts.items()),
    ]


def _beginning(typed: str, rows: Iterable[tuple[int, str, str]], limit: int) -> dict[int, str]:
    matching = [
        (fold(label), pk, label)
        for pk, kind, label in rows
        if kind != LabelKind.HIDDEN and fold(label).startswith(typed)
    ]
    found: dict[int, str] = {}
    for _folded, pk, label in sorted(matching):
        found.setdefault(pk, label)
    return dict(list(found.items())[:limit])


def _name(kind: Literal["city", "concept"], thing: City | Concept, matched: str, language: str) -> Name:
    named: Labelled = thing
    label = named.label(language)
    return Name(kind, thing.key, label, label if fold(label).startswith(fold(matched)) else matched)
