"""What the pages of events show."""

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from common.page_views import page_view
from events.models import EventIndexPage, EventPage
from events.queries import event_cards
from members.models import CityName
from taxonomy.queries import concepts_of, preferred_labels

PAST_EVENTS_A_PAGE = 24


@page_view(EventIndexPage)
def event_list(page: EventIndexPage, request: HttpRequest) -> dict:
    return {
        "upcoming": event_cards(request).upcoming(),
        "past": Paginator(event_cards(request).past(), PAST_EVENTS_A_PAGE).get_page(request.GET.get("page")),
    }


@page_view(EventPage)
def event(page: EventPage, request: HttpRequest) -> dict:
    prefetch_related_objects([page.event], "organiser", preferred_labels("city__labels", CityName))
    return {"event": page.event, "themes": concepts_of(page.event.themes)}
