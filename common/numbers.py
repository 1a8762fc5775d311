"""Numbers in words, in the reader's language, by the Unicode CLDR; and numbers that addresses name things by."""

from collections.abc import Iterable
from decimal import Decimal

from babel.numbers import format_decimal

from common.dates import cldr_locale

# No portal has a thousand million of anything; longer ones are not worth asking the database for.
LONGEST_ID = 9


def number_in_words(value: Decimal | int, pattern: str | None = None) -> str:
    """``1,200.5`` or ``1.200,5``; ``pattern`` is one of the CLDR's, such as ``+#,##0;−#,##0``."""
    return str(format_decimal(value, format=pattern, locale=cldr_locale()))


def id_in(text: str) -> int | None:
    """The id that ``text`` of an address is; None for what can be none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def ids_in(texts: Iterable[str]) -> list[int]:
    """The ids among ``texts``, in their order."""
    return [number for text in texts if (number := id_in(text)) is not None]
