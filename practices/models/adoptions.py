"""Which city took which practice over."""

from typing import Self, cast

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.permissions import Reader, is_network_member
from members.models import City, Organisation, User
from practices.enums import AdoptionOutcome, AdoptionStatus
from practices.models.lifecycle import CoAuthor
from practices.models.practice import Practice
from practices.models.sheets import PracticeSheet


class AdoptionQuerySet(models.QuerySet):
    def visible_to(self, user: Reader) -> Self:
        """Confirmed adoptions of the practices that ``user`` may read.

        Those that wait or were declined are seen by whoever declared them, by the people of the adopting city, and by
        the authors and the reviewers of the sheet.
        """
        visible = Q(status=AdoptionStatus.CONFIRMED)
        if is_network_member(user):
            person = cast("User", user)
            visible |= Q(declared_by=person)
            visible |= Q(practice__in=PracticeSheet.objects.reviewed_by(user).order_by().values("practice"))
            visible |= Q(practice__in=CoAuthor.objects.filter(user=person).order_by().values("practice"))
            visible |= Q(practice__in=PracticeSheet.objects.filter(owner=person).order_by().values("practice"))
            if person.city_id:
                visible |= Q(city=person.city_id)
        return self.filter(visible, practice__in=Practice.objects.visible_to(user))

    def waiting_for(self, user: Reader) -> Self:
        """The adoptions that ``user`` is to confirm or decline."""
        reviewed = PracticeSheet.objects.reviewed_by(user).order_by().values("practice")
        return self.visible_to(user).filter(status=AdoptionStatus.DECLARED, practice__in=reviewed)

    def confirmed(self) -> Self:
        return self.filter(status=AdoptionStatus.CONFIRMED)


class Adoption(models.Model):
    """A city declares that it took a practice over; a coordinator confirms it."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="adoptions")
    version = models.ForeignKey(
        "practices.SheetVersion",
        verbose_name=_("from which version of the sheet"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="adoptions",
    )
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="adoptions")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("responsible organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    year = models.PositiveSmallIntegerField(
        _("since which year"), validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    outcome = models.CharField(_("how it goes"), max_length=8, choices=AdoptionOutcome)
    changes = models.TextField(_("what your city changed"), max_length=2000, blank=True)
    result = models.TextField(_("how it went"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    status = models.CharField(
        _("status"), max_length=10, choices=AdoptionStatus, default=AdoptionStatus.DECLARED, editable=False
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    declared_at = models.DateTimeField(_("declared"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    answer = models.CharField(_("the coordinator’s answer"), max_length=500, blank=True, editable=False)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering = ["-year", "-pk"]
        constraints = [models.UniqueConstraint(fields=["practice", "city"], name="adoption_once_a_city")]

    def __str__(self) -> str:
        return f"{self.city} ← {self.practice}"

    def get_absolute_url(self) -> str:
        return reverse("practices:adoption", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        return self.status == AdoptionStatus.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.status == AdoptionStatus.DECLARED
