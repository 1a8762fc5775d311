"""The engine of ``search.engine`` on Whoosh, in a folder of files.

``folder/index-…/`` is one whole index with its ``meta.json``; the file ``folder/current`` names the one in use.
Writing and rebuilding take turns by ``folder/lock``, across processes; reading never waits.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import shutil
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from whoosh import columns, fields
from whoosh.index import FileIndex, create_in, open_dir
from whoosh.reading import IndexReader, TermNotFound
from whoosh.support.levenshtein import distance

from search.analysis import (
    COMPOUNDING_LANGUAGES,
    LANGUAGES,
    TYPED_STOP_WORDS,
    Analysis,
    Query,
    Word,
    compound_vocabulary,
    fold,
    name_terms,
    normalise,
    read_query,
    spellings,
    stem,
    words,
)
from search.engine import (
    FACETS,
    Document,
    FacetCount,
    Hit,
    IndexHealth,
    IndexUnavailable,
    Ranking,
    SearchRequest,
)
from search.passages import Match, beginning, best_passage

SCHEMA_VERSION = "1"
"""To be raised with every change of the schema or of the analysis: an index of another version is refused."""

# BM25. Chosen by measurement on questions in seven languages; a weight of more than 1 for titles loses.
SATURATION = 1.6
LENGTH_NORMALISATION = 0.75

LOCK_SECONDS = 120.0
OPENING_ATTEMPTS = 5
FOLDER_PREFIX = "index-"

SHORTEST_CORRECTED = 3
LONGEST_CORRECTED = 30
SHORTEST_WITH_TWO_ERRORS = 5
MOST_CORRECTIONS = 4
LONGEST_PASSAGE_SOURCE = 100_000


class _Row(NamedTuple):
    """What ranking needs to know of a document; kept in memory."""

    id: str
    key: str
    language: str
    type: str
    title: str
    facets: Sequence[Sequence[str]]
    """Values in the order of ``FACETS``."""
    audiences: Sequence[str]
    fingerprint: str


def _schema() -> fields.Schema:
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


def _values(document: Document, analysis: Analysis) -> dict[str, Any]:
    """The fields of a document. Whoosh is given lists of terms: analysis is ours, and the index holds no code of it."""
    language = document.language
    if language not in LANGUAGES:
        raise ValueError(f"Document {document.id!r}: language {language!r} is not one of {', '.join(LANGUAGES)}.")
    title = analysis.words(document.title, language)
    text = analysis.words(f"{document.summary}\n{document.text}", language)
    facets = ((document.type,), document.themes, document.countries, document.languages or (language,))
    row = _Row(
        document.id,
        document.key,
        language,
        document.type,
        document.title,
        facets,
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


class _Reader:
    """One generation of one index, for one thread: Whoosh's readers are not safe to share.

    Never refreshed, always replaced: ``Searcher.refresh()`` counts documents twice and keeps deleted ones.
    """

    def __init__(self, name: str, index: FileIndex, analysis: Analysis, cache: dict[str, list[_Row]]) -> None:
        self.name = name
        self.index = index
        self.analysis = analysis
        self.reader: IndexReader = index.reader()
        self.generation = self.reader.generation()
        self.leaves: list[tuple[IndexReader, int]] = []
        self.rows: list[_Row] = []
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


def _rows_of(leaf: IndexReader, segment: str, cache: dict[str, list[_Row]]) -> list[_Row]:
    """The rows of a segment, read once for all readers: nothing in it changes but the list of what is deleted."""
    if segment not in cache:
        column = leaf.column_reader("row")
        cache[segment] = [_Row(*json.loads(column[document])) for document in range(leaf.doc_count_all())]
    return cache[segment]


class _Found:
    """What a query finds among the documents that the reader may see."""

    def __init__(self, reader: _Reader, query: Query, request: SearchRequest) -> None:
        self.reader = reader
        self.query = query
        self.language = request.language
        self.stop_words = TYPED_STOP_WORDS[request.language]
        self.visible = reader.visible(request.audiences)
        self.scores: defaultdict[int, float] = defaultdict(float)
        self.in_title: set[int] = set()
        self.in_names: set[int] = set()
        self.known: set[str] = set()
        """Words of the query that the reader's own language or a name has."""
        self._find_names()
        self._find_own()
        for language in LANGUAGES:
            if language != self.language and reader.per_language[language]:
                self._find(language)

    def _find_names(self) -> None:
        for word in self.query.words:
            found = self._add(self.reader.score("names", None, [fold(word.text)], self.visible))
            self.in_names.update(found)
            if found:
                self.known.add(word.text)

    def _find_own(self) -> None:
        if not self.reader.per_language[self.language]:
            return
        if self.query.only_stop_words:
            for word in self.query.words:
                holders = self.reader.holders(f"w_{self.language}", fold(word.text), self.visible)
                self._add(dict.fromkeys(holders, 1.0))
        else:
            self._find(self.language)

    def _find(self, language: str) -> None:
        """A plain Or: the score of a document is the sum over the words and fields that match."""
        for word, terms in self.reader.query_terms(self.query, language):
            for alternatives in terms:
                in_title = self._add(self.reader.score(f"h_{language}", language, alternatives, self.visible))
                in_text = self._add(self.reader.score(f"t_{language}", language, alternatives, self.visible))
                self.in_title.update(in_title)
                if language == self.language and (in_title or in_text):
                    self.known.add(word.text)

    def _add(self, found: dict[int, float]) -> dict[int, float]:
        for document, score in found.items():
            self.scores[document] += score
        return found


