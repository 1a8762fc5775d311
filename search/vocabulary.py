"""What the vocabulary knows of the words of a query: other names for the same thing, and names that begin so.

Concepts, cities and countries have names in seven languages. They are read into one table a process, which is built
anew when it is older than ``KEPT_SECONDS``: an edit is live within a minute everywhere, and a search asks the database
nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Literal, NamedTuple

from common.languages import complete_order, country_name
from common.names import fold
from members.models import CityName
from search.analysis import (
    COMPOUNDING_LANGUAGES,
    JOINTS,
    LANGUAGES,
    MOST_QUERY_WORDS,
    MOST_WORDS_WRITTEN_APART,
    TYPED_STOP_WORDS,
    Word,
    is_acronym,
    normalise,
    stem,
    words,
)
from search.engine import Synonyms
from taxonomy.models import ConceptLabel, LabelKind

KEPT_SECONDS = 30

# Shorter words mean something else in too many languages: "mare", "gift", "rat".
SHORTEST_FOREIGN_WORD = 5
# From this length on, a word with another ending is still the same word, whatever its language.
UNMISTAKABLE_WORD = 8
SHORTEST_FOREIGN_ACRONYM = 4

# Phrases that are asked for to the letter, and what must not be found: neither is widened.
_TO_THE_LETTER = re.compile(r'(?<!\S)-(?:"[^"]*"|\S+)|"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')

_KINDS = tuple(LabelKind.values)
_PREFERRED, _HIDDEN = _KINDS.index(LabelKind.PREFERRED), _KINDS.index(LabelKind.HIDDEN)


@dataclass(frozen=True, slots=True)
class Name:
    """A city or concept that may be meant by the beginning of a word."""

    kind: Literal["city", "concept"]
    key: str
    label: str
    """Its preferred name in the reader's language, or else in the best other one."""
    matched: str
    """The name that begins so; ``label`` where that is one to be found but never shown."""


class _Label(NamedTuple):
    language: str
    kind: int
    """0 preferred, 1 alternative, 2 hidden."""
    text: str


@dataclass(slots=True, eq=False)
class _Thing:
    """A concept, a city or a country, with all its names."""

    kind: Literal["city", "concept", "country"]
    key: str
    labels: list[_Label] = field(default_factory=list)

    def shown(self, language: str) -> str:
        preferred = {label.language: label.text for label in self.labels if label.kind == _PREFERRED}
        return next((preferred[code] for code in complete_order((language,)) if code in preferred), self.key)


class _Run(NamedTuple):
    """Neighbouring words of a query that are a name."""

    first: int
    last: int
    form: str
    language: str
    found: list[tuple[_Thing, _Label]]


class _Table:
    """Every name in every form in which it may be typed."""

    def __init__(self, things: Iterable[_Thing]) -> None:
        self.things = list(things)
        self._forms: dict[str, dict[str, list[tuple[_Thing, _Label]]]] = {code: defaultdict(list) for code in LANGUAGES}
        self._longest = 1
        for thing in self.things:
            for label in thing.labels:
                known = _forms_of_label(label.text, label.language)
                self._longest = max(self._longest, known.length)
                for form in known.forms:
                    self._forms[label.language][form].append((thing, label))

    def runs(self, found: Sequence[Word], language: str) -> list[_Run]:
        """The longest runs of these words that are a name, none overlapping, as they stand in the query."""
        taken: set[int] = set()
        runs = []
        order = complete_order((language,))
        candidates = {code: _candidates(found, code, self._longest) for code in order}
        for length in range(min(self._longest, len(found)), 0, -1):
            for code in order:
                for first, last, forms in candidates[code].get(length, ()):
                    if taken.intersection(range(first, last + 1)):
                        continue
                    if run := self._look_up(found[first : last + 1], first, last, forms, code, language, len(found)):
                        taken.update(range(first, last + 1))
                        runs.append(run)
        return sorted(runs)

    def _look_up(
        self, run: Sequence[Word], first: int, last: int, forms: Iterable[str], code: str, language: str, query: int
    ) -> _Run | None:
        if len(run) < query and all(_is_stop_word(word, code) or _is_stop_word(word, language) for word in run):
            return None
        for form in forms:
            found = self._forms[code].get(form, [])
            if code != language:
                found = [one for one in found if _is_no_false_friend(run, one[1])]
            if found:
                # Who names a thing as it is called does not mean those of which people merely also say so.
                return _Run(first, last, form, code, [one for one in found if one[1].kind != _HIDDEN] or found)
        return None


