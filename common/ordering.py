"""Rows that people put in order."""

from collections.abc import Sequence

from django.db import models


def put_further(rows: Sequence[models.Model], row: models.Model, by: int) -> None:
    """Put ``row`` ``by`` places further down among ``rows``, or up, and number all of them anew by ``position``.

    Nothing happens where it is not among them, or would leave the list. The caller keeps others from reordering.
    """
    ordered = list(rows)
    place = next((index for index, other in enumerate(ordered) if other.pk == row.pk), None)
    if place is None or not 0 <= place + by < len(ordered):
        return
    ordered.insert(place + by, ordered.pop(place))
    for position, other in enumerate(ordered):
        type(other)._default_manager.filter(pk=other.pk).update(position=position)
