"""Sheets like one that somebody begins to write, for pages of other packages."""

from typing import Any

from django import template
from django.template import Context

from search.views import similar_context

register = template.Library()


@register.inclusion_tag("search/similar.html", takes_context=True)
def similar_sheets(context: Context, sheet: Any) -> dict:
    """The sheets that this reader may see and that are like ``sheet`` by its title."""
    return {**similar_context(context["request"], sheet.title), "language": context["language"]}
