"""The newest of what a search found, read from the database."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from groups.permissions import Reader
from search.engine import Hit, Ranking
from search.sources import objects_by_id


def appeared_at(found: Any) -> datetime:
    """When an object could first be found."""
    moment: datetime | None = getattr(found, "first_published_at", None) or getattr(found, "created_at", None)
    return moment or changed_at(found)


def changed_at(found: Any) -> datetime:
    """When an object was last changed."""
    names = ("last_published_at", "last_post_at", "latest_revision_created_at")
    moments = (getattr(found, name, None) for name in names)
    # Only what never passed by an editor has none of these.
    return next((moment for moment in moments if moment is not None), datetime.fromisoformat("1970-01-01T00:00Z"))


def strong_hits(ranking: Ranking) -> Iterable[Hit]:
    """The hits that are worth a message: first those in the reader's language."""
    return (hit for hits in (ranking.own, ranking.other) for hit in hits if hit.is_strong)


def newest_of(user: Reader, hits: Iterable[Hit], most: int) -> list[tuple[Hit, Any]]:
    """Of the first ``most`` hits those that ``user`` may see, each with its object, the newest first."""
    looked_at = list(islice(hits, most))
    objects = objects_by_id([hit.id for hit in looked_at], user)
    found = [(hit, objects[hit.id]) for hit in looked_at if hit.id in objects]
    return sorted(found, key=lambda pair: appeared_at(pair[1]), reverse=True)