def _rank(reader: _Reader, query: Query, request: SearchRequest) -> Ranking:
    if not query.words:
        return Ranking()
    found = _Found(reader, query, request)
    rows = reader.rows
    wanted = dict.fromkeys((request.language, *request.reading_order, *LANGUAGES))
    order = {language: place for place, language in enumerate(wanted)}

    def preference(document: int) -> tuple[int, str]:
        return order[rows[document].language], rows[document].id

    # An object is as good as its best version; among equals the one that the reader prefers.
    best: dict[str, int] = {}
    for document, score in found.scores.items():
        rival = best.get(rows[document].key)
        if rival is None or (-score, preference(document)) < (-found.scores[rival], preference(rival)):
            best[rows[document].key] = document

    direct: list[Hit] = []
    through_other_language: list[Hit] = []
    other: list[Hit] = []
    counts: list[Counter[str]] = [Counter() for _facet in FACETS]
    accepted = [request.filters.get(facet) for facet in FACETS]
    for key, document in best.items():
        shown = min((version for version in reader.versions[key] if version in found.visible), key=preference)
        row = rows[shown]
        own = row.language == request.language
        if own and shown in found.scores:
            document = shown
        refused = [place for place, values in enumerate(accepted) if values and values.isdisjoint(row.facets[place])]
        for place in range(len(FACETS)):
            # The count of a facet ignores the filter on itself.
            if not refused or refused == [place]:
                counts[place].update(row.facets[place])
        if refused:
            continue
        matched = "title" if document in found.in_title else "name" if document in found.in_names else "text"
        hit = Hit(
            row.id, key, row.language, row.type, row.title, found.scores[document], matched, rows[document].language
        )
        (other if not own else direct if document == shown else through_other_language).append(hit)

    return Ranking(
        own=_sorted(direct) + _sorted(through_other_language),
        other=_sorted(other),
        facets={facet: _facet_counts(count) for facet, count in zip(FACETS, counts, strict=True)},
        suggestion=_suggestion(found, request),
    )


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))


