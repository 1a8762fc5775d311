"""What the pages of events show."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from common.addresses import address_for
from common.maps import Place, PlaceMap, draw_places, draw_surroundings
from common.page_views import page_view
from events.filters import EventFilters, choices_for, filter_fields
from events.materials import materials_of, remaining
from events.models import EventIndexPage, EventPage, SeriesName
from events.months import Month, read_month
from events.permissions import can_manage, may_join
from events.programme import read_programme, sessions_of
from events.queries import event_cards, in_month, place_of, places_of, sister_pages
from events.reading import access_of, speakers_of, street_map
from members.models import CityName
from taxonomy.queries import concepts_of, preferred_labels

EVENTS_A_PAGE = 24


@page_view(EventIndexPage)
def event_list(page: EventIndexPage, request: HttpRequest) -> dict:
    filters = EventFilters.from_query(request.GET)
    choices = choices_for(request)
    events = filters.narrow(event_cards(request), request.user)
    most_used, less_used = filter_fields(filters, choices)
    context = {
        "filters": filters,
        "most_used": most_used,
        "less_used": less_used,
        "active_filters": filters.active(choices.labels),
        "list_query": filters.query_with(month=None),
    }
    if filters.month:
        month = read_month(filters.month, list(in_month(events, filters.month)), timezone.localdate())
        return context | {"month": month, "month_query": filters.query}
    upcoming = Paginator(events.upcoming(), EVENTS_A_PAGE).get_page(request.GET.get("coming"))
    past = Paginator(events.past(), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    return context | {
        "upcoming": upcoming,
        "past": past,
        # The month in which there is something to see.
        "month_query": filters.query_with(
            month=Month.of(upcoming[0].event.first_day if upcoming else timezone.localdate())
        ),
        "place_map": _map_of([*upcoming, *past], filters, address_for(page, request)),
    }


def _map_of(pages: Iterable[EventPage], filters: EventFilters, address: str) -> PlaceMap:
    """A dot for each city, which leads to the list narrowed to it."""
    return draw_places(
        Place(
            name=city.label(),
            address=f"{address}?{filters.query_with(city=city.key)}",
            note=ngettext("%(number)s event", "%(number)s events", count) % {"number": count},
            latitude=city.latitude,
            longitude=city.longitude,
        )
        for city, count in sorted(places_of(pages).items(), key=lambda pair: (-pair[1], pair[0].key))
    )


@page_view(EventPage)
def event(page: EventPage, request: HttpRequest) -> dict:
    facts = page.event
    prefetch_related_objects(
        [facts],
        "organiser",
        preferred_labels("city__labels", CityName),
        preferred_labels("series__labels", SeriesName),
    )
    place = place_of(facts)
    is_in = may_join(request.user, facts)
    after, before = remaining(materials_of(facts, may_have_all=is_in))
    sessions = sessions_of(facts)
    return {
        "event": facts,
        "themes": concepts_of(facts.themes),
        "access": access_of(facts),
        "street_map": street_map(facts),
        "place_map": draw_surroundings(place) if place else None,
        "may_join": is_in,
        "can_manage": can_manage(request.user, facts),
        "remains": after,
        "materials": before,
        "programme": read_programme(sessions),
        "speakers": speakers_of(sessions),
        "sisters": sister_pages(facts, request),
    }
