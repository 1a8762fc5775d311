"""``python -m bench.engine``: a whole search by words and meaning, against SQLite's full-text search.

One process, the same generated documents in seven languages, the same queries, in one run. The model reads the words
of documents and the queries; only the vectors of whole documents and windows are random ones, as they take the same
time to search and hours less to make.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from statistics import median

import numpy as np

from search.analysis import LANGUAGES
from search.engine import Document, SearchRequest
from search.meaning import DIMENSIONS, Encoder, Vectors, get_encoder
from search.whoosh_engine import WhooshEngine

SIZES = (1_000, 10_000)
QUERIES = 200
WORDS_A_DOCUMENT = 180
DIFFERENT_WORDS = 8_000
"""Of each language."""
LONGEST_QUERY = 12
"""In words: what is longer is a document or a part of one."""
_SYLLABLES = ["ba", "de", "ko", "lu", "mi", "na", "po", "ra", "si", "te", "vu", "ga"]


class HalfRandomEncoder:
    """The model for words and queries, and random vectors, the same for the same text, for what is longer."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        result = np.empty((len(texts), DIMENSIONS), np.float32)
        short = [place for place, text in enumerate(texts) if text.count(" ") < LONGEST_QUERY]
        if short:
            result[short] = self._encoder.encode([texts[place] for place in short])
        for place in set(range(len(texts))) - set(short):
            seed = int.from_bytes(hashlib.blake2b(texts[place].encode(), digest_size=8).digest())
            vector = np.random.default_rng(seed).standard_normal(DIMENSIONS, np.float32)
            result[place] = vector / np.linalg.norm(vector)
        return result


@dataclass(frozen=True, slots=True)
class Measured:
    documents: int
    hybrid_p50_ms: float
    hybrid_p95_ms: float
    full_text_p50_ms: float
    full_text_p95_ms: float

    @property
    def ratio(self) -> float:
        return self.hybrid_p50_ms / self.full_text_p50_ms


def documents(count: int) -> list[Document]:
    """Texts whose words are as frequent as Zipf's law has it, each language with words of its own."""
    chance = random.Random("documents")
    weights = list(accumulate(1 / (rank + 2) for rank in range(DIFFERENT_WORDS)))
    words = {language: _words(language) for language in LANGUAGES}
    made = []
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        chosen = chance.choices(words[language], cum_weights=weights, k=WORDS_A_DOCUMENT + 6)
        made.append(
            Document(
                id=f"document:{number}",
                key=str(number),
                language=language,
                type="practice",
                title=" ".join(chosen[:6]),
                text=" ".join(chosen[6:]),
                facets={
                    "country": (chance.choice(("nl", "it", "de", "fr", "pt")),),
                    "year": (str(2015 + number % 10),),
                },
            )
        )
    return made


def queries(made: Sequence[Document]) -> list[tuple[str, str]]:
    """Two to eight words that follow one another in a document, usual and rare ones as they come, with its language."""
    chance = random.Random("queries")
    found = []
    for document in chance.choices(made, k=QUERIES):
        words = document.text.split()
        start, length = chance.randrange(len(words) - 8), chance.randint(2, 8)
        found.append((" ".join(words[start : start + length]), document.language))
    return found


def measure(count: int, say: Callable[[str], object]) -> Measured:
    encoder = get_encoder()
    if encoder is None:
        sys.exit("bench: the model of meaning cannot be loaded.")
    made = documents(count)
    asked = queries(made)
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        say(f"Indexing {count:,} documents …")
        half_random = HalfRandomEncoder(encoder)
        engine = WhooshEngine(Path(folder) / "index", encoder=lambda: half_random)
        engine.rebuild(made)
        table = sqlite3.connect(Path(folder) / "full-text.sqlite3")
        table.execute("CREATE VIRTUAL TABLE document USING fts5(title, text)")
        table.executemany("INSERT INTO document VALUES (?, ?)", ((one.title, one.text) for one in made))
        table.commit()

        def hybrid(text: str, language: str) -> object:
            ranking = engine.search(SearchRequest(text, language))
            return ranking.own[:10], ranking.other[:10]

        def full_text(text: str, _language: str) -> object:
            words = " OR ".join(f'"{word}"' for word in text.split())
            statement = "SELECT rowid FROM document WHERE document MATCH ? ORDER BY rank LIMIT 10"
            return table.execute(statement, (words,)).fetchall()

        say(f"{len(asked)} queries, each twice …")
        times: dict[str, list[float]] = {"hybrid": [], "full text": []}
        for number, (text, language) in enumerate([*asked, *asked]):
            for name, search in (("hybrid", hybrid), ("full text", full_text)):
                started = time.perf_counter()
                search(text, language)
                # The first time warms up.
                if number >= len(asked):
                    times[name].append(1000 * (time.perf_counter() - started))
        table.close()
    return Measured(count, *(value for found in times.values() for value in (median(found), _percentile95(found))))


def as_text(measured: Sequence[Measured]) -> str:
    lines = [f"{'documents':>10} {'hybrid p50':>11} {'p95':>8} {'FTS5 p50':>9} {'p95':>8} {'ratio':>6}   (ms)"]
    lines += [
        f"{one.documents:10,} {one.hybrid_p50_ms:11.1f} {one.hybrid_p95_ms:8.1f}"
        f" {one.full_text_p50_ms:9.1f} {one.full_text_p95_ms:8.1f} {one.ratio:6.1f}"
        for one in measured
    ]
    first, last = measured[0], measured[-1]
    if first is not last:
        grown = last.hybrid_p50_ms / first.hybrid_p50_ms
        lines.append(f"{last.documents / first.documents:g} times the documents take {grown:.1f} times as long (p50).")
    return "\n".join(lines)


def _words(language: str) -> list[str]:
    chance = random.Random(f"words of {language}")
    return list(dict.fromkeys("".join(chance.choices(_SYLLABLES, k=5)) + language for _ in range(DIFFERENT_WORDS * 2)))[
        :DIFFERENT_WORDS
    ]


def _percentile95(values: Sequence[float]) -> float:
    return sorted(values)[len(values) * 95 // 100]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="numbers of documents")
    options = parser.parse_args(arguments)
    measured = [measure(size, lambda message: print(message, flush=True)) for size in options.sizes]
    print(f"\n{as_text(measured)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
