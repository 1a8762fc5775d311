"""Addresses for calendar programs."""

from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def calendar_feed_address(**choice: object) -> str:
    """The path of the public calendar, or of the part of it that ``choice`` names: ``theme=concept.key``.

    What is empty chooses nothing. Of a working group give the ``translation_key``, which never changes.
    """
    query = urlencode({name: str(value) for name, value in choice.items() if value})
    return reverse("events:calendar_feed") + (f"?{query}" if query else "")


@register.filter
def absolute(path: str) -> str:
    """The whole address: calendar programs know of no page on which they are."""
    return f"{settings.BASE_URL}{path}"


@register.filter
def webcal(path: str) -> str:
    """The same for a link that opens the calendar program at once, where the device knows one."""
    return f"webcal://{settings.BASE_URL.partition('://')[2]}{path}"
