"""Showing posts."""

import re

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from common.languages import current_language

register = template.Library()

_NAMED = re.compile(r'(<a class="mention" href=")/')


@register.filter
def post_text(html: str) -> SafeString:
    """The text of a post, which is rendered once for all readers, with its links into the portal under the language of
    this one."""
    language = current_language()
    html = _NAMED.sub(rf"\1/{language}/", html)
    html = html.replace(f'href="{settings.BASE_URL}/discussions/posts/', f'href="/{language}/discussions/posts/')
    # ``render_message`` made it.
    return mark_safe(html)  # noqa: S308
