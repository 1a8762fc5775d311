"""Requests to join: asked by members and by strangers, answered by coordinators or by a verified mail domain.

Every decision locks the request: of two coordinators who answer at once, the first one decides, and the second one is
told so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.languages import complete_order
from groups.actions.memberships import set_membership, was_removed
from groups.audit import record
from groups.enums import Openness, RequestStatus, Role
from groups.keys import CONFIRM_WITHIN
from groups.models import JoinRequest, Membership, WorkingGroup
from groups.notifications import (
    Admitted,
    ConfirmAddress,
    RequestDeclined,
    RequestDueSoon,
    RequestLate,
    RequestWaits,
)
from groups.permissions import coordinates, is_network_member
from members.accounts import account_of, open_account
from members.models import City, CityDomain, User

LETTER_EVERY = timedelta(minutes=5)
"""Whoever sends a form again and again fills nobody's mailbox."""
MOST_AN_HOUR = 30
"""To so many addresses that nobody confirmed one group's form writes in an hour: it is no way to send letters."""
REMIND_BEFORE = timedelta(days=2)
KEPT = timedelta(days=365)
"""How long the words of somebody who was not admitted are kept."""

_WORDS_OF_ASKER = ("first_name", "last_name", "city", "organisation", "message", "language")


class AlreadyDecided(Exception):
    """The request waits for nobody any more; ``request`` says what became of it."""

    def __init__(self, request: JoinRequest) -> None:
        super().__init__(str(request))
        self.request = request


class NotConfirmed(Exception):
    """The address was to be confirmed within ``CONFIRM_WITHIN``, which is over."""


class AccountIsShut(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("The account with this address is shut. An administrator of the network can open it again."))


@dataclass(frozen=True, slots=True)
class Asker:
    """What a stranger says of himself or herself."""

    first_name: str
    last_name: str
    email: str
    city: City | None
    organisation: str
    language: str


# ---------------------------------------------------------------- by whoever asks


@transaction.atomic
def ask_to_join(*, group: WorkingGroup, user: User, message: str) -> JoinRequest:
    """A member of the network asks. Whoever asked already changes the message of the request that waits.

    Where the group would admit this address by its mail domain, a letter confirms first that it is the person's own:
    accounts that were entered by hand have an address that nobody has proved. Raises ValidationError where there is
    nothing to ask for.
    """
    original = _open_to_requests(group)
    if not is_network_member(user):
        raise ValidationError(_("You cannot ask to join with this account."))
    if Membership.objects.filter(group=original, user=user).exists():
        raise ValidationError(_("You belong to this group already."))
    waiting = JoinRequest.objects.waiting().of_group(original).of_address(user.email).select_for_update().first()
    if waiting is not None:
        waiting.message = message.strip()
        waiting.save(update_fields=["message"])
        return waiting
    request = JoinRequest(
        group=original,
        user=user,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        city=user.city,
        organisation=user.organisation_in_words,
        message=message.strip(),
        language=complete_order(user.languages)[0],
    )
    if admitting_city(original, user.email) is None:
        _begin_to_wait(request)
    elif _has_just_asked(original, user.email):
        _take_over(request)
    else:
        request.save()
        ConfirmAddress(request=request).send()
    return request


