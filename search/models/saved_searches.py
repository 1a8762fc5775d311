"""Searches that members keep, and what each of them has already told."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from groups.permissions import Reader, is_network_member

LONGEST_QUERY = 1000


class Frequency(models.TextChoices):
    AT_ONCE = "at-once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    MONTHLY = "monthly", _("once a month")
    NEVER = "never", _("never: only keep the search")


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, user: Reader) -> Self:
        """One's own."""
        return self.filter(user=user) if is_network_member(user) else self.none()

    def told_by_mail(self) -> Self:
        """Those of people who can log in, that are neither paused nor only kept."""
        return self.filter(is_paused=False, user__is_active=True).exclude(frequency=Frequency.NEVER)

    def due(self, now: datetime) -> Self:
        """Those whose time has come. First those that were looked at longest ago: so each has its turn."""
        longest_ago = models.F("looked_at").asc(nulls_first=True)
        return self.told_by_mail().filter(next_due_at__lte=now).order_by(longest_ago, "pk")


class SavedSearch(models.Model):
    """A search of one member: its words and filters as the address of the result page has them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language of the search"), max_length=2, choices=settings.LANGUAGES)
    query = models.CharField(_("words and filters"), max_length=LONGEST_QUERY)
    """Canonical, see ``search.saved_searches.canonical_query``; the sort is kept apart, as it changes nothing found."""
    sort = models.CharField(_("order"), max_length=12, blank=True)
    frequency = models.CharField(_("how often"), max_length=8, choices=Frequency, default=Frequency.WEEKLY)
    is_paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    # Of those told at once it is set when the index changes; of the others, each time for the next.
    next_due_at = models.DateTimeField(_("looked at again"), null=True, blank=True, db_index=True)
    looked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(_("last letter"), null=True, blank=True)
    letters = models.PositiveIntegerField(_("letters"), default=0)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "language", "query"], name="search_is_saved_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The result page, in the language of the search."""
        with translation.override(self.language):
            return f"{reverse('search:search')}?{self.query}{f'&sort={self.sort}' if self.sort else ''}"

    @cached_property
    def parameters(self) -> QueryDict:
        return QueryDict(self.query)

    @property
    def text(self) -> str:
        return self.parameters.get("q", "")


class ToldMatch(models.Model):
    """An object that a saved search need not tell any more: it was told, or was there when the search was saved."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="told")
    key = models.CharField(max_length=120)
    """``Document.key``: the same for every language version."""

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["search", "key"], name="match_is_told_once_a_search")]

    def __str__(self) -> str:
        return self.key
