"""Who came, and what they take home as proof."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.dates import day_in_words, days_in_words
from events.codes import in_groups, new_certificate_code
from events.enums import CheckInSource, Movement
from events.models.event import Event
from events.models.registration import Registration


class AttendanceEntry(models.Model):
    """One press of a button at the door, whenever it reached the portal.

    Several people check in at once, some of them without a network for hours. All that they did is kept here, and
    ``actions.attendance`` works out from it who is there: the order in which entries arrive makes no difference.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Given by the device that it comes from: sent twice, it is the same entry."""
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="attendance_entries")
    movement = models.CharField(_("what was done"), max_length=3, choices=Movement)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(_("how"), max_length=7, choices=CheckInSource)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("entry at the door")
        verbose_name_plural = _("entries at the door")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.registration.name}: {self.get_movement_display()}"


class Attendance(models.Model):
    """Somebody came to the event. Whoever did not, or was undone, has no row. Sessions keep no account of who came.

    Worked out from the entries at the door; ``actions.attendance`` alone writes it.
    """

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="attendance")
    checked_in_at = models.DateTimeField(_("checked in at"))
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked in by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    source = models.CharField(_("how"), max_length=7, choices=CheckInSource)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["checked_in_at", "pk"]

    def __str__(self) -> str:
        return self.registration.name


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def of_event(self, event: Event) -> Self:
        return self.filter(registration__event=event)


class Certificate(models.Model):
    """A paper that says that somebody was there. What it says is frozen when it is first made.

    It lives as long as the registration: whoever has that erased, has this erased too.
    """

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="certificate")
    code = models.CharField(max_length=12, unique=True, default=new_certificate_code, editable=False)
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now, editable=False)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    name = models.CharField(max_length=160)
    organisation = models.CharField(max_length=160, blank=True)
    event_title = models.CharField(max_length=255)
    title_language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    place = models.CharField(max_length=200, blank=True)
    """In the language of the certificate; empty for what took place online alone."""
    first_day = models.DateField()
    last_day = models.DateField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of attendance")
        verbose_name_plural = _("certificates of attendance")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.printed_code

    def get_absolute_url(self) -> str:
        return reverse("events:certificate", args=[self.printed_code])

    @property
    def days_in_words(self) -> str:
        return days_in_words(self.first_day, self.last_day)

    @property
    def issued_in_words(self) -> str:
        return day_in_words(self.issued_at)

    @property
    def printed_code(self) -> str:
        return in_groups(self.code)
