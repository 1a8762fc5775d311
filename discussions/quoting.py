"""Quoting a post in another one."""

import re
from collections.abc import Collection
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.markdown import escape_markdown
from discussions.models import Post

_LONGEST = 1_500
_WORDS_FOUND_BY = 5
# The first line of a quotation: a name that leads to a post. A translation may set a space before the colon.
_SOURCE_OF_QUOTATION = re.compile(r" {0,3}>\s*\[(?:\\.|[^\]\\])*\]\([^)\s]*/discussions/posts/(\d{1,18})/\)\s*:?\s*$")


def who_wrote(post: Post) -> str:
    """The name under which a post stands."""
    if post.author:
        return str(post.author)
    return post.guest.name if post.guest else _("a former member")


def lasting_address(post: Post) -> str:
    """An address of the post for texts and letters: with the server, and under no language."""
    with override(settings.LANGUAGE_CODE):
        path = reverse("discussions:post", args=[post.pk])
    return settings.BASE_URL + path.removeprefix(f"/{settings.LANGUAGE_CODE}")


def quotation(post: Post) -> str:
    """What ``post`` says as a Markdown quotation that names its source; empty for one that does not stand.

    What it quotes itself is left out, and the rest of a long one.
    """
    if not post.is_standing:
        return ""
    own = [line for line in post.source.splitlines() if not re.match(r" {0,3}>", line)]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(own)).strip()
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(None, 1)[0] + " …"
    source = f"[{escape_markdown(who_wrote(post))}]({lasting_address(post)}):"
    return "\n".join(f"> {line}".rstrip() for line in [source, "", *text.split("\n")]) + "\n\n"


def quoted_posts(source: str) -> set[int]:
    """The primary keys of the posts that a text quotes, as ``quotation`` writes them."""
    return {int(found[1]) for line in source.splitlines() if (found := _SOURCE_OF_QUOTATION.match(line))}


def without_quotations(source: str, of: Collection[int], *, instead: str = "") -> str:
    """``source`` without what it quotes of these posts; ``instead``, one line of Markdown, stands in its place."""
    kept: list[str] = []
    is_left_out = False
    for line in source.splitlines():
        is_quotation = re.match(r" {0,3}>", line) is not None
        if is_quotation and (found := _SOURCE_OF_QUOTATION.match(line)):
            is_left_out = int(found[1]) in of
            if is_left_out and instead:
                kept += [f"> {instead}"]
        is_left_out = is_left_out and is_quotation
        if not is_left_out:
            kept.append(line)
    return "\n".join(kept)


def text_fragment(passage: str) -> str:
    """What leads a browser to ``passage`` on its page, at the end of the address; it is marked there."""
    words = passage.split()
    if len(words) <= _WORDS_FOUND_BY * 2:
        return f"#:~:text={_encoded(words)}" if words else ""
    return f"#:~:text={_encoded(words[:_WORDS_FOUND_BY])},{_encoded(words[-_WORDS_FOUND_BY:])}"


def _encoded(words: list[str]) -> str:
    # A hyphen has a meaning of its own there.
    return quote(" ".join(words), safe="").replace("-", "%2D")
