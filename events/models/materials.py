"""What is handed out before an event, and what remains of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import Document

from common.constraints import Rule
from events.enums import MaterialAudience, MaterialKind
from events.models.event import Event
from events.models.programme import Session


class Material(models.Model):
    """A file or an address that belongs to an event, or to one session of it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    session = models.ForeignKey(
        Session,
        verbose_name=_("session"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="materials",
    )
    kind = models.CharField(_("kind"), max_length=9, choices=MaterialKind, default=MaterialKind.DOCUMENT)
    title = models.CharField(_("title"), max_length=200, help_text=_("In its own language."))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    document = models.ForeignKey(
        Document, verbose_name=_("file"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    audience = models.CharField(
        _("who may have it"), max_length=8, choices=MaterialAudience, default=MaterialAudience.READERS
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["position", "pk"]
        constraints = [
            Rule(
                name="material_is_file_or_address",
                condition=Q(document__isnull=False, url="") | (Q(document__isnull=True) & ~Q(url="")),
                field="url",
                message=_("Give a file or an address, one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
