"""Guests of threads: people without an account who were asked. Their keys, and what they get to read."""

from collections.abc import Sequence
from datetime import timedelta

from django.core import signing
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from common.languages import complete_order
from discussions.models import Post, Thread, ThreadGuest
from groups.enums import Openness

OPEN_FOR = timedelta(days=180)
"""So long after a thread's last post a guest can answer on the portal."""
_ANSWER_SALT = "discussions.guest"
_STOP_SALT = "discussions.guest-stop"


def guest_address(guest: ThreadGuest) -> str:
    """Where ``guest`` reads the question and answers, without a login and without the server."""
    return reverse("discussions:guest", args=[signing.dumps(guest.pk, salt=_ANSWER_SALT)])


def guest_stop_address(guest: ThreadGuest) -> str:
    """Where ``guest`` stops the letters about the thread, without the server."""
    return reverse("discussions:guest_stop", args=[signing.dumps(guest.pk, salt=_STOP_SALT)])


def read_guest_token(token: str) -> ThreadGuest | None:
    """The guest whose key ``token`` is; None where the guest or the thread is gone. Raises signing.BadSignature."""
    return _guest(signing.loads(token, salt=_ANSWER_SALT))


def read_guest_stop_token(token: str) -> ThreadGuest | None:
    """The same for the key that stops letters."""
    return _guest(signing.loads(token, salt=_STOP_SALT))


def _guest(pk: int) -> ThreadGuest | None:
    guests = ThreadGuest.objects.select_related("thread__author__city", "thread__about", "thread__group", "city")
    return guests.filter(pk=pk).first()


def is_closed_to_guests(thread: Thread) -> bool:
    """Whether guests can answer no longer: it was closed, merged into another, or has rested for too long."""
    is_old = thread.last_post_at < timezone.now() - OPEN_FOR
    return thread.is_closed or thread.merged_into_id is not None or is_old


def posts_for(guest: ThreadGuest) -> QuerySet[Post]:
    """What ``guest`` may read, in its order: the asker's posts, the answers to the guest's own, and these.

    What others say in the thread is said among members.
    """
    concern = Q(guest=guest) | Q(reply_to__guest=guest)
    if guest.thread.author_id is not None:
        concern |= Q(author=guest.thread.author_id)
    posts = Post.objects.standing().filter(concern, thread=guest.thread_id)
    return posts.select_related("thread", "author__city", "guest", "city").order_by("created_at", "pk")


def concerns(guest: ThreadGuest, post: Post) -> bool:
    """``posts_for``, asked of one post of the guest's thread."""
    if post.guest_id == guest.pk:
        return True
    is_askers = post.author_id is not None and post.author_id == guest.thread.author_id
    return is_askers or (post.reply_to is not None and post.reply_to.guest_id == guest.pk)


def version_for(page: Page | None, languages: Sequence[str]) -> Page | None:
    """What a thread is about, or its group, in the best of ``languages`` in which it is published. Whoever was asked
    learns what it is called, although he or she may not see it."""
    if page is None:
        return None
    versions = Page.objects.filter(translation_key=page.translation_key, live=True).select_related("locale")
    order = complete_order(languages)
    return min(versions, key=lambda version: order.index(version.locale.language_code), default=page)


def named_group(thread: Thread, languages: Sequence[str]) -> Page | None:
    """The working group of ``thread`` as a guest may learn of it: of a hidden one, not even its name."""
    group = thread.group
    return None if group is None or group.openness == Openness.HIDDEN else version_for(group, languages)
