"""The outbox; what people follow, what they are told of, and how often they want it by mail."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
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
    due_at = models.DateTimeField(default=timezone.now)
    """When it is tried next. Whoever sends it moves this on first, so that nobody else sends it at the same time."""
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="outgoing_mail_waiting")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"


class Frequency(models.TextChoices):
    """How often one kind of messages comes by mail."""

    AT_ONCE = "at-once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    MONTHLY = "monthly", _("once a month")
    NEVER = "never", _("never")


class MailPreferenceQuerySet(models.QuerySet["MailPreference"]):
    def refused(self, kind: str) -> Self:
        """Of those who do not want letters of this kind."""
        return self.filter(kind=kind, frequency=Frequency.NEVER)


class MailPreference(models.Model):
    """What one person has said about one kind of messages. Without a row, the kind's own frequency holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=60)
    """``Message.kind`` of a letter that is optional, or ``NoticeKind.kind``."""
    frequency = models.CharField(max_length=8, choices=Frequency)
    changed_at = models.DateTimeField(auto_now=True)

    objects = MailPreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preference about mail")
        verbose_name_plural = _("preferences about mail")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mail_preference_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.frequency}"


class DigestTime(models.Model):
    """When a person wants digests, by the clock of his or her time zone. Without a row: Mondays, at 8 o'clock."""

    WEEKDAY, HOUR = 0, 8

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_time")
    weekday = models.PositiveSmallIntegerField(default=WEEKDAY)
    """0 is Monday. Of the weekly digest; the monthly one comes on the first such day of the month."""
    hour = models.PositiveSmallIntegerField(default=HOUR)

    class Meta:
        verbose_name = _("time of digests")
        verbose_name_plural = _("times of digests")
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6, hour__lte=23), name="digest_time_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.weekday} {self.hour}:00"


class Subscription(models.Model):
    """A person follows a topic (``thread:12``, ``city:turin``), or wants to hear nothing of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    topic = models.CharField(max_length=80, db_index=True)
    is_muted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="subscription_once_a_topic")]

    def __str__(self) -> str:
        return f"{self.user}: {'−' if self.is_muted else '+'} {self.topic}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def waiting_for_mail(self) -> Self:
        """Those that the next letter to their person has to carry."""
        return self.filter(is_for_mail=True, mailed_at=None)


class Notice(models.Model):
    """Something that one person is to hear of: a line of the inbox, and an item of exactly one letter.

    It names its ``subject`` and says nothing itself: what is shown is read when it is shown, as far as the person
    may see it then (``notifications.notices``).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    """What there is to read, ``post:34``: each person hears of it once, by whichever way it concerns them."""
    topic = models.CharField(max_length=80)
    """What it belongs to, and is grouped by: ``thread:12``."""
    at = models.DateTimeField()
    """When it happened."""
    written_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    is_for_mail = models.BooleanField(default=True)
    """Whether mail still has to carry it, as far as the person wants: not if it was refused, or read here before."""
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(OutgoingMail, null=True, on_delete=models.SET_NULL, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="notice_once_a_subject")]
        indexes = [
            models.Index(fields=["user", "topic", "at"], name="notice_of_topic"),
            models.Index(fields=["user", "-at"], name="notice_latest"),
            models.Index(
                fields=["user", "kind", "written_at"],
                condition=models.Q(is_for_mail=True, mailed_at=None),
                name="notice_waiting_for_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.subject}"


class MailTroubleQuerySet(models.QuerySet["MailTrouble"]):
    def stopped(self) -> Self:
        return self.exclude(stopped_at=None)


class MailTrouble(models.Model):
    """Letters to this address came back. While ``stopped_at`` is set, only letters that nobody can do without go
    there."""

    email = models.EmailField(unique=True)
    """In small letters."""
    hard_bounces = models.PositiveSmallIntegerField(default=0)
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    last_reason = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = MailTroubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("address that does not take mail")
        verbose_name_plural = _("addresses that do not take mail")
        ordering = ["-last_at", "pk"]

    def __str__(self) -> str:
        return self.email
