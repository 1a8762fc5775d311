"""What was hidden or taken back is not read in what quotes it either: in other posts, in letters, in translations."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from common.markdown import render_message
from discussions.mentions import read_mentions
from discussions.models import Post
from discussions.quoting import quoted_posts, without_quotations


def gone_in(texts: Iterable[str]) -> set[int]:
    """Of the posts that these texts quote, those that do not stand any more.

    One query, and none where nothing is quoted.
    """
    quoted = {pk for text in texts for pk in quoted_posts(text)}
    if not quoted:
        return set()
    standing = set(Post.objects.standing().filter(pk__in=quoted).values_list("pk", flat=True))
    return quoted - standing


def left_of(text: str, gone: Collection[int], *, instead: str | None = None) -> str:
    """``text``, Markdown, without its quotations of what is gone; ``instead`` stands in the place of each, if nothing
    else is said a line that says so."""
    if not gone:
        return text
    if instead is None:
        words = _("The post that was quoted here does not stand any more.")
        instead = f"*{words}*"
    return without_quotations(text, gone, instead=instead)


def words_of(post: Post, *, instead: str | None = None) -> str:
    """What one post says, Markdown, without what it quotes of posts that are gone."""
    return left_of(post.source, gone_in([post.source]), instead=instead)


def leave_out_quotations(posts: Collection[Post], *, instead: str | None = None) -> None:
    """Show these posts, with their threads and authors loaded, without what they quote of posts that are gone."""
    gone = gone_in(post.source for post in posts)
    for post in posts:
        if gone and quoted_posts(post.source) & gone:
            text = left_of(post.source, gone, instead=instead)
            links = read_mentions(text, thread=post.thread, writer=post.author or AnonymousUser()).links
            post.html = render_message(text, links)
