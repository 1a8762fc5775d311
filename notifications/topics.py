"""Topics: what people can follow. The app that owns a thing says how its topics are read."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from notifications.models import Notice, Subscription


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as a reader sees it."""

    key: str
    """``thread:12``"""
    title: str
    address: str
    language: str = ""
    """That of the title; empty where it is the reader's."""
    kind: Any = ""
    """What sort of thing it is, in words; lazy."""


TopicReader = Callable[[Collection[str], HttpRequest], Mapping[str, Topic]]
"""From what follows the colon, to those topics that this reader may see."""

_READERS: dict[str, TopicReader] = {}


def topic_reader(name: str) -> Callable[[TopicReader], TopicReader]:
    """Register how topics that begin with ``name:`` are read."""

    def register(reader: TopicReader) -> TopicReader:
        _READERS[name] = reader
        return reader

    return register


TopicFinder = Callable[[HttpRequest], list[str]]

_FINDERS: list[TopicFinder] = []


def topics_elsewhere(finder: TopicFinder) -> TopicFinder:
    """Register a function for what somebody follows that is kept, changed and told elsewhere, as saved searches are."""
    _FINDERS.append(finder)
    return finder


def topics_found_elsewhere(request: HttpRequest) -> list[str]:
    return [key for finder in _FINDERS for key in finder(request)]


def read_topics(keys: Iterable[str], request: HttpRequest) -> dict[str, Topic]:
    """The topics that this reader may see, by key; one query or a few for each kind of topics."""
    by_name = defaultdict(set)
    for key in keys:
        name, _colon, rest = key.partition(":")
        by_name[name].add(rest)
    found: dict[str, Topic] = {}
    for name, rests in by_name.items():
        if reader := _READERS.get(name):
            found |= {f"{name}:{rest}": topic for rest, topic in reader(rests, request).items()}
    return found


def followers_of(topics: Sequence[str], *, but_muted: str = "") -> set[int]:
    """Primary keys of the people who want to hear of something that belongs to ``topics``, the narrowest first.

    Of each person the narrowest topic counts about which he or she has said something: whoever mutes a thread hears
    nothing of it, although its group is followed. ``but_muted`` comes before all.
    """
    order = [topic for topic in dict.fromkeys((but_muted, *topics)) if topic]
    stances: dict[int, dict[str, bool]] = defaultdict(dict)
    rows = Subscription.objects.filter(topic__in=order).order_by().values_list("user", "topic", "is_muted")
    for user, topic, is_muted in rows:
        stances[user][topic] = is_muted
    return {user for user, said in stances.items() if not next(said[topic] for topic in order if topic in said)}


def stances_on(user_pk: int, topics: Sequence[str]) -> dict[str, bool]:
    """Of those of ``topics`` about which this person has said something, whether they are muted."""
    return dict(Subscription.objects.filter(user=user_pk, topic__in=topics).values_list("topic", "is_muted"))


def follow(*, user_pk: int, topic: str) -> None:
    """Hear of ``topic``, also if it was muted before."""
    Subscription.objects.update_or_create(user_id=user_pk, topic=topic, defaults={"is_muted": False})


def mute(*, user_pk: int, topic: str) -> None:
    """Hear nothing of ``topic``, although a wider one is followed."""
    Subscription.objects.update_or_create(user_id=user_pk, topic=topic, defaults={"is_muted": True})


def unfollow(*, user_pk: int, topic: str) -> None:
    Subscription.objects.filter(user=user_pk, topic=topic).delete()


def follow_by_taking_part(*, user_pk: int, topic: str) -> None:
    """Follow ``topic`` for having written in it; whoever muted it wants to hear nothing all the same."""
    Subscription.objects.get_or_create(user_id=user_pk, topic=topic)


TopicReading = Callable[[Any, str, datetime], None]
"""A person, what follows the colon, and the moment up to which everything is read."""

_READINGS: dict[str, TopicReading] = {}


def topic_reading(name: str) -> Callable[[TopicReading], TopicReading]:
    """Register what else happens when the inbox marks a topic that begins with ``name:`` as read."""

    def register(reading: TopicReading) -> TopicReading:
        _READINGS[name] = reading
        return reading

    return register


@transaction.atomic
def read_topic(*, user: Any, topic: str, until: datetime) -> None:
    """What ``user`` was told of ``topic`` up to this moment is read: here, and in the app that owns it."""
    told = Notice.objects.filter(user=user, topic=topic, at__lte=until)
    latest = told.aggregate(latest=Max("at"))["latest"]
    told.unread().update(read_at=timezone.now())
    told.waiting_for_mail().update(is_for_mail=False)
    name, _colon, rest = topic.partition(":")
    if latest and (reading := _READINGS.get(name)):
        # No further than what was told: there may be something that nobody was told of yet.
        reading(user, rest, latest)
