"""From a document that was found to the passage that shows why."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import chain

from common.names import fold
from search.analysis import Query, normalise, stem, words
from search.engine import Matched, SearchRequest
from search.meaning import Vectors, windows
from search.passages import ELLIPSIS, Match, beginning, best_passage
from search.whoosh_index import Body, Reader
from search.whoosh_meaning import best_window

LONGEST_PASSAGE_SOURCE = 100_000


def passage(
    reader: Reader, document: int, query: Query, request: SearchRequest, matched: Matched, vector: Vectors | None
) -> str:
    """In the analysis of the document's own language, whatever the reader's.

    The words found, else those in an attached file, after its title; else, if it was found by its meaning, the part
    that is nearest to ``vector``; else the beginning.
    """
    body = reader.body(document)
    source = "\n".join(part for part in (body.summary, body.text) if part)
    wanted = _wanted(reader, document, body, query, request)
    if passage_found := _with_matches(reader, document, source, wanted):
        return passage_found
    for title, text in body.attachments:
        if passage_found := _with_matches(reader, document, text, wanted):
            return f"{escape(title)}: {passage_found}"
    if matched == "meaning" and vector is not None and (nearest := best_window(reader, document, vector)):
        return f"{ELLIPSIS}{beginning(windows(source)[nearest])}"
    return beginning(normalise(body.summary or body.text))


def _wanted(reader: Reader, document: int, body: Body, query: Query, request: SearchRequest) -> dict[str, str]:
    """The terms to mark, each with the word of the query, or of a synonym, that it stands for."""
    language = reader.rows[document].language
    wanted: dict[str, str] = {}
    for synonyms in request.synonyms:
        for label in synonyms.labels.get(language, ()):
            found = [word for word in reader.analysis.words(label, language) if not word.joined]
            # A name of several words is there only as a whole: "deux" alone is no "vol de deux-roues".
            if all(f" {fold(word.text)}" in body.words for word in found):
                for word in found:
                    wanted.update(dict.fromkeys(reader.alternatives(word.text, language)[0], word.text))
    wanted.update((fold(word.text), word.text) for word in query.words)
    for word, terms in reader.query_terms(query, language):
        wanted.update(dict.fromkeys(chain.from_iterable(terms), word.text))
    return wanted


def _with_matches(reader: Reader, document: int, text: str, wanted: Mapping[str, str]) -> str | None:
    """The passage of a text with most of what is wanted; None if it has nothing of it."""
    language = reader.rows[document].language
    source = normalise(text)[:LONGEST_PASSAGE_SOURCE]
    matches = []
    for word in words(source):
        for form in reader.analysis.forms(word.text, language):
            term = wanted.get(stem(form, language)) or wanted.get(fold(form))
            if term:
                matches.append(Match(word.start, word.end, term))
                break
    return best_passage(source, matches) if matches else None
