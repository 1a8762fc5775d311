"""Names of people as they are found and put in order: without accents, capitals and punctuation."""

import re
import unicodedata
from functools import lru_cache

LONGEST_KEY = 320

_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´′"))
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS_WITHOUT_ACCENT))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def name_words(text: str) -> list[str]:
    """The words of a name, folded; an apostrophe parts none: ``D’Amico-Weiß`` gives damico and weiss."""
    return _WORD.findall(fold(text.translate(_APOSTROPHES)))


def name_key(*names: str) -> str:
    """What people are put in order by, the last name first, and found in: ``garcia lorca  federico``.

    Letters, digits and blanks only, which every database orders alike; two blanks part the names, so that of two people
    the one with the shorter last name comes first.
    """
    return "  ".join(words for name in names if (words := " ".join(name_words(name))))[:LONGEST_KEY]
