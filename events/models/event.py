"""The event itself, whatever the languages in which its page exists."""

import calendar
import uuid
import zoneinfo
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from common import time_zones
from common.constraints import Rule
from common.fields import ChoiceListField
from common.words import WordsField
from events.enums import AccessFact, Attendance, Precision, RegistrationMode, Status
from groups.permissions import Reader, coordinated_by, is_network_member
from groups.restricted import audience_of, check_group_is_named, group_field, visibility_field
from members.models import City, Organisation
from taxonomy.models import Concept, ConceptScheme, Label, LabelKind, Labelled, key_field

if TYPE_CHECKING:
    from django.http import HttpRequest

    from events.models.pages import EventPage

VENUE_FACTS = ("step_free", "accessible_toilet", "hearing_loop", "quiet_room")
STREAM_FACTS = ("captions", "stream_sign_language", "phone_access")
BOTH_FACTS = ("sign_language",)

COUNTED = ("taken",)
"""What is counted while the event is locked, and written by nothing else than the counting."""


def time_zone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(time_zones.names()) if "/" in name]


def languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class EventSeries(Labelled, ClusterableModel):
    """Events that follow each other under one name: a yearly assembly, a round of web conferences."""

    key = key_field()

    class Meta:
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label()

    def get_absolute_url(self) -> str:
        return reverse("events:series", args=[self.key])


class SeriesName(Label):
    series = ParentalKey(EventSeries, on_delete=models.CASCADE, related_name="labels")

    class Meta(Label.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["series", "language"],
                condition=models.Q(kind=LabelKind.PREFERRED),
                name="series_one_preferred_name_a_language",
            ),
        ]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Reader) -> Self:
        """Events of which ``user`` may read a page in some language."""
        from events.models.pages import EventPage  # noqa: PLC0415 -- pages point at events

        pages = EventPage.objects.visible_to(user).order_by()
        return self.filter(pk__in=pages.values("event"))

    def managed_by(self, user: Reader) -> Self:
        """The events that ``user`` announces and looks after; ``permissions.can_manage`` says the same of one."""
        return self.filter(coordinated_by(user)) if is_network_member(user) else self.none()

    def upcoming(self, now: datetime | None = None) -> Self:
        """Events that are not over, the next one first."""
        return self.filter(ends_at__gte=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: datetime | None = None) -> Self:
        """Events that are over, the latest first."""
        return self.filter(ends_at__lt=now or timezone.now()).order_by("-starts_at", "-pk")


def _access_fact(label: Any, **kwargs: Any) -> models.CharField:
    return models.CharField(label, max_length=10, choices=AccessFact, blank=True, **kwargs)


