"""Reads over events."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from common.maps import Place
from events.models import Event, EventPage, EventPageQuerySet
from events.months import Month
from members.models import City, CityName
from taxonomy.queries import preferred_labels


def event_cards(request: HttpRequest) -> EventPageQuerySet:
    """The events that this reader may see, each in the best language, with all that a card shows."""
    return (
        EventPage.objects.best_for(request)
        .select_related("locale", "event__city")
        .prefetch_related(preferred_labels("event__city__labels", CityName), preferred_labels("event__themes__labels"))
        .defer("body", "report")
    )


@dataclass(frozen=True, slots=True)
class EventLists:
    """Pages of events, as other pages show them: what comes first, and what was."""

    upcoming: list[EventPage]
    """The next one first."""
    past: list[EventPage]
    """The latest first."""

    def __bool__(self) -> bool:
        return bool(self.upcoming or self.past)


def event_lists(request: HttpRequest, condition: Q) -> EventLists:
    """The events that meet ``condition``, which is one on pages of events: ``Q(event__city=city)``."""
    pages = list(event_cards(request).filter(condition).order_by("event__starts_at", "pk"))
    return EventLists(
        upcoming=[page for page in pages if not page.is_over], past=[page for page in reversed(pages) if page.is_over]
    )


def in_month(pages: EventPageQuerySet, month: Month) -> EventPageQuerySet:
    """Those of ``pages`` whose events take place in ``month``, also if they begin before it or end after it."""
    return pages.filter(event__first_day__lte=month.last_day, event__last_day__gte=month.first_day).order_by(
        "event__starts_at", "pk"
    )


def sister_pages(event: Event, request: HttpRequest) -> list[EventPage]:
    """Pages of the events that are the same for people of other languages, as far as this reader may see them."""
    return list(event_cards(request).filter(event__sisters=event).order_by("event__starts_at", "pk"))


def places_of(pages: Iterable[EventPage]) -> dict[City, int]:
    """The cities in which these events take place, and how many of them."""
    counts: dict[City, int] = {}
    for page in pages:
        if page.event.city is not None and page.event.is_on_site:
            counts[page.event.city] = counts.get(page.event.city, 0) + 1
    return counts


def place_of(event: Event) -> Place | None:
    """Where it takes place, for a map: the venue if its place on earth is known, else the city; None if it is online
    or neither is known."""
    if not event.is_on_site or event.city is None:
        return None
    city = event.city
    latitude, longitude = (
        (event.latitude, event.longitude) if event.latitude is not None else (city.latitude, city.longitude)
    )
    if latitude is None:
        return None
    return Place(city.label(), city.get_absolute_url(), city.country_name, latitude, longitude)