def _facet_counts(counts: Counter[str]) -> list[FacetCount]:
    return [FacetCount(value, count) for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _suggestion(found: _Found, request: SearchRequest) -> str | None:
    """What was typed with unknown words replaced by near ones from documents that the reader may see."""
    if found.query.only_stop_words:
        return None
    known_groups = [word for word in found.query.words if word.joined and word.text in found.known]
    unknown = (
        word
        for word in found.query.words
        if word.text not in found.known
        and not word.joined
        and not any(group.start <= word.start < group.end for group in known_groups)
        and SHORTEST_CORRECTED <= len(word.text) <= LONGEST_CORRECTED
        and word.text.isalpha()
    )
    replacements = {}
    for word in islice(unknown, MOST_CORRECTIONS):
        correction = _correction(found, fold(word.text))
        if correction:
            replacements[word.text.casefold()] = correction
    if not replacements:
        return None
    pieces, position = [], 0
    text = normalise(request.text)
    for word in words(text):
        if not word.joined and word.text.casefold() in replacements:
            correction = replacements[word.text.casefold()]
            if word.text[0].isupper():
                correction = correction[0].upper() + correction[1:]
            pieces += [text[position : word.start], correction]
            position = word.end
    return "".join([*pieces, text[position:]])


def _correction(found: _Found, word: str) -> str | None:
    """The nearest known word, spelt with its accents: first letter, then distance, then frequency decide."""
    reader = found.reader
    limit = 1 if len(word) < SHORTEST_WITH_TWO_ERRORS else 2
    for same_letters in (1, 0):
        near: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        for field in (f"w_{found.language}", "w_names"):
            for leaf, _offset in reader.leaves:
                for term in leaf.terms_within(field, word, limit, prefix=same_letters):
                    if term.isalpha() and len(term) >= SHORTEST_CORRECTED and term not in found.stop_words:
                        near[distance(term, word)].add((field, term))
        for _distance, candidates in sorted(near.items()):
            holders = {candidate: len(reader.holders(*candidate, found.visible)) for candidate in candidates}
            usual = min(candidates, key=lambda candidate: (-holders[candidate], candidate))
            if holders[usual]:
                return _spelling(found, *usual)
    return None


def _spelling(found: _Found, field: str, term: str) -> str:
    spelt = {
        original: len(found.reader.holders(field, f"{term} {original}", found.visible))
        for original in found.reader.expand(field, term)
    }
    usual = min(spelt, key=lambda original: (-spelt[original], original), default=term)
    return usual if spelt.get(usual) else term


class WhooshEngine:
    """See ``search.engine.Engine``. One object may serve many threads and many processes may share the folder."""

    def __init__(self, folder: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        """``lock_seconds``: how long ``write`` and ``rebuild`` wait for each other before ``IndexUnavailable``."""
        self.folder = folder
        self.lock_seconds = lock_seconds
        self._own = threading.local()
        self._rows: dict[str, list[_Row]] = {}

    def write(self, documents: Iterable[Document], removed: Iterable[str] = ()) -> None:
        """Waits for a rebuild that is under way, so that the index that it switches to gets the change.

        An id that is both added and removed is added; of several documents of one id the last counts.
        """
        with self._lock():
            # Whoosh keeps both if one writer is given the same id twice.
            additions = {document.id: document for document in documents}
            name = self._current()
            index, analysis = self._load(name)
            writer = index.writer(timeout=self.lock_seconds)
            try:
                for gone in set(removed) - additions.keys():
                    writer.delete_by_term("id", gone)
                for document in additions.values():
                    writer.update_document(**_values(document, analysis))
            except BaseException:
                writer.cancel()
                raise
            writer.commit()

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """``documents`` are read after every ``write`` before has ended; later ones wait, so none is lost."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock():
            by_id = {document.id: document for document in documents}
            # A name that sorts by time, for people; mkdtemp makes it unique and closed to other users.
            made = Path(tempfile.mkdtemp(prefix=time.strftime(f"{FOLDER_PREFIX}%Y%m%d-%H%M%S-"), dir=self.folder))
            try:
                self._build(made, by_id.values(), progress)
                _synchronise(made)
                self._switch(made.name)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise
            for folder in self.folder.glob(f"{FOLDER_PREFIX}*"):
                if folder != made:
                    # Readers that have it open go on reading it; the next rebuild takes what cannot be deleted now.
                    shutil.rmtree(folder, ignore_errors=True)
        return len(by_id)

    def fingerprints(self) -> dict[str, str]:
        with self._reading() as reader:
            return {reader.rows[document].id: reader.rows[document].fingerprint for document in reader.documents}

    def search(self, request: SearchRequest) -> Ranking:
        query = read_query(request.text, request.language)
        with self._reading() as reader:
            return _rank(reader, query, request)

    def passages(self, request: SearchRequest, hits: Iterable[Hit]) -> dict[str, str]:
        """Leaves out what has gone from the index or from the reader's sight since it was found."""
        result = {}
        # Outside the reading: an error of the caller's own is not one of the index.
        hits = list(hits)
        query = read_query(request.text, request.language)
        with self._reading() as reader:
            visible = reader.visible(request.audiences)
            for hit in hits:
                document = reader.numbers.get(hit.id)
                if document in visible:
                    result[hit.id] = _passage(reader, document, query)
        return result

    def health(self) -> IndexHealth:
        with self._reading() as reader:
            return IndexHealth(documents=len(reader.documents), version=SCHEMA_VERSION)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """The turn to change the folder. The kernel frees it when a process dies."""
        if not self.folder.is_dir():
            raise IndexUnavailable(f"There is no search index: the folder {self.folder} does not exist.")
        deadline = time.monotonic() + self.lock_seconds
        with (self.folder / "lock").open("w") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise IndexUnavailable(
                            f"The search index in {self.folder} has been locked by another process"
                            f" for more than {self.lock_seconds:g} seconds."
                        ) from None
                    time.sleep(0.05)
            yield

    def _build(self, made: Path, documents: Iterable[Document], progress: Callable[[int], None] | None) -> None:
        vocabulary: dict[str, set[str]] = {language: set() for language in COMPOUNDING_LANGUAGES}
        for document in documents:
            if document.language in vocabulary:
                text = normalise(f"{document.title}\n{document.summary}\n{document.text}")
                vocabulary[document.language] |= compound_vocabulary(words(text))
        compounds = {language: sorted(known) for language, known in vocabulary.items()}
        meta = {"schema": SCHEMA_VERSION, "compounds": compounds}
        (made / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        analysis = Analysis({language: frozenset(known) for language, known in vocabulary.items()})
        writer = create_in(str(made), _schema()).writer(limitmb=128)
        try:
            for number, document in enumerate(documents, start=1):
                writer.add_document(**_values(document, analysis))
                if progress:
                    progress(number)
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def _switch(self, name: str) -> None:
        pointer = self.folder / "current.new"
        with pointer.open("w", encoding="utf-8") as handle:
            handle.write(name)
            handle.flush()
            os.fsync(handle.fileno())
        pointer.replace(self.folder / "current")
        _synchronise_folder(self.folder)

    def _current(self) -> str:
        try:
            return (self.folder / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise IndexUnavailable(f"There is no search index in {self.folder}: it has to be built first.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable(f"The file {self.folder / 'current'} cannot be read: {error}") from error

    def _load(self, name: str) -> tuple[FileIndex, Analysis]:
        folder = self.folder / name
        if not name.startswith(FOLDER_PREFIX) or not folder.is_dir():
            raise IndexUnavailable(f"The search index {name!r} that {self.folder / 'current'} names does not exist.")
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            version = meta["schema"]
            if version != SCHEMA_VERSION:
                raise IndexUnavailable(
                    f"The search index {folder} is of version {version!r}, this program needs {SCHEMA_VERSION!r}:"
                    " it has to be rebuilt."
                )
            compounds = {language: frozenset(known) for language, known in meta["compounds"].items()}
            return _open_index(folder), Analysis(compounds)
        except IndexUnavailable:
            raise
        except Exception as error:
            # Whoosh reads pickles: a damaged file can raise anything.
            raise IndexUnavailable(f"The search index {folder} is damaged or half written: {error!r}") from error

    def _open(self) -> _Reader:
        """The reader of this thread, replaced when a rebuild or a write has happened since."""
        name = self._current()
        reader: _Reader | None = getattr(self._own, "reader", None)
        if reader is not None and reader.name == name and reader.is_current():
            return reader
        try:
            fresh = self._read(name)
        except IndexUnavailable:
            # A rebuild may have deleted the index between the reading of its name and its opening.
            if self._current() == name:
                raise
            fresh = self._read(self._current())
        self._own.reader = fresh
        if reader is not None:
            reader.close()
        return fresh

    def _read(self, name: str) -> _Reader:
        index, analysis = self._load(name)
        try:
            return _Reader(name, index, analysis, self._rows)
        except Exception as error:
            raise IndexUnavailable(f"The search index {self.folder / name} is damaged: {error!r}") from error

    @contextmanager
    def _reading(self) -> Iterator[_Reader]:
        reader = self._open()
        try:
            yield reader
        except Exception as error:
            # As in _load: what a damaged file does to Whoosh has no common type.
            self._own.reader = None
            raise IndexUnavailable(f"The search index {self.folder / reader.name} is damaged: {error!r}") from error


def _open_index(folder: Path) -> FileIndex:
    """A write that ends meanwhile takes away the table of contents just read; the next look finds the one after it."""
    for _attempt in range(OPENING_ATTEMPTS - 1):
        with suppress(FileNotFoundError):
            return open_dir(str(folder))
    return open_dir(str(folder))


def _passage(reader: _Reader, document: int, query: Query) -> str:
    """In the analysis of the document's own language, whatever the reader's."""
    row = reader.rows[document]
    summary, text = (normalise(part) for part in reader.reader.stored_fields(document)["body"])
    wanted = {fold(word.text): word.text for word in query.words}
    for word, terms in reader.query_terms(query, row.language):
        wanted.update(dict.fromkeys(chain.from_iterable(terms), word.text))
    source = "\n".join(part for part in (summary, text) if part)[:LONGEST_PASSAGE_SOURCE]
    matches = []
    for word in words(source):
        for form in reader.analysis.forms(word.text, row.language):
            term = wanted.get(stem(form, row.language)) or wanted.get(fold(form))
            if term:
                matches.append(Match(word.start, word.end, term))
                break
    return best_passage(source, matches) if matches else beginning(summary or text)


def _synchronise(folder: Path) -> None:
    """Whoosh leaves its files to the kernel; the index must be on the disk before the pointer says so."""
    for path in folder.iterdir():
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    _synchronise_folder(folder)


def _synchronise_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
