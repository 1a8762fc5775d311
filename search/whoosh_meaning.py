"""How near the meaning of each document is to that of a query, whatever the language of either.

In two steps, so that the time hardly grows with the number of documents: one product with the vectors of all
documents leaves a few hundred candidates; these are then compared word by word (late interaction, after ColBERT:
Khattab and Zaharia, 2020, arXiv:2004.12832, here with vectors of single words) and window by window.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search.meaning import TITLE_WEIGHT, WHOLE_WEIGHT, Vectors
from search.whoosh_index import Mask, Numbers, Reader, Scores, best_of

MOST_CANDIDATES = 200
"""Of each list: in the reader's language, and in others."""

# Chosen by measurement on questions in seven languages, see decision 023.
WINDOW_WEIGHT = 0.25
TITLE_WORDS_WEIGHT = 0.03
TEXT_WORDS_WEIGHT = 0.09
TITLE_COVERED_WEIGHT = 0.15
STEADY = 0.01
"""Added to standard deviations, so that a word which is equally near everywhere counts for nothing."""


class Nearness(NamedTuple):
    """Per document: how near it is, and what is known of that."""

    scores: Scores
    """The order of the candidates; of all others an estimate that is never better than the worst candidate's."""
    candidates: Numbers
    cosines: Scores
    """Of each document, the cosine of the query with the document as a whole."""
    windows: Scores
    """Of each candidate, the cosine of the query with the nearest window of it; else 0."""
    words: Scores
    """Of each candidate, the mean over the query's words of the cosine with the nearest word there; else 0."""


def nearness(reader: Reader, vector: Vectors, word_vectors: Vectors, groups: list[Mask], also: Numbers) -> Nearness:
    """``vector`` is that of the query, ``word_vectors`` those of its words.

    ``groups``: the documents of each list; the best of each become candidates, and those of ``also`` in any case.
    """
    cosines = np.zeros(reader.size)
    known = np.flatnonzero(reader.has_meaning)
    if len(known):
        cosines[known] = (reader.vectors.wholes @ vector)[reader.places[known, 0]]
    candidates = np.unique(
        np.concatenate(
            [*(best_of(np.flatnonzero(group & reader.has_meaning), cosines, MOST_CANDIDATES) for group in groups), also]
        )
    ).astype(np.int64)
    candidates = candidates[reader.has_meaning[candidates]]
    scores = cosines * (1 + WINDOW_WEIGHT / (WHOLE_WEIGHT + TITLE_WEIGHT))
    wholes, windows, words = cosines / (WHOLE_WEIGHT + TITLE_WEIGHT), np.zeros(reader.size), np.zeros(reader.size)
    if not len(candidates):
        return Nearness(scores, candidates, wholes, windows, words)
    by_words, words[candidates] = _by_words(reader, candidates, word_vectors)
    windows[candidates] = _best_windows(reader, candidates, vector)
    exact = cosines[candidates] + WINDOW_WEIGHT * windows[candidates] + by_words
    others = np.ones(reader.size, bool)
    others[candidates] = False
    scores[others] += min(by_words.min(), exact.min() - scores[others].max(initial=-np.inf))
    scores[candidates] = exact
    return Nearness(scores, candidates, wholes, windows, words)


def best_window(reader: Reader, document: int, vector: Vectors) -> int | None:
    """The number of the window of a document that is nearest to the query; None if it has no vectors."""
    place = reader.rows[document].place
    if place.whole < 0 or not place.window_count:
        return None
    found = reader.vectors.windows[place.windows : place.windows + place.window_count] @ vector
    return int(np.argmax(found))


def _ranges(starts: Numbers, lengths: Numbers) -> Numbers:
    """The numbers from each start on, as many as its length says, one range after the other."""
    offsets = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(starts - offsets, lengths)


def _reduce(function: np.ufunc, values: np.ndarray, lengths: Numbers, empty: float = 0.0) -> np.ndarray:
    """``function`` over each of the groups of ``lengths`` rows that ``values`` consists of."""
    result = np.full((len(lengths), *values.shape[1:]), empty)
    filled = lengths > 0
    if filled.any():
        result[filled] = function.reduceat(values, (np.cumsum(lengths) - lengths)[filled], axis=0)
    return result


def _best_windows(reader: Reader, candidates: Numbers, vector: Vectors) -> Scores:
    starts, counts = reader.places[candidates, 1], reader.places[candidates, 2]
    return _reduce(np.maximum, reader.vectors.windows[_ranges(starts, counts)] @ vector, counts)


def _by_words(reader: Reader, candidates: Numbers, query_words: Vectors) -> tuple[Scores, Scores]:
    """What the words of each candidate add to its score, and how near they are to the query's in the mean."""
    if not len(query_words):
        return np.zeros(len(candidates)), np.zeros(len(candidates))
    starts, in_title, in_text = (reader.places[candidates, column] for column in (3, 4, 5))
    title_words = reader.vectors.texts[_ranges(starts, in_title)]
    text_words = reader.vectors.texts[_ranges(starts + in_title, in_text)]
    # The cosine of each word that occurs with each word of the query, once.
    occurs = np.zeros(len(reader.vectors.words), bool)
    occurs[title_words] = True
    occurs[text_words] = True
    distinct = np.flatnonzero(occurs)
    cosines = reader.vectors.words[distinct] @ query_words.T
    place = np.empty(len(occurs), np.int64)
    place[distinct] = np.arange(len(distinct))
    title_cosines = cosines[place[title_words]]
    title = _reduce(np.maximum, title_cosines, in_title)
    text = _reduce(np.maximum, cosines[place[text_words]], in_text)
    covered = _reduce(np.add, title_cosines.max(axis=1, initial=-1.0), in_title) / np.maximum(in_title, 1)
    added = (
        TITLE_WORDS_WEIGHT * _standardised(title).mean(axis=1)
        + TEXT_WORDS_WEIGHT * _standardised(text).mean(axis=1)
        + TITLE_COVERED_WEIGHT * covered
    )
    return added, np.maximum(title, text).mean(axis=1)


def _standardised(cosines: np.ndarray) -> np.ndarray:
    """In standard deviations from the mean over the candidates: what a word distinguishes is what it says."""
    return (cosines - cosines.mean(axis=0)) / (cosines.std(axis=0) + STEADY)
