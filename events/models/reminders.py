"""What people are reminded of, and what the letters about an event remember."""

from datetime import datetime, timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.words import WordsField
from events.enums import Precision
from events.models.event import Event

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
TIMES = {
    2 * WEEK: _("two weeks before"),
    WEEK: _("a week before"),
    3 * DAY: _("three days before"),
    DAY: _("a day before"),
    3 * HOUR: _("three hours before"),
    HOUR: _("an hour before"),
}
"""Those that coordinators choose from."""
# Of an event without a time, people are reminded in the morning.
_MORNING = timedelta(hours=9)


class EventReminder(models.Model):
    """A letter to all who are enrolled, some time before the event begins."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reminders")
    minutes_before = models.PositiveIntegerField(
        _("minutes before the start"), validators=[MinValueValidator(15), MaxValueValidator(60 * DAY)]
    )
    words = WordsField(
        _("your own words"),
        blank=True,
        longest=2000,
        is_long=True,
        help_text=_("They stand in the letter above the date, the place and the address to join."),
    )
    told_for = models.DateTimeField(null=True, editable=False)
    """The start for which this was told: an event that moves is told again. Written by ``actions.telling`` alone."""

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-minutes_before", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "minutes_before"], name="reminder_once_a_time")]

    def __str__(self) -> str:
        return f"{self.event} − {self.before}"

    @property
    def before(self) -> timedelta:
        return timedelta(minutes=self.minutes_before)

    @property
    def before_in_words(self) -> str:
        usual = TIMES.get(self.minutes_before)
        return str(usual) if usual else _now("%(number)s minutes before") % {"number": self.minutes_before}

    @property
    def due_at(self) -> datetime:
        return counted_from(self.event) - self.before

    @property
    def is_told(self) -> bool:
        """Whether it was told for the date that the event has now."""
        return self.told_for == self.event.starts_at


def counted_from(event: Event) -> datetime:
    """The moment before which reminders come: the start, or the morning of the first day where no time is known."""
    return event.starts_at if event.precision == Precision.TIME else event.starts_at + _MORNING


class EventLetters(models.Model):
    """What the letters about one event remember: what people were last told, and what is still to be told."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="letters")
    facts: Any = models.JSONField(default=dict)
    """When and where it takes place, as people were last told; see ``events.told``."""
    programme: Any = models.JSONField(default=dict)
    """The sessions, as people were last told."""
    requests_told_at = models.DateTimeField(null=True)
    """When coordinators were last told who waits to be admitted."""
    thanked_at = models.DateTimeField(null=True)
    """When people were thanked; nobody is thanked again."""

    class Meta:
        verbose_name = _("letters about an event")
        verbose_name_plural = _("letters about events")

    def __str__(self) -> str:
        return str(self.event)
