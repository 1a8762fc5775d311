"""What becomes of subscriptions and notices when a topic becomes part of another, is divided, or loses readers."""

from collections.abc import Collection

from django.db.models import QuerySet

from notifications.models import Notice, Subscription


def join_topics(topic: str, into: str) -> None:
    """What was followed, muted and told under ``topic`` is so under ``into``. Whoever said something about both is
    taken at the word about ``into``."""
    known = Subscription.objects.filter(topic=into).values("user")
    Subscription.objects.filter(topic=topic).exclude(user__in=list(known.values_list("user", flat=True))).update(
        topic=into
    )
    Subscription.objects.filter(topic=topic).delete()
    Notice.objects.filter(topic=topic).update(topic=into)


def divide_topic(topic: str, into: str, subjects: Collection[str]) -> None:
    """``subjects`` belong to the new topic ``into`` from now on, and everybody stands to it as to ``topic``."""
    Subscription.objects.bulk_create(
        [
            Subscription(user_id=user, topic=into, is_muted=is_muted)
            for user, is_muted in Subscription.objects.filter(topic=topic).values_list("user", "is_muted")
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    Notice.objects.filter(topic=topic, subject__in=subjects).update(topic=into)


def keep_to_readers(topic: str, readers: QuerySet) -> None:
    """Forget what is kept about ``topic`` for people who are not among ``readers``: nothing of it is to be counted or
    mailed for them any more."""
    Subscription.objects.filter(topic=topic).exclude(user__in=readers.values("pk")).delete()
    Notice.objects.filter(topic=topic).exclude(user__in=readers.values("pk")).delete()
