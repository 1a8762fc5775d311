"""Queries whose best results people know, and how well the search answered them each time."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ResultList(models.TextChoices):
    """The two lists of the result page."""

    OWN = "own", _("In the language of the query")
    OTHER = "other", _("In other languages")


class JudgedQuery(models.Model):
    text = models.CharField(_("query"), max_length=200)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    note = models.CharField(_("why"), max_length=300, blank=True, help_text=_("What makes this query worth watching."))

    class Meta:
        verbose_name = _("judged query")
        verbose_name_plural = _("judged queries")
        ordering = ["language", "text"]
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="query_is_judged_once_a_language")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("search:judged_query", args=[self.pk])


class ExpectedResult(models.Model):
    """An object that a judged query should find, by the key of its documents."""

    query = models.ForeignKey(JudgedQuery, on_delete=models.CASCADE, related_name="expected")
    key = models.CharField(max_length=120)
    list = models.CharField(max_length=5, choices=ResultList)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["list", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["query", "key"], name="result_is_expected_once_a_query")]

    def __str__(self) -> str:
        return self.key


class RelevanceRun(models.Model):
    """The scores of all judged queries at one moment, with one version of portal and index."""

    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    version = models.CharField(_("version"), max_length=60)
    rows: models.JSONField[Any, Any] = models.JSONField(default=list)
    """As ``search.relevance.Row``."""
    means: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("measurement of relevance")
        verbose_name_plural = _("measurements of relevance")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.version}"
