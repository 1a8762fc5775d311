"""Reads over events."""

from django.http import HttpRequest

from events.models import EventPage, EventPageQuerySet


def event_cards(request: HttpRequest) -> EventPageQuerySet:
    """The events that this reader may see, each in the best language, with all that a card shows."""
    return (
        EventPage.objects.best_for(request)
        .select_related("locale", "city")
        .prefetch_related("city__labels", "themes__labels")
        .defer("body")
    )
