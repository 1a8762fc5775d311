"""Lists of sheets that members gather."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.permissions import Reader, is_network_member
from practices.models.practice import Practice


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user: Reader) -> Self:
        """Public collections, and one's own."""
        visible = Q(is_public=True)
        if is_network_member(user):
            visible |= Q(owner=user)
        return self.filter(visible)


class Collection(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="collections")
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("what it is for"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    is_public = models.BooleanField(_("everybody may see it"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("practices:collection", args=[self.pk])


class CollectionItem(models.Model):
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(_("why it is here"), max_length=500, blank=True)
    place = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("sheet in a collection")
        verbose_name_plural = _("sheets in a collection")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "practice"], name="collection_has_a_practice_once"),
        ]

    def __str__(self) -> str:
        return str(self.practice)
