"""The evidence of a practice at a glance: five marks, one for each dimension of EMMIE."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from groups.restricted import RestrictedPageQuerySet
from practices.enums import Dimension
from practices.models import EvidenceClaim, EvidenceConfirmation, PracticeSheet

SHORT_NAMES = {
    Dimension.EFFECT: _("effect"),
    Dimension.MECHANISM: _("mechanism"),
    Dimension.MODERATORS: _("moderators"),
    Dimension.IMPLEMENTATION: _("implementation"),
    Dimension.ECONOMICS: _("economics"),
}


@dataclass(frozen=True, slots=True)
class EvidenceMark:
    dimension: Dimension
    is_claimed: bool
    is_confirmed: bool

    @property
    def name(self) -> str:
        return str(SHORT_NAMES[self.dimension])

    @property
    def state(self) -> str:
        """``confirmed``, ``claimed`` or ``blank``."""
        if self.is_confirmed:
            return "confirmed"
        return "claimed" if self.is_claimed else "blank"


@dataclass(frozen=True, slots=True)
class EvidenceMarks:
    dimensions: tuple[EvidenceMark, ...]

    @property
    def claimed(self) -> list[str]:
        return [mark.name for mark in self.dimensions if mark.is_claimed]

    @property
    def confirmed(self) -> list[str]:
        return [mark.name for mark in self.dimensions if mark.is_confirmed]

    def __bool__(self) -> bool:
        return any(mark.state != "blank" for mark in self.dimensions)


def with_evidence(sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
    """``sheets`` with what ``evidence_marks`` reads."""
    return sheets.select_related("practice").prefetch_related(
        Prefetch("evidence", EvidenceClaim.objects.only("sheet", "dimension")),
        Prefetch("practice__confirmations", EvidenceConfirmation.objects.only("practice", "dimension")),
    )


def by_dimension(sheet: PracticeSheet) -> list[tuple[Dimension, EvidenceClaim | None, EvidenceConfirmation | None]]:
    """The five dimensions in order: what the city claims, what a reviewer confirmed, each None where it is blank."""
    claims: dict[str, EvidenceClaim] = {claim.dimension: claim for claim in sheet.evidence.all()}
    found: Iterable[EvidenceConfirmation] = sheet.practice.confirmations.all()
    confirmations = {confirmation.dimension: confirmation for confirmation in found}
    return [(dimension, claims.get(dimension.value), confirmations.get(dimension.value)) for dimension in Dimension]


def evidence_marks(sheet: PracticeSheet) -> EvidenceMarks:
    return EvidenceMarks(
        tuple(
            EvidenceMark(dimension, claim is not None, confirmation is not None)
            for dimension, claim, confirmation in by_dimension(sheet)
        )
    )
