"""Words and states of accounts in templates."""

from typing import Any

from django import template

from members.account_letters import contact_address
from members.accounts import is_begun
from members.browsers import browser_in_words
from members.second_factor import HELD_BACK_FROM
from members.second_factor import is_held_back as _is_held_back

register = template.Library()

register.filter("browser", browser_in_words)
register.filter("has_begun", is_begun)
register.simple_tag(contact_address)


@register.simple_tag(takes_context=True)
def is_held_back(context: dict[str, Any]) -> bool:
    """Whether whoever reads must set up a second factor before anything else."""
    return _is_held_back(context["request"])


@register.simple_tag(takes_context=True)
def held_back_from(context: dict[str, Any]) -> str:
    """The address that was not open before the second factor was set up, and is now; empty where there is none."""
    request = context["request"]
    address: str = request.session.get(HELD_BACK_FROM, "")
    return "" if address and _is_held_back(request) else address
