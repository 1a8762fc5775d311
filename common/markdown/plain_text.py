"""Markdown as plain text."""

from common.markdown.trees import Node, markdown_tree
from common.markdown.writing import blockquote


def markdown_to_text(source: str) -> str:
    """Markdown to be read as it stands, in a letter: paragraphs, ``> `` before quotations, addresses in ``<…>``.

    Emphasis keeps its stars, as people write it in mail.
    """
    return "\n\n".join(_block_as_text(block) for block in markdown_tree(source)) + "\n"


def words_in(source: str) -> str:
    """What Markdown says, in one line without marks."""
    return " ".join(" ".join(_words_of(block) for block in markdown_tree(source)).split())


def _words_of(node: Node) -> str:
    if "text" in node:
        return str(node["text"])
    inner = [*node.get("content", []), *(block for item in node.get("items", []) for block in item)]
    # Blocks stand apart from each other, and what is within a line does not.
    is_of_blocks = node["kind"] in {"quote", "bullet_list", "ordered_list"}
    return (" " if is_of_blocks or node["kind"] == "break" else "").join(map(_words_of, inner)) or " "


def _block_as_text(block: Node) -> str:
    match block["kind"]:
        case "bullet_list" | "ordered_list":
            return "\n".join(
                _indented(
                    "\n\n".join(map(_block_as_text, item)), f"{block['start'] + place}. " if is_numbered else "- "
                )
                for is_numbered in [block["kind"] == "ordered_list"]
                for place, item in enumerate(block["items"])
            )
        case "quote":
            return blockquote("\n\n".join(map(_block_as_text, block["content"])))
        case "code":
            return "\n".join(f"    {line}" for line in block["text"].rstrip().splitlines())
        case "rule":
            return "---"
    return "".join(map(_inline_as_text, block["content"]))


def _indented(text: str, mark: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([mark + first, *(" " * len(mark) + line if line else "" for line in rest)])


def _inline_as_text(node: Node) -> str:
    match node["kind"]:
        case "text" | "code":
            return str(node["text"])
        case "break":
            return "\n"
    inner = "".join(map(_inline_as_text, node["content"]))
    match node["kind"]:
        case "link":
            return f"<{node['address']}>" if inner == node["address"] else f"{inner} <{node['address']}>"
        case "strong":
            return f"**{inner}**" if not inner.endswith(">") else inner
        case "em":
            return f"*{inner}*"
    return inner
