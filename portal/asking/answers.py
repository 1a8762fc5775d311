"""From the accepted answer of a thread to the questions and answers of a sheet, with its author's consent.

Two sides agree: those who may write on the sheet offer the answer in the words in which it shall stand there, and
whoever gave it lets it stand so, or not; and may take that back at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from discussions.enums import OfferStatus
from discussions.models import AnswerOffer, Post, Thread
from discussions.permissions import get_post, moderates
from groups.audit import declare_acts, record
from groups.permissions import Reader
from members.models import City, User
from portal.asking.notifications import AnswerDecided, AnswerOffered
from practices.actions.answers import publish_answer, remove_answer
from practices.models import PracticeSheet, PublicAnswer
from practices.permissions import can_write

OPEN_FOR = timedelta(days=90)
_SALT = "portal.answer-consent"

declare_acts({"answer-removed": _("took the answer to “%(name)s” off a practice sheet")})


def sheet_of(thread: Thread) -> PracticeSheet | None:
    """The published sheet that ``thread`` is about, in the language in which it was first written."""
    if thread.about_id is None:
        return None
    return PracticeSheet.objects.filter(pk=thread.about_id, live=True).select_related("practice", "group").first()


def can_offer(user: Reader, post: Post, sheet: PracticeSheet | None) -> bool:
    """Whether ``user`` may offer ``post`` to ``sheet``: who may write on the sheet or looks after the thread, once the
    answer is accepted."""
    if sheet is None or post.thread.answer_id != post.pk or not post.is_standing:
        return False
    return can_write(user, sheet) or moderates(user, post.thread)


def get_post_to_offer(user: User, pk: int) -> tuple[Post, PracticeSheet]:
    """Raises Http404 to whoever may not see the post or where it is about no sheet, PermissionDenied to whoever may
    not offer it, and where its author has answered already."""
    post = get_post(user, pk)
    sheet = sheet_of(post.thread)
    if sheet is None or not sheet.is_visible_to(user):
        raise Http404
    if not can_offer(user, post, sheet):
        raise PermissionDenied(
            _now("Only the authors of the sheet and the coordinators offer an answer, and only the accepted one.")
        )
    return post, sheet


# ---------------------------------------------------------------- the author's side


class OfferClosed(Exception):
    """There is nothing to answer; ``reason`` is a sentence for whoever holds the key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as the author of the answer meets it."""

    row: AnswerOffer
    sheet: PracticeSheet

    @property
    def post(self) -> Post:
        return self.row.post

    @property
    def author_name(self) -> str:
        return str(self.post.author or self.post.guest or "")

    @property
    def city(self) -> City | None:
        return self.post.city

    @property
    def is_waiting(self) -> bool:
        return self.row.status == OfferStatus.WAITING

    @property
    def is_given(self) -> bool:
        return self.row.status == OfferStatus.GIVEN


def consent_token(offer: AnswerOffer) -> str:
    """The key by which the author of the answer agrees or not, without a login. A later offer of the same answer has
    another."""
    return signing.dumps([offer.pk, offer.asked_at.isoformat()], salt=_SALT)


def read_consent_token(token: str) -> Offer:
    """Raises OfferClosed where the key is none, or leads to nothing any more."""
    try:
        pk, asked_at = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise OfferClosed(_now("This address is not complete. Copy the whole of it from the letter.")) from error
    row = _offers().filter(pk=pk).first()
    if row is None or row.asked_at.isoformat() != asked_at:
        raise OfferClosed(_now("This offer was withdrawn: there is nothing to answer."))
    return _open(row)


def offer_of(user: User, pk: int) -> Offer:
    """The offer with this primary key, for the author of the answer alone. Raises Http404, and OfferClosed."""
    row = _offers().filter(pk=pk, post__author=user).first()
    if row is None:
        raise Http404
    return _open(row)


def _offers() -> QuerySet[AnswerOffer]:
    return AnswerOffer.objects.select_related(
        "post__thread", "post__author", "post__guest", "post__city", "asked_by__city"
    )


def _open(row: AnswerOffer) -> Offer:
    sheet = sheet_of(row.post.thread)
    if sheet is None:
        raise OfferClosed(_now("The practice sheet is not published any more."))
    if row.status == OfferStatus.WAITING and timezone.now() > row.asked_at + OPEN_FOR:
        raise OfferClosed(_now("This address was open for three months, which are over."))
    if not row.post.is_standing:
        raise OfferClosed(_now("Your answer does not stand in the discussion any more."))
    return Offer(row, sheet)


# ---------------------------------------------------------------- offering, agreeing, taking back


@transaction.atomic
def offer_answer(
    *, post: Post, sheet: PracticeSheet, by: User, question: str, question_language: str, answer: str
) -> AnswerOffer:
    """Ask the author of ``post`` to let ``answer`` stand on ``sheet``. An offer that still waits is made anew; the same
    words sent twice are one.

    Raises ValidationError where the author has agreed or refused already, and where there is no author to be asked.
    """
    Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    former = AnswerOffer.objects.filter(post=post).first()
    if former is not None and former.status == OfferStatus.REFUSED:
        raise ValidationError(_now("The author does not want this answer to stand on the sheet."))
    if former is not None and former.status == OfferStatus.GIVEN:
        raise ValidationError(_now("This answer stands on the sheet already."))
    if not (post.author.is_active if post.author else post.guest):
        raise ValidationError(_now("Its author has left: there is nobody who could agree."))
    words = (question, question_language, answer)
    if former is not None and (former.question, former.question_language, former.answer) == words:
        return former
    offer, _is_new = AnswerOffer.objects.update_or_create(
        post=post,
        defaults={
            "question": question,
            "question_language": question_language,
            "answer": answer,
            "asked_by": by,
            "asked_at": timezone.now(),
        },
    )
    if post.author != by:
        AnswerOffered(offer=offer, sheet=sheet, token=consent_token(offer)).send()
    return offer


@transaction.atomic
def give_consent(*, offer: Offer, answered_by: str) -> None:
    """The author lets the answer stand on the sheet, above ``answered_by``; whoever offered it is told. Called twice,
    nothing more happens."""
    row = _decide(offer.row, OfferStatus.GIVEN)
    if row is None:
        return
    publish_answer(
        practice=offer.sheet.practice,
        question=row.question,
        question_language=row.question_language,
        answer=row.answer,
        language=offer.post.language,
        answered_by=answered_by,
        source=offer.post.key,
    )
    AnswerDecided(offer=row, sheet=offer.sheet).send()


@transaction.atomic
def refuse_consent(*, offer: Offer) -> None:
    """The author does not agree, or takes back what he or she agreed to: the answer stands on the sheet no longer."""
    row = _decide(offer.row, OfferStatus.REFUSED)
    if row is None:
        return
    remove_answer(source=offer.post.key)
    AnswerDecided(offer=row, sheet=offer.sheet).send()


def _decide(row: AnswerOffer, status: str) -> AnswerOffer | None:
    """None where that was decided before."""
    decided = AnswerOffer.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if decided.status == status:
        return None
    decided.status, decided.answered_at = status, timezone.now()
    decided.save(update_fields=["status", "answered_at"])
    return decided


@transaction.atomic
def remove_published(*, answer: PublicAnswer, sheet: PracticeSheet, by: User) -> None:
    """Take ``answer`` off ``sheet``. If its author does so, it is not offered again; if those who look after the sheet
    do, it may be."""
    post = post_of(answer)
    is_own = post is not None and post.author_id == by.pk
    if is_own:
        AnswerOffer.objects.filter(post=post).update(status=OfferStatus.REFUSED, answered_at=timezone.now())
    elif post is not None:
        AnswerOffer.objects.filter(post=post).delete()
    if not is_own:
        record("answer-removed", group=sheet.group, actor=by, subject=answer.source, name=answer.question)
    remove_answer(source=answer.source)


def withdraw_answers_of(post: Post) -> None:
    """What was hidden or withdrawn stands nowhere, on no sheet either."""
    AnswerOffer.objects.filter(post=post).delete()
    remove_answer(source=post.key)


# ---------------------------------------------------------------- reads


def post_of(answer: PublicAnswer) -> Post | None:
    """The post from which ``answer`` was taken, if it is there still."""
    name, _colon, pk = answer.source.partition(":")
    return Post.objects.filter(pk=int(pk)).first() if name == "post" and pk.isdecimal() else None


def removable(user: Reader, sheet: PracticeSheet, answers: Iterable[PublicAnswer]) -> set[int]:
    """Primary keys of those of ``answers`` that ``user`` may take off ``sheet``: all for who may write on it, one's own
    for who gave them."""
    listed = list(answers)
    if not listed or not user.is_authenticated:
        return set()
    if can_write(user, sheet):
        return {answer.pk for answer in listed}
    sources = {answer.source: answer.pk for answer in listed}
    pks = [source.partition(":")[2] for source in sources if source.startswith("post:")]
    own = Post.objects.filter(author=user.pk, pk__in=pks)
    return {sources[post.key] for post in own}


def get_answer_to_remove(user: User, pk: int) -> tuple[PublicAnswer, PracticeSheet]:
    """Raises Http404 to whoever may not read the sheet, PermissionDenied to whoever may not remove the answer."""
    answer = PublicAnswer.objects.select_related("practice").filter(pk=pk).first()
    sheets = PracticeSheet.objects.visible_to(user).filter(practice=answer.practice_id) if answer else None
    sheet = sheets.select_related("locale", "group").first() if sheets is not None else None
    if answer is None or sheet is None:
        raise Http404
    if answer.pk not in removable(user, sheet, [answer]):
        raise PermissionDenied(_now("Only who gave the answer and who looks after the sheet may remove it."))
    return answer, sheet


def offers_waiting_for(user: User) -> list[AnswerOffer]:
    """What ``user`` is asked to agree to, the oldest first."""
    offers = AnswerOffer.objects.filter(
        post__author=user,
        status=OfferStatus.WAITING,
        asked_at__gt=timezone.now() - OPEN_FOR,
        post__hidden_at=None,
        post__withdrawn_at=None,
    )
    return list(offers.select_related("post__thread", "asked_by"))
