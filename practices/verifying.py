"""The yearly question whether a sheet is still true: the key to its answer, and when it is asked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.dates import day_in_words
from members.models import User
from practices.models import Practice, PracticeSheet, authors_of
from practices.reviewing import a_year_before

OPEN_FOR = timedelta(days=90)
_SALT = "practices.still-true"


class QuestionClosed(Exception):
    """The key opens nothing; ``reason`` is a sentence for whoever holds it."""

    def __init__(self, reason: Any, *, is_answered: bool = False) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.is_answered = is_answered


@dataclass(frozen=True, slots=True)
class Question:
    practice: Practice
    sheet: PracticeSheet
    """The language version to show to this author."""
    author: User
    asked_on: date


def make_token(practice: Practice, author: User, asked_on: date) -> str:
    """The key that lets ``author`` answer without logging in. It says who, about what and when; and is signed."""
    return signing.dumps([practice.pk, author.pk, asked_on.isoformat()], salt=_SALT)


def read_token(token: str) -> Question:
    """The question that ``token`` answers. Raises QuestionClosed when it is forged, too old, answered or pointless."""
    try:
        number, author_pk, asked = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise QuestionClosed(_("This address is not complete. Copy the whole of it from the letter.")) from error
    asked_on = date.fromisoformat(asked)
    # Counted from the question, so that a reminder opens it no longer.
    if timezone.localdate() > asked_on + OPEN_FOR:
        raise QuestionClosed(_("This address was open for three months, which are over."))
    practice = Practice.objects.filter(pk=number).first()
    author = User.objects.filter(pk=author_pk, is_active=True).first()
    if practice is None or author is None or not authors_of(practice).filter(pk=author.pk).exists():
        raise QuestionClosed(_("You are no longer one of the authors of this sheet."))
    sheet = sheet_for(practice, author)
    if sheet is None:
        raise QuestionClosed(_("This sheet is not published any more: there is nothing to confirm."))
    if practice.verified_on is not None and practice.verified_on >= asked_on:
        day = day_in_words(practice.verified_on)
        raise QuestionClosed(_("Confirmed on %(day)s. Thank you!") % {"day": day}, is_answered=True)
    return Question(practice, sheet, author, asked_on)


def sheet_for(practice: Practice, author: User) -> PracticeSheet | None:
    """The published language version that concerns ``author`` most: an own one, else that first written."""
    sheets = PracticeSheet.objects.filter(practice=practice, live=True).select_related("locale")
    return min(sheets, key=lambda sheet: (sheet.owner_id != author.pk, not sheet.is_original, sheet.pk), default=None)


def due_to_be_asked() -> QuerySet[Practice]:
    """Published practices that nobody confirmed, nor was asked to, for a year; in the order of their numbers."""
    year_ago = a_year_before(timezone.localdate())
    live = PracticeSheet.objects.filter(practice=OuterRef("pk"), live=True).order_by()
    # Days compare as days in the portal's own time zone.
    published = live.filter(first_published_at__date__lte=year_ago)
    unconfirmed = Q(verified_on__lte=year_ago) & Exists(live) | Q(verified_on=None) & Exists(published)
    not_asked = Q(verification_asked_on=None) | Q(verification_asked_on__lte=year_ago)
    return Practice.objects.filter(unconfirmed, not_asked).order_by("pk")
