"""The address of a series of events."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from common.addresses import address_for
from events.models import EventIndexPage, EventSeries


@require_safe
def series(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to the list of events, narrowed to those of the series."""
    found = get_object_or_404(EventSeries, key=key)
    index = EventIndexPage.objects.best_for(request).select_related("locale").first()
    if index is None:
        raise Http404
    return redirect(f"{address_for(index, request)}?series={found.key}")
