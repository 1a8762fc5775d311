"""Events, and the list of them."""

import calendar
import zoneinfo
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from common.blocks import BodyBlock
from common.fields import StreamField
from common.models import BasePage
from groups.restricted_pages import RestrictedPage, RestrictedPageManager, RestrictedPageQuerySet
from members.models import City, Organisation
from taxonomy.models import ConceptScheme, concepts_field


def time_zone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name]


class EventIndexPage(BasePage):
    template = "events/event_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["events.EventPage"]

    class Meta:
        verbose_name = _("list of events")


class Precision(models.TextChoices):
    """How much of an event's date is known."""

    TIME = "time", _("day and time")
    DAY = "day", _("the day only")
    MONTH = "month", _("the month only")


class EventPageQuerySet(RestrictedPageQuerySet):
    def upcoming(self, now: datetime | None = None) -> "EventPageQuerySet":
        """Events that are not over, the next one first."""
        return self.filter(ends_at__gte=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: datetime | None = None) -> "EventPageQuerySet":
        """Events that are over, the latest first."""
        return self.filter(ends_at__lt=now or timezone.now()).order_by("-starts_at", "pk")


class EventPage(RestrictedPage):
    template = "events/event_page.html"
    parent_page_types = ["events.EventIndexPage"]
    subpage_types: list[str] = []

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
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
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
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    objects = RestrictedPageManager.from_queryset(EventPageQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("precision"), FieldPanel("time_zone")]),
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            ],
            heading=_("When"),
        ),
        FieldRowPanel([FieldPanel("city"), FieldPanel("venue")]),
        FieldRowPanel([FieldPanel("organiser"), FieldPanel("related_project")]),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_its_start",
                violation_error_message=_("The event must end after its start."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.time_zone in zoneinfo.available_timezones():
            try:
                self.starts_at, self.ends_at = whole_span(self.starts_at, self.ends_at, self.zone, self.precision)
            except OverflowError as error:
                raise ValidationError({"starts_at": _("This is not a date of our times.")}) from error
            if self.ends_at <= self.starts_at:
                raise ValidationError({"ends_at": _("The event must end after its start.")})

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
