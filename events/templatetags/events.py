"""When an event is, in words."""

from django import template
from django.utils.translation import gettext as _

from common.dates import days_in_words, months_in_words, time_in_words
from events.enums import Precision
from events.models import Event

register = template.Library()


@register.filter
def when(event: Event) -> str:
    """As much as is known: ``April 2019``, ``7 December 2018``, ``7 December 2018, 14:00–16:00 (Augsburg time)``."""
    first, last = event.local_start, event.local_end
    if event.precision == Precision.MONTH:
        return months_in_words(first.date(), last.date())
    days = days_in_words(first.date(), last.date())
    if event.precision == Precision.DAY:
        return days
    return _("%(days)s, %(start)s–%(end)s (%(place)s time)") % {
        "days": days,
        "start": time_in_words(first),
        "end": time_in_words(last),
        "place": event.place_name,
    }


@register.filter
def datetime_attribute(event: Event) -> str:
    """For ``<time datetime="…">``, no more precise than what is known."""
    start = event.local_start
    formats: dict[str, str] = {Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}
    return start.strftime(formats[event.precision]) if event.precision in formats else start.isoformat()
