"""The outbox: messages on their way out; and which of them people do without."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """A message, rendered when it was caused. Kept until it is sent; ``key`` makes sure that it is written once."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    recipient = models.EmailField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    """Besides those that every message has, such as the way to be spared the next one (RFC 8058)."""
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"


class MailPreferenceQuerySet(models.QuerySet["MailPreference"]):
    def refused(self, kind: str) -> Self:
        """Of those who do not want letters of this kind."""
        return self.filter(kind=kind, wanted=False)


class MailPreference(models.Model):
    """What one person has said about one kind of letters. Without a row, they are wanted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=60)
    """``Message.kind`` of a message that is optional."""
    wanted = models.BooleanField()
    changed_at = models.DateTimeField(auto_now=True)

    objects = MailPreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preference about mail")
        verbose_name_plural = _("preferences about mail")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mail_preference_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {'+' if self.wanted else '−'}"
