"""Invitations: coordinators ask people in by mail, and whoever holds the letter answers."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.actions.memberships import set_membership
from groups.actions.requests import admit_account
from groups.audit import record
from groups.enums import RequestStatus, Role
from groups.models import Invitation, JoinRequest, Membership, WorkingGroup
from groups.notifications import Admitted, Invited
from members.accounts import account_of
from members.models import City, User

OPEN_FOR = timedelta(days=30)
MOST_A_DAY = 100


class InvitationClosed(Exception):
    """The invitation cannot be taken up any more; ``invitation`` says why."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__(str(invitation))
        self.invitation = invitation


@transaction.atomic
def invite(
    *,
    group: WorkingGroup,
    by: User,
    email: str,
    language: str,
    role: str = Role.MEMBER,
    city: City | None = None,
    message: str = "",
) -> Invitation:
    """Ask somebody in by mail. Whoever was asked already, and did not answer, is asked again.

    Raises ValidationError for members of the group, for accounts that are shut, and where too many were sent.
    """
    original = WorkingGroup.objects.select_for_update().get(pk=group.original.pk)
    account = account_of(email)
    if account is not None and Membership.objects.filter(group=original, user=account).exists():
        raise ValidationError(_("%(email)s belongs to the group already.") % {"email": email})
    if account is not None and not account.is_active:
        raise ValidationError(_("The account of %(email)s is shut: an administrator can open it.") % {"email": email})
    since = timezone.now() - timedelta(days=1)
    if Invitation.objects.of_group(original).filter(created_at__gt=since).count() >= MOST_A_DAY:
        raise ValidationError(_("These are more invitations than one group may send in a day. Go on tomorrow."))
    invitation = Invitation.objects.open().of_group(original).filter(email__iexact=email).first()
    invitation = invitation or Invitation(group=original, email=email)
    invitation.role, invitation.city, invitation.message = role, city, message.strip()
    invitation.language, invitation.invited_by = language, by
    invitation.expires_at = timezone.now() + OPEN_FOR
    invitation.save()
    record("invited", group=original, actor=by, subject=f"invitation:{invitation.pk}", name=email)
    Invited(invitation=invitation).send()
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Raises InvitationClosed."""
    current = _locked_open(invitation)
    current.withdrawn_at = timezone.now()
    current.save(update_fields=["withdrawn_at"])
    record(
        "invitation-withdrawn",
        group=current.group,
        actor=by,
        subject=f"invitation:{current.pk}",
        name=current.email,
    )


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, user: User | None = None, first_name: str = "", last_name: str = ""
) -> tuple[User, bool]:
    """Take the invitation up: with the account of ``user``, else with that of the invited address, which is made now if
    there is none. Returns the person, and whether the account is new.

    Raises InvitationClosed, AccountIsShut, and ValidationError where a new account would have no name.
    """
    current = _locked_open(invitation)
    person = user or account_of(current.email)
    is_new = person is None
    if person is None and not (first_name.strip() or last_name.strip()):
        raise ValidationError({"first_name": _("Give at least one of your names.")})
    person = admit_account(
        email=person.email if person else current.email,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        city=current.city,
        language=current.language,
    )
    current.answered_at, current.accepted_by = timezone.now(), person
    current.save(update_fields=["answered_at", "accepted_by"])
    existing = Membership.objects.filter(group=current.group, user=person).values_list("role", flat=True).first()
    role = Role.COORDINATOR if Role.COORDINATOR in (existing, current.role) else Role.MEMBER
    set_membership(group=current.group, user=person, role=role)
    record(
        "invitation-accepted",
        group=current.group,
        actor=person,
        subject=f"invitation:{current.pk}",
        name=current.email,
        role=str(role),
    )
    # What the person asked for by another way is answered by this.
    waiting = JoinRequest.objects.waiting().of_group(current.group).of_address(person.email)
    waiting.update(status=RequestStatus.ACCEPTED, decided_at=timezone.now(), decided_by=current.invited_by)
    if is_new:
        Admitted(group=current.group, user=person, cause=f"invitation-{current.pk}").send()
    return person, is_new


@transaction.atomic
def decline_invitation(*, invitation: Invitation) -> None:
    """Raises InvitationClosed."""
    current = _locked_open(invitation)
    current.answered_at = timezone.now()
    current.save(update_fields=["answered_at"])


def _locked_open(invitation: Invitation) -> Invitation:
    invitations = Invitation.objects.select_for_update(of=("self",)).select_related("group__locale", "city")
    current = invitations.get(pk=invitation.pk)
    if not current.is_open:
        raise InvitationClosed(current)
    return current
