"""Which documents a query finds by its words, and how well: BM25, names, synonyms, phrases, exclusion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np

from common.names import fold
from search.analysis import LANGUAGES, Query, Word, name_terms, normalise, words
from search.engine import SearchRequest
from search.whoosh_index import LANGUAGE_CODES, Mask, Numbers, Reader, Scores

SYNONYM_WEIGHT = 0.5
"""What a name that the vocabulary gives counts, against the words that were typed."""
CORRECTION_WEIGHT = 0.5
"""What the nearest known word counts in the place of one that nothing has."""
ATTACHMENT_WEIGHT = 0.5
"""What a word in an attached file counts, against one in the document itself."""


class Matches:
    """What the words of a query find among the documents that the reader may see.

    Arrays have one place for each document of the reader.
    """

    def __init__(self, reader: Reader, query: Query, request: SearchRequest) -> None:
        self.reader = reader
        self.query = query
        self.language = request.language
        self.visible = reader.visible(request.audiences, request.withheld)
        self.allowed = self.visible & _phrases_and_exclusions(reader, query, self.visible)
        """What neither lacks a phrase that was asked for nor has what was excluded."""
        self.scores: Scores = np.zeros(reader.size)
        self.in_title: Mask = np.zeros(reader.size, bool)
        self.in_names: Mask = np.zeros(reader.size, bool)
        self.in_text: Mask = np.zeros(reader.size, bool)
        self.in_attachment: Mask = np.zeros(reader.size, bool)
        self.by_synonym: Mask = np.zeros(reader.size, bool)
        self.units = [word for word in query.words if not word.joined]
        self.unit_found: Mask = np.zeros((len(self.units), reader.size), bool)
        """For each word that was typed, the documents that have it or a synonym of it."""
        self.corrections: dict[str, str] = {}
        """Words of the query that nothing has, each with the nearest one that something has."""
        self.known: set[str] = set()
        """Words of the query that a document in the reader's language, or a name, has."""

    @property
    def found(self) -> Mask:
        return self.scores > 0

    @property
    def is_complete(self) -> Mask:
        """The documents that have every word of the query, or a synonym of it."""
        return np.asarray(self.unit_found.all(axis=0) if self.units else np.zeros(self.reader.size, bool))

    def match_names(self) -> None:
        for word in self.query.words:
            self._add(word, self.reader.score("names", None, [fold(word.text)]), self.in_names, knows=True)

    def match(self, language: str) -> None:
        """A plain Or: the score of a document is the sum over the words and fields that match."""
        if not self.reader.has_language(language):
            return
        if self.query.only_stop_words and language == self.language:
            for word in self.query.words:
                holders = self.reader.postings(f"w_{language}", fold(word.text)).documents
                self._add(word, (holders, np.ones(len(holders))), self.in_title)
            return
        is_own = language == self.language
        for word, terms in self.reader.query_terms(self.query, language):
            for alternatives in terms:
                self._match_terms(word, alternatives, language, 1.0, knows=is_own)

    def match_corrections(self, corrections: dict[str, str]) -> None:
        """Also what the corrections of unknown words find, for less: that much tolerance needs no asking."""
        self.corrections = corrections
        for word in self.units:
            if correction := corrections.get(word.text.casefold()):
                for alternatives in self.reader.alternatives(correction, self.language):
                    self._match_terms(word, alternatives, self.language, CORRECTION_WEIGHT)
                scored = self.reader.score("names", None, [fold(correction)])
                self._add(word, scored, self.in_names, weight=CORRECTION_WEIGHT)

    def match_synonyms(self, request: SearchRequest) -> None:
        for synonyms in request.synonyms:
            typed = {fold(word.text) for word in words(normalise(synonyms.words))}
            units = [place for place, word in enumerate(self.units) if fold(word.text) in typed]
            best = np.zeros(self.reader.size)
            for language, labels in synonyms.labels.items():
                if language in LANGUAGES and self.reader.has_language(language):
                    for label in labels:
                        documents, scores = self._label(label, language)
                        best[documents] = np.maximum(best[documents], scores)
            best[~self.allowed] = 0
            self.by_synonym |= (best > 0) & ~self.found
            self.scores += SYNONYM_WEIGHT * max(1, len(units)) * best
            self.unit_found[units] |= best > 0

    def literal(self, language: str, most: int) -> Numbers:
        """Documents in ``language`` that have a rare word of the query letter by letter: a name, a number."""
        found = []
        for word in self.units:
            holders = self.reader.holders(f"w_{language}", fold(word.text), self.allowed)
            if 0 < len(holders) <= most:
                found.append(holders)
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    def _label(self, label: str, language: str) -> tuple[Numbers, Scores]:
        """The documents that have all words of a label in their title or text, with the mean of the words' scores."""
        found = self.reader.analysis.words(label, language)
        parts = [word for word in found if not word.joined]
        if not parts:
            return np.empty(0, np.int64), np.empty(0)
        per_word = []
        for word in parts:
            scores = np.zeros(self.reader.size)
            (alternatives, *_parts) = self.reader.alternatives(word.text, language)
            for field in ("h", "t"):
                documents, gained = self.reader.score(f"{field}_{language}", language, alternatives)
                scores[documents] += gained
            per_word.append(scores)
        everywhere = reduce(np.logical_and, (scores > 0 for scores in per_word))
        documents = np.flatnonzero(everywhere)
        return documents, np.mean([scores[documents] for scores in per_word], axis=0)

    def _match_terms(
        self, word: Word, alternatives: Sequence[str], language: str, weight: float, *, knows: bool = False
    ) -> None:
        for field, mask in (("h", self.in_title), ("t", self.in_text), ("x", self.in_attachment)):
            scored = self.reader.score(f"{field}_{language}", language, alternatives)
            worth = weight * (ATTACHMENT_WEIGHT if field == "x" else 1.0)
            self._add(word, scored, mask, weight=worth, knows=knows)

    def _add(
        self, word: Word, scored: tuple[Numbers, Scores], mask: Mask, *, weight: float = 1.0, knows: bool = False
    ) -> None:
        documents, scores = scored
        if not len(documents):
            return
        if knows and self.visible[documents].any():
            self.known.add(word.text)
        kept = self.allowed[documents]
        documents = documents[kept]
        self.scores[documents] += weight * scores[kept]
        mask[documents] = True
        for place, unit in enumerate(self.units):
            # A word that is several, or several that are one, stand for what they were made of.
            if unit is word or (word.joined and word.start <= unit.start < word.end):
                self.unit_found[place, documents] = True


