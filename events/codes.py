"""Codes that people read from paper and type: without letters and digits that look alike (0 and O, 1 and I)."""

import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_HALF_BITS = 15
_HALF = (1 << _HALF_BITS) - 1
_ROUNDS = 6
ENTRY_LENGTH = 6
CERTIFICATE_LENGTH = 12


def entry_code(registration_pk: int) -> str:
    """The code with which somebody is checked in: six letters and digits, of no other registration.

    It is the registration's number, shuffled with the portal's secret key (a Feistel network), so that nothing is
    stored, no two are alike, and nobody guesses the next one. Another secret key makes other codes.
    """
    if not 0 <= registration_pk < 1 << (2 * _HALF_BITS):
        raise ValueError(f"No code has room for the number {registration_pk}.")
    left, right = registration_pk >> _HALF_BITS, registration_pk & _HALF
    for turn in range(_ROUNDS):
        left, right = right, left ^ _scramble(turn, right)
    return _in_letters(left << _HALF_BITS | right, ENTRY_LENGTH)


def registration_of_code(code: str) -> int | None:
    """The number of the registration that has this code, whether there is such a registration or not; None for what
    is no code."""
    letters = tidy_code(code)
    if len(letters) != ENTRY_LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    left, right = number >> _HALF_BITS, number & _HALF
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _scramble(turn, left), left
    return left << _HALF_BITS | right


def new_certificate_code() -> str:
    """60 random bits: whoever has no certificate finds none by trying."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(CERTIFICATE_LENGTH))


def tidy_code(code: str) -> str:
    """What somebody typed, as the code is stored: without spaces and dashes, in capitals."""
    return "".join(letter for letter in code.upper() if not letter.isspace() and letter != "-")


def in_groups(code: str) -> str:
    """A long code as it is printed: ``7K3M-Q9XA-22PD``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _scramble(turn: int, half: int) -> int:
    digest = salted_hmac("events.entry_code", f"{turn}:{half}", algorithm="sha256").digest()
    return int.from_bytes(digest[:4], "big") & _HALF


def _in_letters(number: int, length: int) -> str:
    letters = []
    for _place in range(length):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(reversed(letters))
