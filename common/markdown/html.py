"""Markdown as HTML."""

import nh3
from django.utils.safestring import SafeString, mark_safe

from common.markdown.reading import ALLOWED_SCHEMES, ALLOWED_TAGS, commonmark


def render_markdown(source: str) -> SafeString:
    """What a person wrote, as HTML that can be shown to others: no raw HTML, no scripts, no pictures from elsewhere.

    Headings of the first two ranks become plain text, so that they cannot upset the page's outline.
    """
    html = nh3.clean(
        commonmark.render(source),
        tags=ALLOWED_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=ALLOWED_SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    # nh3 returns only what is on the list above.
    return mark_safe(html)  # noqa: S308


def markdown_to_rich_text(source: str) -> str:
    """Markdown from the content files as the HTML that Wagtail's rich text fields store."""
    return nh3.clean(
        commonmark.render(source),
        tags=ALLOWED_TAGS - {"h3", "h4", "pre", "code", "s"} | {"b", "i"},
        attributes={"a": {"href"}},
        link_rel=None,
    )
