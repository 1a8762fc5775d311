"""What stands below somebody's words: “Kind regards”, a signature, notices of mail servers."""

import re
from collections.abc import Sequence

from discussions.incoming import phrases
from discussions.incoming.lines import LONGEST_MARK, is_filled, is_quoted, plain, without_trailing_blanks

_LINES = 16
_LONGEST_LINE = 100
_MOST_WORDS = 11


def without_end(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    before = None
    while kept != before:
        before = list(kept)
        kept = _without_delimited(without_trailing_blanks(kept))
        kept = _without_sent_from(without_trailing_blanks(kept))
        kept = _without_notices(without_trailing_blanks(kept))
    shorter = _without_closing(kept)
    return without_trailing_blanks(_without_sent_from(without_trailing_blanks(shorter)))


def _without_delimited(lines: list[str]) -> list[str]:
    """Without what stands below the line ``-- `` of the standard."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 2 * _LINES), -1):
        if phrases.SIGNATURE_DELIMITER.match(plain(lines[place])) and not any(map(is_quoted, lines[place:])):
            return lines[:place]
    return lines


def _without_sent_from(lines: list[str]) -> list[str]:
    """Without “Sent from my phone”, and the address that may stand in a line below."""
    end = len(lines) - 1 if lines and phrases.ADDRESS_ALONE.match(plain(lines[-1])) else len(lines)
    return lines[: end - 1] if end and _is_sent_from(lines[end - 1]) else lines


def _is_sent_from(line: str) -> bool:
    """Whether a line says from which device or with which program; a sentence that begins alike names none."""
    words = plain(line[:LONGEST_MARK])
    return bool(phrases.SENT_FROM.match(words) and phrases.DEVICE_OR_PROGRAM.search(words))


def _without_notices(lines: list[str]) -> list[str]:
    """Without last paragraphs that are notices of mail servers, and their headings; never without the only one."""
    kept, needed = lines, 2
    while True:
        start = len(kept)
        while start and kept[start - 1].strip(" \t\\"):
            start -= 1
        words = {word.lower() for word in phrases.CONFIDENTIAL.findall(" ".join(kept[start:])[:3_000])}
        is_heading = needed == 1 and sum(len(line.split()) for line in kept[start:]) <= 5
        if (len(words) < 2 and not (words and is_heading)) or not is_filled(kept[:start]):
            return kept
        kept, needed = without_trailing_blanks(kept[:start]), 1


def _without_closing(lines: list[str]) -> list[str]:
    """Without “Kind regards” and what follows, if that is nothing but a signature."""
    filled = [place for place, line in enumerate(lines) if line.strip(" \t\\")]
    for place in reversed(filled[-_LINES - 1 :]):
        if is_quoted(lines[place]):
            return lines
        if len(lines[place]) < LONGEST_MARK and phrases.CLOSING.match(plain(lines[place])):
            below = [plain(line) for line in lines[place + 1 :] if line.strip(" \t\\")]
            return lines[:place] if is_filled(lines[:place]) and _is_signature(below) else lines
    return lines


def _is_signature(lines: Sequence[str]) -> bool:
    """Whether what stands below a closing is nothing but a signature: no sentence, question or list. Below a number or
    an address at which somebody is reached stand slogans and notices, and nobody's words but a postscript."""
    is_reached = False
    for line in lines:
        if phrases.POSTSCRIPT.match(line) or line.endswith("?"):
            return False
        is_reached = is_reached or phrases.CONTACT.search(line[:LONGEST_MARK]) is not None
        if not is_reached and not _is_of_signature(line):
            return False
    return True


def _is_of_signature(line: str) -> bool:
    words = line.split()
    if re.match(r"[-•] \S", line):
        return False
    is_notice = len(phrases.CONFIDENTIAL.findall(line[:3_000])) >= 2
    is_sentence = line.endswith((".", "!", ":")) and len(words) > 4
    is_short = len(line) <= _LONGEST_LINE and len(words) <= _MOST_WORDS
    return is_notice or _is_sent_from(line) or (is_short and not is_sentence)
