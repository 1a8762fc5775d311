"""All writes to discussions."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.models import BasePage
from discussions.models import Post, Thread
from groups.models import WorkingGroup
from members.models import User


def open_thread(
    *,
    group: WorkingGroup,
    author: User,
    title: str,
    text: str,
    language: str,
    about: BasePage | None = None,
    at: datetime | None = None,
) -> Thread:
    """Open a thread with its first post. ``about`` may be any language version of a page."""
    at = at or timezone.now()
    with transaction.atomic():
        thread = Thread.objects.create(
            group=group.original,
            about=about.original if about else None,
            title=title,
            language=language,
            author=author,
            last_post_at=at,
        )
        add_post(thread=thread, author=author, text=text, language=language, at=at)
    return thread


def add_post(*, thread: Thread, author: User, text: str, language: str, at: datetime | None = None) -> Post:
    """Add a post to a thread, and count it."""
    post = Post(thread=thread, author=author, language=language, created_at=at or timezone.now())
    post.set_source(text)
    with transaction.atomic():
        post.save()
        # Counted in the database: two replies at once are both counted.
        Thread.objects.filter(pk=thread.pk).update(post_count=F("post_count") + 1, last_post_at=post.created_at)
    thread.refresh_from_db(fields=["post_count", "last_post_at"])
    return post
