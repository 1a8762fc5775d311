"""How to cite the sheet that a page shows."""

from django import template
from django.template import Context

from practices.citations import Citation

register = template.Library()


@register.simple_tag(takes_context=True)
def citation_of_page(context: Context) -> Citation | None:
    """Of the frozen version on whose page we are, else of the latest one; None for what was never published."""
    version = context.get("version") or context.get("latest_version")
    return Citation.of(version, context["page"], context["publisher"]) if version else None
