"""What is noted of a session, and how notes are ordered by headings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<words>.+?)\s*#*\s*$")

PARTS = ("problem", "done", "results", "lessons")


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of a session by their parts, each as Markdown; empty where nothing stands under its heading."""

    problem: str
    done: str
    results: str
    lessons: str
    rest: str
    """What stands under no heading, or under headings of the writer's own."""


def headings(language: str) -> dict[str, str]:
    """What the parts are called in ``language``."""
    with translation.override(language):
        words = (_("Problem"), _("What was done"), _("Results"), _("Lessons"))
    return dict(zip(PARTS, words, strict=True))


def template_of_notes(language: str) -> str:
    """Notes with nothing but the headings, to be filled in."""
    return "\n\n\n".join(f"## {words}" for words in headings(language).values()) + "\n"


def parts_of(notes: str) -> Notes:
    """Order notes by their headings, whichever of the portal's languages these are in."""
    known = {_plain(words): part for code, _name in settings.LANGUAGES for part, words in headings(code).items()}
    found: dict[str, list[str]] = {part: [] for part in (*PARTS, "rest")}
    current = "rest"
    for line in notes.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            found[current].append(line)
        elif part := known.get(_plain(heading["words"])):
            current = part
        else:
            current = "rest"
            found[current].append(f"**{heading['words']}**")
    return Notes(**{part: _joined(lines) for part, lines in found.items()})


def _plain(words: str) -> str:
    return " ".join(words.replace("*", "").rstrip(":").split()).casefold()


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
