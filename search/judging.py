"""What can be expected of a judged query: what it finds today, and what was expected of it before."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from wagtail.models import Page

from common.languages import complete_order, current_language
from common.numbers import id_in
from search.engine import Hit
from search.models import JudgedQuery, ResultList
from search.queries import search_as
from search.sources import BY_MODEL_LABEL

CANDIDATES = 20
_LAST = 10**6
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line on the desk: an object that may be expected in one of the two lists."""

    key: str
    title: str
    language: str
    type_label: str
    rank: int | None
    """Where it stands today; None if it is not among the first ``CANDIDATES``."""
    is_expected: bool
    place: str
    """What stands in the field for its order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was ticked and numbered on the desk, by key; from a judged query, or from what was sent."""

    expected: Mapping[str, Sequence[str]]
    places: Mapping[str, str]

    def in_order(self, name: str) -> list[str]:
        """The keys chosen of one list: those with a number by their numbers, then the others as they stood."""
        keys = list(dict.fromkeys(self.expected.get(name, ())))
        numbers = {key: id_in(self.places.get(key, "")) for key in keys}
        return sorted(keys, key=lambda key: _LAST if (number := numbers[key]) is None else number)


def choice_of(judged: JudgedQuery | None) -> Choice:
    expected: dict[str, list[str]] = {name: [] for name in ResultList.values}
    if judged is not None:
        for row in judged.expected.all():
            expected[row.list].append(row.key)
    places = {key: str(place) for keys in expected.values() for place, key in enumerate(keys, start=1)}
    return Choice(expected, places)


def choice_sent(sent: QueryDict, possible: Iterable[str]) -> Choice:
    """What a form says, of the keys that it could offer."""
    offered = set(possible)
    expected = {name: [key for key in sent.getlist(name) if key in offered] for name in ResultList.values}
    return Choice(expected, {key: sent.get(f"place-{key}", "") for keys in expected.values() for key in keys})


def candidates(text: str, language: str, choice: Choice) -> dict[str, list[Candidate]]:
    """For each list what is expected, in its order, then what a visitor finds today. Raises IndexUnavailable."""
    hits: dict[str, list[Hit]] = {name: [] for name in ResultList.values}
    if text:
        _asked, ranking = search_as(AnonymousUser(), text, language=language, reading_order=complete_order((language,)))
        hits = {name: list(getattr(ranking, name)[:CANDIDATES]) for name in ResultList.values}
    found = {hit.key: (hit.title, hit.language) for hit in chain.from_iterable(hits.values())}
    expected = {name: choice.in_order(name) for name in ResultList.values}
    titles = found | titles_of(key for key in chain.from_iterable(expected.values()) if key not in found)
    lists = {}
    for name in ResultList.values:
        ranks = {hit.key: rank for rank, hit in enumerate(hits[name], start=1)}
        keys = dict.fromkeys([*expected[name], *ranks])
        lists[name] = [
            Candidate(
                key=key,
                title=titles.get(key, (key, ""))[0],
                language=titles.get(key, (key, ""))[1],
                type_label=_type_label(key),
                rank=ranks.get(key),
                is_expected=key in expected[name],
                place=choice.places.get(key, "") if key in expected[name] else "",
            )
            for key in keys
        ]
    return lists


def titles_of(keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Title and language of the pages that have these keys, in the language that suits the interface best.

    To be shown to coordinators, who see every page in the editor. What is no page is left out.
    """
    order = complete_order((current_language(),))
    titles: dict[str, tuple[str, str]] = {}
    by_model: dict[str, set[str]] = {}
    for key in keys:
        label, _colon, name = key.partition(":")
        if _UUID.fullmatch(name):
            by_model.setdefault(label, set()).add(name)
    for label, names in by_model.items():
        source = BY_MODEL_LABEL.get(label)
        if source is None or not issubclass(source.model, Page):
            continue
        pages: Any = source.model._default_manager.filter(translation_key__in=names).select_related("locale")
        for page in sorted(pages, key=lambda page: order.index(page.locale.language_code)):
            titles.setdefault(f"{label}:{page.translation_key}", (page.title, page.locale.language_code))
    return titles


def _type_label(key: str) -> str:
    source = BY_MODEL_LABEL.get(key.partition(":")[0])
    return str(source.singular) if source else ""
