"""What the results can be narrowed to, and what they are narrowed by, in the reader's words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.languages import country_name, current_language, own_name
from members.models import City, CityName
from practices.enums import Stage
from practices.filters import EVIDENCE, RIGHTS
from search.engine import FACETS, FacetCount
from search.filters import LABELS, SearchFilters
from search.sources import BY_TYPE
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels

SHOWN = 8
MOST_SHOWN = 10
"""So many are all shown: nobody opens a list for the sake of one or two."""
MOST_VALUES = 100
DEEPEST_STEP = 3

CONCEPT_FACETS = ("theme", "technology")

Counts = Mapping[str, Sequence[FacetCount]]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet: ``address`` adds the value to the filters or takes it away."""

    value: str
    label: str
    count: int
    selected: bool
    address: str
    language: str = ""
    """Of the label, where it is not that of the interface."""
    step: int = 0
    """How many broader ones stand above it."""


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    shown: list[FacetValue]
    more: list[FacetValue]

    @property
    def values(self) -> list[FacetValue]:
        return [*self.shown, *self.more]


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in use; ``address`` leads to the same search without it."""

    name: str
    value: str
    facet_label: str
    label: str
    language: str
    """Of the label."""
    address: str

    @property
    def words(self) -> SafeString:
        return in_words([self])


def in_words(filters: Sequence[ActiveFilter]) -> SafeString:
    """Filters of one facet: ``Country: Italy, Netherlands``, as HTML."""
    values = format_html_join(", ", '<span lang="{}">{}</span>', ((one.language, one.label) for one in filters))
    return format_html(_("{facet}: {values}"), facet=filters[0].facet_label, values=values)


class ValueLabels:
    """The names of all values that a page shows, read at once: two queries for concepts, two for cities."""

    def __init__(self, used: Mapping[str, Collection[str]]) -> None:
        """``used``: facet to the values to be named."""
        keys = set().union(*(used.get(name, ()) for name in CONCEPT_FACETS))
        concepts = Concept.objects.filter(key__in=keys).prefetch_related(preferred_labels()) if keys else ()
        key_of = {concept.pk: concept.key for concept in concepts}
        self.broader = {concept.key: key_of[concept.broader_id] for concept in concepts if concept.broader_id in key_of}
        """Of each concept the next broader one, as far as the page shows both."""
        concept_labels = {concept.key: concept.label() for concept in concepts}
        city_keys = used.get("city", ())
        cities = City.objects.filter(key__in=city_keys).prefetch_related(preferred_labels("labels", CityName))
        city_labels = {city.key: city.label() for city in cities} if city_keys else {}
        self._labels: dict[str, Callable[[str], str | None]] = {
            "type": lambda value: str(BY_TYPE[value].label) if value in BY_TYPE else None,
            "theme": concept_labels.get,
            "technology": concept_labels.get,
            "country": country_name,
            "city": city_labels.get,
            "language": own_name,
            "status": {stage.value: str(stage.label) for stage in Stage}.get,
            "evidence": lambda value: str(EVIDENCE.get(value, value)),
            "rights": lambda value: str(RIGHTS.get(value, value)),
        }

    @classmethod
    def of_results(cls, counts: Counts, filters: SearchFilters) -> "ValueLabels":
        return cls(
            {
                name: {count.value for count in counts.get(name, ())[:MOST_VALUES]} | set(filters.values.get(name, ()))
                for name in FACETS
            }
        )

    def name(self, facet: str, value: str) -> str:
        """In the reader's language; the value itself where it has no name."""
        find = self._labels.get(facet)
        return (find and find(value)) or value

    def label(self, facet: str, value: str) -> str:
        """The name with a capital letter, as it stands alone."""
        return str(capfirst(self.name(facet, value)))


def active_filters(filters: SearchFilters, labels: ValueLabels) -> list[ActiveFilter]:
    return [
        ActiveFilter(
            name=name,
            value=value,
            facet_label=str(LABELS[name]),
            label=labels.label(name, value),
            language=_language_of_label(name, value) or current_language(),
            address=filters.without_value(name, value).address,
        )
        for name, value in filters.chosen()
    ]


def facets_of(counts: Counts, filters: SearchFilters, labels: ValueLabels) -> list[Facet]:
    """The facets that have something to choose; the most frequent values first, years backwards.

    A narrower concept follows its broader one. Values in use are always shown, also where they find nothing.
    """
    facets = []
    for name in FACETS:
        chosen = filters.values.get(name, ())
        found = {count.value: count.count for count in counts.get(name, ())[:MOST_VALUES]}
        # A value in use that is rare may stand beyond the limit, or nowhere.
        rare = {count.value: count.count for count in counts.get(name, ())[MOST_VALUES:] if count.value in chosen}
        for value in chosen:
            found.setdefault(value, rare.get(value, 0))
        if not found:
            continue
        order = sorted(found, key=lambda value: (-found[value], labels.label(name, value).casefold()))
        if name == "year":
            order.sort(reverse=True)
        elif name in CONCEPT_FACETS:
            order = _with_narrower_below(order, labels.broader)
        lines = [_line(name, value, found[value], filters, labels) for value in order]
        shown, more = _parted(lines)
        facets.append(
            Facet(name, str(LABELS[name]), _with_steps(shown, labels.broader), _with_steps(more, labels.broader))
        )
    return facets


def _line(name: str, value: str, count: int, filters: SearchFilters, labels: ValueLabels) -> FacetValue:
    selected = value in filters.values.get(name, ())
    other = filters.without_value(name, value) if selected else filters.with_value(name, value)
    return FacetValue(
        value=value,
        label=labels.label(name, value),
        count=count,
        selected=selected,
        address=other.address,
        language=_language_of_label(name, value),
    )


def _language_of_label(name: str, value: str) -> str:
    """Languages are called by their own names."""
    return value if name == "language" else ""


def _with_narrower_below(order: Sequence[str], broader: Mapping[str, str]) -> list[str]:
    narrower = defaultdict(list)
    for value in order:
        narrower[broader.get(value)].append(value)
    result: dict[str, None] = {}

    def add(values: Iterable[str]) -> None:
        for value in values:
            if value not in result:
                result[value] = None
                add(narrower[value])

    add(narrower[None])
    # A circle of concepts, which the editor does not rule out, hangs below nothing.
    add(order)
    return list(result)


def _parted(lines: list[FacetValue]) -> tuple[list[FacetValue], list[FacetValue]]:
    if len(lines) <= MOST_SHOWN:
        return lines, []
    first = lines[:SHOWN]
    return [*first, *(line for line in lines[SHOWN:] if line.selected)], [
        line for line in lines[SHOWN:] if not line.selected
    ]


def _with_steps(lines: list[FacetValue], broader: Mapping[str, str]) -> list[FacetValue]:
    """``lines`` with the number of those above each that are broader than it."""
    steps: dict[str, int] = {}
    for line in lines:
        above = _next_broader(line.value, broader, steps)
        steps[line.value] = 0 if above is None else min(steps[above] + 1, DEEPEST_STEP)
    return [replace(line, step=steps[line.value]) for line in lines]


def _next_broader(value: str, broader: Mapping[str, str], among: Container[str]) -> str | None:
    passed = {value}
    above = broader.get(value)
    while above is not None and above not in among and above not in passed:
        passed.add(above)
        above = broader.get(above)
    return above if above in among else None
