"""What templates of every package need: addresses, languages, dates, theme marks."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template import Context
from wagtail.models import Page

from common import languages
from common.addresses import address_for
from common.dates import day_in_words

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: Context, page: Page) -> str:
    """The address of a page for this reader: under the prefix of the reader's language, whatever the page's is."""
    return address_for(page, context["request"])


@register.filter
def is_foreign(language: str) -> bool:
    """Whether something in this language is not in the language of the interface."""
    return language != languages.current_language()


@register.filter
def language_name(code: str) -> str:
    return languages.own_name(code)


@register.filter
def day(value: date | datetime | None) -> str:
    return day_in_words(value) if value else ""


@register.filter
def initials(person: Any) -> str:
    """Two letters for a person's mark."""
    names = str(person).replace("(", "").split()
    return "".join(name[0] for name in (names[:1] + names[-1:] if len(names) > 1 else names)).upper()