class Event(models.Model):  # type: ignore[django-manager-missing] # pages come later
    """What is true of an event in every language.

    Its primary key is the event's number: it stands in permanent addresses and is never given twice.
    """

    translation_key = models.UUIDField(_("what the language versions share"), unique=True, editable=False)
    uid = models.UUIDField(_("name in calendars"), default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("number of changes"), default=0, editable=False)
    """SEQUENCE of RFC 5545: raised by each change that calendars must take over."""
    changed_at = models.DateTimeField(auto_now=True)

    visibility = visibility_field()
    group = group_field()

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    status_note = WordsField(
        _("what people should know about it"),
        blank=True,
        longest=400,
        help_text=_("Why it is postponed or cancelled, and what comes in its place."),
    )

    # ------------------------------------------------------------ when
    precision = models.CharField(
        _("what is known of the date"), max_length=5, choices=Precision, default=Precision.TIME
    )
    starts_at = models.DateTimeField(
        _("start"), db_index=True, help_text=_("If only the day or the month is known, give any moment in it.")
    )
    ends_at = models.DateTimeField(_("end"), db_index=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        choices=time_zone_choices,
        default="Europe/Paris",
        help_text=_("That of the place."),
    )
    # The days of the place, kept by `save`: for calendars by month, and for the rules about the programme.
    first_day = models.DateField(editable=False, db_index=True)
    last_day = models.DateField(editable=False, db_index=True)

    # ------------------------------------------------------------ where
    attendance = models.CharField(_("how people take part"), max_length=8, choices=Attendance, default="on-site")
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    address = models.CharField(_("address of the venue"), max_length=300, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    join_url = models.URLField(
        _("address to join"), max_length=500, blank=True, help_text=_("Shown to those enrolled, and to nobody else.")
    )

    # ------------------------------------------------------------ what about, and by whom
    spoken = ChoiceListField(_("languages spoken"), of=languages)
    interpreted = ChoiceListField(_("interpreted into"), of=languages)
    organiser = models.ForeignKey(
        Organisation, verbose_name=_("organiser"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    related_project = models.ForeignKey(
        "practices.Project",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    practices: models.ManyToManyField = models.ManyToManyField(
        "practices.Practice", verbose_name=_("practices that it is about"), blank=True, related_name="events"
    )
    themes: models.ManyToManyField = models.ManyToManyField(
        Concept,
        verbose_name=_("themes"),
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": ConceptScheme.THEME},
    )
    series = models.ForeignKey(
        EventSeries, verbose_name=_("series"), null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    sisters: models.ManyToManyField = models.ManyToManyField(
        "self",
        verbose_name=_("the same in other languages"),
        blank=True,
        symmetrical=True,
        help_text=_("Events with the same content, held for people who speak another language."),
    )

    # ------------------------------------------------------------ access
    step_free = _access_fact(_("step-free way in"))
    accessible_toilet = _access_fact(_("accessible toilet"))
    hearing_loop = _access_fact(_("hearing loop"))
    quiet_room = _access_fact(_("quiet room"))
    sign_language = _access_fact(_("sign language interpreters"))
    captions = _access_fact(_("live captions of the stream"))
    stream_sign_language = _access_fact(_("sign language in the stream"))
    phone_access = _access_fact(_("joining by telephone"))
    access_contact = models.CharField(
        _("whom to ask about access"), max_length=200, blank=True, help_text=_("An e-mail address or a number.")
    )
    access_note = WordsField(_("more about access"), blank=True, longest=600, is_long=True)

    # ------------------------------------------------------------ registration
    registration_mode = models.CharField(
        _("registration"), max_length=9, choices=RegistrationMode, default=RegistrationMode.NONE
    )
    registration_url = models.URLField(_("where people register"), max_length=500, blank=True)
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    needs_approval = models.BooleanField(_("coordinators admit each person"), default=False)
    guests_allowed = models.BooleanField(_("people without an account may register"), default=True)
    has_waiting_list = models.BooleanField(_("waiting list when it is full"), default=True)
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer the offer of a place"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 14)],
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Empty: as many as want to come.")
    )
    places_per_city = models.PositiveIntegerField(
        _("places for each city"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    """Registrations that hold a place (``RegistrationStatus.holding``); written by ``actions.places`` alone."""

    # ------------------------------------------------------------ programme
    # Kept by `actions.programme`: with them the database itself refuses a programme that leaves the event's days.
    programme_first_day = models.DateField(null=True, editable=False)
    programme_last_day = models.DateField(null=True, editable=False)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "pk"]
        constraints = [
            Rule(
                name="event_ends_after_its_start",
                condition=Q(ends_at__gt=F("starts_at")) & Q(last_day__gte=F("first_day")),
                field="ends_at",
                message=_("The event must end after its start."),
            ),
            Rule(
                name="event_programme_within_its_days",
                condition=Q(programme_first_day__isnull=True, programme_last_day__isnull=True)
                | Q(programme_first_day__gte=F("first_day"), programme_last_day__lte=F("last_day")),
                field="starts_at",
                message=_("Sessions of the programme would lie outside the event’s days. Move them first."),
            ),
            Rule(
                name="event_programme_needs_days",
                condition=~Q(precision=Precision.MONTH) | Q(programme_first_day__isnull=True),
                field="precision",
                message=_("There is a programme: the event needs its days."),
            ),
            Rule(
                name="event_never_overbooked",
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")),
                field="capacity",
                message=_("More people than that hold a place already."),
            ),
            Rule(
                name="event_registration_elsewhere_has_address",
                condition=~Q(registration_mode=RegistrationMode.ELSEWHERE) | ~Q(registration_url=""),
                field="registration_url",
                message=_("Give the address where people register."),
            ),
            Rule(
                name="event_registration_closes_after_it_opens",
                condition=Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__isnull=True)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                field="registration_closes_at",
                message=_("Registration must close after it opens."),
            ),
            Rule(
                name="event_registration_closes_before_the_end",
                condition=Q(registration_closes_at__isnull=True) | Q(registration_closes_at__lte=F("ends_at")),
                field="registration_closes_at",
                message=_("Registration must close before the event ends."),
            ),
            Rule(
                name="event_place_on_earth",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                field="latitude",
                message=_("Give both latitude and longitude, in degrees."),
            ),
            Rule(
                name="event_shown_with_venue_access",
                condition=Q(status=Status.DRAFT)
                | Q(attendance=Attendance.ONLINE)
                | ~(Q(step_free="") | Q(accessible_toilet="") | Q(hearing_loop="") | Q(quiet_room="")),
                field="step_free",
                message=_("Say how people get into the venue and around in it before you announce the event."),
            ),
            Rule(
                name="event_shown_with_stream_access",
                condition=Q(status=Status.DRAFT)
                | Q(attendance=Attendance.ON_SITE)
                | ~(Q(captions="") | Q(stream_sign_language="") | Q(phone_access="")),
                field="captions",
                message=_("Say who can follow the stream before you announce the event."),
            ),
            Rule(
                name="event_shown_with_access_contact",
                condition=Q(status=Status.DRAFT) | ~(Q(access_contact="") | Q(sign_language="")),
                field="access_contact",
                message=_("Say whom people ask about access before you announce the event."),
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._keep_days()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "first_day", "last_day", "changed_at"}
        elif not self._state.adding and not kwargs.get("force_insert"):
            # Whoever read the event before somebody enrolled must not write an old number back.
            kwargs["update_fields"] = {field.name for field in self._meta.concrete_fields} - {"id", *COUNTED}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The permanent address: it leads to the page in the reader's best language."""
        return reverse("events:permanent", args=[self.pk])

    def clean(self) -> None:
        super().clean()
        check_group_is_named(self)
        if self.starts_at and self.ends_at and self.time_zone in time_zones.names():
            try:
                self.starts_at, self.ends_at = whole_span(self.starts_at, self.ends_at, self.zone, self.precision)
                self._keep_days()
            except OverflowError as error:
                raise ValidationError({"starts_at": _("This is not a date of our times.")}) from error

    def _keep_days(self) -> None:
        self.first_day, self.last_day = self.local_start.date(), self.local_end.date()

    def best_page(self, request: "HttpRequest") -> "EventPage | None":
        """The language version of the page that suits this reader best; None if there is none to be seen."""
        page = self.pages.first()
        return type(page).objects.best_version_of(page, request) if page else None

    @property
    def audience(self) -> str:
        """Who may find it; a draft, nobody."""
        return audience_of(self) if self.status != Status.DRAFT else "nobody"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def is_over(self) -> bool:
        return self.ends_at < timezone.now()

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED

    @property
    def place_name(self) -> str:
        """What its times are said to be those of: the city. Without one, they are told by the name of the zone."""
        return self.city.label() if self.city else ""

    @property
    def is_on_site(self) -> bool:
        return self.attendance != Attendance.ONLINE

    @property
    def is_online(self) -> bool:
        return self.attendance != Attendance.ON_SITE

    @property
    def access_fields(self) -> tuple[str, ...]:
        """The facts of access that must be known before it is announced."""
        venue = VENUE_FACTS if self.is_on_site else ()
        return (*venue, *BOTH_FACTS, *(STREAM_FACTS if self.is_online else ()))


def whole_span(
    starts_at: datetime, ends_at: datetime, zone: zoneinfo.ZoneInfo, precision: str
) -> tuple[datetime, datetime]:
    """Widen a start and an end to what is known of them: whole days or months in ``zone``, times as they are."""
    if precision == Precision.TIME:
        return starts_at, ends_at
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if precision == Precision.MONTH:
        first = first.replace(day=1)
        last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return (
        first.replace(hour=0, minute=0, second=0, microsecond=0),
        last.replace(hour=23, minute=59, second=59, microsecond=0),
    )
