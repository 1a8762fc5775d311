"""The text of a letter, as Markdown: from plain text or HTML, whatever its encoding."""

import codecs
import re
from collections.abc import Iterator
from email.message import Message
from html import unescape
from urllib.parse import parse_qs, urlsplit

import nh3
from bs4 import BeautifulSoup, Comment, Tag
from bs4.exceptions import ParserRejectedMarkup
from markdownify import MarkdownConverter

MOST_CHARACTERS = 400_000
"""Of one body that are looked at: whatever somebody wrote stands at its beginning."""

# ------------------------------------------------------------ encodings

_CODECS = {
    # What is called so is mostly the larger set of Windows.
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8", "iso-8859-8-i": "iso-8859-8", "unknown-8bit": "utf-8", "x-unknown": "utf-8",
    "utf8mb4": "utf-8", "cp-850": "cp850", "macintosh": "mac_roman", "x-mac-roman": "mac_roman",
}  # fmt: skip
# What Python calls encodings besides those of texts, and those in which texts hide others.
_NO_TEXT = {
    "utf-7", "base64", "hex", "zlib", "bz2", "uu", "rot13", "quopri", "punycode", "idna", "unicode-escape",
    "raw-unicode-escape", "undefined", "mbcs", "oem",
}  # fmt: skip


def decode(content: bytes, charset: str | None) -> str:
    """Text from bytes: as declared, and as what it is mostly where that is wrong or missing."""
    declared = (charset or "utf-8").strip("\"' ").lower()
    names = [_CODECS.get(declared, declared), "utf-8", "cp1252"]
    if _looks_like_utf8(content):
        names.insert(0, "utf-8")
    for name in names:
        try:
            if codecs.lookup(name).name.replace("_", "-") not in _NO_TEXT:
                # Halves of characters, which some encodings let through, can be stored nowhere.
                return content.decode(name).encode("utf-8", "replace").decode()
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _looks_like_utf8(content: bytes) -> bool:
    """Whether there are letters of several bytes that are nothing but UTF-8."""
    if content.isascii() or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


# ------------------------------------------------------------ which part


def is_file(part: Message) -> bool:
    """Whether a part is a file rather than text of the letter."""
    if part.get_content_maintype() == "multipart":
        return False
    if part.get_content_disposition() == "attachment":
        return True
    if part.get_content_type() in {"text/plain", "text/html"}:
        return bool(part.get_filename()) and part.get_content_disposition() is not None
    return True


def body_in_markdown(message: Message) -> str:
    """What the letter says, with what it quotes; empty if it says nothing."""
    return "\n\n".join(piece for piece in _pieces(message, 0) if piece.strip())


def _pieces(part: Message, depth: int) -> Iterator[str]:
    kind = part.get_content_type()
    if depth > 20:
        return
    if not part.is_multipart():
        if kind in {"text/plain", "text/html"} and not is_file(part):
            yield html_in_markdown(_text(part)) if kind == "text/html" else plain_in_markdown(part)
        return
    parts = [each for each in part.get_payload() if isinstance(each, Message)]
    if kind == "multipart/alternative":
        yield _best_alternative(parts, depth)
    elif kind in {"multipart/related", "multipart/signed"}:
        # The first one is the text, the others are its pictures or its signature.
        for each in parts[:1]:
            yield from _pieces(each, depth + 1)
    elif kind != "message/rfc822":
        for each in parts:
            yield from _pieces(each, depth + 1)


def _best_alternative(parts: list[Message], depth: int) -> str:
    """Plain text if it says something; some programs leave it empty."""
    of_kinds: dict[bool, str] = {}
    for part in parts:
        is_plain = part.get_content_type() == "text/plain"
        if is_plain or not of_kinds.get(False):
            text = "\n\n".join(_pieces(part, depth + 1)) if is_plain or True not in of_kinds else ""
            if _says_something(text):
                of_kinds.setdefault(is_plain, text)
    return of_kinds.get(True) or of_kinds.get(False) or ""


