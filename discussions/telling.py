"""Who hears of a post, and as what."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from common.models import BasePage
from discussions.models import Post, ReadState, Thread
from discussions.notices import FollowedPostNotice, MentionNotice, QuestionNotice, ReplyNotice
from groups.models import Membership
from groups.permissions import readers_of
from members.models import User
from notifications.models import Subscription
from notifications.notices import notify
from notifications.topics import followers_of

# What is older than this when it comes is no news: it was brought from elsewhere.
NEWS = timedelta(days=30)


@task()
def tell_of_post(post_pk: int) -> int:
    """Write the notices of a post; returns how many people hear of it. Called twice, nobody hears of it twice."""
    posts = Post.objects.standing().select_related("thread__group", "thread__addressed_to", "thread__about")
    post = posts.filter(pk=post_pk).first()
    if post is None or post.created_at < timezone.now() - NEWS:
        return 0
    with transaction.atomic():
        kinds = _kinds_by_user(post)
        readers = readers_of(post.thread).filter(pk__in=kinds.keys() - {post.author_id})
        told = {pk: kinds[pk] for pk in readers.order_by().values_list("pk", flat=True)}
        read = ReadState.objects.filter(thread=post.thread, user__in=told, read_until__gte=post.created_at)
        notify(
            subject=post.key,
            topic=post.thread.topic,
            at=post.created_at,
            kinds_by_user=told,
            read_by=set(read.values_list("user", flat=True)),
        )
    return len(told)


def _kinds_by_user(post: Post) -> dict[int, str]:
    """Whom a post concerns, and as what: of several reasons that which comes closest."""
    thread = post.thread
    kinds = dict.fromkeys(followers_of(topics_of(thread)), FollowedPostNotice.kind)
    kinds |= dict.fromkeys(_participants(thread, post), ReplyNotice.kind)
    if post.begins_thread and thread.addressed_to:
        kinds |= dict.fromkeys(_people_of(thread.addressed_to_id), QuestionNotice.kind)
    kinds |= dict.fromkeys(_mentioned(post), MentionNotice.kind)
    return kinds


def topics_of(thread: Thread) -> list[str]:
    """What people follow who hear of a thread, the narrowest first."""
    about = thread.about.specific if thread.about else None
    things = [thread, about if isinstance(about, BasePage) else None, thread.addressed_to, thread.group]
    # Not every page can be followed.
    return [topic for thing in things if (topic := getattr(thing, "topic", ""))]


def _participants(thread: Thread, post: Post) -> set[int]:
    """Those who wrote in the thread, and still follow it as everybody does who writes."""
    following = Subscription.objects.filter(topic=thread.topic, is_muted=False).values("user")
    authors = Post.objects.filter(thread=thread, author__in=following, created_at__lte=post.created_at)
    return set(authors.order_by().values_list("author", flat=True).distinct())


def _mentioned(post: Post) -> set[int]:
    found: set[int] = set()
    for mention in post.mentions.select_related("group"):
        if mention.user_id:
            found.add(mention.user_id)
        elif mention.city_id:
            found.update(_people_of(mention.city_id))
        elif mention.group:
            members = Membership.objects.filter(group__translation_key=mention.group.translation_key)
            found.update(members.values_list("user", flat=True))
    return found


def _people_of(city_pk: int | None) -> list[int]:
    return list(User.objects.filter(city=city_pk, is_active=True).order_by().values_list("pk", flat=True))
