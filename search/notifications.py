"""What the search tells people by mail."""

import html
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.addresses import address_in
from common.languages import current_language, own_name
from common.markdown import escape_markdown
from common.models import BasePage
from members.models import User
from notifications.messages import Message, active
from notifications.notices import Item, NoticeKind
from notifications.stopping import stop_headers
from search.models import SavedSearch
from search.queries import Result
from search.saved_searches import stop_token
from search.sources import BY_TYPE

_MARK = re.compile(r"<mark>(.*?)</mark>")


@dataclass(frozen=True, slots=True)
class Match:
    """One result as a letter shows it: plain words, but for the passage, which is Markdown."""

    title: str
    address: str
    facts: str
    passage: str


@dataclass
class NewMatches(Message):
    """What a saved search found that it had not told before: the newest of it, and how many there are."""

    search: SavedSearch
    results: list[Result]
    count: int

    kind = "saved-search"
    label = _("A search that you saved has found something new")
    is_asked_for = True
    template = "emails/search/saved_search.txt"

    def recipients(self) -> Iterable[User]:
        return active([self.search.user])

    @property
    def key(self) -> str:
        return f"{self.search.pk}:{self.search.letters}"

    def headers(self, recipient: User) -> dict[str, str]:
        """They stop the letters of this search alone."""
        return stop_headers(self.stop_address())

    def stop_address(self, recipient: Any = None) -> str:
        return reverse("search:stop_saved_search", args=[stop_token(self.search)])

    @property
    def list_address(self) -> str:
        return reverse("search:saved_searches")

    @property
    def all_address(self) -> str:
        return self.search.get_absolute_url()

    @property
    def matches(self) -> list[Match]:
        return [_match(result) for result in self.results]


class MatchesNotice(NoticeKind):
    """``matches:12-3-5``: of search 12 the third letter told five results. The letter itself is ``NewMatches``."""

    kind = "saved-search"
    label = NewMatches.label
    reason = ""
    comes_by_mail = False

    @classmethod
    def read(cls, subjects: Collection[str], user: User) -> dict[str, Item]:
        parts = {subject: _numbers_in(subject) for subject in subjects}
        searches = SavedSearch.objects.visible_to(user).in_bulk([numbers[0] for numbers in parts.values()])
        return {
            subject: _matches_item(searches[pk], count)
            for subject, (pk, _letter, count) in parts.items()
            if pk in searches
        }


def _numbers_in(subject: str) -> list[int]:
    return [int(number) for number in subject.partition(":")[2].split("-")]


def _matches_item(search: SavedSearch, count: int) -> Item:
    words = ngettext("%(count)s new result", "%(count)s new results", count) % {"count": count}
    address = search.get_absolute_url()
    return Item(title=words, address=address, within=search.name, within_address=address)


def _match(result: Result) -> Match:
    found, city = result.object, getattr(result.object, "city", None)
    facts = [str(BY_TYPE[result.hit.type].singular)]
    if city:
        facts.append(f"{city.label()}, {city.country_name}")
    if result.hit.language != current_language():
        facts.append(own_name(result.hit.language))
    return Match(
        title=result.hit.title,
        address=address_in(found, current_language()) if isinstance(found, BasePage) else found.get_absolute_url(),
        facts=" · ".join(facts),
        passage=passage_in_markdown(result.passage),
    )


def passage_in_markdown(passage: str) -> str:
    """A passage of the engine, which is HTML, with what was found in bold."""
    parts = _MARK.split(passage)
    words = [escape_markdown(html.unescape(part)) for part in parts]
    # Between two parts a space is a space: escaping takes those at the ends away.
    spaced = [
        (" " if part[:1].isspace() else "") + word + (" " if part[-1:].isspace() and word else "")
        for part, word in zip(parts, words, strict=True)
    ]
    return "".join(f"**{part}**" if number % 2 else part for number, part in enumerate(spaced)).strip()
