"""Letters around answers that go to a sheet, and around calls."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.addresses import address_in
from common.languages import current_language
from common.markdown import blockquote
from discussions.guest_letters import guest_addressee, name_and_city
from discussions.guests import version_for
from discussions.models import AnswerOffer, Call
from members.models import City, User
from notifications.messages import Message, Recipient, active
from practices.models import PracticeSheet


class _AboutSheet(Message):
    """Names a sheet as its reader finds it."""

    sheet: PracticeSheet

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return {"sheet": version_for(self.sheet, (current_language(), *recipient.languages))}


class AnswerOffered(_AboutSheet):
    """To the author of an answer: may it stand on the sheet?"""

    kind = "answer-offered"
    label = _("An answer of yours is wanted for a practice sheet")
    template = "emails/asking/answer_offered.txt"

    def __init__(self, *, offer: AnswerOffer, sheet: PracticeSheet, token: str) -> None:
        self.offer, self.sheet, self.post, self._token = offer, sheet, offer.post, token

    def recipients(self) -> list[Recipient]:
        if self.post.author:
            return active([self.post.author])
        return [guest_addressee(self.post.guest)] if self.post.guest else []

    @property
    def key(self) -> str:
        return f"{self.offer.pk}:{self.offer.asked_at.isoformat()}"

    @property
    def answer_address(self) -> str:
        return reverse("answer_consent", args=[self._token])

    @property
    def quotation(self) -> str:
        return blockquote(self.offer.answer)


class AnswerDecided(_AboutSheet):
    """To whoever offered an answer: its author agrees, or does not."""

    kind = "answer-decided"
    label = _("An author agrees that an answer stands on a practice sheet, or does not")
    is_optional = True
    template = "emails/asking/answer_decided.txt"

    def __init__(self, *, offer: AnswerOffer, sheet: PracticeSheet) -> None:
        self.offer, self.sheet, self.post = offer, sheet, offer.post

    def recipients(self) -> list[User]:
        # Whoever offered an own answer knows.
        return active([self.offer.asked_by] if self.offer.asked_by_id != self.post.author_id else [])

    @property
    def key(self) -> str:
        return f"{self.offer.pk}:{self.offer.answered_at and self.offer.answered_at.isoformat()}"

    @property
    def is_given(self) -> bool:
        return self.offer.status == "given"

    @property
    def page_address(self) -> str:
        return address_in(self.sheet, current_language())


# ---------------------------------------------------------------- calls


class CallMessage(Message):
    def __init__(self, *, call: Call, people: list[User]) -> None:
        self.call, self.thread, self._people = call, call.thread, people

    def recipients(self) -> list[User]:
        return active(self._people)

    @property
    def key(self) -> str:
        return str(self.call.pk)

    @property
    def address(self) -> str:
        return self.call.get_absolute_url()

    @property
    def asker(self) -> str:
        return name_and_city(str(self.thread.author or ""), self.thread.city)


class CallReminder(CallMessage):
    """To the people of cities that a call asks and that have not answered, some days before it ends."""

    kind = "call-reminder"
    label = _("A call that asks your city ends soon, and nobody of your city has answered")
    is_optional = True
    template = "emails/asking/call_reminder.txt"


class CallToSumUp(CallMessage):
    """To whoever called, once the day is over: what came of it?"""

    kind = "call-to-sum-up"
    label = _("Your call to the network is over")
    template = "emails/asking/call_to_sum_up.txt"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        counted = Call.objects.with_answer_count().get(pk=self.call.pk)
        return {"answer_count": counted.answer_count}  # type: ignore[attr-defined] # annotated


class CallSheetDrafted(Message):
    """To the person to whom a draft belongs that was made from the answers of a call."""

    kind = "call-sheet-drafted"
    label = _("A draft of a practice sheet was begun from an answer of yours")
    template = "emails/asking/call_sheet_drafted.txt"

    def __init__(self, *, sheet: PracticeSheet, call: Call, city: City, by: User, owner: User) -> None:
        self.sheet, self.call, self.city, self.by, self.owner = sheet, call, city, by, owner

    def recipients(self) -> list[User]:
        return active([self.owner])

    @property
    def key(self) -> str:
        return str(self.sheet.pk)

    @property
    def address(self) -> str:
        return reverse("practices:write", args=[self.sheet.pk])
