"""The programme of an event: sessions, with rooms, tracks and people."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.constraints import Rule
from common.fields import ChoiceListField, MarkdownField
from common.words import WordsField
from events.enums import PersonRole, SessionKind
from events.models.event import Event, languages
from members.models import City


class Room(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=80, help_text=_("As it stands on the door."))
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="room_once_an_event")]

    def __str__(self) -> str:
        return self.name


class Track(models.Model):
    """A thread through the programme: sessions on one subject."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tracks")
    name = WordsField(_("name"), longest=80)
    mark = models.PositiveSmallIntegerField(_("mark"), default=1)
    """The number of its colour and shape, of the theme marks (``taxonomy.models.MARKS``)."""
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return next(iter(self.name.values()), "")


class Session(models.Model):
    """One item of the programme, on one day of the event; its times may not be known yet."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)

    kind = models.CharField(_("kind"), max_length=8, choices=SessionKind, default=SessionKind.TALK)
    title = WordsField(_("title"), longest=200)
    abstract = WordsField(_("what it is about"), blank=True, longest=2000, is_long=True)

    day = models.DateField(_("day"))
    """Of the place: that on which it begins."""
    starts_at = models.DateTimeField(_("start"), null=True, blank=True)
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    """Among sessions of a day that begin at the same time, or at a time that is not known."""

    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    track = models.ForeignKey(
        Track, verbose_name=_("track"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    spoken = ChoiceListField(_("languages spoken"), of=languages)
    interpreted = ChoiceListField(_("interpreted into"), of=languages)
    slides = ChoiceListField(_("languages of the slides"), of=languages)
    practice = models.ForeignKey(
        "practices.Practice",
        verbose_name=_("practice that it presents"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions",
    )
    join_url = models.URLField(
        _("address to join"), max_length=500, blank=True, help_text=_("Shown to those enrolled, and to nobody else.")
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("If people book this session apart from the event.")
    )
    taken = models.PositiveIntegerField(default=0, editable=False)
    """Bookings that hold a place; written by ``actions.places`` alone."""
    notes = MarkdownField(_("notes"), blank=True)
    """What was said, for the report; ``notes_language`` says in which language."""
    notes_language = models.CharField(max_length=2, choices=settings.LANGUAGES, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["day", F("starts_at").asc(nulls_last=True), "position", "pk"]
        constraints = [
            Rule(
                name="session_ends_after_its_start",
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                field="ends_at",
                message=_("The session must end after its start; give both times or neither."),
            ),
            Rule(
                name="session_never_overbooked",
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")),
                field="capacity",
                message=_("More people than that have booked already."),
            ),
        ]

    def __str__(self) -> str:
        return next(iter(self.title.values()), "")

    @property
    def local_start(self) -> datetime | None:
        return self.starts_at.astimezone(self.event.zone) if self.starts_at else None

    @property
    def local_end(self) -> datetime | None:
        return self.ends_at.astimezone(self.event.zone) if self.ends_at else None

    @property
    def is_booked_apart(self) -> bool:
        return self.capacity is not None

    def can_be_followed_in(self, language: str) -> bool:
        """Whether somebody who understands this language alone can follow: it is spoken or interpreted."""
        return language in self.spoken or language in self.interpreted


class SessionPerson(models.Model):
    """Somebody who speaks or moderates: a member of the network, or a guest by name."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="people")
    role = models.CharField(_("part"), max_length=9, choices=PersonRole, default=PersonRole.SPEAKER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=160, blank=True)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("speaker or moderator")
        verbose_name_plural = _("speakers and moderators")
        ordering = ["position", "pk"]
        constraints = [
            Rule(
                name="session_person_is_somebody",
                condition=Q(user__isnull=False) | ~Q(name=""),
                field="name",
                message=_("Choose a member, or give a name."),
            ),
            models.UniqueConstraint(
                fields=["session", "user", "role"],
                condition=Q(user__isnull=False),
                name="session_person_once_a_part",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """A member who has not told a name is not shown by an address."""
        return self.name or (self.user.get_full_name() if self.user else "")

    @property
    def shown_city(self) -> City | None:
        return self.city or (self.user.city if self.user else None)

    @property
    def identity(self) -> Any:
        """What makes two rows the same person, for conflicts in the programme."""
        return self.user_id or self.name.casefold()
