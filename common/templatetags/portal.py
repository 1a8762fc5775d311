"""What templates of every package need: addresses, languages, dates, theme marks."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, PasswordInput
from django.http import HttpRequest
from django.template import Context
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html
from django.utils.translation import pgettext
from wagtail.models import Page

from common import kept_forms, languages
from common.addresses import address_for
from common.dates import day_in_words, weekday_and_day_in_words
from common.numbers import number_in_words
from common.words import best_words

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: Context, page: Page) -> str:
    """The address of a page for this reader: under the prefix of the reader's language, whatever the page's is."""
    return address_for(page, context["request"])


@register.simple_tag(takes_context=True)
def written_by(context: Context) -> str:
    """The hidden field of a form that is kept when its writer's session ends: see ``common.kept_forms``."""
    token = kept_forms.writer_token(context["request"].user.pk)
    return format_html('<input type="hidden" name="{}" value="{}">', kept_forms.FIELD, token)


@register.simple_tag
def colon() -> str:
    """What stands between a name and what it names: some languages put a space before it."""
    return pgettext("after a name, before what it names", ":")


@register.filter
def is_foreign(language: str) -> bool:
    """Whether something in this language is not in the language of the interface."""
    return language != languages.current_language()


@register.filter
def is_foreign_in(language: str, surrounding: str) -> bool:
    """Whether ``language`` needs a mark of its own within text in ``surrounding``; unknown counts as the same."""
    return bool(language) and language != surrounding


@register.filter
def number(value: Decimal | int | None) -> str:
    """A number as the reader writes numbers: ``1,200.5`` or ``1.200,5``."""
    return "" if value is None else number_in_words(value)


@register.filter
def signed_number(value: Decimal | int | None) -> str:
    """A difference with its sign, the minus a true one."""
    return "" if value is None else number_in_words(value, "+#,##0.####;−#,##0.####")


@register.filter
def language_name(code: str) -> str:
    return languages.own_name(code)


@register.filter
def day(value: date | datetime | None) -> str:
    return day_in_words(value) if value else ""


@register.filter
def weekday_and_day(value: date | None) -> str:
    """``Monday, 3 May 2027``."""
    return weekday_and_day_in_words(value) if value else ""


@register.filter
def asks_for_password(form: BaseForm) -> bool:
    """Whether a form has a field that comes back empty: browsers are not sent passwords."""
    return any(isinstance(field.widget, PasswordInput) for field in form.fields.values())


@register.filter
def initials(person: Any) -> str:
    """Two letters for a person's mark."""
    names = str(person).replace("(", "").split()
    return "".join(name[0] for name in (names[:1] + names[-1:] if len(names) > 1 else names)).upper()


# ---------------------------------------------------------------- words that exist in several languages


@register.simple_tag(takes_context=True)
def words(context: Context, text: Mapping[str, str]) -> str:
    """``{% words session.title %}``: the value of a ``WordsField`` in the language that suits this reader best, marked
    with ``lang`` where that is not the language of the interface."""
    chosen, language = _best_words(context, text)
    return format_html('<span lang="{}">{}</span>', language, chosen) if _is_marked(language) else chosen


@register.simple_tag(takes_context=True)
def words_text(context: Context, text: Mapping[str, str]) -> str:
    """The text alone, for where no element can stand: titles of pages, attributes."""
    return _best_words(context, text)[0]


@register.simple_tag(takes_context=True)
def long_words(context: Context, text: Mapping[str, str]) -> str:
    """The same in paragraphs, for texts of several lines."""
    chosen, language = _best_words(context, text)
    paragraphs = linebreaks_filter(chosen) if chosen else ""
    return format_html('<div lang="{}">{}</div>', language, paragraphs) if _is_marked(language) else paragraphs


@register.simple_tag(takes_context=True)
def words_language(context: Context, text: Mapping[str, str]) -> str:
    """The language in which ``words`` shows ``text``; empty where there is no text."""
    return _best_words(context, text)[1]


@register.filter
def at(values: Mapping[Any, Any], key: Any) -> Any:
    """What ``values`` has for ``key``; None where it has nothing."""
    return values.get(key)


def _best_words(context: Context, text: Mapping[str, str]) -> tuple[str, str]:
    request: HttpRequest | None = getattr(context, "request", None) or context.get("request")
    order = languages.reading_order(request) if request else languages.complete_order((languages.current_language(),))
    return best_words(text, order)


def _is_marked(language: str) -> bool:
    return bool(language) and is_foreign(language)
