"""Reads over the vocabulary."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from taxonomy.models import Concept, ConceptLabel, Label, LabelKind


def preferred_labels(path: str = "labels", labels: type[Label] = ConceptLabel) -> Prefetch:
    """To be prefetched where things are shown: of their labels only the preferred one of each language.

    ``path`` leads to the labels: ``themes__labels``; ``labels`` is their model.
    """
    return Prefetch(path, queryset=labels._default_manager.filter(kind=LabelKind.PREFERRED))


def concepts_of(relation: Any) -> list[Concept]:
    """The concepts that a page's relation names, with the labels to show."""
    concepts = list(relation.all())
    prefetch_related_objects(concepts, preferred_labels())
    return concepts


def broader_by_concept() -> dict[int, int | None]:
    """Of each concept the next broader one, by primary key."""
    return dict(Concept.objects.order_by().values_list("pk", "broader"))


def path_upwards(concept: int, broader: Mapping[int, int | None]) -> list[int]:
    """The concept and all broader ones, the nearest first. A circle, which the editor does not rule out, ends it."""
    path: list[int] = []
    step: int | None = concept
    while step is not None and step not in path:
        path.append(step)
        step = broader.get(step)
    return path


def with_narrower(key: str) -> list[int]:
    """Primary keys of the concept with this key and of all narrower ones; empty where there is no such concept."""
    rows = list(Concept.objects.order_by().values_list("pk", "key", "broader"))
    broader = {pk: broader_pk for pk, _key, broader_pk in rows}
    top = next((pk for pk, found, _broader in rows if found == key), None)
    return [pk for pk in broader if top in path_upwards(pk, broader)] if top is not None else []