def synonyms_for(text: str, language: str) -> tuple[Synonyms, ...]:
    """What else the things are called that a query names, for at most one run of its words each, in their order.

    The longest runs of words that are a name count, in the reader's ``language`` before any other. Names compare as
    words do in the index: accents, plurals, punctuation and whether a compound is written together do not matter.
    Nothing is widened inside quotation marks or after a minus. Hidden names lead to a thing, but are no names to look
    for: many are misspelt or mean more. Nor do narrower concepts widen a query: their names are many and say less.
    """
    if not text:
        return ()
    text = normalise(text)
    table = _kept.table()
    synonyms = []
    for found in _free_words(text):
        for run in table.runs(found, language):
            if labels := _other_names(run):
                typed = text[found[run.first].start : found[run.last].end]
                synonyms.append(Synonyms(typed, labels))
    return tuple(synonyms)


def names_beginning(text: str, language: str, limit: int) -> list[Name]:
    """The cities and concepts with a name in which a word begins as ``text`` does, best first, each once.

    Names in the reader's ``language`` come before others, preferred ones before alternatives and before hidden ones,
    those that begin so before those that contain it.
    """
    typed = " ".join(fold(word.text) for word in _single_words(text))
    if not typed:
        return []
    ranked = []
    for thing in _kept.table().things:
        if thing.kind == "country":
            continue
        matches = [
            ((label.language != language, label.kind, place, len(label.text), label.text), label)
            for label in thing.labels
            if (place := _place_of(typed, _forms_of_label(label.text, label.language).spaced)) is not None
        ]
        if matches:
            rank, label = min(matches)
            shown = thing.shown(language)
            matched = shown if label.kind == _HIDDEN else label.text
            ranked.append((rank, Name(thing.kind, thing.key, shown, matched)))
    ranked.sort(key=lambda one: (one[0], one[1].kind, one[1].key))
    return [name for _rank, name in ranked[:limit]]


def forget() -> None:
    """Have this process read the vocabulary anew when it is next asked for."""
    _kept.forget()


# ---------------------------------------------------------------- words and forms


def _single_words(text: str) -> list[Word]:
    return [word for word in words(normalise(text)) if not word.joined]


def _free_words(text: str) -> Iterator[list[Word]]:
    """The words of a query that may be widened: those between what is asked for to the letter."""
    left = MOST_QUERY_WORDS
    # Blanks of the same length: the positions of all other words remain.
    for part in re.finditer(r"[^\n]+", _TO_THE_LETTER.sub(lambda found: "\n" * len(found[0]), text.replace("\n", " "))):
        found = [
            Word(word.text, word.start + part.start(), word.end + part.start())
            for word in words(part[0])
            if not word.joined
        ][:left]
        left -= len(found)
        if found:
            yield found


def _is_stop_word(word: Word, language: str) -> bool:
    return word.text.lower() in TYPED_STOP_WORDS[language] and not is_acronym(word.text)


def _stems(found: Sequence[str], language: str) -> list[str]:
    """These words as one form: with the accents that were typed, and without any, as the stems of both may differ."""
    proper = " ".join(stem(word, language) for word in found)
    bare = " ".join(stem(fold(word), language) for word in found)
    return list(dict.fromkeys((proper, bare)))


def _written_together(found: Sequence[str], language: str) -> list[str]:
    if not 1 < len(found) <= MOST_WORDS_WRITTEN_APART or not all(word.isalpha() for word in found):
        return []
    joints = JOINTS if language in COMPOUNDING_LANGUAGES and len(found) == 2 else ("",)
    return [form for joint in joints for form in _stems([joint.join(found)], language)]


class _Forms(NamedTuple):
    length: int
    """Of how many words the label consists."""
    forms: tuple[str, ...]
    spaced: str
    """Its words, folded."""


# Most labels are the same each time that the table is built.
@lru_cache(maxsize=50_000)
def _forms_of_label(label: str, language: str) -> _Forms:
    """Under what a label is kept: all its words; those that carry meaning, if there are several; all in one."""
    found = _single_words(label)
    texts = [word.text for word in found]
    meaningful = [word.text for word in found if not _is_stop_word(word, language)]
    forms = [*_stems(texts, language), *_stems(["".join(texts)], language)]
    if len(meaningful) > 1:
        forms += _stems(meaningful, language)
    distinct = tuple(dict.fromkeys(form for form in forms if form))
    return _Forms(len(found), distinct, " ".join(fold(text) for text in texts))


