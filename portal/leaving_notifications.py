"""What is told when a person leaves: to whoever gets the sheets, and to the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.languages import complete_order, current_language
from members.models import User
from notifications.messages import Message, active
from practices.models import Practice, PracticeSheet


@dataclass
class SheetsHandedOver(Message):
    """To the new owner: all sheets in one letter."""

    kind = "sheets-handed-over"
    label = _("Somebody leaves, and you get the practice sheets")
    template = "emails/portal/sheets_handed_over.txt"

    person: User
    by: User
    heir: User
    practices: list[Practice]

    def recipients(self) -> Iterable[User]:
        return active([self.heir])

    @property
    def key(self) -> str:
        return f"{self.person.pk}:{timezone.now():%Y%m%d%H%M%S}"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        order = complete_order((current_language(), *self.languages_of(recipient)))
        best: dict[int, PracticeSheet] = {}
        for sheet in PracticeSheet.objects.filter(practice__in=self.practices).select_related("locale"):
            known = best.get(sheet.practice_id)
            if known is None or order.index(sheet.language) < order.index(known.language):
                best[sheet.practice_id] = sheet
        ordered = sorted(best.values(), key=lambda sheet: sheet.practice_id)
        return {"sheets": [(sheet.draft_title, reverse("practices:write", args=[sheet.pk])) for sheet in ordered]}


@dataclass
class AccountShut(Message):
    """To whoever left the network: an account that somebody else shut can be opened again."""

    kind = "account-shut"
    label = _("Your account was shut")
    template = "emails/portal/account_shut.txt"

    person: User
    by: User

    def __post_init__(self) -> None:
        self.at = timezone.now()

    def recipients(self) -> Iterable[User]:
        return [self.person]

    @property
    def key(self) -> str:
        return f"{self.person.pk}:{self.at.isoformat()}"
