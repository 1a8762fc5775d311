"""From text to the terms of the index, for each language.

The index and the query go through the same functions, so that what was written one way is found when typed another way:
without accents, without punctuation inside a name, as one word or as two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from whoosh.lang import stemmer_for_language, stopwords_for_language

from common.names import fold

LANGUAGES = ("fr", "en", "de", "it", "nl", "es", "pt")

COMPOUNDING_LANGUAGES = ("de", "nl")
"""Languages that write compounds as one word."""

SHORTEST_PART = 4
JOINTS = ("", "s", "n", "en", "es", "e", "er")
LONGEST_WORD = 64
MOST_QUERY_WORDS = 64
MOST_WORDS_WRITTEN_APART = 3

# What the apostrophe leaves behind (l'école, dell'arte, don't, 's-Gravenhage), and what Snowball's lists forget.
ADDITIONAL_STOP_WORDS = {
    "fr": "a c d j l m n qu s t jusqu lorsqu puisqu quoiqu les",
    "en": "d ll m re s t ve",
    "de": "s",
    "it": "c d l s un all coll dall dell nell sull quest quell",
    "nl": "n s t",
    "es": "s",
    "pt": "d s",
}

# Plurals that Snowball parts from their singular, among them the words for bicycle, people, young, city and action.
# Each ending is replaced before stemming; where that is no word, it is at least the same one in index and query.
PLURALS = {
    "fr": ((r"os$", "o"),),
    "en": ((r"ieves$", "ief"),),
    "it": ((r"iere$", "ieri"),),
    "nl": (
        (r"([bfglmnprs])\1en$", r"\1en"),
        (r"([^aeious])sen$", r"\1s"),
        (r"(ij|ie|oe)ven$", r"\1f"),
        (r"(ij|ui)zen$", r"\1s"),
    ),
    "es": ((r"ades$", "ad"), (r"enes$", "en")),
    "pt": ((r"[õã]es$", "ão"), (r"ais$", "al"), (r"ens$", "em")),
}

# Inside a name or a compound; an apostrophe is not among them, it only separates.
INNER_PUNCTUATION = r"@.&_*:·\-‐‑"
GROUP = re.compile(rf"[^\W_]+(?:[{INNER_PUNCTUATION}][^\W_]+)*")
PART = re.compile(r"[^\W_]+")

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class Word(NamedTuple):
    """A word of a text, and where it stands there."""

    text: str
    start: int
    end: int
    joined: bool = False
    """Made of several words that stand there with punctuation between them."""


def normalise(text: str) -> str:
    """The text with composed accents and without invisible characters; positions of words refer to this form."""
    return unicodedata.normalize("NFC", text).translate(INVISIBLE)


def words(text: str) -> Iterator[Word]:
    """The words of a normalised text; those that punctuation joins come one by one and then once more as one word.

    ``Medi@4sec`` gives Medi, 4sec, Medi4sec and Media4sec, ``cyber-attaque`` gives cyber, attaque and cyberattaque.
    """
    for group in GROUP.finditer(text):
        parts = list(PART.finditer(group[0]))
        for part in parts:
            yield Word(part[0][:LONGEST_WORD], group.start() + part.start(), group.start() + part.end())
        # Joined digits would be another number: 3.14 is not 314.
        if len(parts) > 1 and not all(part[0].isdigit() for part in parts):
            joined = "".join(part[0] for part in parts), "".join(PART.findall(group[0].replace("@", "a")))
            for word in dict.fromkeys(joined):
                yield Word(word[:LONGEST_WORD], group.start(), group.end(), joined=True)


def _stop_words(language: str) -> frozenset[str]:
    return stopwords_for_language(language) | frozenset(ADDITIONAL_STOP_WORDS[language].split())


STOP_WORDS = {language: _stop_words(language) for language in LANGUAGES}
# People leave accents out when they type, never in a text: folded forms in the index would take Uber for über.
TYPED_STOP_WORDS = {language: listed | {fold(word) for word in listed} for language, listed in STOP_WORDS.items()}
ALL_STOP_WORDS = frozenset().union(*TYPED_STOP_WORDS.values())

_STEMMERS = {language: stemmer_for_language(language) for language in LANGUAGES}

_PLURALS = {
    language: [(re.compile(plural), singular) for plural, singular in rules] for language, rules in PLURALS.items()
}


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The stem, folded afterwards, as stemmers need the accents: volé and volée share a stem, volee has another."""
    word = word.lower()
    for plural, singular in _PLURALS.get(language, ()):
        word = plural.sub(singular, word)
    return fold(_STEMMERS[language](word))


def is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def without_stop_words(found: Iterable[Word], stop_words: frozenset[str], *, shouted: bool) -> list[Word]:
    """The words that carry meaning. WHO and IT do, unlike who and it, unless all is in capitals (``shouted``)."""
    return [word for word in found if word.text.lower() not in stop_words or (is_acronym(word.text) and not shouted)]


def name_terms(names: Iterable[str]) -> list[str]:
    """The distinct terms of names in any language: folded, not stemmed.

    Stop words of every language go, or "the port" would find The Hague; a name made of nothing else (Como) stays whole.
    """
    terms: dict[str, None] = {}
    for name in names:
        folded = [fold(word.text) for word in words(normalise(name))]
        terms.update(dict.fromkeys([term for term in folded if term not in ALL_STOP_WORDS] or folded))
    return list(terms)


def spellings(found: Iterable[Word]) -> set[str]:
    """Each word folded and, where it has accents, also as ``folded original``: the way back to the proper spelling."""
    result = set()
    for word in found:
        folded, original = fold(word.text), word.text.lower()
        result.add(folded)
        if folded != original:
            result.add(f"{folded} {original}")
    return result


