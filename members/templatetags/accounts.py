"""Words and states of accounts in templates."""

from typing import Any

from django import template

from members.browsers import browser_in_words
from members.second_factor import is_held_back as _is_held_back

register = template.Library()

register.filter("browser", browser_in_words)


@register.simple_tag(takes_context=True)
def is_held_back(context: dict[str, Any]) -> bool:
    """Whether whoever reads must set up a second factor before anything else."""
    return _is_held_back(context["request"])
