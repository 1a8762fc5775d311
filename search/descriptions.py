"""The filters of a search in words."""

from collections import defaultdict
from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from search.engine import FACETS
from search.facets import ValueLabels


def described_filters(searches: Sequence[QueryDict]) -> list[list[str]]:
    """Of each search what it is narrowed to, in the language of the interface; few queries, however many there are."""
    chosen = [[(facet, value) for facet in FACETS for value in search.getlist(facet)] for search in searches]
    used: defaultdict[str, set[str]] = defaultdict(set)
    for pairs in chosen:
        for facet, value in pairs:
            used[facet].add(value)
    labels = ValueLabels(used)
    return [[_word(facet, value, labels) for facet, value in pairs] for pairs in chosen]


def _word(facet: str, value: str, labels: ValueLabels) -> str:
    """As it stands without the name of its facet."""
    if facet == "evidence":
        return {"claimed": _("evidence claimed"), "confirmed": _("evidence confirmed")}.get(value, value)
    if facet == "rights":
        return _("effects on rights assessed") if value == "assessed" else value
    return labels.name(facet, value)
