"""The secret address of a person's own calendar."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    """192 bits: nobody finds an address by trying."""
    return secrets.token_urlsafe(24)


class CalendarKey(models.Model):
    """Whoever has this key reads its user's calendar: calendar programs cannot log in.

    It is stored as it is, since its user must be able to see the address again, for a second device. It opens nothing
    that does not stand in the same database. A revoked one is kept, so that programs that still ask are told that it
    is gone for good.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_keys")
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    with_groups = models.BooleanField(
        _("also what my working groups hold"),
        default=False,
        help_text=_("Events of your working groups for which you have not enrolled; they do not make you busy."),
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    """To the day: written at most once in 24 hours."""
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="calendar_key_one_that_works"
            )
        ]

    def __str__(self) -> str:
        # Never the key: this stands in logs and in the editor.
        return f"{self.user_id} ({self.created_at:%Y-%m-%d})"
