"""What notices of posts say, and the kinds of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from common.languages import best_versions, complete_order, current_language, own_name
from common.models import BasePage
from discussions.gone_quotations import gone_in, left_of
from discussions.models import Post, PostTranslation, Thread
from discussions.reply_addresses import reply_address
from discussions.translations import digest_of, translated_titles
from members.models import CityName, User
from notifications.models import Frequency
from notifications.notices import Item, NoticeKind, pks_in
from notifications.sending import message_id
from taxonomy.queries import preferred_labels

LONGEST_PASSAGE = 200


class PostNotice(NoticeKind):
    """Tells of a post: ``post:34`` in ``thread:12``."""

    @classmethod
    def visible(cls, subjects: Collection[str], user: User) -> set[str]:
        posts = Post.objects.visible_to(user).standing().filter(pk__in=pks_in(subjects, "post"))
        return {f"post:{pk}" for pk in posts.order_by().values_list("pk", flat=True)}

    @classmethod
    def read(cls, subjects: Collection[str], user: User) -> dict[str, Item]:
        language = current_language()
        own_words = Prefetch(
            "translations", PostTranslation.objects.filter(language=language), to_attr="in_this_language"
        )
        posts = Post.objects.visible_to(user).standing().filter(pk__in=pks_in(subjects, "post"))
        posts = posts.select_related("thread__group", "thread__about", "author", "guest", "city")
        found = list(posts.prefetch_related(preferred_labels("city__labels", CityName), own_words, "attachments"))
        pages = _page_titles((page for post in found for page in (post.thread.group, post.thread.about) if page), user)
        gone = gone_in(text for post in found for text in _texts_of(post))
        titles = translated_titles((post.thread for post in found if not _reads(user, post.thread.language)), language)
        return {post.key: _item(post, pages, user, gone, titles.get(post.thread_id, "")) for post in found}


def _texts_of(post: Post) -> list[str]:
    return [post.source, *(translated.source for translated in post.in_this_language)]  # type: ignore[attr-defined]


def _item(post: Post, pages: dict[Any, str], user: User, gone: set[int], translated_title: str) -> Item:
    thread = post.thread
    title = f"{thread.title} ({translated_title})" if translated_title else thread.title
    group = pages.get(thread.group.translation_key, "") if thread.group else _now("the whole network")
    author = writer_of(post)
    text, language, note = _words_for(post, user)
    return Item(
        title=_now("%(author)s in “%(thread)s”") % {"author": author, "thread": title},
        address=post.get_absolute_url(),
        text=left_of(text, gone),
        language=language,
        author=author,
        facts=post.city.label() if post.city else "",
        about=_about(thread, pages),
        files=[attachment.title for attachment in post.attachments.all()],
        note=note,
        within=title,
        within_address=thread.get_absolute_url(),
        within_facts=group,
        # The same for all posts of a thread: mail programs show them as one.
        subject=f"[{group}] {thread.title}" if group else thread.title,
        headers=mail_headers(post),
        reply_address="" if thread.is_closed else reply_address(post, user),
    )


def _about(thread: Thread, pages: dict[Any, str]) -> str:
    title = pages.get(thread.about.translation_key, "") if thread.about else ""
    passage = Truncator(" ".join(thread.passage.split())).chars(LONGEST_PASSAGE)
    return f"{title} – “{passage}”" if title and passage else title


def writer_of(post: Post) -> str:
    """The name of whoever wrote it."""
    return str(post.author or post.guest or _now("a former member"))


def mail_headers(post: Post) -> dict[str, str]:
    """By which mail programs put the letters of a thread together."""
    root = message_id(post.thread.topic.replace(":", "-"))
    above = message_id(f"post-{post.reply_to_id}") if post.reply_to_id else root
    return {
        "Message-ID": message_id(f"post-{post.pk}"),
        "In-Reply-To": above,
        "References": " ".join(dict.fromkeys([root, above])),
    }


def _reads(user: User, language: str) -> bool:
    return language in {current_language(), *user.languages}


def _words_for(post: Post, user: User) -> tuple[str, str, str]:
    """The text, its language, and a note: a translation that is there, for whoever does not read the original."""
    if _reads(user, post.language):
        return post.source, post.language, ""
    digest = digest_of(post)
    for translated in post.in_this_language:  # type: ignore[attr-defined]
        if translated.of == digest:
            words = {"engine": translated.engine, "language": own_name(post.language)}
            note = (
                _now("Translated from %(language)s, and corrected by a person.")
                if translated.corrected_at
                else _now("Translated from %(language)s by a machine: %(engine)s.")
            )
            return translated.source, translated.language, note % words
    return post.source, post.language, ""


def _page_titles(pages: Iterable[Page], user: User) -> dict[Any, str]:
    """Of each page that ``user`` may read, by its translation key, the title in the language that suits the reader
    best. One query for each type of page."""
    keys_by_model: defaultdict[Any, set[Any]] = defaultdict(set)
    for page in pages:
        keys_by_model[page.specific_class].add(page.translation_key)
    order = complete_order((current_language(), *user.languages))
    titles: dict[Any, str] = {}
    for model, keys in keys_by_model.items():
        if issubclass(model, BasePage):
            readable = model.objects.visible_to(user).filter(translation_key__in=keys)
            titles |= dict(best_versions(readable, order).order_by().values_list("translation_key", "title"))
    return titles


class MentionNotice(PostNotice):
    kind = "mention"
    label = _("A post that names you, your city or your working group")
    reason = _("You get this because a post names you, your city or a working group of yours.")
    frequency = Frequency.AT_ONCE


class ReplyNotice(PostNotice):
    kind = "reply"
    label = _("A reply in a discussion in which you wrote")
    reason = _("You get this because you wrote in this discussion.")
    frequency = Frequency.AT_ONCE


class QuestionNotice(PostNotice):
    kind = "question"
    label = _("A question to your city, or about your sheet")
    reason = _("You get this because the question is asked of your city or about your sheet.")
    frequency = Frequency.AT_ONCE


class FollowedPostNotice(PostNotice):
    kind = "post"
    label = _("A post in what you follow")
    reason = _("You get this because you follow the discussion, its working group, or what it is about.")
    frequency = Frequency.DAILY
