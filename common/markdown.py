"""Markdown to safe HTML."""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_commonmark = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")

_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong", "ul",
}  # fmt: skip


def render_markdown(source: str) -> SafeString:
    """What a person wrote, as HTML that can be shown to others: no raw HTML, no scripts, no pictures from elsewhere.

    Headings of the first two ranks become plain text, so that they cannot upset the page's outline.
    """
    html = nh3.clean(
        _commonmark.render(source),
        tags=_ALLOWED_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    # nh3 returns only what is on the list above.
    return mark_safe(html)  # noqa: S308


def markdown_to_rich_text(source: str) -> str:
    """Markdown from the content files as the HTML that Wagtail's rich text fields store."""
    return nh3.clean(
        _commonmark.render(source),
        tags=_ALLOWED_TAGS - {"h3", "h4", "pre", "code", "s"} | {"b", "i"},
        attributes={"a": {"href"}},
        link_rel=None,
    )


_SPECIAL = re.compile(r"[\\`*_\[\]<]|~(?=~)|&(?=#?\w+;)")
_SPECIAL_AT_START = re.compile(r"^(?:([-+#=>])|(\d+)([.)])(?=\s|$))")


def escape_markdown(text: str) -> str:
    """One line of plain text that Markdown shows as it is: names and titles in letters."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _SPECIAL_AT_START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", line)


def quote_in_markdown(text: str) -> str:
    """Plain text of several lines as a quotation that keeps its lines."""
    lines = (escape_markdown(line) for line in text.strip().splitlines())
    return "\n".join(f"> {line}\\" if line else ">" for line in lines).removesuffix("\\").replace("\\\n>\n", "\n>\n")
