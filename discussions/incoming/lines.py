"""Lines of a letter, and how they are compared."""

import re
from collections.abc import Sequence

LONGEST_MARK = 400
"""Characters of a line that can be a mark of a mail program: longer ones are somebody's words."""


def is_quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))


def plain(line: str) -> str:
    """A line as it is compared: without the marks of Markdown and of quotations."""
    line = line.replace("\xa0", " ").replace("\u202f", " ").strip().removesuffix("\\")
    return re.sub(r"\\([\\`*_\[\]<>()#+.!-])", r"\1", line).strip().strip("*").strip()


def is_filled(lines: Sequence[str]) -> bool:
    """Whether any of them says something."""
    return any(line.strip(" \t\\-_") for line in lines)


def without_trailing_blanks(lines: Sequence[str]) -> list[str]:
    """Without empty lines, and those of rules, at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip(" \t\\-_*="):
        end -= 1
    return list(lines[:end])
