"""Markdown as a tree, for what is not HTML."""

from typing import Any

from markdown_it.tree import SyntaxTreeNode

from common.markdown.reading import ALLOWED_SCHEMES, commonmark

# Deeper lists and quotations than anybody reads become plain text.
_DEEPEST = 6

Node = dict[str, Any]


def markdown_tree(source: str) -> list[Node]:
    """Markdown as plain data, for whoever sets it in type: blocks ``{"kind": "paragraph", "content": […]}``, and in
    them inline nodes down to ``{"kind": "text", "text": "…"}``. What ``render_markdown`` leaves out is not there.
    """
    return _blocks(SyntaxTreeNode(commonmark.parse(source)), 0)


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
        is_allowed = address.partition(":")[0].lower() in ALLOWED_SCHEMES
        return [{"kind": "link", "address": address, "content": content}] if is_allowed else content
    return [{"kind": node.type, "content": content}]