_NO_HTML = re.compile(
    r"(?:does|do) not (?:support|display) html|html[- ]?(?:e-?)?mail|view (?:this|it) .{0,30}html", re.IGNORECASE
)


def _says_something(text: str) -> bool:
    shown = re.sub(r"[\W_]", "", text)
    return len(shown) > 0 and not (len(text) < 200 and _NO_HTML.search(text))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    # Four bytes a character at most; a letter cut within one loses that one.
    text = decode(content[: 4 * MOST_CHARACTERS], part.get_content_charset())
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").lstrip("\ufeff")[:MOST_CHARACTERS]


# ------------------------------------------------------------ plain text

_BULLET = re.compile(r"^(\s*)(?:[•·▪◦●‣–]|o(?=\t)|\*(?=\t))[ \t\xa0]+(?=\S)")
_UNDERLINE = re.compile(r"^\s*(?:={2,}|-{2,})\s*$")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+\S")
_NARROWEST, _WIDEST = 60, 80


def plain_in_markdown(part: Message) -> str:
    text = _text(part)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unflowed(text, is_deleted=str(part.get_param("delsp", "")).lower() == "yes")
    return lines_in_markdown(text)


def _unflowed(text: str, is_deleted: bool) -> str:
    """Lines that end with a space go on in the next one (RFC 3676), but for the line before a signature."""
    joined: list[str] = []
    flows = False
    level = 0
    for line in text.split("\n"):
        quotes = re.match(r"(?:>)*", line)
        depth = len(quotes[0]) if quotes else 0
        content = line[depth:].removeprefix(" ")
        if flows and depth == level and content != "-- ":
            joined[-1] += content
        else:
            joined.append(f"{'>' * depth}{' ' if depth else ''}{content}")
        flows, level = line.endswith(" ") and content != "-- ", depth
        if flows and is_deleted:
            joined[-1] = joined[-1].removesuffix(" ")
    return "\n".join(joined)


def lines_in_markdown(text: str) -> str:
    """Plain text as Markdown that looks like it: ends of lines stay where they were meant."""
    lines = [_tidied(line) for line in text.split("\n")]
    longest = max((len(line) for line in lines), default=0)
    width = 0 if longest > _WIDEST else max(longest, _NARROWEST)
    kept: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _UNDERLINE.match(line) and line.strip() != "--":
            # Below a line, Markdown would take it for a heading.
            kept.append("")
        elif _is_broken_on_purpose(line, following, width):
            kept.append(f"{line.rstrip()}\\")
        else:
            kept.append(line.rstrip())
    return "\n".join(kept)


def _tidied(line: str) -> str:
    line = _BULLET.sub(r"\1- ", line.replace("\u200b", "").replace("\xa0", " ").replace("\u202f", " "))
    line = _real_addresses(line)
    if not _LIST_ITEM.match(line):
        # Four spaces would make it a piece of a program.
        return line.strip() if line.strip() != "--" else "-- "
    return line.replace("\t", "  ")


def _is_broken_on_purpose(line: str, following: str, width: int) -> bool:
    """Whether the next line begins although its first word had had room on this one."""
    if not line.strip() or not following.strip() or line.lstrip().startswith(">") or following.lstrip().startswith(">"):
        return False
    if _LIST_ITEM.match(following) or _UNDERLINE.match(following) or len(line) < 3 or line == "-- ":
        return False
    first = following.split(maxsplit=1)[0]
    return not width or len(line) + 1 + len(first) < width


_SAFE_LINK = re.compile(r"https://[a-z0-9.]+\.safelinks\.protection\.outlook\.com/[^\s>)\]]+", re.IGNORECASE)


def _real_addresses(text: str) -> str:
    """Addresses that a mail server has wrapped up, as they were."""
    return _SAFE_LINK.sub(lambda found: parse_qs(urlsplit(unescape(found[0])).query).get("url", [found[0]])[0], text)


