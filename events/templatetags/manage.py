"""What the screens for looking after an event have in common."""

from typing import Any

from django import template
from django.template import Context

from common.languages import reading_order
from events.manage import Step, pages_in_order, steps
from events.models import Event, EventPage

register = template.Library()


@register.simple_tag(takes_context=True)
def managed_page(context: Context, event: Event) -> EventPage | None:
    """The page that gives the event its name on these screens, also while nobody else may see it."""
    return next(iter(pages_in_order(event, reading_order(context["request"]))), None)


@register.simple_tag(takes_context=True)
def manage_steps(context: Context, event: Event) -> list[Step]:
    return steps(event, context["request"].path)


@register.filter
def field_of(form: Any, name: str) -> Any:
    """The bound field of this name; None where the form does not ask for it."""
    return form[name] if name in form.fields else None
