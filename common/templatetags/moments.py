"""Moments and spans on pages: in the place's time, and in the reader's.

What the server knows of the reader's zone (see ``common.moments.reader_zone``) it says itself. Where it knows none,
the element carries what ``static/js/your-time.js`` needs to say the same words in the browser; ``base.html`` loads
that script on the pages that have such an element, and on no others.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html

from common import moments
from common.dates import cldr_locale

register = template.Library()

_SHOWN = "shows_your_time"


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime, zone: ZoneInfo, place: str = "", *, with_day: bool = True) -> str:
    """``3 May 2027, 14:00 in Augsburg (13:00 your time)`` as a ``time`` element.

    ``{% moment event.starts_at event.zone place %}``; without a place the zone is named. ``with_day=False`` for what
    stands under its day.
    """
    return _element(context, at, at, zone, place, with_day=with_day)


@register.simple_tag(takes_context=True)
def span(
    context: Context,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    place: str = "",
    *,
    precision: str = "time",
    with_day: bool = True,
) -> str:
    """``3 May 2027, 14:00–16:00 in Augsburg (13:00–15:00 your time)`` as a ``time`` element.

    ``precision`` is ``time``, ``day`` or ``month``: whole days and months are those of the place, whoever reads.
    """
    local = start.astimezone(zone)
    if precision == "month":
        words = moments.whole_months_in_words(start, end, zone)
        return format_html('<time datetime="{}">{}</time>', local.strftime("%Y-%m"), words)
    if precision == "day":
        words = moments.whole_days_in_words(start, end, zone)
        return format_html('<time datetime="{}">{}</time>', local.strftime("%Y-%m-%d"), words)
    return _element(context, start, end, zone, place, with_day=with_day)


@register.simple_tag(takes_context=True)
def has_your_time(context: Context) -> bool:
    """Whether something on this page waits for the reader's time; to be asked after the content."""
    return getattr(_request_of(context), _SHOWN, False)


def _element(context: Context, start: datetime, end: datetime, zone: ZoneInfo, place: str, *, with_day: bool) -> str:
    request = _request_of(context)
    reader_zone = moments.reader_zone(request)
    words = moments.span_in_words(start, end, zone, place, reader_zone, with_day=with_day)
    there = moments.Clocks.of(start, end, zone)
    attributes: dict[str, str] = {}
    if request and not reader_zone:
        setattr(request, _SHOWN, True)
        attributes = {
            "data-portal-your-time": moments.your_time_sentence(),
            "data-portal-on-day": moments.time_on_day_sentence(),
            "data-portal-several-days": moments.several_days_sentence(),
            "data-portal-end": there.last.isoformat(),
            "data-portal-locale": cldr_locale().replace("_", "-"),
        }
        dated = moments.there_in_words(there, place, with_day=with_day, day_is_told=True)
        if dated != words:
            attributes["data-portal-with-day"] = dated
    return format_html('<time datetime="{}"{}>{}</time>', there.first.isoformat(), flatatt(attributes), words)


def _request_of(context: Context) -> HttpRequest | None:
    # A component that is included with ``only`` has none among its values.
    return getattr(context, "request", None) or context.get("request")
