"""What one reader may do with a thread and with each post of it, besides answering: read for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from discussions.models import Call, Post, Report, Thread
from discussions.permissions import moderates
from discussions.translation import may_be_sent
from discussions.translations import Shown, shown_translations
from members.models import User


@dataclass(frozen=True, slots=True)
class ThreadTools:
    moderates: bool
    is_own: bool
    """Whether the reader opened the thread."""
    answer: Post | None
    """The post that solved it, if it stands."""
    is_call: bool
    """Whether it is a call to the network, which is neither moved nor merged."""
    is_translated: bool
    """Whether a machine may translate what stands in it."""

    @property
    def has_menu(self) -> bool:
        return self.moderates or self.is_own


@dataclass(frozen=True, slots=True)
class PostTools:
    is_answer: bool
    may_mark_answer: bool
    may_report: bool
    was_reported: bool
    """Whether this reader reported it."""
    waiting_report: int | None
    """The report that waits for a decision, for those who look after the thread."""
    may_hide: bool
    may_show: bool
    may_split: bool
    translation: Shown | None
    may_translate: bool
    """Whether the reader may ask the machine for a translation into the language of the interface."""
    may_write_translation: bool

    @property
    def has_more(self) -> bool:
        """Whether there is something that is done rarely."""
        may_write = self.may_write_translation and self.translation is None
        return self.may_report or self.may_hide or self.may_show or self.may_split or may_write


def thread_tools(user: User, thread: Thread) -> ThreadTools:
    answer = (
        Post.objects.standing().filter(pk=thread.answer_id).select_related("author", "guest").first()
        if thread.answer_id
        else None
    )
    is_moderator = moderates(user, thread)
    return ThreadTools(
        moderates=is_moderator,
        is_own=thread.author_id == user.pk,
        answer=answer,
        # A call is for the whole network.
        is_call=is_moderator and thread.group_id is None and Call.objects.filter(thread=thread).exists(),
        is_translated=may_be_sent(thread),
    )


def post_tools(
    user: User, thread: Thread, posts: Sequence[Post], tools: ThreadTools, language: str, read: Sequence[str]
) -> dict[int, PostTools]:
    """By the primary keys of ``posts``, which belong to ``thread``; ``read`` are the languages that the reader reads
    besides ``language``, that of the interface."""
    pks = [post.pk for post in posts]
    reports = Report.objects.filter(post__in=pks)
    reported = set(reports.filter(reporter=user).values_list("post", flat=True))
    waiting = dict(reports.waiting().values_list("post", "pk").order_by("-pk")) if tools.moderates else {}
    first = thread.first_post_pk
    translations = shown_translations(posts, language=language, read=read)
    found = {}
    for post in posts:
        is_own = post.author_id == user.pk
        is_foreign = post.is_standing and post.language != language
        shown = translations.get(post.pk)
        found[post.pk] = PostTools(
            is_answer=post.is_standing and thread.answer_id == post.pk,
            may_mark_answer=tools.has_menu and post.is_standing and post.pk != first,
            may_report=post.is_standing and not is_own and post.pk not in reported,
            was_reported=post.pk in reported,
            waiting_report=None if is_own else waiting.get(post.pk),
            may_hide=tools.moderates and post.is_standing and not is_own,
            may_show=tools.moderates and post.hidden_at is not None,
            may_split=tools.moderates and post.pk != first and thread.merged_into_id is None,
            translation=shown,
            may_translate=is_foreign and tools.is_translated and (shown is None or shown.is_outdated),
            may_write_translation=is_foreign,
        )
    return found
