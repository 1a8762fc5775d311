"""In which of the portal's languages somebody wrote."""

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from common.languages import CODES

# How much more often people write in a language that they say they read than in another one.
_BEST, _OTHERS = 8.0, 5.0
# Enough to tell by, and no more than is read at once.
_LONGEST = 5_000

_NOT_THEIR_WORDS = re.compile(
    r"^ {0,3}>.*$"  # quotations
    r"|^(`{3,}|~{3,})[\s\S]*?(?:^\1|\Z)"  # blocks of code
    r"|`[^`\n]*`"
    r"|\]\([^)\n]*\)"  # where links lead
    r"|<?\b(?:https?://|mailto:|www\.)[^\s>]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.MULTILINE,
)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(CODES))
    return identifier


def detect_language(text: str, preferred: Sequence[str]) -> str:
    """The language of ``text``, Markdown, by somebody who reads ``preferred``, the best first.

    The less there is to tell by, the more these count; where there is nothing, the first of them holds.
    """
    known = [code for code in preferred if code in CODES]
    words = " ".join(_NOT_THEIR_WORDS.sub(" ", text).split())[:_LONGEST]
    if not any(character.isalpha() for character in words):
        return known[0] if known else settings.LANGUAGE_CODE
    weights = {code: _BEST if place == 0 else _OTHERS for place, code in enumerate(known)}
    # Of languages that are equally likely, the one that the person reads better.
    order = {code: place for place, code in enumerate((*known, settings.LANGUAGE_CODE))}
    return max(
        ((code, float(chance)) for code, chance in _identifier().rank(words)),
        key=lambda found: (found[1] * weights.get(found[0], 1.0), -order.get(found[0], len(order))),
    )[0]
