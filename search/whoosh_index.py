"""What the index holds of a document, and the reading of it: terms, postings, BM25.

The way in is ``document_values`` under ``make_schema``; the way out is ``Reader``. A reader numbers the documents of
its generation from 0; arrays over documents are indexed by these numbers.
"""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import columns, fields
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, TermNotFound

from common.names import fold
from search.analysis import (
    LANGUAGES,
    Analysis,
    Query,
    Word,
    folded_words,
    name_terms,
    normalise,
    spellings,
    stem,
    words,
)
from search.engine import FACETS, Document
from search.meaning_files import MeaningReader, Place

SCHEMA_VERSION = "4"
"""To be raised with every change of the schema or of the analysis: an index of another version is refused."""

# BM25. Chosen by measurement on questions in seven languages; a weight of more than 1 for titles loses.
SATURATION = 1.6
LENGTH_NORMALISATION = 0.75

LANGUAGE_CODES = {language: code for code, language in enumerate(LANGUAGES)}
STORED_FACETS = tuple(facet for facet in FACETS if facet != "language")
"""Facets of the document itself; the languages of an object are those of its versions."""

MOST_POSTINGS_KEPT = 1_000_000

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


class Row(NamedTuple):
    """What ranking needs to know of a document; kept in memory."""

    id: str
    key: str
    language: str
    type: str
    title: str
    facets: Sequence[Sequence[str]]
    """In the order of ``STORED_FACETS``."""
    date: str
    audiences: Sequence[str]
    fingerprint: str
    place: Place


def make_schema() -> fields.Schema:
    """For each language: ``t_`` text, ``h_`` title, ``x_`` attached files, ``a_`` stems reached without accents,
    ``w_`` spellings."""
    schema = fields.Schema(
        id=fields.ID(unique=True),
        row=fields.COLUMN(columns.VarBytesColumn()),
        body=fields.STORED(),
        names=fields.TEXT(phrase=False),
        w_names=fields.ID(),
    )
    for language in LANGUAGES:
        schema.add(f"t_{language}", fields.TEXT(phrase=False))
        schema.add(f"h_{language}", fields.TEXT(phrase=False))
        schema.add(f"x_{language}", fields.TEXT(phrase=False))
        schema.add(f"a_{language}", fields.ID())
        schema.add(f"w_{language}", fields.ID())
    return schema


class Body(NamedTuple):
    """What is stored of a document for its passages and for phrases."""

    summary: str
    text: str
    attachments: Sequence[tuple[str, str]]
    words: str
    """All words, folded, each between blanks; what does not belong together is parted by a bar."""


def document_values(document: Document, place: Place, analysis: Analysis) -> dict[str, Any]:
    """The fields of a document. Whoosh is given lists of terms: analysis is ours, and the index holds no code of it."""
    language = document.language
    if language not in LANGUAGES:
        raise ValueError(f"Document {document.id!r}: language {language!r} is not one of {', '.join(LANGUAGES)}.")
    title = analysis.words(document.title, language)
    text = analysis.words(f"{document.summary}\n{document.text}", language)
    attached = analysis.words("\n".join(f"{file.title}\n{file.text}" for file in document.attachments), language)
    row = Row(
        document.id,
        document.key,
        language,
        document.type,
        document.title,
        [(document.type,) if facet == "type" else document.facets.get(facet, ()) for facet in STORED_FACETS],
        document.date,
        document.audiences,
        document.fingerprint(),
        place,
    )
    attachments = [(file.title, file.text) for file in document.attachments]
    parts = (document.title, document.summary, document.text, *chain.from_iterable(attachments), *document.names)
    folded = " | ".join(" ".join(folded_words(normalise(part))) for part in parts if part)
    return {
        "id": document.id,
        "row": json.dumps(row, ensure_ascii=False).encode(),
        "body": (document.summary, document.text, attachments, f" {folded} "),
        "names": name_terms(document.names),
        "w_names": list(spellings(word for name in document.names for word in words(normalise(name)))),
        f"t_{language}": analysis.terms(text, language),
        f"h_{language}": analysis.terms(title, language),
        f"x_{language}": analysis.terms(attached, language),
        f"a_{language}": list(analysis.accents(chain(title, text, attached), language)),
        # Every word of the title, so that a query of nothing but stop words finds something.
        f"w_{language}": list(spellings(chain(words(normalise(document.title)), text))),
    }


