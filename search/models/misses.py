"""Searches that found nothing, or nothing much: counts, and nothing about who searched."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Sum
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST_KEPT = 100
FEWEST_SHOWN = 2
"""A query is shown to coordinators only once it was asked as often as this."""


class MissState(models.TextChoices):
    OPEN = "open", pgettext_lazy("search in vain", "open")
    DONE = "done", pgettext_lazy("search in vain", "done")
    LEFT = "left", _("will not do")


class MissedSearchQuerySet(models.QuerySet["MissedSearch"]):
    def for_list(self) -> Self:
        """Those asked more than once, with ``times``, ``times_nothing``, ``times_weak`` and ``last_week``."""
        counted = self.annotate(
            times_nothing=Sum("weeks__nothing"), times_weak=Sum("weeks__weak"), last_week=Max("weeks__week")
        ).annotate(times=F("times_nothing") + F("times_weak"))
        return counted.filter(times__gte=FEWEST_SHOWN).order_by("-times", "-last_week", "query", "pk")


class MissedSearch(models.Model):
    """What was typed in one language: folded, cut, and free of what could be about a person."""

    query = models.CharField(_("what was typed"), max_length=LONGEST_KEPT)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=4, choices=MissState, default=MissState.OPEN)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("What was done about it, or why not."))

    objects = MissedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering = ["query", "language"]
        constraints = [models.UniqueConstraint(fields=["query", "language"], name="missed_search_once_a_language")]

    def __str__(self) -> str:
        return self.query

    def get_absolute_url(self) -> str:
        """The same search, run again."""
        with translation.override(self.language):
            return f"{reverse('search:search')}?{urlencode({'q': self.query})}"


class MissedSearchWeek(models.Model):
    """How often it was asked in one week."""

    search = models.ForeignKey(MissedSearch, on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField()
    """Its Monday."""
    nothing = models.PositiveIntegerField(default=0)
    weak = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["week"]
        constraints = [models.UniqueConstraint(fields=["search", "week"], name="missed_search_once_a_week")]

    def __str__(self) -> str:
        return f"{self.search_id}, {self.week}: {self.nothing} + {self.weak}"
