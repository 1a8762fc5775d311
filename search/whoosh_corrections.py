"""What may have been meant by a word that no document has, and what may be meant by the beginning of one."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from whoosh.support.levenshtein import distance

from common.names import fold
from search.analysis import LANGUAGES, TYPED_STOP_WORDS, Query, normalise, words
from search.engine import SearchRequest
from search.whoosh_index import Mask, Reader
from search.whoosh_matching import Matches

SHORTEST_CORRECTED = 3
LONGEST_CORRECTED = 30
SHORTEST_WITH_TWO_ERRORS = 5
MOST_CORRECTIONS = 4


def corrections_of(matches: Matches, request: SearchRequest) -> dict[str, str]:
    """For words that no document in the reader's language has, nor a name: the nearest one that a visible one has.

    A word that stands in a document of another language, or that the vocabulary knows, is right as it is.
    """
    query = matches.query
    in_vocabulary = {fold(word.text) for synonyms in request.synonyms for word in words(normalise(synonyms.words))}
    if query.only_stop_words:
        return {}
    known_groups = [word for word in query.words if word.joined and word.text in matches.known]
    unknown = (
        word
        for word in query.words
        if word.text not in matches.known
        and not word.joined
        and fold(word.text) not in in_vocabulary
        and not any(group.start <= word.start < group.end for group in known_groups)
        and SHORTEST_CORRECTED <= len(word.text) <= LONGEST_CORRECTED
        and word.text.isalpha()
    )
    corrections = {}
    for word in islice(unknown, MOST_CORRECTIONS):
        folded = fold(word.text)
        if _is_known_elsewhere(matches, folded):
            continue
        if correction := _correction(matches.reader, folded, matches.language, matches.visible):
            corrections[word.text.casefold()] = correction
    return corrections


def suggestion(query: Query, request: SearchRequest, corrections: dict[str, str]) -> str | None:
    """What was typed, with corrections in the place of the words that they are for; None without any."""
    if not corrections:
        return None
    pieces, position = [], 0
    text = normalise(request.text)
    for word in words(query.text):
        correction = corrections.get(word.text.casefold())
        if correction and not word.joined:
            if word.text[0].isupper():
                correction = correction[0].upper() + correction[1:]
            pieces += [text[position : word.start], correction]
            position = word.end
    return "".join([*pieces, text[position:]])


def _is_known_elsewhere(matches: Matches, folded: str) -> bool:
    return any(
        len(matches.reader.holders(f"w_{language}", folded, matches.visible))
        for language in LANGUAGES
        if language != matches.language and matches.reader.has_language(language)
    )


def _correction(reader: Reader, word: str, language: str, visible: Mask) -> str | None:
    """The nearest known word, spelt with its accents: first letter, then distance, then frequency decide."""
    limit = 1 if len(word) < SHORTEST_WITH_TWO_ERRORS else 2
    for same_letters in (1, 0):
        near: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        for field in (f"w_{language}", "w_names"):
            for leaf, _offset, _segment in reader.leaves:
                for term in leaf.terms_within(field, word, limit, prefix=same_letters):
                    if term.isalpha() and len(term) >= SHORTEST_CORRECTED and term not in TYPED_STOP_WORDS[language]:
                        near[distance(term, word)].add((field, term))
        for errors, candidates in sorted(near.items()):
            holders = {candidate: len(reader.holders(*candidate, visible)) for candidate in candidates}
            usual = min(candidates, key=lambda candidate: (-holders[candidate], candidate))
            if holders[usual]:
                # Without an error it is a word that is left out when names are searched, like "den" in Den Haag.
                return spelling(reader, *usual, visible) if errors else None
    return None


def spelling(reader: Reader, field: str, term: str, visible: Mask) -> str:
    """The usual spelling, with its accents, of a folded word among the visible documents."""
    spelt = {
        original: len(reader.holders(field, f"{term} {original}", visible)) for original in reader.expand(field, term)
    }
    usual = min(spelt, key=lambda original: (-spelt[original], original), default=term)
    return usual if spelt.get(usual) else term
