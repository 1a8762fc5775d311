"""From a query to a ranking: what is found, its order, and the facets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from common.names import fold
from search.analysis import LANGUAGES, Query
from search.engine import FACETS, FacetCount, Hit, Matched, Ranking, SearchRequest
from search.meaning import QueryEncoder
from search.whoosh_corrections import corrections_of, suggestion
from search.whoosh_index import LANGUAGE_CODES, STORED_FACETS, Mask, Numbers, Reader, Scores, best_of
from search.whoosh_matching import Matches
from search.whoosh_meaning import Nearness, nearness

LEXICAL_WEIGHT = 0.4
"""What the best match by words counts beside its meaning, see decision 023."""
MOST_LEXICAL_CANDIDATES = 100
MOST_LITERAL = 50
MOST_SYNONYMS_ENCODED = 7
MOST_WORDS_COMPARED = 24

# How close a document has to be in meaning, see decision 023: the first one to be shown for it alone, those that
# follow, and one that is worth a message.
FIRST = 0.45
FOLLOWING = 0.36
STRONG = 0.56
NEAREST_WORDS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Scored:
    """What is known of each document of the reader after both searches."""

    matches: Matches
    scores: Scores
    near: Mask
    """Near enough in meaning to be shown, whether its words match or not."""
    is_strong: Mask

    @property
    def found(self) -> Mask:
        return self.matches.found | self.near

    def matched(self, document: int) -> Matched:
        matches = self.matches
        if matches.in_title[document]:
            return "title"
        if matches.in_names[document]:
            return "name"
        if matches.in_text[document]:
            return "text"
        if matches.in_attachment[document]:
            return "attachment"
        return "vocabulary" if matches.by_synonym[document] else "meaning"


def rank(reader: Reader, query: Query, request: SearchRequest, encoder: QueryEncoder | None) -> Ranking:
    """``encoder`` is None where only words are searched."""
    if not query.words or not reader.size:
        return Ranking()
    scored = _score(reader, query, request, encoder)
    objects = _Objects(reader, request, scored)
    return Ranking(
        own=HitList(reader, scored, *objects.own),
        other=HitList(reader, scored, *objects.other),
        facets=objects.facets,
        without=objects.without,
        suggestion=suggestion(query, request, scored.matches.corrections),
    )


def _score(reader: Reader, query: Query, request: SearchRequest, encoder: QueryEncoder | None) -> _Scored:
    matches = Matches(reader, query, request)
    by_meaning = encoder if reader.has_meaning.any() else None
    if request.mode != "semantic":
        matches.match_names()
        matches.match(request.language)
        matches.match_corrections(corrections_of(matches, request))
        matches.match_synonyms(request)
    if by_meaning:
        return _fused(matches, _nearness(reader, query, request, by_meaning, matches))
    if request.mode != "semantic":
        for language in LANGUAGES:
            if language != request.language:
                matches.match(language)
    return _Scored(matches, matches.scores, np.zeros(reader.size, bool), matches.is_complete)


def _nearness(
    reader: Reader, query: Query, request: SearchRequest, encoder: QueryEncoder, matches: Matches
) -> Nearness:
    labels = [label for synonyms in request.synonyms for found in synonyms.labels.values() for label in found[:1]]
    vector = encoder.text(query.text.strip(), labels[:MOST_SYNONYMS_ENCODED])
    is_own = reader.languages == LANGUAGE_CODES[request.language]
    groups = [is_own & matches.allowed, ~is_own & matches.allowed]
    if request.filters:
        passing = reader.passing(request.filters)
        groups += [group & passing for group in groups]
    best = [
        best_of(np.flatnonzero(matches.found & group), matches.scores, MOST_LEXICAL_CANDIDATES)
        for group in (is_own, ~is_own)
    ]
    literal = [
        matches.literal(language, MOST_LITERAL)
        for language in LANGUAGES
        if language != request.language and reader.has_language(language) and request.mode == "hybrid"
    ]
    words = [word.text.lower() for word in query.words if not word.joined]
    word_vectors = encoder.words(words[:MOST_WORDS_COMPARED])
    return nearness(reader, vector, word_vectors, groups, np.concatenate([*best, *literal]))


def _fused(matches: Matches, near: Nearness) -> _Scored:
    """The sum of both: meaning, and words in proportion to the best match by words."""
    best = matches.scores.max()
    scores = near.scores + (LEXICAL_WEIGHT / best * matches.scores if best > 0 else 0.0)
    closeness = np.zeros(len(scores))
    candidates = near.candidates[matches.allowed[near.candidates]]
    closeness[candidates] = (near.cosines + near.windows)[candidates] / 2 + NEAREST_WORDS_SHARE * near.words[candidates]
    shown = closeness >= (FOLLOWING if closeness.max(initial=0.0) >= FIRST else FIRST)
    return _Scored(matches, scores, shown, matches.is_complete | (closeness >= STRONG))


class _Objects:
    """The objects found: of each its best document, the version to show, and whether the filters let it pass."""

    def __init__(self, reader: Reader, request: SearchRequest, scored: _Scored) -> None:
        self.reader = reader
        self.request = request
        visible = np.flatnonzero(scored.matches.visible)
        is_found = scored.found
        found = np.flatnonzero(is_found)
        preference = reader.preference((request.language, *request.reading_order))
        # An object is as good as its best version; among equals the one that the reader prefers.
        best = found[np.lexsort((reader.id_order[found], preference[found], -scored.scores[found], reader.keys[found]))]
        best = best[_firsts(reader.keys[best])]
        self.versions = versions = visible[np.isin(reader.keys[visible], reader.keys[best])]
        shown = versions[np.lexsort((reader.id_order[versions], preference[versions], reader.keys[versions]))]
        shown = shown[_firsts(reader.keys[shown])]
        is_own = reader.languages[shown] == LANGUAGE_CODES[request.language]
        is_direct = is_own & is_found[shown]
        matched = np.where(is_direct, shown, best)
        refused = self._refused(shown)
        count = refused.sum(axis=0)
        self.facets, self.without = self._counted(shown, refused, count)
        passes = count == 0
        through = is_own & ~is_direct
        direct = self._sorted(shown, matched, passes & is_direct, scored)
        rest = self._sorted(shown, matched, passes & through, scored)
        self.own = tuple(np.concatenate(pair) for pair in zip(direct, rest, strict=True))
        if request.sort != "relevance":
            self.own = self._sorted(shown, matched, passes & is_own, scored)
        self.other = self._sorted(shown, matched, passes & ~is_own, scored)

    def _sorted(self, shown: Numbers, matched: Numbers, chosen: Mask, scored: _Scored) -> tuple[Numbers, Numbers]:
        """The documents to show and those that matched, in the order that is asked for."""
        shown, matched = shown[chosen], matched[chosen]
        rows = self.reader.rows
        ties = (self.reader.id_order[shown], -scored.scores[matched])
        if self.request.sort == "newest":
            dates = np.array([_days(rows[document].date) for document in shown.tolist()], np.int64)
            order = np.lexsort((*ties, -dates))
        elif self.request.sort == "title":
            titles = np.array([fold(rows[document].title) for document in shown.tolist()], np.str_)
            order = np.lexsort((*ties, np.unique(titles, return_inverse=True)[1].reshape(-1)))
        else:
            order = np.lexsort(ties)
        return shown[order], matched[order]

    def _refused(self, shown: Numbers) -> Mask:
        """For each facet whether its filter refuses each object."""
        return np.array([self._refused_by(facet, shown) for facet in FACETS]).reshape(len(FACETS), len(shown))

    def _refused_by(self, facet: str, shown: Numbers) -> Mask:
        accepted = self.request.filters.get(facet)
        if not accepted:
            return np.zeros(len(shown), bool)
        reader = self.reader
        if facet == "language":
            codes = [LANGUAGE_CODES[value] for value in accepted if value in LANGUAGE_CODES]
            having = self.versions[np.isin(reader.languages[self.versions], codes)]
            return ~np.isin(reader.keys[shown], reader.keys[having])
        return ~reader.having(facet, accepted)[shown]

    def _counted(
        self, shown: Numbers, refused: Mask, count: Numbers
    ) -> tuple[dict[str, list[FacetCount]], dict[str, int]]:
        """The count of a facet ignores the filter on itself."""
        reader = self.reader
        facets, without = {}, {}
        for place, facet in enumerate(FACETS):
            passes = count == refused[place]
            if self.request.filters.get(facet):
                without[facet] = int(passes.sum())
            if facet == "language":
                keys = reader.keys[shown[passes]]
                chosen = self.versions[np.isin(reader.keys[self.versions], keys)]
                values, codes = list(LANGUAGES), reader.languages[chosen]
            else:
                pairs = reader.facets[STORED_FACETS.index(facet)]
                is_counted = np.zeros(reader.size, bool)
                is_counted[shown[passes]] = True
                values, codes = reader.cache.codes.values(facet), pairs[is_counted[pairs[:, 0]], 1]
            totals = np.bincount(codes, minlength=len(values))
            counts = [FacetCount(values[code], int(totals[code])) for code in np.flatnonzero(totals).tolist()]
            facets[facet] = sorted(counts, key=lambda one: (-one.count, one.value))
        return facets, without


def _firsts(sorted_keys: Numbers) -> Mask:
    """Where a key stands for the first time."""
    firsts = np.ones(len(sorted_keys), bool)
    firsts[1:] = sorted_keys[1:] != sorted_keys[:-1]
    return firsts


def _days(date: str) -> int:
    return int(date.replace("-", "")) if date else 0


class HitList(Sequence[Hit]):
    """Hits that are made when somebody looks at them: a page shows ten of many thousands."""

    def __init__(self, reader: Reader, scored: _Scored, shown: Numbers, matched: Numbers) -> None:
        self._rows = reader.rows
        self._scored = scored
        self._shown = shown
        self._matched = matched

    def __len__(self) -> int:
        return len(self._shown)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        shown, matched = int(self._shown[place]), int(self._matched[place])
        row = self._rows[shown]
        return Hit(
            id=row.id,
            key=row.key,
            language=row.language,
            type=row.type,
            title=row.title,
            score=float(self._scored.scores[matched]),
            matched=self._scored.matched(matched),
            matched_language=self._rows[matched].language,
            is_strong=bool(self._scored.is_strong[matched]),
            matched_id="" if matched == shown else self._rows[matched].id,
        )

    def __iter__(self) -> Iterator[Hit]:
        return (self[number] for number in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]
