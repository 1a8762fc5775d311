"""Markdown: what people write, as safe HTML, as plain text and as a tree; and how the portal writes it."""

from common.markdown.html import markdown_to_rich_text, render_markdown
from common.markdown.messages import TextLink, plain_runs, render_message
from common.markdown.plain_text import markdown_to_text, words_in
from common.markdown.trees import Node, markdown_tree
from common.markdown.writing import (
    autolink,
    beginning,
    blockquote,
    escape_markdown,
    lines_in_markdown,
    quote_in_markdown,
    with_kept_lines,
    with_whole_addresses,
)

__all__ = [
    "Node",
    "TextLink",
    "autolink",
    "beginning",
    "blockquote",
    "escape_markdown",
    "lines_in_markdown",
    "markdown_to_rich_text",
    "markdown_to_text",
    "markdown_tree",
    "plain_runs",
    "quote_in_markdown",
    "render_markdown",
    "render_message",
    "with_kept_lines",
    "with_whole_addresses",
    "words_in",
]
