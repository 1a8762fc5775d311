"""The address of an event that never changes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from common.addresses import address_for
from events.permissions import get_visible_event


def permanent(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the event's page in the reader's best language."""
    page = get_visible_event(request.user, number).best_page(request)
    if page is None:
        raise Http404
    return redirect(address_for(page, request))
