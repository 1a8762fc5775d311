"""What is searched in vain: which searches are counted, and how they are folded before they are."""

import re
from itertools import islice

from django.http import HttpRequest

from search.engine import FACETS, Ranking
from search.models.misses import LONGEST_KEPT

MOST_WORDS = 8
MOST_DIGITS = 6
"""A year and a number are words; more digits than these may be those of a telephone or an account."""
LOOKED_AT = 50
"""Hits of each list: where all of these are weak, so are the others."""

_PERSONAL = re.compile(r"@\w|\w@|://|\bwww\.", re.IGNORECASE)
_ROBOT = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|preview|monitor|curl|wget|python|java/|http|feed", re.IGNORECASE
)


def folded(text: str) -> str:
    """The cleaned query as it is kept: small letters, at most ``LONGEST_KEPT`` characters; empty if it is not kept.

    What could be about a person is not: addresses, long numbers, and whole sentences.
    """
    if _PERSONAL.search(text) or sum(character.isdigit() for character in text) > MOST_DIGITS:
        return ""
    return text.casefold()[:LONGEST_KEPT].strip() if len(text.split()) <= MOST_WORDS else ""


def is_to_be_counted(request: HttpRequest, ranking: Ranking) -> bool:
    """Whether a person asked for a first page without filters, and found nothing that is worth a message."""
    is_first_page = request.GET.get("page", "") in {"", "1"}
    is_filtered = any(value for name in FACETS for value in request.GET.getlist(name))
    return is_first_page and not is_filtered and is_missed(ranking) and _comes_from_a_person(request)


def _comes_from_a_person(request: HttpRequest) -> bool:
    """Whether a browser asked on somebody's behalf: no robot, and no page fetched before anybody wanted it."""
    agent = request.headers.get("User-Agent", "")
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and bool(agent) and not _ROBOT.search(agent) and not is_ahead


def is_missed(ranking: Ranking) -> bool:
    """Whether there is nothing among the first results of either list that is worth a message."""
    first = (hit for hits in (ranking.own, ranking.other) for hit in islice(hits, LOOKED_AT))
    return not any(hit.is_strong for hit in first)
