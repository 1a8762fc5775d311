"""What people write to each other, as HTML: as in mail, the end of a line is the end of a line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from common.markdown.reading import ALLOWED_SCHEMES, ALLOWED_TAGS

_messages = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable("strikethrough")
_BARE_ADDRESS = r"https?://[^\s<>\"]+"
_AFTER_ADDRESS = ".,;:!?'*_”’»…"


@dataclass(frozen=True, slots=True)
class TextLink:
    """Where some words of a text lead, and what is shown instead of them."""

    address: str
    words: str


def render_message(source: str, links: Mapping[str, TextLink] | None = None) -> SafeString:
    """``render_markdown`` for messages: lines stay lines, bare web addresses become links, and so do the words that are
    keys of ``links``, whatever their case, outside of code and of other links. The latter have the class ``mention``.
    """
    tokens = _messages.parse(source)
    by_words = {_folded(words): link for words, link in (links or {}).items()}
    pattern = _pattern_of(by_words)
    for token in tokens:
        if token.type == "inline":
            token.children = [
                piece
                for run, is_plain in _runs(token.children or [])
                for piece in (_with_links(run, pattern, by_words) if is_plain else run)
            ]
    html = nh3.clean(
        str(_messages.renderer.render(tokens, _messages.options, {})),
        tags=ALLOWED_TAGS,
        # Markdown gives nobody a class: those that are there were put there here.
        attributes={"a": {"href", "title", "class"}, "ol": {"start"}},
        url_schemes=ALLOWED_SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(html)  # noqa: S308 -- nh3 returns only what is on the list


def plain_runs(source: str) -> list[str]:
    """The text of a message as its readers see it, in pieces: without code, and without what leads somewhere."""
    inlines = (token for token in _messages.parse(source) if token.type == "inline")
    return [_text_of(run) for token in inlines for run, is_plain in _runs(token.children or []) if is_plain]


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], bool]]:
    """Stretches of plain text, which are as long as can be, and of everything else."""
    run: list[Token] = []
    was_plain, depth = True, 0
    for token in tokens:
        depth += (token.type == "link_open") - (token.type == "link_close")
        is_plain = depth == 0 and token.type in ("text", "softbreak")
        if run and is_plain is not was_plain:
            yield run, was_plain
            run = []
        run.append(token)
        was_plain = is_plain
    if run:
        yield run, was_plain


def _text_of(run: Sequence[Token]) -> str:
    return "".join("\n" if token.type == "softbreak" else token.content for token in run)


def _pattern_of(by_words: Mapping[str, TextLink]) -> re.Pattern[str]:
    # The longest first: of two names that begin alike, the whole one is meant. Names go on over the end of a line.
    names = (r"\s+".join(map(re.escape, words.split())) for words in sorted(by_words, key=len, reverse=True))
    any_name = "|".join(names) or r"(?!)"
    return re.compile(rf"(?<![\w@/.])(?:{any_name})(?!\w)|(?P<bare>{_BARE_ADDRESS})", re.IGNORECASE)


def _with_links(run: Sequence[Token], pattern: re.Pattern[str], by_words: Mapping[str, TextLink]) -> Iterator[Token]:
    text, done = _text_of(run), 0
    for match in pattern.finditer(text):
        words, attributes = match[0], {}
        if match["bare"]:
            words = words.rstrip(_AFTER_ADDRESS)
            while words.endswith(")") and words.count(")") > words.count("("):
                words = words[:-1].rstrip(_AFTER_ADDRESS)
            attributes = {"href": words}
        elif link := by_words.get(_folded(words)):
            attributes = {"class": "mention", "href": link.address}
        end = match.start() + len(words)
        yield from _plain(text[done : match.start()])
        if attributes:
            yield Token("link_open", "a", 1, attrs=dict(attributes))
            yield from _plain(words if match["bare"] else by_words[_folded(words)].words)
            yield Token("link_close", "a", -1)
        else:
            yield from _plain(words)
        done = end
    yield from _plain(text[done:])


def _plain(text: str) -> Iterator[Token]:
    for place, line in enumerate(text.split("\n")):
        if place:
            yield Token("softbreak", "br", 0)
        if line:
            yield Token("text", "", 0, content=line)
