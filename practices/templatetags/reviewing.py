"""What templates need to speak of the review."""

from django import template

from practices.criteria import CRITERIA, Criteria
from practices.models import PracticeSheet
from practices.reviewing import field_address

register = template.Library()


@register.simple_tag
def acceptance_criteria() -> tuple[Criteria, ...]:
    return CRITERIA


@register.simple_tag
def form_address(sheet: PracticeSheet, name: str) -> str:
    """Where the members' form asks for the field called ``name``."""
    return field_address(sheet, name)
