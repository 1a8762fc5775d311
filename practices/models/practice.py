"""The practice itself, whatever the languages in which its sheet exists."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.permissions import Reader

if TYPE_CHECKING:
    from django.http import HttpRequest

    from practices.models.sheets import PracticeSheet


class PracticeQuerySet(models.QuerySet):
    def visible_to(self, user: Reader) -> Self:
        """Practices of which ``user`` may read a sheet in some language."""
        from practices.models.sheets import PracticeSheet  # noqa: PLC0415 -- sheets point at practices

        sheets = PracticeSheet.objects.visible_to(user).order_by()
        return self.filter(pk__in=sheets.values("practice"))


class Practice(models.Model):  # type: ignore[django-manager-missing] # sheets come later
    """What relates to a practice from outside its sheet relates to this, and so to the sheet in every language.

    Its primary key is the practice's number: it stands in permanent addresses and is never given twice.
    """

    translation_key = models.UUIDField(_("what the language versions share"), unique=True, editable=False)
    verified_on = models.DateField(_("last confirmed to be true"), null=True, blank=True)
    verification_asked_on = models.DateField(_("asked whether it is still true"), null=True, blank=True)
    # Set when the question is asked, emptied by the answer and by the reminder.
    verification_reminder_due_on = models.DateField(_("to be asked again"), null=True, blank=True, db_index=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"№ {self.pk}"

    def get_absolute_url(self) -> str:
        """The permanent address: it leads to the sheet in the reader's best language."""
        return reverse("practices:permanent", args=[self.pk])

    @property
    def number(self) -> int:
        return self.pk

    def best_sheet(self, request: "HttpRequest") -> "PracticeSheet | None":
        """The language version of the sheet that suits this reader best; None if there is none to be seen."""
        sheet = self.sheets.first()
        return type(sheet).objects.best_version_of(sheet, request) if sheet else None


class PublicAnswer(models.Model):
    """A question that was asked about a practice, and its answer, which the author lets everybody read.

    It stands on the sheet in every language, in the words in which it was written.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="public_answers")
    question = models.CharField(_("question"), max_length=300)
    question_language = models.CharField(_("language of the question"), max_length=2, choices=settings.LANGUAGES)
    answer = models.TextField(_("answer"), max_length=4_000, help_text=_("Markdown"))
    language = models.CharField(_("language of the answer"), max_length=2, choices=settings.LANGUAGES)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True)
    """The name and city that stand below it, as the author agreed to."""
    source = models.CharField(max_length=80, unique=True)
    """Where it comes from, ``post:34``."""
    added_at = models.DateTimeField(auto_now_add=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("public answer")
        verbose_name_plural = _("public answers")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.question
