"""Translations of posts as readers see them."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, OuterRef, QuerySet, Subquery

from common.markdown import render_message
from discussions.gone_quotations import gone_in, left_of
from discussions.models import Post, PostTranslation, Thread
from discussions.quoting import quoted_posts
from discussions.translation.protecting import with_mentions

Rows = TypeVar("Rows", bound=QuerySet[Any])


def digest_of(post: Post) -> str:
    """What tells whether the text of ``post`` has changed since it was translated."""
    return hashlib.sha256(post.source.encode()).hexdigest()


def _translated_titles(language: str) -> QuerySet[PostTranslation]:
    """The latest first, of titles as they are now."""
    found = PostTranslation.objects.filter(language=language).exclude(title="").exclude(post__thread__language=language)
    return found.filter(title_of=F("post__thread__title")).order_by("-made_at", "-pk")


def with_titles(rows: Rows, language: str, *, thread: str = "pk") -> Rows:
    """``rows``, threads or what names one in the field ``thread``, each with the ``translated_title`` that its thread
    has in ``language``: None where it has none."""
    titles = _translated_titles(language).filter(post__thread=OuterRef(thread))
    return rows.annotate(translated_title=Subquery(titles.values("title")[:1]))


def translated_titles(threads: Iterable[Thread], language: str) -> dict[int, str]:
    """What titles in other languages say in ``language``, by the primary keys of those that were translated. One query,
    and none where there are no such titles."""
    foreign = {thread.pk for thread in threads if thread.language != language}
    if not foreign:
        return {}
    rows = _translated_titles(language).filter(post__thread__in=foreign).values_list("post__thread", "title")
    return dict(reversed(list(rows)))


def html_of(translation: PostTranslation, post: Post, gone: set[int]) -> str:
    """What the translation of ``post`` looks like without what it quotes of these posts."""
    if not quoted_posts(translation.source) & gone:
        return translation.html
    return with_mentions(render_message(left_of(translation.source, gone)), like=post.html)


@dataclass(frozen=True, slots=True)
class Shown:
    """A translation below its post."""

    translation: PostTranslation
    is_outdated: bool
    """Whether the post was changed since."""
    is_open: bool
    """Whether it stands in the place of the original, until the reader asks for that."""
    html: str
    """What it says, without what it quotes of posts that are gone."""


def shown_translations(posts: Iterable[Post], *, language: str, read: Collection[str]) -> dict[int, Shown]:
    """Those into ``language`` of posts in others, by the primary keys of the posts: open where the reader does not read
    the language of the post, and the translation is of what stands there now."""
    foreign = {post.pk: post for post in posts if post.is_standing and post.language != language}
    if not foreign:
        return {}
    found = list(PostTranslation.objects.filter(post__in=foreign, language=language).select_related("corrected_by"))
    gone = gone_in(translation.source for translation in found)
    shown = {}
    for translation in found:
        post = foreign[translation.post_id]
        is_outdated = translation.of != digest_of(post)
        shown[post.pk] = Shown(
            translation=translation,
            is_outdated=is_outdated,
            is_open=not is_outdated and post.language not in read,
            html=html_of(translation, post, gone),
        )
    return shown
