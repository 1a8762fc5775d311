"""From a document that was found to the passage that shows why."""

from __future__ import annotations

from itertools import chain

from search.analysis import Query, fold, normalise, stem, words
from search.passages import Match, beginning, best_passage
from search.whoosh_index import Reader

LONGEST_PASSAGE_SOURCE = 100_000


def passage(reader: Reader, document: int, query: Query) -> str:
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
