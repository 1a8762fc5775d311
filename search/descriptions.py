"""The filters of a search in words."""

from collections.abc import Mapping, Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.languages import country_name, own_name
from members.models import City, CityName
from practices.enums import Stage
from search.engine import FACETS
from search.sources import BY_TYPE
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels


def described_filters(searches: Sequence[QueryDict]) -> list[list[str]]:
    """Of each search what it is narrowed to, in the language of the interface; two queries, however many there are."""
    concepts = _labels(Concept, _values(searches, "theme", "technology"), preferred_labels())
    cities = _labels(City, _values(searches, "city"), preferred_labels("labels", CityName))
    return [[_word(name, value, concepts, cities) for name, value in _pairs(search)] for search in searches]


def _pairs(search: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name in FACETS for value in search.getlist(name)]


def _values(searches: Sequence[QueryDict], *names: str) -> set[str]:
    return {value for search in searches for name in names for value in search.getlist(name)}


def _labels(model: type, keys: set[str], labels: object) -> dict[str, str]:
    named = model.objects.filter(key__in=keys).prefetch_related(labels)  # type: ignore[attr-defined]
    return {thing.key: thing.label() for thing in named}


def _word(name: str, value: str, concepts: Mapping[str, str], cities: Mapping[str, str]) -> str:
    if name == "type":
        return str(BY_TYPE[value].label) if value in BY_TYPE else value
    if name == "country":
        return country_name(value)
    if name == "language":
        return own_name(value)
    if name == "status":
        return str(dict(Stage.choices).get(value, value))
    if name == "evidence":
        return {"claimed": _("evidence claimed"), "confirmed": _("evidence confirmed")}.get(value, value)
    if name == "rights":
        return _("effects on rights assessed") if value == "assessed" else value
    return concepts.get(value) or cities.get(value) or value
