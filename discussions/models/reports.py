"""Reports: somebody finds that a post should not stand; coordinators decide and say why; people concerned appeal."""

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
