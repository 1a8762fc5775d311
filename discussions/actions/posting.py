"""Opening threads and adding posts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from common.models import BasePage
from discussions.actions.reading import read_until
from discussions.enums import CameBy
from discussions.guest_letters import tell_guests
from discussions.languages import detect_language
from discussions.mentions import keep_mentions, read_mentions
from discussions.models import Post, PostAttachment, Thread, ThreadGuest
from discussions.telling import tell_of_post
from groups.enums import Visibility
from groups.models import WorkingGroup
from members.models import City, User
from notifications.topics import follow_by_taking_part

_TICK = timedelta(microseconds=1)


@transaction.atomic
def open_thread(
    *,
    group: WorkingGroup | None,
    author: User,
    title: str,
    text: str,
    language: str = "",
    about: BasePage | None = None,
    passage: str = "",
    addressed_to: City | None = None,
    attachments: Sequence[PostAttachment] = (),
    at: datetime | None = None,
    **post_fields: Any,
) -> Thread:
    """Open a thread with its first post; without a ``group`` for the whole network.

    ``about`` may be any language version of a page; without a ``language`` it is detected; ``post_fields`` go to
    ``add_post``.
    """
    if not language:
        language = detect_language(f"{title}\n\n{text}", author.languages)
        post_fields["is_language_given"] = False
    thread = Thread.objects.create(
        group=group.original if group else None,
        visibility=Visibility.GROUP if group else Visibility.NETWORK,
        about=about.original if about else None,
        passage=passage,
        addressed_to=addressed_to,
        title=title,
        language=language,
        author=author,
        city_id=author.city_id,
        last_post_at=at or timezone.now(),
    )
    add_post(thread=thread, author=author, text=text, language=language, attachments=attachments, at=at, **post_fields)
    return thread


@transaction.atomic
def add_post(
    *,
    thread: Thread,
    author: User | None,
    text: str,
    language: str = "",
    guest: ThreadGuest | None = None,
    is_language_given: bool = True,
    reply_to: Post | None = None,
    attachments: Sequence[PostAttachment] = (),
    came_by: str = CameBy.WEB,
    at: datetime | None = None,
) -> Post:
    """Add a post to a thread, count it, and have those told who want to hear of it.

    It is written by ``author`` or, by mail, by a ``guest``; without a ``language`` it is detected. Whoever writes has
    read what stands above, and follows the thread unless he or she has muted it.
    """
    if not language:
        language = detect_language(text, author.languages if author else guest.languages if guest else ())
        is_language_given = False
    # Counted in the database: two replies at once are both counted. The row stays locked until the transaction ends,
    # so that posts of a thread appear in the order of their moments, and a mark of time never passes over one.
    Thread.objects.filter(pk=thread.pk).update(post_count=F("post_count") + 1)
    if at is None:
        latest = thread.posts.order_by("-created_at").values_list("created_at", flat=True).first()
        at = max(timezone.now(), latest + _TICK) if latest else timezone.now()
    post = Post(
        thread=thread,
        author=author,
        guest=guest,
        city_id=author.city_id if author else guest.city_id if guest else None,
        language=language,
        is_language_given=is_language_given,
        reply_to=reply_to,
        came_by=came_by,
        created_at=at,
    )
    mentions = read_mentions(text, thread=thread, writer=author or AnonymousUser())
    post.set_source(text, mentions.links)
    post.save()
    keep_mentions(post, mentions)
    if attachments:
        PostAttachment.objects.filter(pk__in=[each.pk for each in attachments], post=None).update(post=post)
    Thread.objects.filter(pk=thread.pk).update(last_post_at=Greatest("last_post_at", post.created_at))
    thread.refresh_from_db(fields=["post_count", "last_post_at"])
    if author:
        follow_by_taking_part(user_pk=author.pk, topic=thread.topic)
        read_until(user=author, thread=thread, moment=post.created_at)
    tell_guests(post)
    tell_of_post.enqueue(post_pk=post.pk)
    return post
