"""Reads over threads, posts, and what a person has read of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from common.languages import current_language
from discussions.gone_quotations import leave_out_quotations
from discussions.models import Post, ReadState, Thread
from discussions.models.posts import PostQuerySet
from discussions.models.threads import ThreadQuerySet
from discussions.translations import with_titles
from groups.models import Membership
from groups.permissions import group_keys_of
from members.models import CityName, User
from taxonomy.queries import preferred_labels

POSTS_A_PAGE = 50
THREADS_A_PAGE = 20


def with_marks(threads: ThreadQuerySet, user: User) -> ThreadQuerySet:
    """With ``mark``, up to which moment ``user`` has read each thread: where nothing says so, up to that at which he or
    she joined its group; and ``has_new``, whether somebody else wrote something since that still stands."""
    read = ReadState.objects.filter(user=user, thread=OuterRef("pk"))
    joined = Membership.objects.filter(user=user, group__translation_key=OuterRef("group__translation_key"))
    mark = Coalesce(
        Subquery(read.values("read_until")[:1]), Subquery(joined.values("joined_at")[:1]), Value(user.date_joined)
    )
    since = _of_others(Post.objects.filter(thread=OuterRef("pk"), created_at__gt=OuterRef("mark")), user)
    # The first condition needs no look at the posts, and most threads have nothing new.
    return threads.annotate(mark=mark).annotate(has_new=Q(Q(last_post_at__gt=F("mark")) & Exists(since)))


def mark_of(thread: Thread, user: User) -> datetime:
    """Up to which moment ``user`` has read ``thread``."""
    marked: Any = with_marks(Thread.objects.filter(pk=thread.pk), user).only("pk").get()
    found: datetime = marked.mark
    return found


def unread_of(user: User) -> ThreadQuerySet:
    """The threads in which there is something new for ``user``."""
    return with_marks(Thread.objects.visible_to(user).filter(merged_into=None), user).filter(Q(has_new=True))


def count_unread(user: User) -> int:
    return unread_of(user).count()


def new_posts(thread: Thread, user: User, mark: datetime) -> PostQuerySet:
    """What others wrote after ``mark``, and still stands."""
    return _of_others(thread.posts.filter(created_at__gt=mark), user)


def _of_others(posts: PostQuerySet, user: User) -> PostQuerySet:
    return posts.standing().exclude(author=user)


def count_new(threads: Iterable[Any], user: User) -> None:
    """Say of each of these threads, which came ``with_marks``, how many posts are new: ``new_count``. One query."""
    threads = list(threads)
    since = Q(pk__in=[])
    for thread in threads:
        thread.new_count = 0
        if thread.has_new:
            since |= Q(thread=thread, created_at__gt=thread.mark)
    if not any(thread.has_new for thread in threads):
        return
    counts = _of_others(Post.objects.filter(since), user).order_by().values("thread").annotate(number=Count("pk"))
    numbers = {row["thread"]: row["number"] for row in counts}
    for thread in threads:
        thread.new_count = numbers.get(thread.pk, 0)


def threads_on_page(threads: ThreadQuerySet, request: HttpRequest, *, unread_first: bool = False) -> Page:
    """A page of ``threads``, as ``components/thread_list.html`` shows them to a person who is logged in."""
    user = cast("User", request.user)
    marked = with_titles(with_marks(threads, user), current_language())
    if unread_first:
        marked = marked.order_by(F("has_new").desc(), "-last_post_at", "-pk")
    page = Paginator(marked, THREADS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    count_new(page.object_list, user)
    return page


# ---------------------------------------------------------------- narrower lists


def unanswered(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Open threads in which nobody but their author has written."""
    # Nobody has the key 0: it stands for an author who is gone.
    somebody = Q(guest__isnull=False) | Q(author__isnull=False)
    others = Post.objects.standing().filter(somebody, thread=OuterRef("pk"))
    others = others.annotate(opener=Coalesce(OuterRef("author"), Value(0))).exclude(author=F("opener"))
    return threads.filter(~Exists(others), is_closed=False, answer=None)


def written_in_by(threads: ThreadQuerySet, user: User) -> ThreadQuerySet:
    return threads.filter(Exists(Post.objects.filter(thread=OuterRef("pk"), author=user)))


def concerning(threads: ThreadQuerySet, user: User) -> ThreadQuerySet:
    """Threads that were asked of the person's city, or in which the person, that city or a group of theirs is named."""
    named = Q(mentions__user=user) | Q(mentions__group__translation_key__in=group_keys_of(user))
    asked = Q(pk__in=[])
    if user.city_id:
        named |= Q(mentions__city=user.city_id)
        asked = Q(addressed_to=user.city_id)
    posts = Post.objects.standing().filter(named, thread=OuterRef("pk")).exclude(author=user)
    return threads.filter(asked | Exists(posts))


# ---------------------------------------------------------------- posts


def posts_on_page(thread: Thread, number: str | None) -> Page:
    """A page of the posts of ``thread``, as ``discussions/post.html`` shows them; an odd number is the nearest one."""
    posts = thread.posts.select_related("author", "guest", "city", "reply_to__author", "reply_to__guest")
    posts = posts.prefetch_related(preferred_labels("city__labels", CityName), "attachments")
    page = Paginator(posts, POSTS_A_PAGE).get_page(number)
    page.object_list = list(page.object_list)
    for post in page.object_list:
        # What is the same for all needs no second look at the database.
        post.thread = thread
    leave_out_quotations(page.object_list)
    return page


def page_number_of(post: Post) -> int:
    """On which page of its thread it is shown."""
    before = Q(created_at__lt=post.created_at) | Q(created_at=post.created_at, pk__lt=post.pk)
    return Post.objects.filter(before, thread=post.thread_id).count() // POSTS_A_PAGE + 1


def address_of(post: Post) -> str:
    """Its place in the thread, on the right page."""
    number = page_number_of(post)
    query = f"?page={number}" if number > 1 else ""
    return f"{post.thread.get_absolute_url()}{query}#post-{post.pk}"
