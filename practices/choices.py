"""What the list of practices can be narrowed to: only what would find something."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.text import capfirst

from common.filters import FilterField
from common.languages import CODES, country_name, own_name
from groups.kept_choices import kept_choices
from groups.restricted import RestrictedPageQuerySet
from members.models import City, CityName, CitySize, Sector
from practices.enums import Stage
from practices.filters import (
    ADOPTED,
    ASSESSED,
    EVIDENCE,
    LABELS,
    MOST_USED,
    RIGHTS,
    YEARS,
    PracticeFilters,
)
from practices.models import Adoption, EvidenceClaim, EvidenceConfirmation, PracticeSheet
from taxonomy.hierarchy import in_tree_order, indented
from taxonomy.models import Concept, ConceptScheme
from taxonomy.queries import broader_by_concept, path_upwards, preferred_labels

_CONCEPTS = {
    "theme": (PracticeSheet.themes, ConceptScheme.THEME),
    "technology": (PracticeSheet.technologies, ConceptScheme.TECHNOLOGY),
    "target_group": (PracticeSheet.target_groups, ConceptScheme.TARGET_GROUP),
    "action": (PracticeSheet.action_types, ConceptScheme.ACTION_TYPE),
}


@dataclass(frozen=True, slots=True)
class Choices:
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """By filter, the values that find something, with their names, in the order to be shown."""
    depths: dict[str, int] = field(default_factory=dict)
    """By key of a concept, how many broader ones stand above it."""
    years: tuple[int, int] | None = None
    """The first and the last year in which a practice started."""


def filter_fields(filters: PracticeFilters, choices: Choices) -> tuple[list[FilterField], list[FilterField]]:
    """The filters that have something to choose, or are in use: the most used ones and the others."""
    shown = []
    for name, label in LABELS.items():
        if name in YEARS:
            continue
        value, labels = getattr(filters, name), dict(choices.labels.get(name, {}))
        if value:
            # What an address asks for stays chosen, also where it finds nothing today.
            labels.setdefault(value, value)
        if labels:
            depths = choices.depths if name in _CONCEPTS else {}
            named = [(one, indented(capfirst(text), depths.get(one, 0))) for one, text in labels.items()]
            shown.append(FilterField(name, str(label), value, named))
    return [one for one in shown if one.name in MOST_USED], [one for one in shown if one.name not in MOST_USED]


def choices_for(request: HttpRequest) -> Choices:
    """What this reader can narrow the list of practices to, as it was at most a minute ago."""
    return kept_choices("practice-choices", request, _choices_for)


def _choices_for(request: HttpRequest) -> Choices:
    sheets = PracticeSheet.objects.visible_to(request.user).order_by()
    rows = list(
        sheets.annotate(
            is_claimed=Exists(EvidenceClaim.objects.order_by().filter(sheet=OuterRef("pk"))),
            is_confirmed=Exists(EvidenceConfirmation.objects.order_by().filter(practice=OuterRef("practice"))),
            is_adopted=Exists(Adoption.objects.confirmed().order_by().filter(practice=OuterRef("practice"))),
        )
        .values_list(
            "city",
            "stage",
            "started",
            "dpia",
            "organisation__sector",
            "locale__language_code",
            "is_claimed",
            "is_confirmed",
            "is_adopted",
        )
        .distinct()
    )
    if not rows:
        return Choices()
    used_cities, stages, starts, assessments, sectors, languages, claimed, confirmed, adopted = map(
        set, zip(*rows, strict=True)
    )
    cities = list(City.objects.filter(pk__in=used_cities).prefetch_related(preferred_labels("labels", CityName)))
    sizes = {city.size for city in cities}
    years = sorted(year for year in starts if year is not None)
    concepts, depths = _concepts_in_use(sheets)
    labels = {
        **concepts,
        "country": _by_name((city.country, country_name(city.country)) for city in cities),
        "city": _by_name((city.key, city.label()) for city in cities),
        "size": {size.value: str(size.label) for size in CitySize if size in sizes},
        "stage": {stage.value: str(stage.label) for stage in Stage if stage in stages},
        "evidence": {
            value: str(EVIDENCE[value])
            for value, found in (("claimed", claimed), ("confirmed", confirmed))
            if True in found
        },
        "rights": {value: str(label) for value, label in RIGHTS.items() if assessments & set(ASSESSED)},
        "adopted": {value: str(label) for value, label in ADOPTED.items() if True in adopted},
        "language": {code: own_name(code) for code in CODES if code in languages},
        "sector": {sector.value: str(sector.label) for sector in Sector if sector in sectors},
    }
    return Choices(labels, depths, (years[0], years[-1]) if years else None)


def _concepts_in_use(sheets: RestrictedPageQuerySet) -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    """By filter, the concepts that sheets name and the broader ones, which find them as well; and their depths."""
    first, *others = (
        relation.through.objects.filter(practicesheet__in=sheets.values("pk"))
        .order_by()
        .values_list("concept", flat=True)
        for relation, _scheme in _CONCEPTS.values()
    )
    broader = broader_by_concept()
    used = {pk for concept in first.union(*others) for pk in path_upwards(concept, broader)}
    ordered = in_tree_order(Concept.objects.filter(pk__in=used).prefetch_related(preferred_labels()))
    labels = {
        name: {concept.key: concept.label() for concept, _depth in ordered if concept.scheme == scheme}
        for name, (_relation, scheme) in _CONCEPTS.items()
    }
    return labels, {concept.key: depth for concept, depth in ordered}


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(sorted(set(pairs), key=lambda pair: (pair[1].casefold(), pair[0])))
