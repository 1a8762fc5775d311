"""What was imported from spreadsheets, so that importing again brings up to date instead of adding twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.models.practice import Practice


class ImportedSheet(models.Model):
    """A row of a member's spreadsheet, and the practice that came of it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The member's own name for the practice.
    reference = models.CharField(_("reference"), max_length=100)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    # Of what the file said, and of what the sheet said afterwards: which of the two changed since.
    content_hash = models.CharField(max_length=64)
    sheet_hash = models.CharField(max_length=64)
    imported_at = models.DateTimeField(_("imported"), auto_now=True)

    class Meta:
        verbose_name = _("imported sheet")
        verbose_name_plural = _("imported sheets")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "reference"], name="import_once_a_reference")]

    def __str__(self) -> str:
        return self.reference
