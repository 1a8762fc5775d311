"""An Atom feed of a search, for anyone's feed reader: which is nobody, and sees what visitors see."""

import hashlib
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from common.addresses import address_in
from common.languages import complete_order, current_language
from practices.models import PracticeSheet
from search.actions import ask_for_a_new_index
from search.engine import IndexUnavailable
from search.engines import get_engine
from search.filters import SearchFilters
from search.newest import appeared_at, changed_at, newest_of
from search.queries import clean_query, search_as
from search.saved_searches import canonical_query
from search.sources import BY_TYPE

MOST_ENTRIES = 30
FRESH_SECONDS = 300
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class SearchFeed(Atom1Feed):
    """Atom, with the language of each entry, and a date that does not move while nothing is found."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {**super().item_attributes(item), "xml:lang": item["language"]}

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_LONG_AGO)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest that the search finds well enough to be told; 400 with the reason where no words are given."""
    query = canonical_query(request.GET)
    if not query:
        return _plain(
            _("A feed needs words to search for: add ?q=… to its address, or copy it from a result page."), 400
        )
    text = request.GET["q"]
    try:
        content, changed = _feed(text, query, request)
    except IndexUnavailable:
        ask_for_a_new_index()
        response = _plain(_("The search is being prepared. Please try again in half a minute."), 503)
        response["Retry-After"] = "30"
        return response
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    etag = quote_etag(_digest(content))
    response["ETag"], response["Last-Modified"] = etag, http_date(changed.timestamp())
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return get_conditional_response(request, etag, int(changed.timestamp()), response) or response


def _feed(text: str, query: str, request: HttpRequest) -> tuple[bytes, datetime]:
    language, reader = current_language(), AnonymousUser()
    asked, ranking = search_as(
        reader,
        text,
        language=language,
        reading_order=complete_order((language,)),
        filters=SearchFilters.from_query(request.GET).values,
        sort="newest",
    )
    # Both lists come newest first: so the newest of all are among the first of each.
    first = (islice((hit for hit in hits if hit.is_strong), MOST_ENTRIES) for hits in (ranking.own, ranking.other))
    entries = newest_of(reader, chain.from_iterable(first), 2 * MOST_ENTRIES)[:MOST_ENTRIES]
    passages = get_engine().passages(asked, [hit for hit, _found in entries])
    site = Site.find_for_request(request)
    network = site.site_name if site else ""
    title = _("Search: %(shown_query)s") % {"shown_query": asked.text[:200]}
    made = SearchFeed(
        title=f"{title} – {network}" if network else title,
        link=f"{settings.BASE_URL}{reverse('search:search')}?{query}",
        feed_url=f"{settings.BASE_URL}{reverse('search:feed')}?{query}",
        description=_("The newest that this search finds, as everybody may read it."),
        language=language,
        author_name=network or settings.BASE_URL,
    )
    for hit, found in entries:
        permanent, address = _addresses(found)
        made.add_item(
            # XML takes no control characters.
            title=clean_query(hit.title),
            link=f"{settings.BASE_URL}{address}",
            description=clean_query(passages.get(hit.id) or escape(found.summary)),
            unique_id=permanent,
            pubdate=appeared_at(found),
            updateddate=changed_at(found),
            categories=[str(BY_TYPE[hit.type].singular)],
            language=hit.language,
        )
    return made.writeString("utf-8").encode(), made.latest_post_date()


def _addresses(found: Any) -> tuple[str, str]:
    """What names an object for ever, and where it can be read today."""
    address = address_in(found, current_language())
    if isinstance(found, PracticeSheet):
        return f"{settings.BASE_URL}{reverse('practices:permanent', args=[found.practice_id])}", address
    return f"urn:uuid:{found.translation_key}", address


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def _plain(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
