"""How Markdown is read here, and what of it may be shown."""

from markdown_it import MarkdownIt

commonmark = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")

ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong", "ul",
}  # fmt: skip

ALLOWED_SCHEMES = {"http", "https", "mailto"}
