"""Markdown to safe HTML."""

import re
from typing import Any
from urllib.parse import quote

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_commonmark = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")

_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong", "ul",
}  # fmt: skip

_ALLOWED_SCHEMES = {"http", "https", "mailto"}
# Deeper lists and quotations than anybody reads become plain text.
_DEEPEST = 6


def render_markdown(source: str) -> SafeString:
    """What a person wrote, as HTML that can be shown to others: no raw HTML, no scripts, no pictures from elsewhere.

    Headings of the first two ranks become plain text, so that they cannot upset the page's outline.
    """
    html = nh3.clean(
        _commonmark.render(source),
        tags=_ALLOWED_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_ALLOWED_SCHEMES,
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


def lines_in_markdown(text: str) -> str:
    """Plain text of several lines that Markdown shows as it is: paragraphs stay, and so do ends of lines."""
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in quote_in_markdown(text).split("\n"))


_NOT_IN_AUTOLINK = re.compile(r"[\s<>\\]")


def autolink(address: str) -> str:
    """A whole address as Markdown that leads there, whatever is in it."""
    return f"<{_NOT_IN_AUTOLINK.sub(lambda found: quote(found[0]), address)}>"


# ---------------------------------------------------------------- as a tree, for what is not HTML

Node = dict[str, Any]


def markdown_tree(source: str) -> list[Node]:
    """The same as plain data, for whoever sets it in type: blocks ``{"kind": "paragraph", "content": […]}``, and in
    them inline nodes down to ``{"kind": "text", "text": "…"}``. What ``render_markdown`` leaves out is not there.
    """
    return _blocks(SyntaxTreeNode(_commonmark.parse(source)), 0)


def _blocks(parent: SyntaxTreeNode, depth: int) -> list[Node]:
    return [block for child in parent.children for block in _block(child, depth)]


def _block(node: SyntaxTreeNode, depth: int) -> list[Node]:
    match node.type:
        case "paragraph" | "heading":
            return [{"kind": node.type, "content": _inline_children(node, depth)}]
        case "bullet_list" | "ordered_list" | "blockquote" if depth >= _DEEPEST:
            return _blocks_flat(node)
        case "bullet_list" | "ordered_list":
            items = [_blocks(item, depth + 1) for item in node.children]
            return [{"kind": node.type, "start": int(node.attrs.get("start", 1)), "items": items}]
        case "blockquote":
            return [{"kind": "quote", "content": _blocks(node, depth + 1)}]
        case "fence" | "code_block":
            return [{"kind": "code", "text": node.content}]
        case "hr":
            return [{"kind": "rule"}]
    return []


def _blocks_flat(node: SyntaxTreeNode) -> list[Node]:
    inlines = (inner for inner in node.walk() if inner.type == "inline")
    return [{"kind": "paragraph", "content": [{"kind": "text", "text": inner.content}]} for inner in inlines]


def _inline_children(node: SyntaxTreeNode, depth: int) -> list[Node]:
    return [inline for child in node.children for inline in _inline(child, depth)]


def _inline(node: SyntaxTreeNode, depth: int) -> list[Node]:
    match node.type:
        case "inline":
            return _inline_children(node, depth)
        case "text":
            return [{"kind": "text", "text": node.content}] if node.content else []
        case "softbreak":
            return [{"kind": "text", "text": " "}]
        case "hardbreak":
            return [{"kind": "break"}]
        case "code_inline":
            return [{"kind": "code", "text": node.content}]
        case "image":
            return []
    content = _inline_children(node, depth + 1)
    if depth >= _DEEPEST:
        return content
    if node.type == "link":
        address = str(node.attrs.get("href", ""))
        is_allowed = address.partition(":")[0].lower() in _ALLOWED_SCHEMES
        return [{"kind": "link", "address": address, "content": content}] if is_allowed else content
    return [{"kind": node.type, "content": content}]
