"""What may be meant by the beginning of a word or of a title."""

from __future__ import annotations

import numpy as np

from common.names import fold
from search.analysis import LANGUAGES, TYPED_STOP_WORDS, normalise, words
from search.engine import Completions, Hit, SearchRequest
from search.whoosh_corrections import spelling
from search.whoosh_index import LANGUAGE_CODES, Mask, Reader

SHORTEST_PREFIX = 2
MOST_EXPANDED = 200
"""Words with one beginning that are looked at."""


def complete(reader: Reader, request: SearchRequest, limit: int) -> Completions:
    typed = [fold(word.text) for word in words(normalise(request.text)) if not word.joined]
    if not typed or len(typed[-1]) < SHORTEST_PREFIX:
        return Completions()
    visible = reader.visible(request.audiences, request.withheld)
    return Completions(
        titles=_titles(reader, request, typed, visible)[:limit],
        words=_words(reader, request.language, typed[-1], visible, limit),
    )


def _titles(reader: Reader, request: SearchRequest, typed: list[str], visible: Mask) -> list[Hit]:
    """Of each object one title, in the reader's best language that fits: those that begin so first, then the short."""
    preference = reader.preference((request.language, *request.reading_order))
    best: dict[str, tuple[tuple, int]] = {}
    for document in np.flatnonzero(_title_may_fit(reader, typed, visible)).tolist():
        row = reader.rows[document]
        title = [fold(word.text) for word in words(normalise(row.title)) if not word.joined]
        if not _fits(typed, title):
            continue
        begins = " ".join(title).startswith(" ".join(typed))
        rank = (int(preference[document]), not begins, len(row.title), row.id)
        if row.key not in best or rank < best[row.key][0]:
            best[row.key] = rank, document
    return [
        Hit(
            id=row.id,
            key=row.key,
            language=row.language,
            type=row.type,
            title=row.title,
            score=1.0,
            matched="title",
            matched_language=row.language,
        )
        for _rank, document in sorted(best.values())
        for row in [reader.rows[document]]
    ]


def _title_may_fit(reader: Reader, typed: list[str], visible: Mask) -> Mask:
    """The documents that have a word that begins as the last one does: the titles of few are then looked at."""
    mask = np.zeros(reader.size, bool)
    for language in LANGUAGES:
        field = f"w_{language}"
        mask |= reader.holding(field, _terms(reader, field, typed[-1]))
    return mask & visible


def _fits(typed: list[str], title: list[str]) -> bool:
    *whole, beginning = typed
    return all(word in title for word in whole) and any(word.startswith(beginning) for word in title)


def _words(reader: Reader, language: str, beginning: str, visible: Mask, limit: int) -> list[str]:
    """The words that begin so, those of the most documents in the reader's language first, as they are spelt."""
    field = f"w_{language}"
    own = visible & (reader.languages == LANGUAGE_CODES[language])
    found = {
        term: len(reader.holders(field, term, own))
        for term in _terms(reader, field, beginning)
        if term not in TYPED_STOP_WORDS[language] and not term.isdigit()
    }
    usual = sorted((term for term in found if found[term]), key=lambda term: (-found[term], term))
    return [spelling(reader, field, term, own) for term in usual[:limit]]


def _terms(reader: Reader, field: str, beginning: str) -> list[str]:
    terms: set[str] = set()
    for leaf, _offset, _segment in reader.leaves:
        for term in leaf.expand_prefix(field, beginning):
            if b" " not in term:
                terms.add(term.decode())
            if len(terms) >= MOST_EXPANDED:
                break
    return sorted(terms)
