"""What may be done in discussions, for ``docs/permissions.md``."""

from typing import Any

from django.http import Http404

from common.access import Permission, Reader, declare, passes, sees
from discussions.attachments import get_attachment
from discussions.models import Post, PostAttachment, Report, Thread
from discussions.permissions import (
    get_group_to_write_in,
    get_own_post,
    get_post_to_moderate,
    get_post_to_say_language,
    get_post_with_versions,
    get_thread,
    get_thread_to_moderate,
    solves,
)
from discussions.polls import manages_poll
from discussions.reported_posts import get_report
from groups.models import WorkingGroup


def reports(user: Reader, post: Any) -> bool:
    """Others' posts, as long as they stand."""
    return sees(user, post) and post.is_standing and post.author_id != user.pk


def asks_poll(user: Reader, thread: Any) -> bool:
    return sees(user, thread) and manages_poll(user, thread)  # type: ignore[arg-type] # visitors see no thread


def decides(user: Reader, report: Any) -> bool:
    try:
        access = get_report(user, report.pk)
    except Http404:
        return False
    return access.may_decide


declare(
    Permission(WorkingGroup, "see its discussions, open one", passes(get_group_to_write_in)),
    Permission(Thread, "read it", sees),
    Permission(Thread, "reply", passes(get_thread, to_reply=True)),
    Permission(Thread, "mark the answer", solves),
    Permission(Thread, "ask a poll in it", asks_poll),
    Permission(Thread, "look after it: pin, close, move, merge, split", passes(get_thread_to_moderate)),
    Permission(Post, "read it", sees),
    Permission(Post, "change it", passes(get_own_post, to_change=True)),
    Permission(Post, "take it back", passes(get_own_post)),
    Permission(Post, "read what it said before", passes(get_post_with_versions)),
    Permission(Post, "correct its language", passes(get_post_to_say_language)),
    Permission(Post, "report it", reports),
    Permission(Post, "hide it, show it again", passes(get_post_to_moderate)),
    Permission(PostAttachment, "fetch it", passes(get_attachment)),
    Permission(Report, "read it", passes(get_report)),
    Permission(Report, "decide on it", decides),
)
