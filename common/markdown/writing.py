"""Writing Markdown, and changing what was written, without showing it."""

import re
from urllib.parse import quote

from common.markdown.reading import commonmark

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


def blockquote(source: str) -> str:
    """Markdown as a quotation: whatever it opens, a list or a block of code, ends with it."""
    return "\n".join(f"> {line}" if line.strip() else ">" for line in source.strip().splitlines())


def with_kept_lines(source: str) -> str:
    """Markdown in which the ends of lines within paragraphs are kept, as people write in messages."""
    lines = source.splitlines()
    for token in commonmark.parse(source):
        if token.type == "inline" and token.map:
            first, end = token.map
            for number in range(first, end - 1):
                lines[number] = lines[number].rstrip().removesuffix("\\") + "\\"
    return "\n".join(lines)


def beginning(source: str, most: int) -> str:
    """Markdown, or its beginning of at most ``most`` characters with an ellipsis: whole paragraphs, if one fits."""
    source = source.strip()
    if len(source) <= most:
        return source
    head = source[:most]
    paragraphs, gap, _rest = head.rpartition("\n\n")
    if not gap or len(paragraphs) < most // 3:
        paragraphs = head.rpartition(" ")[0] or head
    return f"{paragraphs.rstrip()} …"


_RELATIVE = re.compile(r"(\]\(<?)(?=/[^/])")


def with_whole_addresses(source: str, base: str) -> str:
    """Markdown whose links into this site lead there from elsewhere, too."""
    return _RELATIVE.sub(rf"\g<1>{base}", source)
