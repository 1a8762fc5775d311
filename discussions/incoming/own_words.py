"""What somebody wrote in a letter, without what it quotes, its signature, and what mail programs add.

Rather too much is kept than too little: what looks like a signature and has a sentence in it stays.
"""

import re
from collections.abc import Iterator, Sequence

from discussions.incoming import phrases
from discussions.incoming.lines import is_filled, is_quoted
from discussions.incoming.marks import our_line, without_marks
from discussions.incoming.signatures import without_end

_MOST_LINES = 5_000
_ANSWERED_LINES = 8


def own_words(text: str) -> str:
    """Markdown in, Markdown out; empty if there is nothing of one's own."""
    lines = [_without_pictures(line) for line in text.splitlines()[:_MOST_LINES]]
    lines = lines[: our_line(lines)]
    lines = without_marks(lines)
    # Signatures stand above or below what is quoted.
    lines = _with_quotations_that_are_answered(without_end(lines))
    lines = without_end(lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n\\ \t")


def _without_pictures(line: str) -> str:
    line = phrases.EMPTY_WORDS.sub("", line)
    return phrases.PICTURE_ADDRESS.sub("", line).rstrip(" \t" if line.endswith("\\") else "\t")


def _with_quotations_that_are_answered(lines: Sequence[str]) -> list[str]:
    """A quotation with words before and below it was answered there, and its last paragraph stays; one that merely
    stands at the top or at the end goes."""
    runs = list(_runs(lines))
    while runs and (runs[-1][0] or not is_filled(runs[-1][1])):
        runs.pop()
    own = [run for is_quote, run in runs if not is_quote and is_filled(run)]
    if len(own) < 2:
        # What stands below a single quotation at the top answers all of it: readers have it above in the thread.
        return own[0] if own else []
    kept: list[str] = []
    for is_quote, run in runs:
        kept += ["", *_last_paragraph(run), ""] if is_quote else run
    return kept


def _runs(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Stretches of quoted and of other lines; empty ones belong to what stands above them."""
    run: list[str] = []
    is_quote = False
    for line in lines:
        if line.strip() and is_quoted(line) is not is_quote:
            if run:
                yield is_quote, run
            run, is_quote = [], is_quoted(line)
        run.append(line)
    if run:
        yield is_quote, run


def _last_paragraph(quoted: Sequence[str]) -> list[str]:
    # A second level is what the quoted letter quoted.
    inner = [re.sub(r"^\s*\|?> ?", "", line) for line in quoted if line.strip()]
    inner = ["" if line.lstrip().startswith(">") else line.rstrip() for line in inner]
    paragraph: list[str] = []
    for line in inner:
        if line.strip(" \\"):
            paragraph.append(line)
        elif paragraph:
            last, paragraph = paragraph, []
    paragraph = paragraph or (last if inner and any(inner) else [])
    return [f"> {line}" for line in paragraph[-_ANSWERED_LINES:]]
