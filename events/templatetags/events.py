"""When an event is, in words."""

import re
from dataclasses import replace

from django import template
from django.template import Context
from django.utils.html import format_html

from common.dates import days_in_words, minutes_in_words, months_in_words
from common.moments import span_in_words
from common.templatetags.moments import span
from events.enums import Precision
from events.filters import EventFilters
from events.models import Event, Session
from events.months import Month
from events.programme import Programme, languages_of

register = template.Library()


@register.filter
def when(event: Event) -> str:
    """As much as is known: ``April 2019``, ``7 December 2018``, ``7 December 2018, 14:00–16:00 in Augsburg``."""
    first, last = event.local_start, event.local_end
    if event.precision == Precision.MONTH:
        return months_in_words(first.date(), last.date())
    if event.precision == Precision.DAY:
        return days_in_words(first.date(), last.date())
    return span_in_words(event.starts_at, event.ends_at, event.zone, event.place_name)


@register.simple_tag(takes_context=True)
def event_time(context: Context, event: Event, *, in_list: bool = False) -> str:
    """When it is, as a ``time`` element, by the reader's clock as well where that differs.

    Of several days, a list tells the days; the event's own page has the times.
    """
    has_days_only = in_list and event.precision == Precision.TIME and event.first_day != event.last_day
    precision = Precision.DAY if has_days_only else event.precision
    return span(context, event.starts_at, event.ends_at, event.zone, event.place_name, precision=precision)


@register.simple_tag(takes_context=True)
def session_time(context: Context, session: Session, *, with_day: bool = False) -> str:
    """When a session is, without its day if it stands under that; nothing where its times are not known."""
    event = session.event
    if session.starts_at is None or session.ends_at is None:
        return ""
    return span(context, session.starts_at, session.ends_at, event.zone, event.place_name, with_day=with_day)


@register.filter
def duration(session: Session) -> str:
    """How long it lasts: ``90 min``."""
    if session.starts_at is None or session.ends_at is None:
        return ""
    return minutes_in_words(round((session.ends_at - session.starts_at).total_seconds() / 60))


@register.filter
def datetime_attribute(event: Event) -> str:
    """For ``<time datetime="…">``, no more precise than what is known."""
    start = event.local_start
    formats: dict[str, str] = {Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}
    return start.strftime(formats[event.precision]) if event.precision in formats else start.isoformat()


@register.simple_tag
def session_languages(session: Session) -> tuple[list[str], list[str]]:
    """Codes of the languages spoken, and of those interpreted into."""
    return languages_of(session)


@register.simple_tag
def programme_query(programme: Programme, view: str, *, without_language: bool = False) -> str:
    """The parameters of the address of another view of the programme."""
    filters = replace(programme.filters, language="") if without_language else programme.filters
    return filters.query_for(view)


@register.simple_tag
def month_query(filters: EventFilters, month: Month) -> str:
    """The parameters of the address of another month, narrowed in the same way."""
    return filters.query_with(month=month)


@register.filter
def contact(value: str) -> str:
    """An address of electronic mail or a number as a link; anything else as it is."""
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return format_html('<a href="mailto:{}">{}</a>', value, value)
    if re.fullmatch(r"\+?[0-9 ()/.-]{5,}", value):
        return format_html('<a href="tel:{}">{}</a>', re.sub(r"[^+0-9]", "", value), value)
    return value
