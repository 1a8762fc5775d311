"""The inbox: what one person was told of, by topic."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import RowNumber

from notifications.models import Notice
from notifications.notices import Item, read_items, visible_among

TOPICS_A_PAGE = 20
SHOWN_OF_TOPIC = 5
# Nobody counts further.
MOST_UNREAD = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    notice: Notice
    item: Item

    @property
    def is_unread(self) -> bool:
        return self.notice.read_at is None


@dataclass(frozen=True, slots=True)
class InboxTopic:
    topic: str
    lines: list[Line]
    """The newest, the first of them first."""
    unread: int
    more: int
    """How many lines there are besides."""
    latest: datetime

    @property
    def first(self) -> Item:
        return self.lines[0].item


def unread_by_topic(user: Any) -> Counter[str]:
    """How many notices of each topic are unread that ``user`` may still see."""
    notices = list(Notice.objects.filter(user=user).unread().only("kind", "subject", "topic")[:MOST_UNREAD])
    visible = visible_among(notices, user)
    return Counter(notice.topic for notice in notices if notice.subject in visible)


def unread_count(user: Any) -> int:
    return sum(unread_by_topic(user).values())


def inbox_of(user: Any, number: Any, *, only_unread: bool = False) -> "tuple[list[InboxTopic], Page]":
    """The topics on a page of the inbox, and the page; those with the newest notice first.

    A topic of which nothing may be seen any more is left out.
    """
    told = Notice.objects.filter(user=user)
    unread = unread_by_topic(user) if only_unread else None
    if unread is not None:
        told = told.filter(topic__in=list(unread))
    topics = told.order_by().values("topic").annotate(latest=Max("at"), count=Count("pk")).order_by("-latest", "topic")
    page = Paginator(topics, TOPICS_A_PAGE).get_page(number)
    lines = _lines_of([row["topic"] for row in page], user)
    if unread is None:
        # After the lines: what comes between two questions to the database is not shown as read.
        unread = unread_by_topic(user)
    found = [
        InboxTopic(
            topic=row["topic"],
            lines=lines[row["topic"]],
            unread=unread[row["topic"]],
            more=max(row["count"] - SHOWN_OF_TOPIC, 0),
            latest=row["latest"],
        )
        for row in page
        if lines[row["topic"]]
    ]
    return found, page


def _lines_of(topics: Collection[str], user: Any) -> dict[str, list[Line]]:
    place = Window(RowNumber(), partition_by=F("topic"), order_by=[F("at").desc(), F("pk").desc()])
    newest = Notice.objects.filter(user=user, topic__in=topics).annotate(place=place).filter(place__lte=SHOWN_OF_TOPIC)
    notices = list(newest.order_by("-at", "-pk"))
    items = read_items(notices, user)
    lines: dict[str, list[Line]] = defaultdict(list)
    for notice in notices:
        if notice.pk in items:
            lines[notice.topic].append(Line(notice, items[notice.pk]))
    return lines


def unread_topics(user: Any, until: datetime) -> list[str]:
    """The topics with something unread that happened up to ``until``."""
    told = Notice.objects.filter(Q(at__lte=until), user=user).unread()
    return list(told.order_by().values_list("topic", flat=True).distinct())
