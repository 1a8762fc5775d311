"""Searching on behalf of a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from groups.permissions import Reader, audiences_of
from search.engine import FACETS, Hit, Mode, Ranking, SearchRequest, SimilarHit, Sort, Synonyms
from search.engines import get_engine
from search.models import PendingUpdate
from search.sources import objects_by_id, visible_ids
from search.vocabulary import synonyms_for

LONGEST_QUERY = 10_000


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with the object behind it, and the passage that shows why it was found (safe HTML)."""

    hit: Hit
    object: Any
    passage: str


def clean_query(text: str) -> str:
    """What was typed, without control characters, in one line and of a bearable length."""
    printable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character for character in text
    )
    return re.sub(r"\s+", " ", printable[:LONGEST_QUERY]).strip()


def withheld_from(user: Reader) -> frozenset[str]:
    """Ids of documents of which the index does not know yet that ``user`` may not see them, or no longer.

    Whatever hides something has written a pending row in its own transaction: what waits there is looked up in the
    database, so that it is hidden at once, even while no worker runs. One query when nothing waits.
    """
    rows = set(PendingUpdate.objects.order_by().values_list("document_id", "is_withheld").distinct())
    if not rows:
        return frozenset()
    pending = {document_id for document_id, _is_withheld in rows}
    from_everybody = {document_id for document_id, is_withheld in rows if is_withheld}
    return frozenset((pending - visible_ids(pending, user)) | from_everybody)


def request_for(
    user: Reader,
    text: str,
    *,
    language: str,
    reading_order: Sequence[str] = (),
    filters: Mapping[str, Sequence[str]] | None = None,
    synonyms: Sequence[Synonyms] = (),
    sort: Sort = "relevance",
    mode: Mode = "hybrid",
) -> SearchRequest:
    """What ``user`` asks of the engine. Every door of search makes its request here, so that none forgets who asks."""
    return SearchRequest(
        text=clean_query(text),
        language=language,
        reading_order=tuple(reading_order) or (language,),
        audiences=audiences_of(user),
        withheld=withheld_from(user),
        filters={name: frozenset(values) for name, values in (filters or {}).items() if name in FACETS and values},
        synonyms=tuple(synonyms),
        sort=sort,
        mode=mode,
    )


def search_as(
    user: Reader,
    text: str,
    *,
    language: str,
    reading_order: Sequence[str] = (),
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: Sort = "relevance",
) -> tuple[SearchRequest, Ranking]:
    """Everything that ``user`` may find, ranked. Raises IndexUnavailable."""
    request = request_for(
        user,
        text,
        language=language,
        reading_order=reading_order,
        filters=filters,
        synonyms=synonyms_for(clean_query(text), language),
        sort=sort,
    )
    return request, get_engine().search(request)


def complete_as(
    user: Reader, text: str, *, language: str, reading_order: Sequence[str] = (), limit: int
) -> tuple[list[Result], list[str]]:
    """What the beginning of a query may become: things by their titles, and words. Raises IndexUnavailable."""
    request = request_for(user, text, language=language, reading_order=reading_order)
    completions = get_engine().complete(request, limit)
    titles = list(completions.titles[:limit])
    objects = objects_by_id([hit.id for hit in titles], user)
    return [Result(hit, objects[hit.id], "") for hit in titles if hit.id in objects], list(completions.words[:limit])


def similar_as(
    user: Reader,
    document_id: str,
    *,
    language: str,
    reading_order: Sequence[str] = (),
    filters: Mapping[str, Sequence[str]] | None = None,
    limit: int,
) -> list[SimilarHit]:
    """What is like a document, of what ``user`` may find. Raises IndexUnavailable.

    The database has still to say which of it ``user`` may see today.
    """
    request = request_for(user, "", language=language, reading_order=reading_order, filters=filters)
    return list(get_engine().similar(document_id, request, limit))


def results_of(user: Reader, request: SearchRequest, hits: Sequence[Hit]) -> list[Result]:
    """The hits to be shown, read from the database once more, so that what was withdrawn meanwhile is left out."""
    objects = objects_by_id([hit.id for hit in hits], user)
    shown = [hit for hit in hits if hit.id in objects]
    # Of the version that matched: a page says that the passage is in its language.
    passages = get_engine().passages(request, [replace(hit, id=hit.matched_id or hit.id) for hit in shown])
    return [Result(hit, objects[hit.id], passages.get(hit.matched_id or hit.id, "")) for hit in shown]