def _candidates(
    found: Sequence[Word], language: str, longest: int
) -> dict[int, list[tuple[int, int, tuple[str, ...]]]]:
    """By length, the runs of words that may be a name: first word, last word, and the forms to look up."""
    by_length: dict[int, dict[tuple[int, int], list[str]]] = defaultdict(lambda: defaultdict(list))
    meaningful = [number for number, word in enumerate(found) if not _is_stop_word(word, language)]
    for numbers in (range(len(found)), meaningful):
        for place in range(len(numbers)):
            for end in range(place + 1, min(place + longest, len(numbers)) + 1):
                run = numbers[place:end]
                texts = [found[number].text for number in run]
                forms = by_length[run[-1] - run[0] + 1][run[0], run[-1]]
                forms += [*_stems(texts, language), *_written_together(texts, language)]
    return {
        length: [(first, last, tuple(dict.fromkeys(forms))) for (first, last), forms in runs.items()]
        for length, runs in by_length.items()
    }


def _is_no_false_friend(run: Sequence[Word], label: _Label) -> bool:
    """Whether words that were typed in one language are likely enough meant as a name in another."""
    meaningful = [word for word in run if not _is_stop_word(word, label.language)]
    if len(meaningful) > 1:
        return True
    typed = "".join(word.text for word in run)
    if is_acronym(label.text) and fold(typed) == fold(label.text):
        return len(typed) >= SHORTEST_FOREIGN_ACRONYM or is_acronym(typed)
    if len(typed) >= UNMISTAKABLE_WORD:
        return True
    spelling = _forms_of_label(label.text, label.language).spaced.replace(" ", "")
    return len(typed) >= SHORTEST_FOREIGN_WORD and fold(typed) == spelling


def _other_names(run: _Run) -> dict[str, tuple[str, ...]]:
    """By language, the names to look for as well, without those that are what was typed."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for thing in dict.fromkeys(thing for thing, _label in run.found):
        for label in thing.labels:
            is_typed = label.language == run.language and run.form in _forms_of_label(label.text, run.language).forms
            if label.kind != _HIDDEN and not is_typed:
                names[label.language][label.text] = None
    return {code: tuple(names[code]) for code in LANGUAGES if code in names}


def _place_of(typed: str, spaced: str) -> int | None:
    """Where in a label a word begins as typed: 0 the first word, 1 a later one. A compound may be typed apart."""
    if spaced.startswith(typed) or spaced.replace(" ", "").startswith(typed.replace(" ", "")):
        return 0
    return 1 if f" {typed}" in spaced else None


# ---------------------------------------------------------------- the table that is kept


def _read_table() -> _Table:
    """All names, in two queries."""
    things: dict[tuple[str, str], _Thing] = {}
    for key, language, kind, text in ConceptLabel.objects.order_by("concept__key", "pk").values_list(
        "concept__key", "language", "kind", "text"
    ):
        concept = things.setdefault(("concept", key), _Thing("concept", key))
        concept.labels.append(_Label(language, _KINDS.index(kind), text))
    for key, country, language, kind, text in CityName.objects.order_by("city__key", "pk").values_list(
        "city__key", "city__country", "language", "kind", "text"
    ):
        city = things.setdefault(("city", key), _Thing("city", key))
        city.labels.append(_Label(language, _KINDS.index(kind), text))
        if ("country", country) not in things:
            names = [_Label(code, _PREFERRED, country_name(country, code)) for code in LANGUAGES]
            things["country", country] = _Thing("country", country, names)
    return _Table(things.values())


class Kept:
    """What ``read`` returns, read anew when it is older than ``seconds``; safe to share among threads.

    While one thread reads, the others take what there was.
    """

    def __init__(self, read: Callable[[], _Table], seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._read, self._seconds, self._clock = read, seconds, clock
        self._lock = Lock()
        self._kept: tuple[float, _Table] | None = None

    def table(self) -> _Table:
        kept = self._kept
        if kept is not None and self._clock() < kept[0]:
            return kept[1]
        if not self._lock.acquire(blocking=kept is None) and kept is not None:
            return kept[1]
        try:
            kept = self._kept
            if kept is None or self._clock() >= kept[0]:
                # The time is taken first: what is saved while the table is read counts as not seen.
                until = self._clock() + self._seconds
                kept = until, self._read()
                self._kept = kept
            return kept[1]
        finally:
            self._lock.release()

    def forget(self) -> None:
        self._kept = None


_kept = Kept(_read_table, KEPT_SECONDS)
