"""The pages of events: one for each language in which somebody wrote it."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel

from common.blocks import BodyBlock
from common.fields import StreamField
from common.models import BasePage, BasePageManager, BasePageQuerySet
from events.enums import Status
from events.models.event import Event
from groups.permissions import Reader, readable_by


class EventIndexPage(BasePage):
    template = "events/event_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["events.EventPage"]

    class Meta:
        verbose_name = _("list of events")


class EventPageQuerySet(BasePageQuerySet):
    def visible_to(self, user: Reader) -> Self:
        return super().visible_to(user).exclude(event__status=Status.DRAFT).filter(readable_by(user, "event__"))

    def upcoming(self, now: datetime | None = None) -> Self:
        """Of events that are not over, the next one first."""
        return self.filter(event__ends_at__gte=now or timezone.now()).order_by("event__starts_at", "pk")

    def past(self, now: datetime | None = None) -> Self:
        """Of events that are over, the latest first."""
        return self.filter(event__ends_at__lt=now or timezone.now()).order_by("-event__starts_at", "pk")


class EventPage(BasePage):
    """An event in the words of one language. When, where and for whom is said by its ``event``."""

    template = "events/event_page.html"
    parent_page_types = ["events.EventIndexPage"]
    subpage_types: list[str] = []
    # Announced on a screen of its own, which asks for what an event needs; copies and translations are made here.
    is_creatable = False

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="pages", editable=False)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    report = StreamField(
        BodyBlock(), verbose_name=_("report"), blank=True, help_text=_("What came of it: shown first once it is over.")
    )

    objects = BasePageManager.from_queryset(EventPageQuerySet)()

    content_panels = [
        HelpPanel(template="events/manage/editor_help.html", heading=_("When, where and for whom")),
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("report"),
    ]

    class Meta:
        verbose_name = _("event page")
        verbose_name_plural = _("event pages")

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # A translation is the same event; a copy is another one, as yet without people and programme.
        if self._state.adding and self.event.translation_key != self.translation_key:
            self.event = copy_of(self.event, self.translation_key)
        return super().save(*args, **kwargs)

    @property
    def audience(self) -> str:
        return self.event.audience

    @property
    def is_over(self) -> bool:
        return self.event.is_over


def copy_of(event: Event, translation_key: uuid.UUID) -> Event:
    """A draft of another event like ``event``: the same facts, nobody enrolled, no programme."""
    copy = Event.objects.get(pk=event.pk)
    themes, practices = list(copy.themes.all()), list(copy.practices.all())
    copy.pk = None
    copy._state.adding = True
    copy.translation_key, copy.uid, copy.sequence = translation_key, uuid.uuid4(), 0
    copy.status, copy.status_note = Status.DRAFT, {}
    copy.taken, copy.programme_first_day, copy.programme_last_day = 0, None, None
    copy.join_url = ""
    copy.save()
    copy.themes.set(themes)
    copy.practices.set(practices)
    return copy
