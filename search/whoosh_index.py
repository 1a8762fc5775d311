"""What the index holds of a document, and the reading of it: terms, postings, BM25.

The way in is ``document_values`` under ``make_schema``; the way out is ``Reader``.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from whoosh import columns, fields
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, TermNotFound

from search.analysis import LANGUAGES, Analysis, Query, Word, fold, name_terms, normalise, spellings, stem, words
from search.engine import FACETS, Document

SCHEMA_VERSION = "3"
"""To be raised with every change of the schema or of the analysis: an index of another version is refused."""

# BM25. Chosen by measurement on questions in seven languages; a weight of more than 1 for titles loses.
SATURATION = 1.6
LENGTH_NORMALISATION = 0.75

OWN_FACETS = ("type", "language")


class Row(NamedTuple):
    """What ranking needs to know of a document; kept in memory."""

    id: str
    key: str
    language: str
    type: str
    title: str
    facets: Sequence[Sequence[str]]
    """In the order of ``FACETS``, without the language."""
    date: str
    audiences: Sequence[str]
    fingerprint: str


def make_schema() -> fields.Schema:
    """For each language: ``t_`` text, ``h_`` title, ``a_`` stems reached without accents, ``w_`` spellings."""
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
        schema.add(f"a_{language}", fields.ID())
        schema.add(f"w_{language}", fields.ID())
    return schema


def document_values(document: Document, analysis: Analysis) -> dict[str, Any]:
    """The fields of a document. Whoosh is given lists of terms: analysis is ours, and the index holds no code of it."""
    language = document.language
    if language not in LANGUAGES:
        raise ValueError(f"Document {document.id!r}: language {language!r} is not one of {', '.join(LANGUAGES)}.")
    title = analysis.words(document.title, language)
    text = analysis.words(f"{document.summary}\n{document.text}", language)
    facets = [(document.type,), *(document.facets.get(facet, ()) for facet in FACETS if facet not in OWN_FACETS)]
    row = Row(
        document.id,
        document.key,
        language,
        document.type,
        document.title,
        facets,
        document.date,
        document.audiences,
        document.fingerprint(),
    )
    return {
        "id": document.id,
        "row": json.dumps(row, ensure_ascii=False).encode(),
        "body": (document.summary, document.text),
        "names": name_terms(document.names),
        "w_names": list(spellings(word for name in document.names for word in words(normalise(name)))),
        f"t_{language}": analysis.terms(text, language),
        f"h_{language}": analysis.terms(title, language),
        f"a_{language}": list(analysis.accents(chain(title, text), language)),
        # Every word of the title, so that a query of nothing but stop words finds something.
        f"w_{language}": list(spellings(chain(words(normalise(document.title)), text))),
    }


class Reader:
    """One generation of one index, for one thread: Whoosh's readers are not safe to share.

    Never refreshed, always replaced: ``Searcher.refresh()`` counts documents twice and keeps deleted ones.
    """

    def __init__(self, name: str, index: FileIndex, analysis: Analysis, cache: dict[str, list[Row]]) -> None:
        self.name = name
        self.index = index
        self.analysis = analysis
        self.reader: IndexReader = index.reader()
        self.generation = self.reader.generation()
        self.leaves: list[tuple[IndexReader, int]] = []
        self.rows: list[Row] = []
        segments = set()
        for leaf, offset in self.reader.leaf_readers():
            segment = leaf.segment()
            # An index without documents has one leaf, of no segment, that can do next to nothing.
            if segment:
                self.leaves.append((leaf, offset))
                self.rows += _rows_of(leaf, segment.segment_id(), cache)
                segments.add(segment.segment_id())
        for gone in set(cache) - segments:
            cache.pop(gone, None)
        self.documents = list(self.reader.all_doc_ids())
        self.numbers = {self.rows[document].id: document for document in self.documents}
        self.versions: defaultdict[str, list[int]] = defaultdict(list)
        self.per_language: Counter[str] = Counter()
        for document in self.documents:
            self.versions[self.rows[document].key].append(document)
            self.per_language[self.rows[document].language] += 1
        self._visible: dict[frozenset[str], set[int]] = {}

    def is_current(self) -> bool:
        try:
            return bool(self.index.latest_generation() == self.generation)
        except OSError:
            return False

    def close(self) -> None:
        self.reader.close()

    def visible(self, audiences: frozenset[str]) -> set[int]:
        """The documents that a reader of these audiences may see: every posting is checked as it is read."""
        if audiences not in self._visible:
            if len(self._visible) > 100:
                self._visible.clear()
            self._visible[audiences] = {
                document for document in self.documents if not audiences.isdisjoint(self.rows[document].audiences)
            }
        return self._visible[audiences]

    def postings(self, field: str, term: str, visible: set[int]) -> Iterator[tuple[int, float, int]]:
        """Document, frequency and field length, for the visible documents that hold the term."""
        for leaf, offset in self.leaves:
            try:
                matcher = leaf.postings(field, term)
            except TermNotFound:
                continue
            while matcher.is_active():
                number = matcher.id()
                if offset + number in visible:
                    yield offset + number, matcher.weight(), leaf.doc_field_length(number, field)
                matcher.next()

    def holders(self, field: str, term: str, visible: set[int]) -> set[int]:
        return {document for document, _frequency, _length in self.postings(field, term, visible)}

    def score(self, field: str, language: str | None, terms: Iterable[str], visible: set[int]) -> dict[int, float]:
        """BM25 of each visible document for one word, which may stand there as any of ``terms``; the best one counts.

        A word's rarity is counted over the whole index, whatever the language: so the scores of documents in different
        languages stand on one scale. The average length is that of the language's own documents; without a language,
        for names, length does not count: a name is worth as much among many as alone.
        """
        best: dict[int, float] = {}
        everything = len(self.documents)
        normalisation = LENGTH_NORMALISATION if language else 0.0
        for term in terms:
            frequency = self.reader.doc_frequency(field, term)
            if not frequency:
                continue
            rarity = 1 + math.log(max(1.0, everything / (frequency + 1)))
            average = self.reader.field_length(field) / (self.per_language[language] if language else everything)
            fixed = SATURATION * (1 - normalisation)
            per_length = SATURATION * normalisation / average
            gain = rarity * (SATURATION + 1)
            for document, weight, length in self.postings(field, term, visible):
                score = gain * weight / (weight + fixed + per_length * length)
                if score > best.get(document, 0.0):
                    best[document] = score
        return best

    def expand(self, field: str, prefix: str) -> list[str]:
        """What follows ``prefix`` and a space in the terms of a field of pairs."""
        start = f"{prefix} "
        found = {
            term.decode()[len(start) :] for leaf, _offset in self.leaves for term in leaf.expand_prefix(field, start)
        }
        return sorted(found)

    def query_terms(self, query: Query, language: str) -> list[tuple[Word, list[tuple[str, ...]]]]:
        """The words of the query and their terms in ``language``, each as the alternatives that count as one."""
        result = []
        for word in self.analysis.query_words(query, language):
            terms = []
            for form in self.analysis.forms(word.text, language):
                bare = stem(fold(form), language)
                alternatives = {stem(form, language): None, bare: None}
                if fold(form) == form.casefold():
                    alternatives.update(dict.fromkeys(self.expand(f"a_{language}", bare)))
                terms.append(tuple(alternatives))
            result.append((word, terms))
        return result


def _rows_of(leaf: IndexReader, segment: str, cache: dict[str, list[Row]]) -> list[Row]:
    """The rows of a segment, read once for all readers: nothing in it changes but the list of what is deleted."""
    if segment not in cache:
        column = leaf.column_reader("row")
        cache[segment] = [Row(*json.loads(column[document])) for document in range(leaf.doc_count_all())]
    return cache[segment]
