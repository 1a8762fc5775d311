"""Where mail programs begin to quote: “On 3 March, X wrote:”, blocks of headers, and the line of our own letters."""

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils import translation

from common.languages import CODES
from discussions.incoming import phrases
from discussions.incoming.lines import LONGEST_MARK, is_quoted, plain
from notifications.reply_line import reply_line

_WRAPPED = 4
"""Lines over which mail programs break what they write before a quotation."""
_HEADERS = 8
"""Lines of a block of headers."""
_READ_BY_LIBRARY = 600


@cache
def _reply_lines() -> frozenset[str]:
    lines = set()
    for code in CODES:
        with translation.override(code):
            lines.add(reply_line())
    return frozenset(lines)


def our_line(lines: Sequence[str]) -> int:
    """The place of the line of our letters above which one answers."""
    for place, line in enumerate(lines):
        words = plain(line.lstrip("> "))
        if len(words) < LONGEST_MARK and (words in _reply_lines() or (words.startswith("⸺") and words.endswith("⸺"))):
            return place
    return len(lines)


def without_marks(lines: Sequence[str]) -> list[str]:
    """Without the lines that say who wrote the quoted ones; ends where everything below is quoted without a mark."""
    kept = list(lines)
    while (found := _first_mark(kept)) is not None:
        start, end, is_end = found
        if is_end:
            return kept[:start]
        kept[start:end] = [""]
    return kept


def _first_mark(lines: Sequence[str]) -> tuple[int, int, bool] | None:
    """Start and end of the first mark, and whether everything below it belongs to others."""
    library = _marks_of_library(lines)
    for start, line in enumerate(lines):
        words = plain(line)
        if not words or len(words) > LONGEST_MARK or is_quoted(line):
            continue
        if phrases.ORIGINAL_MESSAGE.match(words):
            return start, start + 1, True
        if (end := _headers_end(lines, start)) is not None:
            return start, end, True
        if (end := _attribution_end(lines, start, library.get(start))) is not None:
            return start, end, not _quoted_below(lines, end)
    return None


def _marks_of_library(lines: Sequence[str]) -> dict[int, int]:
    """Start and end of what mail-parser-reply takes for a mark; its patterns are slow on long lines."""
    text = "\n".join(
        "" if is_quoted(line) or len(line) > LONGEST_MARK else plain(line) for line in lines[:_READ_BY_LIBRARY]
    )
    marks = {}
    for found in phrases.LIBRARY_HEADER.finditer(text):
        lead = len(found[0]) - len(found[0].lstrip())
        start = text.count("\n", 0, found.start() + lead)
        marks[start] = start + found[0].strip().count("\n") + 1
    return marks


def _headers_end(lines: Sequence[str], start: int) -> int | None:
    """The end of a block of headers (From, Sent, To, Subject) that begins here, with the rule above it."""
    place = start
    if phrases.RULE.match(plain(lines[start])):
        place = _next_filled(lines, start + 1)
    kinds: set[str] = set()
    first = place
    while place < len(lines) and place < first + _HEADERS and len(lines[place]) < LONGEST_MARK:
        kind = _header_kind(plain(lines[place]))
        if kind is None and not (kinds and plain(lines[place])):
            break
        if kind is None and place + 1 < len(lines) and _header_kind(plain(lines[place + 1])) is None:
            break
        if kind is not None:
            if not kinds and kind not in {"from", "sent"}:
                return None
            kinds.add(kind)
        place += 1
    is_of_a_letter = "subject" in kinds or any("@" in line for line in lines[first:place])
    return place if is_of_a_letter and "from" in kinds and len(kinds) >= 3 else None


def _header_kind(line: str) -> str | None:
    line = re.sub(r"\*+", "", line)
    labels = {
        "from": phrases.FROM_LABEL,
        "sent": phrases.SENT_LABEL,
        "to": phrases.TO_LABEL,
        "subject": phrases.SUBJECT_LABEL,
    }
    return next((kind for kind, label in labels.items() if label.match(line)), None)


def _attribution_end(lines: Sequence[str], start: int, library_end: int | None) -> int | None:
    """The end of “On … wrote:” that begins here. Where no quotation follows, it must name the portal to be one."""
    joined = ""
    for end in range(start + 1, min(start + _WRAPPED, len(lines)) + 1):
        line = lines[end - 1]
        if is_quoted(line) or not line.strip() or len(joined) > LONGEST_MARK:
            break
        joined = f"{joined} {plain(line)}".strip()
        if not joined.endswith(":"):
            continue
        is_ours = phrases.ATTRIBUTION.match(joined) is not None
        is_known = is_ours or (library_end == end and any(character.isdigit() for character in joined))
        if _quoted_below(lines, end):
            return end if is_known or phrases.FOREIGN_ATTRIBUTION.match(joined) else None
        if is_known and _names_the_portal(joined):
            return end
    return None


def _names_the_portal(line: str) -> bool:
    reply_domain = settings.REPLY_ADDRESS.rpartition("@")[2]
    names = (settings.WAGTAIL_SITE_NAME, settings.DEFAULT_FROM_EMAIL, f"@{reply_domain}" if reply_domain else "")
    return any(name.lower() in line.lower() for name in names if name)


def _next_filled(lines: Sequence[str], start: int) -> int:
    return next((place for place in range(start, len(lines)) if lines[place].strip(" \t\\")), len(lines))


def _quoted_below(lines: Sequence[str], start: int) -> bool:
    place = _next_filled(lines, start)
    return place < len(lines) and is_quoted(lines[place])