class Postings(NamedTuple):
    """The documents that hold a term, how often, and how long the field is there."""

    documents: Numbers
    frequencies: Scores
    lengths: Scores


NO_POSTINGS = Postings(np.empty(0, np.int64), np.empty(0), np.empty(0))


class Segment:
    """What is read once of a segment for all readers: nothing in it changes but the list of what is deleted."""

    def __init__(self, leaf: IndexReader, codes: Codes) -> None:
        column = leaf.column_reader("row")
        stored = (json.loads(column[document]) for document in range(leaf.doc_count_all()))
        self.rows = [Row(*values)._replace(place=Place(*values[-1])) for values in stored]
        self.keys = np.array([codes.number("key", row.key) for row in self.rows], np.int64)
        self.languages = np.array([LANGUAGE_CODES[row.language] for row in self.rows], np.int64)
        self.facets = [
            np.array(
                [
                    (document, codes.number(facet, value))
                    for document, row in enumerate(self.rows)
                    for value in row.facets[place]
                ],
                np.int64,
            ).reshape(-1, 2)
            for place, facet in enumerate(STORED_FACETS)
        ]
        self.places = np.array([row.place for row in self.rows], np.int64).reshape(-1, len(Place._fields))


class Codes:
    """A number for each value of each kind, the same for all readers of a process. It only grows."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def number(self, kind: str, value: str) -> int:
        return self._numbers[kind].setdefault(value, len(self._numbers[kind]))

    def values(self, kind: str) -> list[str]:
        return list(self._numbers[kind])


class SegmentCache:
    """Segments and postings of one index, shared by the readers of all threads."""

    def __init__(self) -> None:
        self.codes = Codes()
        self._segments: dict[str, Segment] = {}
        self._postings: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._kept = 0
        self._lock = threading.Lock()

    def segment(self, leaf: IndexReader, name: str) -> Segment:
        with self._lock:
            if name not in self._segments:
                self._segments[name] = Segment(leaf, self.codes)
            return self._segments[name]

    def forget_all_but(self, names: set[str]) -> None:
        with self._lock:
            for gone in set(self._segments) - names:
                del self._segments[gone]

    def postings(self, leaf: IndexReader, segment: str, field: str, term: str) -> Postings:
        """The postings of a segment, numbered as there. The latest ones are kept, those of absent terms too."""
        place = segment, field, term
        with self._lock:
            if place in self._postings:
                self._postings.move_to_end(place)
                return self._postings[place]
        found = _read_postings(leaf, field, term)
        with self._lock:
            if place not in self._postings:
                self._postings[place] = found
                self._kept += len(found.documents) + 1
            while self._kept > MOST_POSTINGS_KEPT:
                _place, dropped = self._postings.popitem(last=False)
                self._kept -= len(dropped.documents) + 1
        return found


def _read_postings(leaf: IndexReader, field: str, term: str) -> Postings:
    try:
        matcher = leaf.postings(field, term)
    except TermNotFound:
        return NO_POSTINGS
    documents, frequencies, lengths = [], [], []
    while matcher.is_active():
        number = matcher.id()
        documents.append(number)
        frequencies.append(matcher.weight())
        lengths.append(leaf.doc_field_length(number, field))
        matcher.next()
    return Postings(np.array(documents, np.int64), np.array(frequencies, float), np.array(lengths, float))


class Reader:
    """One generation of one index, for one thread: Whoosh's readers are not safe to share.

    Never refreshed, always replaced: ``Searcher.refresh()`` counts documents twice and keeps deleted ones.
    """

    def __init__(self, folder: Path, index: FileIndex, analysis: Analysis, cache: SegmentCache) -> None:
        self.name = folder.name
        self.index = index
        self.analysis = analysis
        self.cache = cache
        self.reader: IndexReader = index.reader()
        self.generation = self.reader.generation()
        self.leaves: list[tuple[IndexReader, int, str]] = []
        segments = []
        for leaf, offset in self.reader.leaf_readers():
            segment = leaf.segment()
            # An index without documents has one leaf, of no segment, that can do next to nothing.
            if segment:
                name = segment.segment_id()
                self.leaves.append((leaf, offset, name))
                segments.append(cache.segment(leaf, name))
        cache.forget_all_but({name for _leaf, _offset, name in self.leaves})
        self.rows: list[Row] = [row for segment in segments for row in segment.rows]
        self.documents: Numbers = np.fromiter(self.reader.all_doc_ids(), np.int64)
        self.size = len(self.rows)
        self.exists: Mask = np.zeros(self.size, bool)
        self.exists[self.documents] = True
        offsets = [offset for _leaf, offset, _name in self.leaves]
        self.keys: Numbers = _joined([segment.keys for segment in segments])
        self.languages: Numbers = _joined([segment.languages for segment in segments])
        self.places: Numbers = _joined([segment.places for segment in segments], width=len(Place._fields))
        self.facets: list[Numbers] = [
            _joined(
                [segment.facets[place] + (offset, 0) for segment, offset in zip(segments, offsets, strict=True)],
                width=2,
            )
            for place in range(len(STORED_FACETS))
        ]
        """For each of ``STORED_FACETS`` pairs of a document and the code of a value."""
        self.per_language = np.bincount(self.languages[self.documents], minlength=len(LANGUAGES))
        self.numbers = {self.rows[document].id: document for document in self.documents.tolist()}
        self.vectors = MeaningReader(folder)
        self.has_meaning: Mask = self.exists & (self.places[:, 0] >= 0)
        self._visible: dict[frozenset[str], Mask] = {}
        self._field_lengths: dict[str, float] = {}
        self._id_order: Numbers | None = None

    def is_current(self) -> bool:
        try:
            return bool(self.index.latest_generation() == self.generation)
        except OSError:
            return False

    def close(self) -> None:
        self.reader.close()

    def visible(self, audiences: frozenset[str], withheld: Iterable[str] = ()) -> Mask:
        """The documents that a reader of these audiences may see, without those ``withheld``.

        Everything that is found, counted, suggested or shown is taken from among them.
        """
        if audiences not in self._visible:
            if len(self._visible) > 100:
                self._visible.clear()
            mask = np.zeros(self.size, bool)
            for document in self.documents.tolist():
                mask[document] = not audiences.isdisjoint(self.rows[document].audiences)
            self._visible[audiences] = mask
        mask = self._visible[audiences]
        hidden = [self.numbers[document_id] for document_id in withheld if document_id in self.numbers]
        if hidden:
            mask = mask.copy()
            mask[hidden] = False
        return mask

    def passing(self, filters: Mapping[str, frozenset[str]]) -> Mask:
        """The documents that pass the filters by what they say themselves: any value of one facet, every facet."""
        mask = np.ones(self.size, bool)
        for facet in STORED_FACETS:
            if accepted := filters.get(facet):
                mask &= self.having(facet, accepted)
        return mask

    def having(self, facet: str, values: frozenset[str]) -> Mask:
        """The documents with one of these values of a facet that is stored."""
        codes = [code for code, value in enumerate(self.cache.codes.values(facet)) if value in values]
        pairs = self.facets[STORED_FACETS.index(facet)]
        mask = np.zeros(self.size, bool)
        mask[pairs[np.isin(pairs[:, 1], codes), 0]] = True
        return mask

    def preference(self, languages: Iterable[str]) -> Numbers:
        """For each document the place of its language among ``languages``, those left out after them."""
        order = list(dict.fromkeys((*languages, *LANGUAGES)))
        places: Numbers = np.array([order.index(language) for language in LANGUAGES])[self.languages]
        return places

    @property
    def id_order(self) -> Numbers:
        """For each document the place of its id among all ids in alphabetical order."""
        if self._id_order is None:
            order = sorted(range(self.size), key=lambda document: self.rows[document].id)
            self._id_order = np.empty(self.size, np.int64)
            self._id_order[order] = np.arange(self.size)
        return self._id_order

    def has_language(self, language: str) -> bool:
        return bool(self.per_language[LANGUAGE_CODES[language]])

    def postings(self, field: str, term: str) -> Postings:
        """Of all documents that hold the term, deleted and hidden ones among them."""
        found = []
        for leaf, offset, segment in self.leaves:
            postings = self.cache.postings(leaf, segment, field, term)
            if len(postings.documents):
                found.append(postings._replace(documents=postings.documents + offset) if offset else postings)
        if len(found) < 2:
            return found[0] if found else NO_POSTINGS
        return Postings(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def holders(self, field: str, term: str, visible: Mask) -> Numbers:
        documents = self.postings(field, term).documents
        return documents[visible[documents]]

    def holding(self, field: str, terms: Iterable[str]) -> Mask:
        """The documents that hold any of the terms, hidden ones among them."""
        mask = np.zeros(self.size, bool)
        for term in terms:
            mask[self.postings(field, term).documents] = True
        return mask

    def score(self, field: str, language: str | None, terms: Iterable[str]) -> tuple[Numbers, Scores]:
        """BM25 of each document for one word, which may stand there as any of ``terms``; the best one counts.

        A word's rarity is counted over the whole index, whatever the language: so the scores of documents in different
        languages stand on one scale. The average length is that of the language's own documents; without a language,
        for names, length does not count: a name is worth as much among many as alone.
        """
        everything = len(self.documents)
        normalisation = LENGTH_NORMALISATION if language else 0.0
        found = []
        for term in terms:
            documents, frequencies, lengths = self.postings(field, term)
            if not len(documents):
                continue
            rarity = 1 + math.log(max(1.0, everything / (len(documents) + 1)))
            average = self._field_length(field) / max(
                1, self.per_language[LANGUAGE_CODES[language]] if language else everything
            )
            fixed = SATURATION * (1 - normalisation)
            per_length = SATURATION * normalisation / average
            gain = rarity * (SATURATION + 1)
            found.append((documents, gain * frequencies / (frequencies + fixed + per_length * lengths)))
        if not found:
            return NO_POSTINGS.documents, NO_POSTINGS.frequencies
        if len(found) == 1:
            return found[0]
        best = np.zeros(self.size)
        for documents, scores in found:
            best[documents] = np.maximum(best[documents], scores)
        documents = np.flatnonzero(best)
        return documents, best[documents]

    def expand(self, field: str, prefix: str) -> list[str]:
        """What follows ``prefix`` and a space in the terms of a field of pairs."""
        start = f"{prefix} "
        found = {
            term.decode()[len(start) :]
            for leaf, _offset, _segment in self.leaves
            for term in leaf.expand_prefix(field, start)
        }
        return sorted(found)

    def query_terms(self, query: Query, language: str) -> list[tuple[Word, list[tuple[str, ...]]]]:
        """The words of the query and their terms in ``language``, each as the alternatives that count as one."""
        return [(word, self.alternatives(word.text, language)) for word in self.analysis.query_words(query, language)]

    def alternatives(self, word: str, language: str) -> list[tuple[str, ...]]:
        """For the word and each part of it, if it is a compound, the terms that it may stand for."""
        result = []
        for form in self.analysis.forms(word, language):
            bare = stem(fold(form), language)
            alternatives = {stem(form, language): None, bare: None}
            if fold(form) == form.casefold():
                alternatives.update(dict.fromkeys(self.expand(f"a_{language}", bare)))
            result.append(tuple(alternatives))
        return result

    def body(self, document: int) -> Body:
        return Body(*self.reader.stored_fields(document)["body"])

    def _field_length(self, field: str) -> float:
        if field not in self._field_lengths:
            self._field_lengths[field] = float(self.reader.field_length(field))
        return self._field_lengths[field]


def best_of(documents: Numbers, scores: Scores, most: int) -> Numbers:
    """Of these documents the ``most`` with the highest scores, in no order."""
    if len(documents) <= most:
        return documents
    return documents[np.argpartition(-scores[documents], most)[:most]]


def _joined(parts: list[NDArray[np.int64]], width: int | None = None) -> NDArray[np.int64]:
    if parts:
        return np.concatenate(parts)
    return np.empty((0, width) if width else 0, np.int64)
