"""Reads over the vocabulary."""

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
