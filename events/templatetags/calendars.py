"""Addresses for calendar programs."""

from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from events.filters import EventFilters
from groups.models import WorkingGroup

register = template.Library()


@register.simple_tag
def calendar_feed_address(**choice: object) -> str:
    """The path of the public calendar, or of the part of it that ``choice`` names: ``theme=concept.key``.

    What is empty chooses nothing. Of a working group give the ``translation_key``, which never changes.
    """
    query = urlencode({name: str(value) for name, value in choice.items() if value})
    return reverse("events:calendar_feed") + (f"?{query}" if query else "")


@register.simple_tag
def feed_for_filters(filters: EventFilters) -> str:
    """The path of the calendar of what a list of events shows. A month and free places are left out: they are not
    the same tomorrow. Empty where there is none: calendars are public, and no hidden group has one."""
    chosen = {name: getattr(filters, name) for name in ("theme", "city", "series", "country", "attendance")}
    key = None
    if filters.group:
        # A slug may change; people subscribe for years.
        groups = WorkingGroup.objects.visible_to(AnonymousUser()).filter(slug=filters.group)
        key = groups.values_list("translation_key", flat=True).first()
        if key is None:
            return ""
    return calendar_feed_address(group=key, follow=filters.language, **chosen)


@register.filter
def absolute(path: str) -> str:
    """The whole address: calendar programs know of no page on which they are."""
    return f"{settings.BASE_URL}{path}"


@register.filter
def webcal(path: str) -> str:
    """The same for a link that opens the calendar program at once, where the device knows one."""
    return f"webcal://{settings.BASE_URL.partition('://')[2]}{path}"
