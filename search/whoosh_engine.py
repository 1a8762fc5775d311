"""The engine of ``search.engine`` on Whoosh, in a folder of files.

``folder/index-…/`` is one whole index with its ``meta.json``; the file ``folder/current`` names the one in use.
Writing and rebuilding take turns by ``folder/lock``, across processes; reading never waits.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

from whoosh.index import FileIndex, create_in, open_dir

from search.analysis import COMPOUNDING_LANGUAGES, Analysis, compound_vocabulary, normalise, read_query, words
from search.engine import (
    Completions,
    Document,
    Hit,
    IndexHealth,
    IndexUnavailable,
    Ranking,
    SearchRequest,
    SimilarHit,
)
from search.meaning import Encoder, QueryEncoder
from search.meaning_files import NOWHERE, MeaningWriter, Place
from search.whoosh_completion import complete
from search.whoosh_index import SCHEMA_VERSION, Reader, SegmentCache, document_values, make_schema
from search.whoosh_passages import passage
from search.whoosh_ranking import rank
from search.whoosh_similar import similar

LOCK_SECONDS = 120.0
OPENING_ATTEMPTS = 5
FOLDER_PREFIX = "index-"
ENCODED_AT_ONCE = 50


def no_encoder() -> None:
    """In the place of an encoder: words alone are searched."""


class WhooshEngine:
    """See ``search.engine.Engine``. One object may serve many threads and many processes may share the folder."""

    def __init__(
        self,
        folder: Path,
        lock_seconds: float = LOCK_SECONDS,
        encoder: Callable[[], Encoder | None] = no_encoder,
    ) -> None:
        """``lock_seconds``: how long ``write`` and ``rebuild`` wait for each other before ``IndexUnavailable``.

        ``encoder`` is asked when meaning is needed for the first time; where it gives None, words alone are searched.
        """
        self.folder = folder
        self.lock_seconds = lock_seconds
        self._encoder = encoder
        self._own = threading.local()
        self._cache = SegmentCache()

    @cached_property
    def _query_encoder(self) -> QueryEncoder | None:
        encoder = self._encoder()
        return QueryEncoder(encoder) if encoder else None

    def prepare(self) -> None:
        """Load what takes a while, before the first request."""
        _loaded = self._query_encoder

    def write(self, documents: Iterable[Document], removed: Iterable[str] = ()) -> None:
        """Waits for a rebuild that is under way, so that the index that it switches to gets the change.

        An id that is both added and removed is added; of several documents of one id the last counts.
        """
        with self._lock():
            # Whoosh keeps both if one writer is given the same id twice.
            additions = {document.id: document for document in documents}
            name = self._current()
            index, analysis = self._load(name)
            # Before the index has the places, so that it never refers to what is not there.
            places = self._places_in(self.folder / name)(list(additions.values()))
            writer = index.writer(timeout=self.lock_seconds)
            try:
                for gone in set(removed) - additions.keys():
                    writer.delete_by_term("id", gone)
                for document, place in zip(additions.values(), places, strict=True):
                    writer.update_document(**document_values(document, place, analysis))
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
                self._build(made, list(by_id.values()), progress)
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
        """Empty for a document whose meaning is not there yet although this engine could read it."""
        with self._reading() as reader:
            return {
                reader.rows[document].id: reader.rows[document].fingerprint
                if self._query_encoder is None or reader.has_meaning[document]
                else ""
                for document in reader.documents.tolist()
            }

    def search(self, request: SearchRequest) -> Ranking:
        query = read_query(request.text, request.language)
        encoder = self._query_encoder if request.mode != "lexical" else None
        with self._reading() as reader:
            return rank(reader, query, request, encoder)

    def passages(self, request: SearchRequest, hits: Iterable[Hit]) -> dict[str, str]:
        """Leaves out what has gone from the index or from the reader's sight since it was found."""
        # Outside the reading: an error of the caller's own is not one of the index.
        hits = list(hits)
        query = read_query(request.text, request.language)
        encoder = self._query_encoder if any(hit.matched == "meaning" for hit in hits) else None
        vector = encoder.text(query.text.strip()) if encoder else None
        result = {}
        with self._reading() as reader:
            visible = reader.visible(request.audiences, request.withheld)
            for hit in hits:
                document = reader.numbers.get(hit.id)
                if document is not None and visible[document]:
                    result[hit.id] = passage(reader, document, query, request, hit.matched, vector)
        return result

    def complete(self, request: SearchRequest, limit: int) -> Completions:
        with self._reading() as reader:
            return complete(reader, request, limit)

    def similar(self, document_id: str, request: SearchRequest, limit: int) -> list[SimilarHit]:
        with self._reading() as reader:
            return similar(reader, document_id, request, limit)

    def health(self) -> IndexHealth:
        with self._reading() as reader:
            return IndexHealth(
                documents=len(reader.documents),
                version=SCHEMA_VERSION,
                is_semantic=self._query_encoder is not None and bool(reader.has_meaning.any()),
            )

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

    def _places_in(self, folder: Path) -> Callable[[Sequence[Document]], list[Place]]:
        """What adds the vectors of documents to the files of an index and says where they are."""
        encoder = self._encoder()
        if encoder is None:
            return lambda documents: [NOWHERE] * len(documents)
        return MeaningWriter(folder, encoder).add

    def _build(self, made: Path, documents: Sequence[Document], progress: Callable[[int], None] | None) -> None:
        vocabulary: dict[str, set[str]] = {language: set() for language in COMPOUNDING_LANGUAGES}
        for document in documents:
            if document.language in vocabulary:
                text = normalise(f"{document.title}\n{document.summary}\n{document.text}")
                vocabulary[document.language] |= compound_vocabulary(words(text))
        compounds = {language: sorted(known) for language, known in vocabulary.items()}
        meta = {"schema": SCHEMA_VERSION, "compounds": compounds}
        (made / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        analysis = Analysis({language: frozenset(known) for language, known in vocabulary.items()})
        places_of = self._places_in(made)
        writer = create_in(str(made), make_schema()).writer(limitmb=128)
        try:
            for start in range(0, len(documents), ENCODED_AT_ONCE):
                part = documents[start : start + ENCODED_AT_ONCE]
                for document, place in zip(part, places_of(part), strict=True):
                    writer.add_document(**document_values(document, place, analysis))
                if progress:
                    progress(start + len(part))
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

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        reader = self._open()
        try:
            yield reader
        except Exception as error:
            # As in _load: what a damaged file does to Whoosh has no common type.
            self._own.reader = None
            raise IndexUnavailable(f"The search index {self.folder / reader.name} is damaged: {error!r}") from error

    def _open(self) -> Reader:
        """The reader of this thread, replaced when a rebuild or a write has happened since."""
        name = self._current()
        reader: Reader | None = getattr(self._own, "reader", None)
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

    def _read(self, name: str) -> Reader:
        index, analysis = self._load(name)
        try:
            return Reader(self.folder / name, index, analysis, self._cache)
        except Exception as error:
            raise IndexUnavailable(f"The search index {self.folder / name} is damaged: {error!r}") from error

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


def _open_index(folder: Path) -> FileIndex:
    """A write that ends meanwhile takes away the table of contents just read; the next look finds the one after it."""
    for _attempt in range(OPENING_ATTEMPTS - 1):
        with suppress(FileNotFoundError):
            return open_dir(str(folder))
    return open_dir(str(folder))


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
