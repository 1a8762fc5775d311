"""Threads as people follow them, and as the inbox marks them read."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from discussions.actions.reading import read_until
from discussions.models import Thread
from members.models import User
from notifications.topics import Topic, topic_reader, topic_reading


@topic_reader("thread")
def threads(pks: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    numbers = [int(pk) for pk in pks if pk.isdecimal()]
    found = Thread.objects.visible_to(request.user).filter(pk__in=numbers)
    return {
        str(thread.pk): Topic(thread.topic, thread.title, thread.get_absolute_url(), thread.language, _("discussion"))
        for thread in found
    }


@topic_reading("thread")
def read_thread(user: User, pk: str, until: datetime) -> None:
    """The inbox and the thread keep one mark."""
    if thread := Thread.objects.visible_to(user).filter(pk=pk).first():
        read_until(user=user, thread=thread, moment=until)
