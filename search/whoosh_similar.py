"""What is like a document, in any language: by meaning, and within its language by the words that tell it apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np

from search.analysis import Word, stem
from search.engine import Hit, SearchRequest, SimilarHit
from search.whoosh_index import LANGUAGE_CODES, Mask, Reader, Scores

MOST_TELLING_WORDS = 25
FEW = 5
"""As many documents may have a telling word, however few there are in all."""
MOST_WORDS_SHOWN = 3
SHORTEST_WORD_SHOWN = 4
LONGEST_TEXT = 20_000
"""Characters of a document that are read for its telling words."""

WORDS_WEIGHT = 0.3
LEAST_LIKE = 0.5
"""Cosine of two documents from where on they are called like each other, see decision 023."""
LEAST_LIKE_IN_WORDS = 0.35
"""The same for a score by words, as a share of what the document scores itself."""


def similar(reader: Reader, document_id: str, request: SearchRequest, limit: int) -> list[SimilarHit]:
    document = reader.numbers.get(document_id)
    visible = reader.visible(request.audiences, request.withheld)
    if document is None or not visible[document]:
        return []
    telling = _telling_words(reader, document)
    by_words = _by_words(reader, document, telling)
    cosines = _cosines(reader, document)
    scores = cosines + WORDS_WEIGHT * by_words
    wanted = visible & (reader.keys != reader.keys[document]) & reader.passing(request.filters)
    wanted &= (cosines >= LEAST_LIKE) | (by_words >= LEAST_LIKE_IN_WORDS)
    found = np.flatnonzero(wanted)
    order = found[np.lexsort((reader.id_order[found], -scores[found]))]
    hits: dict[int, SimilarHit] = {}
    for other in order.tolist():
        key = int(reader.keys[other])
        if key not in hits:
            shown = _shown(reader, key, visible, request)
            shared = _shared_words(reader, other, telling) if by_words[other] else ()
            hits[key] = SimilarHit(_hit(reader, shown, other, float(scores[other]), bool(by_words[other])), shared)
        if len(hits) == limit:
            break
    return list(hits.values())


def _hit(reader: Reader, shown: int, matched: int, score: float, has_words: bool) -> Hit:
    row = reader.rows[shown]
    return Hit(
        id=row.id,
        key=row.key,
        language=row.language,
        type=row.type,
        title=row.title,
        score=score,
        matched="text" if has_words else "meaning",
        matched_language=reader.rows[matched].language,
    )


def _shown(reader: Reader, key: int, visible: Mask, request: SearchRequest) -> int:
    versions = np.flatnonzero(visible & (reader.keys == key))
    preference = reader.preference((request.language, *request.reading_order))
    return int(versions[np.argmin(preference[versions])])


def _cosines(reader: Reader, document: int) -> Scores:
    """Of the whole of each document with the whole of this one; 0 where one of them has no vector."""
    result = np.zeros(reader.size)
    if reader.has_meaning[document]:
        known = np.flatnonzero(reader.has_meaning)
        vectors, own, rows = reader.vectors, reader.places[document, 0], reader.places[known, 0]
        result[known] = (vectors.wholes @ vectors.wholes[own])[rows] / vectors.lengths[rows] / vectors.lengths[own]
    return result


def _telling_words(reader: Reader, document: int) -> dict[str, float]:
    """Stems of the document that few others have, with what each tells: frequency times rarity."""
    row = reader.rows[document]
    counts = Counter(stem(word.text, row.language) for word in _own_words(reader, document))
    everything = len(reader.documents)
    telling = {}
    for term, count in counts.items():
        holders = len(reader.postings(f"t_{row.language}", term).documents)
        # A word that no other document has leads nowhere.
        if 1 < holders <= max(FEW, everything // 4):
            telling[term] = count / (count + 1) * math.log(everything / holders)
    best = sorted(telling, key=lambda term: (-telling[term], term))[:MOST_TELLING_WORDS]
    return {term: telling[term] for term in best}


def _own_words(reader: Reader, document: int) -> list[Word]:
    row, body = reader.rows[document], reader.body(document)
    text = f"{row.title}\n{body.summary}\n{body.text}"[:LONGEST_TEXT]
    return [word for word in reader.analysis.words(text, row.language) if not word.joined and word.text.isalpha()]


def _by_words(reader: Reader, document: int, telling: Mapping[str, float]) -> Scores:
    """The share of what its telling words are worth that each document in its language has."""
    language = reader.rows[document].language
    scores = np.zeros(reader.size)
    for term, worth in telling.items():
        documents, gained = reader.score(f"t_{language}", language, [term])
        scores[documents] += worth * gained
    scores[reader.languages != LANGUAGE_CODES[language]] = 0
    own = scores[document]
    return scores / own if own else scores


def _shared_words(reader: Reader, other: int, telling: Mapping[str, float]) -> tuple[str, ...]:
    """The most telling words that both have, as the other document spells them."""
    language = reader.rows[other].language
    spelt: dict[str, str] = {}
    for word in _own_words(reader, other):
        term = stem(word.text, language)
        if term in telling and len(word.text) >= SHORTEST_WORD_SHOWN:
            spelt.setdefault(term, word.text)
            if word.text.islower():
                # Elsewhere it stood at the beginning of a sentence.
                spelt[term] = word.text
    best = sorted(spelt, key=lambda term: (-telling[term], term))
    return tuple(spelt[term] for term in best[:MOST_WORDS_SHOWN])
