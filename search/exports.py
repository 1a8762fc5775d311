"""The practices among the results of a search, as a table or a booklet."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from common.languages import current_language, reading_order
from groups.permissions import Reader
from practices.exports import BATCH, export_response, for_export
from practices.models import PracticeSheet
from practices.printed_sheets import MOST_IN_A_BOOKLET
from practices.views.exports import booklet_response
from search.actions import ask_for_a_new_index
from search.engine import IndexUnavailable
from search.filters import SearchFilters
from search.queries import clean_query, search_as


def sheets_found(request: HttpRequest) -> list[int]:
    """Ids of the sheets that the result page would show this reader, in its order. Raises IndexUnavailable."""
    filters = SearchFilters.from_query(request.GET)
    if not filters.text:
        return []
    _asked, ranking = search_as(
        request.user,
        filters.text,
        language=current_language(),
        reading_order=reading_order(request),
        filters=filters.values,
        sort=filters.sort,
    )
    hits = (hit for hit in (*ranking.own, *ranking.other) if hit.type == "practice")
    return [int(hit.id.rpartition(":")[2]) for hit in hits]


def _in_order(pks: list[int], user: Reader) -> Iterator[PracticeSheet]:
    """The sheets with these ids that ``user`` may see, read in batches."""
    for start in range(0, len(pks), BATCH):
        batch = pks[start : start + BATCH]
        found = {sheet.pk: sheet for sheet in for_export(PracticeSheet.objects.visible_to(user).filter(pk__in=batch))}
        yield from (found[pk] for pk in batch if pk in found)


def _unavailable() -> HttpResponse:
    ask_for_a_new_index()
    message = _(
        "The index is being built anew. Please try again in half a minute; everything else on the portal works."
    )
    return HttpResponse(message, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "30"})


@vary_on_headers("Accept-Language")
@vary_on_cookie
@cache_control(private=True)
def export(request: HttpRequest, file_format: str) -> HttpResponseBase:
    try:
        pks = sheets_found(request)
    except IndexUnavailable:
        return _unavailable()
    return export_response(_in_order(pks, request.user), file_format, _("practices-found"))


@vary_on_headers("Accept-Language")
@vary_on_cookie
@cache_control(private=True)
def booklet(request: HttpRequest) -> HttpResponse:
    try:
        pks = sheets_found(request)[: MOST_IN_A_BOOKLET + 1]
    except IndexUnavailable:
        return _unavailable()
    practices = dict(PracticeSheet.objects.visible_to(request.user).filter(pk__in=pks).values_list("pk", "practice"))
    query = clean_query(request.GET.get("q", ""))[:200]
    return booklet_response(
        request,
        [practices[pk] for pk in pks if pk in practices],
        description=_("What a search found: %(query)s") % {"query": query},
    )
