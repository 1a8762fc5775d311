"""What the review and the yearly question tell people by mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.addresses import address_in
from common.languages import current_language
from members.models import User
from notifications.messages import Message, active
from practices.models import Practice, PracticeSheet, ReviewRemark, ReviewState, authors_of
from practices.permissions import deciders_of
from practices.reviewing import field_address
from practices.schema import FIELDS_BY_NAME
from practices.verifying import OPEN_FOR, make_token


@dataclass
class SheetMessage(Message):
    """About one round of review of one sheet."""

    sheet: PracticeSheet
    review: ReviewState

    @property
    def key(self) -> str:
        return str(self.review.pk)

    @property
    def title(self) -> str:
        return str(self.sheet.draft_title or self.sheet.title)

    @property
    def group_name(self) -> str:
        return self.sheet.group.title if self.sheet.group else ""

    @property
    def review_address(self) -> str:
        return reverse("practices:review", args=[self.review.pk])

    @property
    def status_address(self) -> str:
        return reverse("practices:status", args=[self.sheet.pk])


class _ToReviewers(SheetMessage):
    def recipients(self) -> Iterable[User]:
        return active(deciders_of(self.sheet))


class _ToAuthors(SheetMessage):
    def recipients(self) -> Iterable[User]:
        return active(authors_of(self.sheet.practice))


@dataclass
class SheetWaits(_ToReviewers):
    kind = "sheet-waits"
    label = _("A practice sheet waits for your review")
    template = "emails/practices/sheet_waits.txt"

    submitter: User


@dataclass
class SheetReceived(_ToAuthors):
    kind = "sheet-received"
    label = _("Your practice sheet has been received")
    is_optional = True
    template = "emails/practices/sheet_received.txt"

    submitter: User

    def recipients(self) -> Iterable[User]:
        return active([*authors_of(self.sheet.practice), self.submitter])


@dataclass
class SheetTakenBack(_ToReviewers):
    kind = "sheet-taken-back"
    label = _("A practice sheet that you were to review is taken back")
    is_optional = True
    template = "emails/practices/sheet_taken_back.txt"

    author: User


@dataclass
class SheetAccepted(_ToAuthors):
    kind = "sheet-accepted"
    label = _("Your practice sheet is published")
    template = "emails/practices/sheet_accepted.txt"

    @property
    def page_address(self) -> str:
        return address_in(self.sheet, current_language())


@dataclass
class SheetSentBack(_ToAuthors):
    kind = "sheet-sent-back"
    label = _("Reviewers ask you to change your practice sheet")
    template = "emails/practices/sheet_sent_back.txt"

    @property
    def remarks(self) -> list[tuple[Any, ReviewRemark, str]]:
        """Each with the label of its field and the address where that is filled in; both empty for the whole sheet."""
        return [
            (
                FIELDS_BY_NAME[remark.field].label if remark.field else "",
                remark,
                field_address(self.sheet, remark.field) if remark.field else "",
            )
            for remark in self.review.remarks.all()
        ]


@dataclass
class ReviewDue(_ToReviewers):
    kind = "review-due"
    label = _("A review is due soon")
    is_optional = True
    template = "emails/practices/review_due.txt"


@dataclass
class ReviewLate(_ToReviewers):
    kind = "review-late"
    label = _("A review is late")
    template = "emails/practices/review_late.txt"


@dataclass
class StillTrue(Message):
    """The yearly question to one author: the letter holds the author's own key to the answer."""

    practice: Practice
    sheet: PracticeSheet
    author: User
    asked_on: date

    kind = "sheet-still-true"
    label = _("Once a year: is your practice sheet still true?")
    template = "emails/practices/still_true.txt"

    def recipients(self) -> Iterable[User]:
        return active([self.author])

    @property
    def key(self) -> str:
        return f"{self.practice.pk}:{self.asked_on.isoformat()}"

    @property
    def answer_address(self) -> str:
        return reverse("practices:verify", args=[make_token(self.practice, self.author, self.asked_on)])

    @property
    def open_until(self) -> date:
        return self.asked_on + OPEN_FOR


@dataclass
class StillTrueReminder(StillTrue):
    kind = "sheet-still-true-reminder"
    label = _("A month later: is your practice sheet still true?")
    is_optional = True
    template = "emails/practices/still_true_reminder.txt"