# ------------------------------------------------------------ HTML

QUOTED = (
    ".gmail_quote", ".gmail_quote_container", ".gmail_extra", ".moz-cite-prefix", "blockquote[type=cite]",
    ".yahoo_quoted", ".protonmail_quote", ".tutanota_quote", "div[name=quote]", "#OLK_SRC_BODY_SECTION",
    "#mail-editor-reference-message-container", "#quoted_header", ".zmail_extra", "div.WordSection1 > div.reply",
)  # fmt: skip
"""Elements in which mail programs put what they quote."""
QUOTED_FROM_HERE = (
    "#divRplyFwdMsg", "#appendonsend", "#stopSpelling", "div[style*='border-top:solid #E1E1E1']",
    "div[style*='border-top:solid #B5C4DF']", "#x_divRplyFwdMsg", "#x_appendonsend",
)  # fmt: skip
"""Elements from which on everything is quoted."""
SIGNATURES = (
    ".gmail_signature", "[data-smartmail=gmail_signature]", ".moz-signature", "#Signature",
    "#ms-outlook-mobile-signature", ".ms-outlook-mobile-signature", ".protonmail_signature_block",
    "#AppleMailSignature", "#composer_signature", "#lineBreakAtBeginningOfSignature",
)  # fmt: skip


_MOST_TAGS = 30_000


class TooManyTags(ValueError):
    """HTML has more of them than any letter needs."""


UNREADABLE = (RecursionError, ParserRejectedMarkup, TooManyTags)
"""What ``own_elements`` raises where the HTML is none, or without end."""


def html_in_markdown(html: str) -> str:
    """HTML of a mail program as Markdown, without what it marks as quoted and as signature, if anything is left."""
    try:
        own = _converted(own_elements(html))
        return own if _says_something(own) else _converted(_soup(html))
    except UNREADABLE:
        # Nobody wrote that by hand.
        return nh3.clean(html, tags=set())


def own_elements(html: str) -> BeautifulSoup:
    """The HTML without the elements that mail programs put around what they quote and sign. Raises ``UNREADABLE``."""
    soup = _soup(html)
    for selector in QUOTED_FROM_HERE:
        if found := soup.select_one(selector):
            for after in list(found.find_all_next(True)):
                after.extract()
            for text in list(found.find_all_next(string=True)):
                text.extract()
            found.extract()
    for selector in (*QUOTED, *SIGNATURES):
        for found in soup.select(selector):
            found.extract()
    return soup


def _soup(html: str) -> BeautifulSoup:
    if html.count("<") > _MOST_TAGS:
        raise TooManyTags
    soup = BeautifulSoup(html, "html.parser")
    for each in soup.find_all(["script", "style", "head", "title", "meta", "link", "object", "svg", "template"]):
        each.extract()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for each in soup.find_all(style=re.compile(r"display:\s*none", re.IGNORECASE)):
        each.extract()
    return soup


class _Converter(MarkdownConverter):
    """Without pictures and tables: the first are files of the letter, the second mostly its layout."""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return ""

    def _line(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""

    convert_table = convert_tr = convert_tbody = convert_thead = _line
    convert_td = convert_th = lambda self, el, text, parent_tags: f" {text.strip()} "


def _converted(soup: BeautifulSoup) -> str:
    text = _Converter(
        bullets="-", heading_style="atx", newline_style="backslash", autolinks=True, escape_asterisks=True, wrap=False
    ).convert_soup(soup)
    lines = [_tidied_of_html(line) for line in str(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _tidied_of_html(line: str) -> str:
    line = _real_addresses(line.replace("\u200b", "").replace("\xa0", " "))
    line = _BULLET.sub(r"\1- ", line).rstrip(" \t")
    return "" if line.strip(" \\") == "" else line
