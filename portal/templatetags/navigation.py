"""The ways to other languages, and into the editor."""

from django import template
from django.template import Context
from wagtail.admin.templatetags.wagtailuserbar import get_page_instance

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


@register.simple_tag(takes_context=True)
def may_edit_here(context: Context) -> bool:
    """Whether what is shown is a page that its reader may edit: nothing else needs the editor's bar, which lies over
    what stands below it."""
    request = context.get("request")
    user = getattr(request, "user", None)
    page = get_page_instance(context)
    if page is None or user is None or not user.has_perm("wagtailadmin.access_admin"):
        return False
    # The editor looks through the bar at what it previews, which may not be stored yet.
    return getattr(request, "in_preview_panel", False) or page.permissions_for_user(user).can_edit()
