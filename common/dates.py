"""Dates and times in words, in the reader's language, by the Unicode CLDR."""

import re
from datetime import date, datetime

from babel import dates
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import gettext as _

from common.languages import current_language

# Of the languages with several countries, the European form.
_CLDR_LOCALES = {"en": "en_GB", "pt": "pt_PT"}
_FIRST = re.compile(r"(?<!\d)1(?=[\s–])")


def cldr_locale() -> str:
    language = current_language()
    return _CLDR_LOCALES.get(language, language)


def with_first_day(words: str) -> str:
    """Days in words; of the first of a month, French says ``1er``, which the CLDR leaves out."""
    return _FIRST.sub("1er", words) if current_language() == "fr" else words


def day_in_words(value: date | datetime) -> str:
    """``7 December 2018``; of an aware time, the day in the current time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return with_first_day(str(dates.format_date(value, "long", locale=cldr_locale())))


def weekday_and_day_in_words(value: date) -> str:
    """``Monday, 3 May 2027``."""
    return with_first_day(str(dates.format_date(value, "full", locale=cldr_locale())))


def weekdays_in_words() -> list[tuple[str, str]]:
    """The days of the week from Monday on, each in short and in full: ``("Mon", "Monday")``."""
    short, full = (
        dates.get_day_names(width, context="stand-alone", locale=cldr_locale()) for width in ("abbreviated", "wide")
    )
    return [(str(short[number]), str(full[number])) for number in range(7)]


def days_in_words(first: date, last: date) -> str:
    """``7 December 2018`` or ``7–9 Dec 2018``: for spans the CLDR has short months only."""
    if first == last:
        return day_in_words(first)
    return with_first_day(str(dates.format_interval(first, last, "yMMMd", locale=cldr_locale())))


def period_in_words(first: date | None, last: date | None) -> str:
    """``1 Jul 2016 – 31 Dec 2018``; ``from 1 July 2016`` or ``until 31 December 2018`` where one end is not known."""
    if first and last:
        return days_in_words(first, last)
    if first:
        return _("from %(day)s") % {"day": day_in_words(first)}
    return _("until %(day)s") % {"day": day_in_words(last)} if last else ""


def months_in_words(first: date, last: date) -> str:
    """``April 2019`` or ``Apr–May 2019``."""
    if (first.year, first.month) == (last.year, last.month):
        return str(dates.format_skeleton("yMMMM", first, locale=cldr_locale()))
    return str(dates.format_interval(first, last, "yMMM", locale=cldr_locale()))


def minutes_in_words(minutes: int) -> str:
    """``90 min``."""
    return str(format_unit(minutes, "minute", length="short", locale=cldr_locale()))


def time_in_words(value: datetime) -> str:
    """``14:00``, in the zone that the time carries."""
    return str(dates.format_time(value.time(), "short", locale=cldr_locale()))
