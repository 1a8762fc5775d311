"""What a speaker is told whose session was made into the draft of a practice sheet."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.models import Session
from members.models import User
from notifications.messages import Message, active
from practices.models import PracticeSheet


class SheetDrafted(Message):
    """To the speaker to whom the draft belongs."""

    kind = "session-sheet-drafted"
    label = _("The notes of your session have become the draft of a practice sheet")
    template = "emails/portal/sheet_drafted.txt"

    def __init__(self, *, sheet: PracticeSheet, session: Session, by: User, owner: User) -> None:
        self.sheet, self.session, self.by, self.owner = sheet, session, by, owner

    def recipients(self) -> list[User]:
        return active([self.owner])

    @property
    def key(self) -> str:
        return str(self.sheet.pk)

    @property
    def address(self) -> str:
        return reverse("practices:write", args=[self.sheet.pk])
