"""The vectors of an index, in files that only ever grow.

The writer appends, and forces what it appended to the disk, before the index commits the places of it. So whatever
dies in between leaves nothing but bytes that nobody refers to. Readers map the files into memory, where all
processes share them. A rebuild of the index begins with empty files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine import Document
from search.meaning import (
    DIMENSIONS,
    MOST_TEXT_WORDS,
    WORD_DIMENSIONS,
    Encoder,
    Vectors,
    body_of,
    encode_wholes,
    encode_words,
    meaningful_words,
    windows,
)

FLOAT_BYTES = 4


class Place(NamedTuple):
    """Where the vectors of a document are, as numbers of rows."""

    whole: int
    windows: int
    window_count: int
    words: int
    title_words: int
    text_words: int
    """The numbers of the title's words come first, those of the text after them."""


NOWHERE = Place(-1, 0, 0, 0, 0, 0)


class _Rows:
    """A file of rows of equal length."""

    def __init__(self, path: Path, width: int, dtype: type[np.float32 | np.uint32]) -> None:
        self.path = path
        self.width = width
        self.dtype = dtype

    def __len__(self) -> int:
        try:
            return self.path.stat().st_size // (self.width * FLOAT_BYTES)
        except FileNotFoundError:
            return 0

    def append(self, rows: NDArray, expected: int | None = None) -> int:
        """Write the rows after the last whole one, or from row ``expected`` on. Returns the number of the first."""
        start = len(self) if expected is None else expected
        with self.path.open("ab") as handle:
            handle.truncate(start * self.width * FLOAT_BYTES)
            handle.write(np.ascontiguousarray(rows, self.dtype).tobytes())
            handle.flush()
            os.fsync(handle.fileno())
        return start

    def mapped(self) -> NDArray:
        count = len(self)
        shape = (count, self.width) if self.width > 1 else (count,)
        if not count:
            return np.empty(shape, self.dtype)
        return np.memmap(self.path, self.dtype, mode="r", shape=shape)


class _Files:
    def __init__(self, folder: Path) -> None:
        self.wholes = _Rows(folder / "wholes.f32", DIMENSIONS, np.float32)
        self.windows = _Rows(folder / "windows.f32", DIMENSIONS, np.float32)
        self.words = _Rows(folder / "words.f32", WORD_DIMENSIONS, np.float32)
        self.texts = _Rows(folder / "texts.u32", 1, np.uint32)
        self.spellings = folder / "words.txt"


class MeaningWriter:
    """Adds documents to the files of one index; one writer at a time."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._files = _Files(folder)
        self._encoder = encoder
        self._numbers = self._read_spellings()

    def add(self, documents: Sequence[Document]) -> list[Place]:
        """The places of the documents' vectors, which are on the disk when this returns."""
        if not documents:
            return []
        pieces = [windows(body_of(document)) for document in documents]
        titles = [meaningful_words(document.title, document.language) for document in documents]
        texts = [meaningful_words(body_of(document), document.language)[:MOST_TEXT_WORDS] for document in documents]
        self._add_words([word for found in (*titles, *texts) for word in found])
        numbers = [self._numbers[word] for pair in zip(titles, texts, strict=True) for found in pair for word in found]
        whole = self._files.wholes.append(encode_wholes(self._encoder, documents))
        window = self._files.windows.append(self._encoder.encode([piece for found in pieces for piece in found]))
        word = self._files.texts.append(np.array(numbers, np.uint32))
        places = []
        for number, (found, title, text) in enumerate(zip(pieces, titles, texts, strict=True)):
            places.append(Place(whole + number, window, len(found), word, len(title), len(text)))
            window += len(found)
            word += len(title) + len(text)
        return places

    def _add_words(self, found: Sequence[str]) -> None:
        new = [word for word in dict.fromkeys(found) if word not in self._numbers]
        if not new:
            return
        start = self._files.words.append(encode_words(self._encoder, new), expected=len(self._numbers))
        with self._files.spellings.open("a", encoding="utf-8") as handle:
            handle.write("".join(f"{word}\n" for word in new))
            handle.flush()
            os.fsync(handle.fileno())
        self._numbers.update(zip(new, range(start, start + len(new)), strict=True))

    def _read_spellings(self) -> dict[str, int]:
        """The words that have both a spelling and a vector; what a killed writer left of the next ones is cut off."""
        path = self._files.spellings
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return {}
        lines = content.split(b"\n")[:-1][: len(self._files.words)]
        kept = sum(len(line) + 1 for line in lines)
        if kept != len(content):
            os.truncate(path, kept)
        return {line.decode(): number for number, line in enumerate(lines)}


class MeaningReader:
    """The vectors of one generation of an index, mapped into memory."""

    def __init__(self, folder: Path) -> None:
        files = _Files(folder)
        self.wholes: Vectors = files.wholes.mapped()
        self.windows: Vectors = files.windows.mapped()
        self.words: Vectors = files.words.mapped()
        self.texts: NDArray[np.uint32] = files.texts.mapped()

    @cached_property
    def lengths(self) -> Vectors:
        """Of the vectors of wholes, which are sums and not of length 1."""
        lengths: Vectors = np.maximum(np.linalg.norm(self.wholes, axis=1), 1e-9)
        return lengths
