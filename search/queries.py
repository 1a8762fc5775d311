"""Searching on behalf of a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from groups.permissions import Reader, audiences_of
from search.engine import FACETS, Hit, Ranking, SearchRequest, Sort
from search.engines import get_engine
from search.sources import objects_by_id
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
    text = clean_query(text)
    request = SearchRequest(
        text=text,
        language=language,
        reading_order=tuple(reading_order) or (language,),
        audiences=audiences_of(user),
        filters={name: frozenset(values) for name, values in (filters or {}).items() if name in FACETS and values},
        synonyms=synonyms_for(text, language),
        sort=sort,
    )
    return request, get_engine().search(request)


def results_of(user: Reader, request: SearchRequest, hits: Sequence[Hit]) -> list[Result]:
    """The hits to be shown, read from the database once more, so that what was withdrawn meanwhile is left out."""
    objects = objects_by_id([hit.id for hit in hits], user)
    shown = [hit for hit in hits if hit.id in objects]
    passages = get_engine().passages(request, shown)
    return [Result(hit, objects[hit.id], passages.get(hit.id, "")) for hit in shown]
