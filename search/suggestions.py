"""What may be meant by the beginning of a query: cities, subjects, titles, words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.languages import current_language, reading_order
from search.engine import IndexUnavailable
from search.queries import complete_as
from search.results import ShownResult, shown
from search.vocabulary import Name, names_beginning

SHORTEST = 2
LONGEST = 200
MOST = 8
MOST_CITIES = 2
MOST_CONCEPTS = 2
MOST_TITLES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Leads to ``address``; what ``completes`` the query is put into the field and searched for."""

    text: str
    address: str
    language: str = ""
    """Of the text, where it is not that of the interface."""
    note: str = ""
    completes: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    heading: str
    suggestions: list[Suggestion]


def suggestions_for(request: HttpRequest, text: str) -> list[SuggestionGroup]:
    """At most ``MOST`` in all; without an index, those of the vocabulary alone."""
    if len(text) < SHORTEST or len(text) > LONGEST:
        return []
    names = names_beginning(text, current_language(), 2 * MOST)
    cities = [name for name in names if name.kind == "city"][:MOST_CITIES]
    concepts = [name for name in names if name.kind != "city"][:MOST_CONCEPTS]
    try:
        results, words = complete_as(
            request.user, text, language=current_language(), reading_order=reading_order(request), limit=MOST
        )
    except IndexUnavailable:
        results, words = [], []
    titles = [shown(result, request) for result in results[:MOST_TITLES]]
    room = MOST - len(cities) - len(concepts) - len(titles)
    groups = (
        SuggestionGroup(_("Cities"), [_city(name) for name in cities]),
        SuggestionGroup(_("Subjects"), [_concept(name) for name in concepts]),
        SuggestionGroup(_("Titles"), [_title(title) for title in titles]),
        SuggestionGroup(pgettext("suggestions", "Words"), list(_completed(text, words, besides=concepts))[:room]),
    )
    return [group for group in groups if group.suggestions]


def _matched(name: Name) -> str:
    """The name that was typed, where it is another one than the one shown."""
    return "" if name.matched.casefold() == name.label.casefold() else name.matched


def _city(name: Name) -> Suggestion:
    return Suggestion(name.label, reverse("city", args=[name.key]), note=_matched(name))


def _concept(name: Name) -> Suggestion:
    return Suggestion(name.label, _search_address(name.label), note=_matched(name), completes=name.label)


def _title(result: ShownResult) -> Suggestion:
    note = " · ".join(filter(None, [result.type_label, result.city.label() if result.city else ""]))
    language = result.hit.language if result.hit.language != current_language() else ""
    return Suggestion(result.hit.title, result.address, language, note)


def _completed(text: str, words: Iterable[str], besides: Iterable[Name]) -> Iterable[Suggestion]:
    """``text`` with its last word completed, but for what is offered already."""
    head, space, last = text.rpartition(" ")
    operator = re.match(r'[-"]*', last)
    start = head + space + (operator[0] if operator else "")
    known = {text.casefold(), *(name.label.casefold() for name in besides)}
    for word in words:
        completed = start + word
        if completed.casefold() not in known:
            yield Suggestion(completed, _search_address(completed), completes=completed)


def _search_address(text: str) -> str:
    return f"{reverse('search:search')}?{urlencode({'q': text})}"
