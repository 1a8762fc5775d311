"""The way to other languages."""

from django import template
from django.template import Context

from portal.navigation import LanguageLink, language_links, version_links

register = template.Library()


@register.simple_tag(takes_context=True)
def links_to_languages(context: Context) -> list[LanguageLink]:
    request = context.get("request")
    return language_links(request, context.get("page")) if request else []


@register.simple_tag(takes_context=True)
def links_to_versions(context: Context) -> list[tuple[str, str]]:
    """Language and address of each version that there is, for search engines."""
    return version_links(context["request"], context["page"])