class Query(NamedTuple):
    """What a reader typed, cut into words once for all languages."""

    words: list[Word]
    """Distinct, without the stop words of the reader's language unless there is nothing else."""
    shouted: bool
    only_stop_words: bool
    phrases: tuple[tuple[str, ...], ...] = ()
    """The words of each phrase that must stand somewhere in this order; folded, stop words included."""
    excluded: tuple[tuple[str, ...], ...] = ()
    """Words, or phrases of more than one, that must not stand anywhere."""
    text: str = ""
    """What was typed without quotation marks and without what is excluded; everything at its place."""


QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
OPERATION = re.compile(r'(?<![^\s(])(?P<minus>-?)"(?P<phrase>[^"]*)"|(?<![^\s(])-(?P<word>[^\W_][^\s"]*)')


def read_query(text: str, language: str) -> Query:
    """The words that a reader of ``language`` typed. Any text will do.

    Two things are operators: double quotes of any kind around a phrase, and a minus at the beginning of a word or
    before a phrase. A quotation mark or a minus that stands alone means nothing.
    """
    text, phrases, excluded = _read_operators(normalise(text).translate(QUOTATION_MARKS))
    typed: dict[str, Word] = {}
    for word in words(text):
        typed.setdefault(word.text.casefold(), word)
        if len(typed) == MOST_QUERY_WORDS:
            break
    shouted = text.isupper()
    meaningful = without_stop_words(typed.values(), TYPED_STOP_WORDS[language], shouted=shouted)
    found = [*meaningful, *_written_apart(meaningful, text)] if meaningful else list(typed.values())
    return Query(found, shouted, not meaningful, phrases, excluded, text)


def _read_operators(text: str) -> tuple[str, tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """The text with blanks for what is excluded and for quotation marks; the phrases; what is excluded."""
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []

    def blank(found: re.Match[str]) -> str:
        sequence = folded_words(found["phrase"] or found["word"] or "")
        if found["minus"] or found["word"]:
            excluded.append(sequence)
            return " " * len(found[0])
        phrases.append(sequence)
        return found[0].replace('"', " ")

    rest = OPERATION.sub(blank, text)
    return rest, tuple(filter(None, phrases)), tuple(filter(None, excluded))


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, folded, none left out."""
    return tuple(fold(word.text) for word in words(text) if not word.joined)


def _written_apart(found: list[Word], text: str) -> list[Word]:
    """Neighbours once more as one word: who types "cyber sécurité" also means "cybersécurité".

    In short queries only: in whole questions, where people write words as they should be, it costs precision.
    """
    single = sorted((word for word in found if not word.joined), key=lambda word: word.start)
    if len(single) > MOST_WORDS_WRITTEN_APART:
        return []
    known = {word.text.casefold() for word in found}
    pairs: dict[str, Word] = {}
    for left, right in pairwise(single):
        both = left.text + right.text
        if text[left.end : right.start].isspace() and both.isalpha() and both.casefold() not in known:
            pairs.setdefault(both.casefold(), Word(both[:LONGEST_WORD], left.start, right.end, joined=True))
    return list(pairs.values())


class Analysis:
    """The analysis of all languages with one vocabulary of compounds, which belongs to the index built with it."""

    def __init__(self, vocabulary: Mapping[str, frozenset[str]] | None = None) -> None:
        self.vocabulary = vocabulary or {}
        self._parts = lru_cache(maxsize=50_000)(self._split)

    def forms(self, word: str, language: str) -> tuple[str, ...]:
        """The word, and its parts when it is a compound: each is a term of the index in its own right."""
        return (word, *self._parts(word, language))

    def words(self, text: str, language: str) -> list[Word]:
        """The words of a text that carry meaning."""
        text = normalise(text)
        return without_stop_words(words(text), STOP_WORDS[language], shouted=text.isupper())

    def terms(self, found: Iterable[Word], language: str) -> list[str]:
        """What is indexed for these words: stems, made with the accents and folded afterwards."""
        return [stem(form, language) for word in found for form in self.forms(word.text, language)]

    def accents(self, found: Iterable[Word], language: str) -> set[str]:
        """``stem of the word without accents``, a space, ``stem of the word``, for each word in which the two differ.

        So a word typed without accents leads to the terms of all that it can stand for (see ``stem``).
        """
        result = set()
        for word in found:
            for form in self.forms(word.text, language):
                bare, proper = stem(fold(form), language), stem(form, language)
                if bare != proper:
                    result.add(f"{bare} {proper}")
        return result

    def query_words(self, query: Query, language: str) -> list[Word]:
        """The words of a query that carry meaning in ``language`` too."""
        return without_stop_words(query.words, TYPED_STOP_WORDS[language], shouted=query.shouted)

    def _split(self, word: str, language: str) -> tuple[str, ...]:
        """The two known words that a compound consists of, its joint left out; nothing for any other word."""
        vocabulary = self.vocabulary.get(language)
        if not vocabulary:
            return ()
        folded = fold(word)
        for end in range(len(folded) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            if folded[:end] not in vocabulary:
                continue
            for joint in JOINTS:
                tail = folded[end + len(joint) :]
                if len(tail) >= SHORTEST_PART and folded.startswith(joint, end) and tail in vocabulary:
                    return folded[:end], tail
        return ()


def compound_vocabulary(found: Iterable[Word]) -> set[str]:
    """The words that may be parts of a compound."""
    return {
        fold(word.text) for word in found if not word.joined and len(word.text) >= SHORTEST_PART and word.text.isalpha()
    }
