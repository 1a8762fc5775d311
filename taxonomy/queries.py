"""Reads over the vocabulary."""

from typing import Any

from django.db.models import prefetch_related_objects

from taxonomy.models import Concept


def concepts_of(relation: Any) -> list[Concept]:
    """The concepts that a page's relation names, with all their labels."""
    concepts = list(relation.all())
    prefetch_related_objects(concepts, "labels")
    return concepts
