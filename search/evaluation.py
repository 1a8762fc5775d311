"""How well the search answers questions whose answers are known."""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.analysis import LANGUAGES
from search.engine import Document, Engine, Mode, SearchRequest

DEPTH = 10
LISTS = ("own", "other")


class InvalidInputError(Exception):
    """A file of the evaluation cannot be used; the message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    relevant: frozenset[str]


def read_corpus(path: Path) -> list[Document]:
    """One document a line: ``{"id", "language", "title"?, "text"}``."""
    documents: dict[str, Document] = {}
    for place, values in _lines(path):
        identifier, language = _text(values, "id", place), _text(values, "language", place)
        if language not in LANGUAGES:
            raise InvalidInputError(f"{place}: unknown language {language!r}, expected one of {', '.join(LANGUAGES)}.")
        if identifier in documents:
            raise InvalidInputError(f"{place}: the id {identifier!r} occurs twice.")
        documents[identifier] = Document(
            id=identifier,
            key=identifier,
            language=language,
            type="document",
            title=_text(values, "title", place) if "title" in values else "",
            text=_text(values, "text", place),
        )
    if not documents:
        raise InvalidInputError(f"{path}: holds no document.")
    return list(documents.values())


def read_questions(path: Path) -> list[Question]:
    """One question a line: ``{"id", "text", "relevant": [ids]}``."""
    questions = []
    for place, values in _lines(path):
        relevant = values.get("relevant")
        if not isinstance(relevant, list) or not relevant or not all(isinstance(one, str) for one in relevant):
            raise InvalidInputError(f'{place}: "relevant" must be a list of one or more document ids.')
        questions.append(Question(_text(values, "id", place), _text(values, "text", place), frozenset(relevant)))
    if not questions:
        raise InvalidInputError(f"{path}: holds no question.")
    return questions


def evaluate(
    engine: Engine,
    documents: Sequence[Document],
    questions: Sequence[Question],
    language: str,
    mode: Mode = "hybrid",
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Rebuild ``engine`` from the documents, ask everything as a reader of ``language``, measure."""
    started = time.perf_counter()
    engine.rebuild(documents, progress)
    index_seconds = time.perf_counter() - started
    found = ask(engine, documents, questions, language, mode)
    return {**found, "documents": len(documents), "index_s": round(index_seconds, 3)}


def ask(
    engine: Engine, documents: Sequence[Document], questions: Sequence[Question], language: str, mode: Mode = "hybrid"
) -> dict[str, Any]:
    """The measures of both lists, and how long a search takes. ``engine`` holds the documents.

    A question counts under the list in which its answer belongs: ``own`` if a relevant document is in the reader's
    language, ``other`` if all are in another one. One whose relevant documents are not in the corpus finds nothing.
    """
    languages = {document.key: document.language for document in documents}
    results: dict[str, list[Mapping[str, float]]] = {name: [] for name in LISTS}
    milliseconds = []
    for question in questions:
        started = time.perf_counter()
        ranking = engine.search(SearchRequest(text=question.text, language=language, mode=mode))
        milliseconds.append((time.perf_counter() - started) * 1000)
        own = {key for key in question.relevant if languages.get(key) == language}
        if own:
            results["own"].append(measures([hit.key for hit in ranking.own[:DEPTH]], own))
        else:
            results["other"].append(measures([hit.key for hit in ranking.other[:DEPTH]], question.relevant))
    return {
        **{name: _means(results[name]) for name in LISTS},
        "p50_ms": round(_percentile(milliseconds, 0.50), 3),
        "p95_ms": round(_percentile(milliseconds, 0.95), 3),
    }


def measures(found: Sequence[str], relevant: frozenset[str] | set[str]) -> dict[str, float]:
    """Of the first ten: reciprocal rank of the first relevant one, share of the relevant ones, discounted gain."""
    ranks = [rank for rank, key in enumerate(found[:DEPTH], start=1) if key in relevant]
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), DEPTH) + 1))
    return {
        f"mrr@{DEPTH}": 1 / ranks[0] if ranks else 0.0,
        f"recall@{DEPTH}": len(ranks) / len(relevant),
        f"ndcg@{DEPTH}": sum(1 / math.log2(rank + 1) for rank in ranks) / ideal,
    }


def _means(results: Sequence[Mapping[str, float]]) -> dict[str, float | int]:
    names = measures([], {""})
    means = {name: round(statistics.fmean([one[name] for one in results]), 4) if results else 0.0 for name in names}
    return {**means, "queries": len(results)}


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file of JSON lines, each with the place to name in an error; empty lines are skipped."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InvalidInputError(f"{path}: cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, start=1):
        place = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise InvalidInputError(f"{place}: not valid JSON: {error}.") from error
        if not isinstance(values, dict):
            raise InvalidInputError(f"{place}: expected a JSON object.")
        yield place, values


def _text(values: Mapping[str, Any], name: str, place: str) -> str:
    if name not in values:
        raise InvalidInputError(f'{place}: the field "{name}" is missing.')
    value = values[name]
    if not isinstance(value, str):
        raise InvalidInputError(f'{place}: the field "{name}" must be a text.')
    return value
