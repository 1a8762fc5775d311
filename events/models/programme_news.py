"""Changes of the programme of which people have not been told yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models.event import Event
from events.models.programme import Session


class ProgrammeChange(models.TextChoices):
    ADDED = "added", pgettext_lazy("session", "new")
    CHANGED = "changed", pgettext_lazy("session", "changed")
    CANCELLED = "cancelled", pgettext_lazy("session", "cancelled")
    RESTORED = "restored", _("takes place after all")


class UntoldChange(models.Model):
    """What happened to a session since those enrolled were last told of the programme: one row a session.

    A coordinator who builds a programme saves twenty times an hour; people get one letter, when the coordinator says.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="untold_changes")
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="untold_change")
    change = models.CharField(_("what happened"), max_length=9, choices=ProgrammeChange)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("change of the programme that is not told yet")
        verbose_name_plural = _("changes of the programme that are not told yet")
        ordering = ["session__day", "session__starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.session}: {self.get_change_display()}"