def _phrases_and_exclusions(reader: Reader, query: Query, visible: Mask) -> Mask:
    allowed = np.ones(reader.size, bool)
    for phrase in query.phrases:
        allowed &= _holding(reader, phrase, visible)
    for phrase in query.excluded:
        allowed &= ~(_holding(reader, phrase, visible) if len(phrase) > 1 else _having(reader, phrase, visible))
    return allowed


def _holding(reader: Reader, phrase: Iterable[str], visible: Mask) -> Mask:
    """The documents in which the words stand one after the other, just as they are."""
    sought = f" {' '.join(phrase)} "
    mask = np.zeros(reader.size, bool)
    for document in np.flatnonzero(_having(reader, phrase, visible)).tolist():
        mask[document] = sought in reader.body(document).words
    return mask


def _having(reader: Reader, folded: Iterable[str], visible: Mask) -> Mask:
    """The documents that have all of these words in any of their forms, as far as the words carry meaning there."""
    folded = list(folded)
    mask = _named(reader, folded) & visible
    for language in LANGUAGES:
        if not reader.has_language(language):
            continue
        with_all = visible & (reader.languages == LANGUAGE_CODES[language])
        for word in reader.analysis.words(" ".join(folded), language):
            (alternatives, *_parts) = reader.alternatives(word.text, language)
            having = reader.holding("names", [fold(word.text)])
            for field in ("h", "t", "x"):
                having |= reader.holding(f"{field}_{language}", alternatives)
            with_all &= having
        mask |= with_all
    return mask


def _named(reader: Reader, folded: Iterable[str]) -> Mask:
    """The documents among whose names are all of these words."""
    mask = np.ones(reader.size, bool)
    for term in name_terms([" ".join(folded)]):
        mask &= reader.holding("names", [term])
    return mask
