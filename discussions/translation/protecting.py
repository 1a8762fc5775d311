"""What a machine must not touch: addresses, mentions, code. They stay here, and numbers go in their place."""

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from html.parser import HTMLParser

import nh3

from discussions.translation import TranslationFailed

# Pieces of a text in which a machine lost what it should have kept are sent one by one, up to so many.
MOST_PIECES = 60

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "span", "strong", "ul",
}  # fmt: skip
_NUMBERED = re.compile(r'<code id="x(\d+)">[^<]*</code>|<(\w+) id="x(\d+)">')
_WITHOUT_SPACES = re.compile(r"\S*(://|@)\S*")


class _Kind(Enum):
    TEXT = auto()
    TAG = auto()
    OPENING = auto()
    """A tag with attributes: these stay here."""
    WHOLE = auto()
    """An element that stays here with what is in it."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    html: str
    tag: str = ""


def translate_html(
    source: str, translate: Callable[[str], str], *, is_whole: Callable[[str], bool] = lambda html: True
) -> str:
    """``source``, HTML of the portal's own, translated by ``translate``, which is given HTML without addresses, names
    and code, and must give back HTML. All of these come back where they belong, each once, whatever the machine does.

    Pieces are sent one by one where it lost something, or where ``is_whole`` says so of what it gave back. Raises
    TranslationFailed where it returns nonsense even for single pieces.
    """
    tokens = _tokens_of(source)
    if not any(_is_sent(token) for token in tokens):
        return source
    kept = [token for token in tokens if token.kind in {_Kind.OPENING, _Kind.WHOLE}]
    whole = _put_back(translate(_with_numbers(tokens)), tokens, kept)
    return whole if whole is not None and is_whole(whole) else _piece_by_piece(tokens, translate)


def _is_sent(token: _Token) -> bool:
    return token.kind is _Kind.TEXT and any(character.isalpha() for character in html.unescape(token.html))


def _with_numbers(tokens: list[_Token]) -> str:
    sent, number = [], 0
    for token in tokens:
        if token.kind is _Kind.WHOLE:
            sent.append(f'<code id="x{number}" translate="no">x{number}</code>')
            number += 1
        elif token.kind is _Kind.OPENING:
            sent.append(f'<{token.tag} id="x{number}">')
            number += 1
        else:
            sent.append(token.html)
    return "".join(sent)


def _put_back(answer: str, tokens: list[_Token], kept: list[_Token]) -> str | None:
    """The answer with what was kept; None where the machine lost, doubled or invented something."""
    cleaned = nh3.clean(answer, tags=_TAGS, attributes={tag: {"id"} for tag in _TAGS}, link_rel=None)
    found = []

    def put_back(match: re.Match[str]) -> str:
        number = int(match[1] or match[3])
        found.append(number)
        if number >= len(kept):
            return ""
        is_whole = match[1] is not None
        if is_whole is not (kept[number].kind is _Kind.WHOLE) or (match[2] or "code") != (kept[number].tag or "code"):
            found.append(-1)
        return kept[number].html

    complete = _NUMBERED.sub(put_back, cleaned)
    if sorted(found) != list(range(len(kept))):
        return None
    return complete if _tags_in(_tokens_of(complete)) == _tags_in(tokens) else None


def _tags_in(tokens: list[_Token]) -> Counter[str]:
    return Counter(token.html for token in tokens if token.kind is not _Kind.TEXT)


def _piece_by_piece(tokens: list[_Token], translate: Callable[[str], str]) -> str:
    if sum(map(_is_sent, tokens)) > MOST_PIECES:
        raise TranslationFailed("it gave the text back without parts of it")
    return "".join(_piece(token.html, translate) if _is_sent(token) else token.html for token in tokens)


def _piece(text: str, translate: Callable[[str], str]) -> str:
    stripped = text.strip()
    before, after = text[: text.index(stripped)], text[text.index(stripped) + len(stripped) :]
    translated = html.unescape(nh3.clean(translate(stripped), tags=set())).strip()
    if not translated:
        raise TranslationFailed("it gave back nothing")
    return before + html.escape(translated, quote=False) + after


# ---------------------------------------------------------------- mentions


def without_mentions(source: str) -> str:
    """``source`` with names in the place of the links that mentions are: as people write them."""
    return "".join(_name_in(token) or token.html for token in _tokens_of(source))


def with_mentions(source: str, like: str) -> str:
    """``source`` with links in the place of the names that are mentions in the HTML ``like``."""
    links = {name: token.html for token in _tokens_of(like) if (name := _name_in(token))}
    if not links:
        return source
    names = re.compile("|".join(rf"{re.escape(name)}(?!\w)" for name in sorted(links, key=len, reverse=True)))
    linked, is_in_link = [], False
    for token in _tokens_of(source):
        if token.tag == "a":
            is_in_link = token.kind is _Kind.OPENING
        may_name = token.kind is _Kind.TEXT and not is_in_link
        linked.append(names.sub(lambda match: links[match[0]], token.html) if may_name else token.html)
    return "".join(linked)


def _name_in(token: _Token) -> str:
    """The name, as HTML, of a mention; empty for anything else."""
    if token.kind is not _Kind.WHOLE or not token.html.startswith("<a "):
        return ""
    name = nh3.clean(token.html, tags=set())
    return name if name.startswith("@") else ""


# ---------------------------------------------------------------- taking HTML apart


def _tokens_of(source: str) -> list[_Token]:
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.tokens


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[_Token] = []
        self._begun: list[tuple[str, int]] = []
        """Elements that may stay here as wholes, and where each begins."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"a", "code", "pre"}:
            self._begun.append((tag, len(self.tokens)))
        kind = _Kind.OPENING if attrs else _Kind.TAG
        self.tokens.append(_Token(kind, self.get_starttag_text() or f"<{tag}>", tag))

    def handle_endtag(self, tag: str) -> None:
        self.tokens.append(_Token(_Kind.TAG, f"</{tag}>", tag))
        if self._begun and self._begun[-1][0] == tag:
            _tag, start = self._begun.pop()
            inside = self.tokens[start:]
            if tag != "a" or _names_something(inside):
                self.tokens[start:] = [_Token(_Kind.WHOLE, "".join(token.html for token in inside))]

    def handle_data(self, data: str) -> None:
        text = html.escape(data, quote=False)
        if self.tokens and self.tokens[-1].kind is _Kind.TEXT:
            text = self.tokens.pop().html + text
        self.tokens.append(_Token(_Kind.TEXT, text))


def _names_something(link: list[_Token]) -> bool:
    """Whether a link shows a name or an address rather than words: a mention, or an address as it is."""
    shown = html.unescape("".join(token.html for token in link if token.kind is _Kind.TEXT)).strip()
    return shown.startswith("@") or _WITHOUT_SPACES.fullmatch(shown) is not None
