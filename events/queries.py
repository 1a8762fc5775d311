"""Reads over events."""

from django.http import HttpRequest

from events.models import EventPage, EventPageQuerySet
from members.models import CityName
from taxonomy.queries import preferred_labels


def event_cards(request: HttpRequest) -> EventPageQuerySet:
    """The events that this reader may see, each in the best language, with all that a card shows."""
    return (
        EventPage.objects.best_for(request)
        .select_related("locale", "event__city")
        .prefetch_related(preferred_labels("event__city__labels", CityName), preferred_labels("event__themes__labels"))
        .defer("body", "report")
    )
