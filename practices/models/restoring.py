"""Bringing back what a sheet once said, where some of what it named then is gone today."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations

_Record = dict[str, Any]
_Key = tuple[Any, Any]
"""A foreign key of a model, and the value that a record has there."""


def without_what_is_gone(model: type[models.Model], content: _Record) -> _Record:
    """``content``, the serialised form of a ``model``, with None for each key that leads nowhere by now. Rows that were
    to go together with what they name are left out.

    modelcluster asks the database about each key by itself, and gives up at a protected one. This asks once for each
    kind of thing.
    """
    relations = {
        relation.get_accessor_name(): relation.related_model
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() in content
    }
    named: dict[type[models.Model], set[Any]] = defaultdict(set)
    records = [(model, content), *((row_model, row) for name, row_model in relations.items() for row in content[name])]
    for owner, record in records:
        for key, value in _keys(owner, record):
            named[key.related_model].add(value)
    there = {
        related: set(related._base_manager.filter(pk__in=values).values_list("pk", flat=True))
        for related, values in named.items()
    }
    rows = {
        name: [
            _restored(row_model, row, there)
            for row in content[name]
            if not any(
                value not in there[key.related_model] and key.remote_field.on_delete is models.CASCADE
                for key, value in _keys(row_model, row)
            )
        ]
        for name, row_model in relations.items()
    }
    return {**_restored(model, content, there), **rows}


def _restored(model: type[models.Model], record: _Record, there: dict[type[models.Model], set[Any]]) -> _Record:
    gone = [key.name for key, value in _keys(model, record) if value not in there[key.related_model]]
    return {**record, **dict.fromkeys(gone)}


def _keys(model: type[models.Model], record: _Record) -> Iterator[_Key]:
    """The keys that ``record`` names something by, but not the one that leads a row to its page."""
    for field in model._meta.fields:
        if not isinstance(field, models.ForeignKey) or isinstance(field, ParentalKey):
            continue
        # The key to the row's own page is no part of what is serialised.
        if (value := record.get(field.name)) is not None:
            yield field, field.target_field.to_python(value)
