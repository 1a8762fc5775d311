"""The part of a text that shows best why it was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

LENGTH = 240
ELLIPSIS = "…"

SPACE = re.compile(r"\s+")
SENTENCE_START = re.compile(r"(?<=[.!?…])\s+(?=\S)")


class Match(NamedTuple):
    """A place where a word of the query stands; ``term`` tells one word from another."""

    start: int
    end: int
    term: str


def beginning(text: str, length: int = LENGTH) -> str:
    """The first ``length`` characters or less, as HTML."""
    return _cut(text, 0, length, [])


def best_passage(text: str, matches: Iterable[Match], length: int = LENGTH) -> str:
    """About ``length`` characters with most of the words found, each in ``<mark>``, as HTML; if none, the beginning."""
    found = sorted(matches)
    if not found:
        return beginning(text, length)
    first, last = _densest(found, length)
    return _cut(text, _start(text, found[first].start, found[last].end, length), length, found)


def _densest(found: Sequence[Match], length: int) -> tuple[int, int]:
    """First and last of the matches that fit together: most different words, then most words, then the earliest."""
    best, chosen = (0, 0), (0, 0)
    inside: Counter[str] = Counter()
    first = 0
    for last, match in enumerate(found):
        inside[match.term] += 1
        while first < last and match.end - found[first].start > length:
            inside[found[first].term] -= 1
            first += 1
        worth = (len(+inside), inside.total())
        if worth > best:
            best, chosen = worth, (first, last)
    return chosen


def _start(text: str, first: int, end: int, length: int) -> int:
    """Where to begin so that the words stand in the passage: with their sentence if it begins near, else at a word."""
    if end <= length:
        return 0
    room = max(0, length - (end - first))
    # Near its end the text is shown up to there, not a shorter piece of it.
    latest = min(first, max(first - room, len(text) - length))
    sentences = [border.end() for border in SENTENCE_START.finditer(text, first - room, latest + 1)]
    if sentences:
        return sentences[-1]
    space = SPACE.search(text, min(latest, first - room // 2), first)
    return space.end() if space else first


def _cut(text: str, start: int, length: int, matches: Sequence[Match]) -> str:
    end = min(len(text), start + length)
    if end < len(text):
        # The last border between words; a word longer than the passage is cut where the passage ends.
        end = max((border.start() for border in SPACE.finditer(text, start + 1, end + 1)), default=end)
    pieces = [ELLIPSIS] if start else []
    position = start
    for match in matches:
        if match.start >= position and match.end <= end:
            marked = escape(text[match.start : match.end])
            pieces += [escape(text[position : match.start]), f"<mark>{marked}</mark>"]
            position = match.end
    pieces.append(escape(text[position:end].rstrip()))
    if end < len(text.rstrip()):
        pieces.append(ELLIPSIS)
    return SPACE.sub(" ", "".join(pieces))
