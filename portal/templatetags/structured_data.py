"""What the page is about, for machines."""

from typing import Any, cast

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.structured_data import as_json, structured_data

register = template.Library()


@register.simple_tag(takes_context=True, name="structured_data")
def structured_data_tag(context: Context) -> SafeString:
    """A block of data, no script: the content security policy has nothing against it."""
    request = context.get("request")
    if request is None:
        return SafeString()
    graph = structured_data(cast("dict[str, Any]", context.flatten()), request)
    # `as_json` has escaped what could end the element.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(as_json(graph)))  # noqa: S308
