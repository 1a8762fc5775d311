"""What people are told about adoptions."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from members.models import User
from notifications.messages import Message, active
from practices.models import Adoption, Practice
from practices.models.lifecycle import authors_of
from practices.permissions import reviewers_of
from practices.transfers import title_for


class AdoptionMessage(Message):
    """About one adoption, to those who may read its sheet."""

    def __init__(self, adoption: Adoption) -> None:
        self.adoption = adoption

    def title(self) -> str:
        """Of the sheet, in the language of the letter if there is one."""
        return title_for(self.adoption.practice)

    def readers(self, people: Iterable[User | None], *, without: User | None = None) -> list[User]:
        practice = self.adoption.practice_id
        return [
            person
            for person in active(people)
            if person != without and Practice.objects.visible_to(person).filter(pk=practice).exists()
        ]


class AdoptionDeclared(AdoptionMessage):
    """To the reviewers of the sheet, who decide, and to its authors. ``after`` is the decision that it makes void."""

    kind = "adoption-declared"
    label = _("A city has taken over a practice of yours, or one that you review")
    template = "emails/practices/adoption_declared.txt"

    def __init__(self, adoption: Adoption, *, by: User, after: datetime | None = None) -> None:
        super().__init__(adoption)
        self.by = by
        self.after = after

    def recipients(self) -> list[User]:
        sheet = self.adoption.practice.sheets.select_related("group").first()
        reviewers = reviewers_of(sheet) if sheet else []
        return self.readers([*reviewers, *authors_of(self.adoption.practice)], without=self.by)

    @property
    def key(self) -> str:
        return f"{self.adoption.pk}:{self.after.isoformat() if self.after else ''}"


class AdoptionDecided(AdoptionMessage):
    """To whoever declared it."""

    kind = "adoption-decided"
    label = _("Reviewers decided about a practice that you said your city took over")
    template = "emails/practices/adoption_decided.txt"

    def recipients(self) -> list[User]:
        return self.readers([self.adoption.declared_by], without=self.adoption.decided_by)

    @property
    def key(self) -> str:
        decided_at = self.adoption.decided_at
        return f"{self.adoption.pk}:{decided_at.isoformat() if decided_at else ''}"


class AdoptionConfirmed(AdoptionDecided):
    """To the authors of the sheet: their practice travels."""

    kind = "adoption-confirmed"
    label = _("It is confirmed that a city took over your practice")
    is_optional = True
    template = "emails/practices/adoption_confirmed.txt"

    def recipients(self) -> list[User]:
        told = {self.adoption.declared_by, self.adoption.decided_by}
        return [person for person in self.readers(authors_of(self.adoption.practice)) if person not in told]
