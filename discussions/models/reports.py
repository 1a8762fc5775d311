"""Reports: somebody finds that a post should not stand; coordinators decide and say why; people concerned appeal."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from discussions.enums import ReportDecision, ReportReason
from discussions.models.posts import Post


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> "ReportQuerySet":
        """Those that wait for a first decision, and those of which somebody appealed without an answer yet."""
        first = Q(decided_at=None)
        appeal = Q(appealed_at__isnull=False, appeal_decided_at=None)
        return self.filter(first | appeal)


class Report(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=16, choices=ReportReason)
    words = models.TextField(_("in your words"), max_length=2_000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=8, choices=ReportDecision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    statement = models.TextField(_("reasons of the decision"), max_length=2_000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    appeal = models.TextField(_("why the decision is wrong"), max_length=2_000, blank=True)
    appeal_decision = models.CharField(max_length=8, choices=ReportDecision, blank=True)
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    appeal_statement = models.TextField(_("reasons of the decision on the appeal"), max_length=2_000, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report on a post")
        verbose_name_plural = _("reports on posts")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "reporter"], name="report_once_a_post")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.reason}"

    @property
    def reason_in_words(self) -> str:
        """The sentence that was chosen; empty where what is wrong was only said in words."""
        return "" if self.reason == ReportReason.OTHER else self.get_reason_display()

    @property
    def last_decision(self) -> str:
        return self.appeal_decision or self.decision

    @property
    def last_decision_in_words(self) -> str:
        return str(ReportDecision(self.last_decision).label) if self.last_decision else ""

    @property
    def last_decided_at(self) -> datetime | None:
        return self.appeal_decided_at or self.decided_at

    @property
    def last_decided_by(self) -> Any:
        return self.appeal_decided_by if self.appeal_decided_at else self.decided_by

    @property
    def is_undone(self) -> bool:
        """Whether the post that was hidden by this was shown again later, without an appeal."""
        if self.last_decision != ReportDecision.HIDDEN or self.last_decided_at is None:
            return False
        hidden_at = self.post.hidden_at
        return hidden_at is None or hidden_at > self.last_decided_at
