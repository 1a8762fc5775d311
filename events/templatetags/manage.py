"""What the screens for looking after an event have in common."""

from collections.abc import Sequence

from django import template
from django.template import Context

from common.dates import time_in_words
from common.languages import own_name, reading_order
from events.manage import Step, pages_in_order, steps
from events.models import Event, EventPage, Session

register = template.Library()


@register.simple_tag(takes_context=True)
def managed_page(context: Context, event: Event) -> EventPage | None:
    """The page that gives the event its name on these screens, also while nobody else may see it."""
    return next(iter(pages_in_order(event, reading_order(context["request"]))), None)


@register.simple_tag(takes_context=True)
def manage_steps(context: Context, event: Event) -> list[Step]:
    return steps(event, context["request"].path)


@register.filter
def own_names(codes: Sequence[str]) -> str:
    """Languages by their own names: ``Deutsch, français``."""
    return ", ".join(own_name(code) for code in codes)


@register.simple_tag
def local_times(session: Session) -> str:
    """``09:00–10:30`` by the clock of the event's place: those who build a programme think in it."""
    if session.local_start is None or session.local_end is None:
        return ""
    return f"{time_in_words(session.local_start)}–{time_in_words(session.local_end)}"