@transaction.atomic
def ask_as_stranger(*, group: WorkingGroup, asker: Asker, message: str) -> None:
    """Keep what somebody without a login wrote, and send the letter by which the address is confirmed; within
    ``LETTER_EVERY``, what comes with the same address takes the place of what came before.

    Gives no answer, so that it tells nobody who belongs to the group or has an account. Raises ValidationError where
    there is nothing to ask for, and when too many ask.
    """
    original = _open_to_requests(group)
    email = asker.email.strip()
    account = account_of(email)
    request = JoinRequest(
        group=original,
        email=email,
        first_name=asker.first_name.strip(),
        last_name=asker.last_name.strip(),
        city=asker.city,
        organisation=asker.organisation.strip(),
        message=message.strip(),
        language=asker.language,
    )
    if _has_just_asked(original, email):
        _take_over(request)
        return
    unconfirmed = JoinRequest.objects.of_group(original).filter(status=RequestStatus.UNCONFIRMED, user=None)
    if unconfirmed.filter(created_at__gt=timezone.now() - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError(_("Too many people ask at this moment. Please come back in an hour."))
    request.save()
    is_member = account is not None and Membership.objects.filter(group=original, user=account).exists()
    ConfirmAddress(request=request, is_member=is_member).send()


@transaction.atomic
def confirm_request(*, request: JoinRequest) -> JoinRequest:
    """The person whose address it is wants it. Confirmed twice, it is confirmed once.

    Raises NotConfirmed when it comes too late, and AccountIsShut.
    """
    WorkingGroup.objects.select_for_update().get(pk=request.group_id)
    current = _locked(request)
    if current.status != RequestStatus.UNCONFIRMED:
        return current
    if not can_be_confirmed(current):
        raise NotConfirmed
    same = JoinRequest.objects.of_group(current.group).of_address(current.email).exclude(pk=current.pk)
    same.filter(status=RequestStatus.UNCONFIRMED).delete()
    account = account_of(current.email)
    if account is not None and not account.is_active:
        raise AccountIsShut
    current.user = account
    if account is not None and Membership.objects.filter(group=current.group, user=account).exists():
        _decide(current, RequestStatus.ACCEPTED, by=None)
        return current
    if waiting := same.waiting().first():
        # The person asked before; the later words count.
        for name in ("message", "organisation", "city"):
            setattr(waiting, name, getattr(current, name))
        waiting.save(update_fields=["message", "organisation", "city"])
        current.delete()
        return waiting
    _begin_to_wait(current)
    return current


def can_be_confirmed(request: JoinRequest) -> bool:
    return request.status == RequestStatus.UNCONFIRMED and request.created_at > timezone.now() - CONFIRM_WITHIN


@transaction.atomic
def withdraw_request(*, request: JoinRequest) -> JoinRequest:
    """Whoever asked does not want it any more. Raises AlreadyDecided."""
    current = _locked_waiting(request)
    current.status, current.decided_at = RequestStatus.WITHDRAWN, timezone.now()
    current.save(update_fields=["status", "decided_at"])
    return current


def _has_just_asked(group: WorkingGroup, email: str) -> bool:
    recent = JoinRequest.objects.of_group(group).of_address(email)
    return recent.filter(created_at__gt=timezone.now() - LETTER_EVERY).exists()


def _take_over(request: JoinRequest) -> None:
    """Put what ``request`` says, which is not saved, into the one of the same asker that waits to be confirmed."""
    same = JoinRequest.objects.of_group(request.group).of_address(request.email)
    same = same.filter(status=RequestStatus.UNCONFIRMED, user=request.user)
    same.filter(created_at__gt=timezone.now() - LETTER_EVERY).update(
        **{name: getattr(request, name) for name in _WORDS_OF_ASKER}
    )


def _open_to_requests(group: WorkingGroup) -> WorkingGroup:
    # Its row is locked: a form that is sent twice at once is one request.
    original: WorkingGroup = WorkingGroup.objects.select_for_update().get(pk=group.original.pk)
    if original.openness == Openness.HIDDEN:
        raise ValidationError(_("One joins this group by invitation."))
    return original


def _begin_to_wait(request: JoinRequest) -> None:
    """Accept at once by the mail domain, or have the coordinators answer within the days that the group gives itself.

    The address of ``request`` is known to be the asker's own.
    """
    city = admitting_city(request.group, request.email)
    if city is not None:
        request.city = city
        request.status = RequestStatus.WAITING
        request.save()
        _admit(request, by=None)
        return
    request.status = RequestStatus.WAITING
    request.due_at = timezone.now() + timedelta(days=request.group.answer_within_days)
    request.save()
    RequestWaits(request=request).send()


def admitting_city(group: WorkingGroup, email: str) -> City | None:
    """The city whose verified mail domain ``email`` is in, where the group admits such people. The whole of what
    follows the @ must be that domain: a domain below it may belong to anybody.

    None for whoever was removed or declined there before: no domain overrules what the coordinators decided.
    """
    city = city_of_address(email) if group.admits_domains else None
    return None if city is None or _was_turned_away(group, email) else city


def _was_turned_away(group: WorkingGroup, email: str) -> bool:
    declined = JoinRequest.objects.of_group(group).of_address(email).filter(status=RequestStatus.DECLINED)
    account = account_of(email)
    return declined.exists() or (account is not None and was_removed(group=group, user=account))


def city_of_address(email: str) -> City | None:
    """The city that was verified to own the mail domain of ``email``."""
    _name, _at, domain = email.rpartition("@")
    verified = CityDomain.objects.filter(domain__iexact=domain.strip(), verified_on__isnull=False)
    found = verified.select_related("city").first()
    return found.city if found else None


# ---------------------------------------------------------------- by those who answer


@transaction.atomic
def accept_request(*, request: JoinRequest, by: User, city: City | None = None) -> Membership:
    """Admit whoever asked; a stranger gets an account, in ``city`` where the coordinator names one.

    Raises AlreadyDecided, ValidationError for whoever does not look after the group, and AccountIsShut.
    """
    current = _locked_waiting(request)
    _require_coordinator(current, by)
    if city is not None:
        current.city = city
    return _admit(current, by=by)


@transaction.atomic
def decline_request(*, request: JoinRequest, by: User, reason: str) -> JoinRequest:
    """Raises AlreadyDecided, and ValidationError without a reason, which the person gets to read."""
    current = _locked_waiting(request)
    _require_coordinator(current, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason: the person gets to read it.")})
    _decide(current, RequestStatus.DECLINED, by=by, reason=reason.strip())
    record(
        "request-declined",
        group=current.group,
        actor=by,
        subject=f"join-request:{current.pk}",
        reason=current.reason,
        name=current.full_name,
    )
    RequestDeclined(request=current).send()
    return current


def _admit(request: JoinRequest, *, by: User | None) -> Membership:
    user = admit_account(
        email=request.email,
        first_name=request.first_name,
        last_name=request.last_name,
        city=request.city,
        organisation=request.organisation,
        language=request.language,
    )
    request.user = user
    _decide(request, RequestStatus.ACCEPTED, by=by)
    membership = set_membership(group=request.group, user=user, role=_role_of(request.group, user))
    record(
        "request-accepted" if by else "request-admitted",
        group=request.group,
        actor=by,
        subject=f"join-request:{request.pk}",
        name=request.full_name,
    )
    Admitted(group=request.group, user=user, cause=f"request-{request.pk}", by=by).send()
    return membership


def admit_account(
    *, email: str, first_name: str, last_name: str, city: City | None, language: str, organisation: str = ""
) -> User:
    """The account with this address, made now where there is none. A city and an organisation that it lacks are filled
    in.

    Raises AccountIsShut.
    """
    user = account_of(email)
    if user is None:
        return open_account(
            email=email,
            first_name=first_name,
            last_name=last_name,
            city=city,
            organisation=organisation,
            languages=[language] if language else [],
        )
    if not user.is_active:
        raise AccountIsShut
    if user.city is None and city is not None:
        user.city = city
        user.save(update_fields=["city"])
    if organisation and not user.organisation_in_words:
        user.organisation_name = organisation
        user.save(update_fields=["organisation_name"])
    return user


def _role_of(group: WorkingGroup, user: User) -> str:
    """Somebody who was made a coordinator meanwhile stays one."""
    own = Membership.objects.filter(group=group, user=user).values_list("role", flat=True).first()
    return own or Role.MEMBER


def _decide(request: JoinRequest, status: RequestStatus, *, by: User | None, reason: str = "") -> None:
    request.status, request.decided_by, request.reason = status, by, reason
    request.decided_at = timezone.now()
    request.save()


def _locked(request: JoinRequest) -> JoinRequest:
    requests = JoinRequest.objects.select_for_update(of=("self",)).select_related("group__locale", "user", "city")
    return requests.get(pk=request.pk)


def _locked_waiting(request: JoinRequest) -> JoinRequest:
    current = _locked(request)
    if current.status != RequestStatus.WAITING:
        raise AlreadyDecided(current)
    return current


def _require_coordinator(request: JoinRequest, by: User) -> None:
    if not coordinates(by, request.group):
        raise ValidationError(_("Only the coordinators of the working group may do this."))


# ---------------------------------------------------------------- by the clock


def remind_of_requests(now: datetime | None = None) -> int:
    """Remind coordinators of requests that are due in two days, and once more, with the administrators, of those that
    are late. Returns how many requests that were; called as often as one likes, each is told once."""
    moment = now or timezone.now()
    due = JoinRequest.objects.waiting().filter(due_at__lte=moment + REMIND_BEFORE)
    # Who has to answer at once needs no reminder before.
    long = Q(created_at__lt=F("due_at") - REMIND_BEFORE)
    soon = due.filter(long, due_at__gt=moment, reminded_at=None)
    late = due.filter(Q(reminded_at=None) | Q(reminded_at__lt=F("due_at")), due_at__lte=moment)
    return sum(
        _remind(request, letter, moment)
        for letter, requests in ((RequestDueSoon, soon), (RequestLate, late))
        for request in requests.select_related("group__locale", "city")
    )


@transaction.atomic
def _remind(request: JoinRequest, letter: type[RequestDueSoon], moment: datetime) -> int:
    # Only one of two rounds of the schedule at once finds the row as it was read.
    unchanged = JoinRequest.objects.waiting().filter(pk=request.pk, reminded_at=request.reminded_at)
    if not unchanged.update(reminded_at=moment):
        return 0
    letter(request=request).send()
    return 1


def forget_old_requests(now: datetime | None = None) -> int:
    """Erase what nobody confirmed, and, after a year, what people wrote who were not admitted. Returns how many."""
    moment = now or timezone.now()
    unconfirmed = JoinRequest.objects.filter(
        status=RequestStatus.UNCONFIRMED, created_at__lt=moment - CONFIRM_WITHIN - timedelta(days=1)
    )
    closed = JoinRequest.objects.filter(
        status__in=[RequestStatus.DECLINED, RequestStatus.WITHDRAWN], decided_at__lt=moment - KEPT
    )
    return sum(requests.delete()[0] for requests in (unconfirmed, closed))
