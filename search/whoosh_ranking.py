"""From a query to a ranking: what is found, its order, the facets, and what may have been meant instead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import islice

from whoosh.support.levenshtein import distance

from search.analysis import LANGUAGES, TYPED_STOP_WORDS, Query, fold, normalise, words
from search.engine import FACETS, FacetCount, Hit, Matched, Ranking, SearchRequest
from search.whoosh_index import Reader

SHORTEST_CORRECTED = 3
LONGEST_CORRECTED = 30
SHORTEST_WITH_TWO_ERRORS = 5
MOST_CORRECTIONS = 4


class _Found:
    """What a query finds among the documents that the reader may see."""

    def __init__(self, reader: Reader, query: Query, request: SearchRequest) -> None:
        self.reader = reader
        self.query = query
        self.language = request.language
        self.stop_words = TYPED_STOP_WORDS[request.language]
        self.visible = {doc for doc in reader.visible(request.audiences) if reader.rows[doc].id not in request.withheld}
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


def rank(reader: Reader, query: Query, request: SearchRequest) -> Ranking:
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
    without: Counter[str] = Counter()
    accepted = [request.filters.get(facet) for facet in FACETS]
    for key, document in best.items():
        versions = [version for version in reader.versions[key] if version in found.visible]
        shown = min(versions, key=preference)
        row = rows[shown]
        facets: list[Iterable[str]] = [*row.facets]
        facets.insert(FACETS.index("language"), {rows[version].language for version in versions})
        own = row.language == request.language
        if own and shown in found.scores:
            document = shown
        refused: list[int] = [
            place for place, values in enumerate(accepted) if values and values.isdisjoint(facets[place])
        ]
        for place in range(len(FACETS)):
            # The count of a facet ignores the filter on itself.
            if not refused or refused == [place]:
                counts[place].update(facets[place])
                if accepted[place]:
                    without[FACETS[place]] += 1
        if refused:
            continue
        matched: Matched = "title" if document in found.in_title else "name" if document in found.in_names else "text"
        hit = Hit(
            row.id, key, row.language, row.type, row.title, found.scores[document], matched, rows[document].language
        )
        (other if not own else direct if document == shown else through_other_language).append(hit)

    return Ranking(
        own=_sorted(direct) + _sorted(through_other_language),
        other=_sorted(other),
        without=without,
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
        for errors, candidates in sorted(near.items()):
            holders = {candidate: len(reader.holders(*candidate, found.visible)) for candidate in candidates}
            usual = min(candidates, key=lambda candidate: (-holders[candidate], candidate))
            if holders[usual]:
                # Without an error it is a word that is left out when names are searched, like "den" in Den Haag.
                return _spelling(found, *usual) if errors else None
    return None


def _spelling(found: _Found, field: str, term: str) -> str:
    spelt = {
        original: len(found.reader.holders(field, f"{term} {original}", found.visible))
        for original in found.reader.expand(field, term)
    }
    usual = min(spelt, key=lambda original: (-spelt[original], original), default=term)
    return usual if spelt.get(usual) else term
