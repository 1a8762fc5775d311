"""Filters of a list: what its address asks for, and how that is shown."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter to choose from, as the form shows it."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    label: str
    value: str
    query: str
    """The address' parameters without it."""


# ---------------------------------------------------------------- what an address may say; all else counts as not said


def as_key(value: str) -> str:
    return value if re.fullmatch(r"[a-z0-9-]{1,60}", value) else ""


def as_country(value: str) -> str:
    return value.upper() if re.fullmatch(r"[A-Za-z]{2}", value) else ""


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    known = frozenset(choices)
    return lambda value: value if value in known else ""
