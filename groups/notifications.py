"""Letters about who belongs to a group. Most of them ask something of their reader, and all come at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.addresses import address_in
from common.languages import complete_order, current_language
from groups.enums import Openness, Role
from groups.keys import ANSWER_WITHIN, CONFIRM_WITHIN, answer_address, invitation_address, request_address
from groups.models import AuditEntry, Invitation, JoinRequest, WorkingGroup
from groups.queries import coordinators_of
from members.accounts import account_of, begin_address, is_begun
from members.models import User
from members.second_factor import has_second_factor, lacks_second_factor
from notifications.messages import Addressee, Message, Recipient, active


class GroupMessage(Message):
    """About one group, which is named in the language that the person reads best."""

    group: WorkingGroup

    def context_for(self, recipient: Any) -> dict[str, Any]:
        version = self._version_for(complete_order((current_language(), *self.languages_of(recipient))))
        return {"group_name": version.title, "group_address": address_in(version, current_language())}

    def _version_for(self, order: Sequence[str]) -> WorkingGroup:
        return min(self._versions, key=lambda version: order.index(version.language))

    @cached_property
    def _versions(self) -> list[WorkingGroup]:
        versions = WorkingGroup.objects.versions_of(self.group).live().select_related("locale")
        return list(versions) or [self.group]


def _asker(request: JoinRequest) -> Recipient:
    """Whoever asked: the account, or the stranger in the language in which he or she asked."""
    if request.user is not None:
        return request.user
    return Addressee(
        key=f"join-request-{request.pk}",
        email=request.email,
        name=request.full_name,
        languages=(request.language,),
    )


# ---------------------------------------------------------------- to whoever asks


class _ToAsker(GroupMessage):
    request: JoinRequest

    def recipients(self) -> Iterable[Recipient]:
        asker = _asker(self.request)
        return [asker] if isinstance(asker, Addressee) else active([asker])

    @property
    def key(self) -> str:
        return str(self.request.pk)

    @property
    def group(self) -> WorkingGroup:  # type: ignore[override] # read from the request
        return self.request.group


@dataclass
class ConfirmAddress(_ToAsker):
    """To the address that a stranger gave: whoever reads mail there confirms it."""

    kind = "group-confirm-address"
    label = _("Confirm your address to ask a working group to join")
    template = "emails/groups/confirm_address.txt"

    request: JoinRequest
    is_member: bool = False
    """The address belongs to somebody who is in the group already."""

    def recipients(self) -> Iterable[Recipient]:
        # Also where an account is shut: its person learns that here, and whoever typed the address does not.
        return [
            Addressee(
                key=f"join-request-{self.request.pk}",
                email=self.request.email,
                name=self.request.full_name,
                languages=(self.request.language,),
            )
        ]

    def context_for(self, recipient: Any) -> dict[str, Any]:
        account = account_of(self.request.email)
        return super().context_for(recipient) | {
            "confirm_address": request_address(self.request.pk),
            "hours": int(CONFIRM_WITHIN / timedelta(hours=1)),
            "is_shut": account is not None and not account.is_active,
        }


@dataclass
class Admitted(GroupMessage):
    """To somebody who belongs to a group from now on; with the way to begin the account, where it is new."""

    kind = "group-admitted"
    label = _("You were admitted to a working group")
    template = "emails/groups/admitted.txt"

    group: WorkingGroup
    user: User
    cause: str
    """What made it so, for the outbox: ``request-12``."""
    by: User | None = None

    def recipients(self) -> Iterable[Recipient]:
        return active([self.user])

    @property
    def key(self) -> str:
        return self.cause

    def context_for(self, recipient: Any) -> dict[str, Any]:
        # Made for this letter, which goes to the account's own address.
        begin = "" if is_begun(self.user) else begin_address(self.user)
        return super().context_for(recipient) | {
            "begin_address": begin,
            "lacks_second_factor": lacks_second_factor(self.user),
        }


@dataclass
class RequestDeclined(_ToAsker):
    kind = "group-request-declined"
    label = _("Your request to join a working group was declined")
    template = "emails/groups/request_declined.txt"

    request: JoinRequest

    @property
    def join_address(self) -> str:
        """Where one asks again; empty for a group that one joins by invitation alone."""
        return "" if self.group.openness == Openness.HIDDEN else reverse("groups:join", args=[self.group.pk])


# ---------------------------------------------------------------- to those who look after a group


@dataclass
class RequestWaits(GroupMessage):
    """To each coordinator with a key of his or her own."""

    kind = "group-request-waits"
    label = _("Somebody asks to join your working group")
    template = "emails/groups/request_waits.txt"

    request: JoinRequest

    @property
    def group(self) -> WorkingGroup:  # type: ignore[override] # read from the request
        return self.request.group

    def recipients(self) -> Iterable[Recipient]:
        return active(coordinators_of(self.request.group))

    @property
    def key(self) -> str:
        return str(self.request.pk)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return super().context_for(recipient) | {
            "city_name": self.request.city.label() if self.request.city else "",
            "answer_address": answer_address(self.request.pk, recipient.pk),
            "days": ANSWER_WITHIN.days,
        }


@dataclass
class RequestDueSoon(RequestWaits):
    kind = "group-request-due"
    label = _("A request to join your working group is due")
    template = "emails/groups/request_due.txt"

    request: JoinRequest
    is_late: ClassVar[bool] = False


@dataclass
class RequestLate(RequestDueSoon):
    """To the administrators, too: nobody waits for ever because a coordinator is away."""

    kind = "group-request-late"
    label = _("A request to join a working group is late")

    request: JoinRequest
    is_late: ClassVar[bool] = True

    def recipients(self) -> Iterable[Recipient]:
        administrators = User.objects.filter(is_superuser=True, is_active=True)
        return active([*coordinators_of(self.request.group), *administrators])


# ---------------------------------------------------------------- invitations


@dataclass
class Invited(GroupMessage):
    kind = "group-invitation"
    label = _("Somebody invites you into a working group")
    template = "emails/groups/invited.txt"

    invitation: Invitation

    @property
    def group(self) -> WorkingGroup:  # type: ignore[override] # read from the invitation
        return self.invitation.group

    def recipients(self) -> Iterable[Recipient]:
        account = account_of(self.invitation.email)
        if account is not None:
            return active([account])
        return [
            Addressee(
                key=f"invitation-{self.invitation.pk}",
                email=self.invitation.email,
                name="",
                languages=(self.invitation.language,),
            )
        ]

    @property
    def key(self) -> str:
        # Sent again, it ends later.
        return f"{self.invitation.pk}:{self.invitation.expires_at:%Y%m%d%H%M%S}"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        decides = self.invitation.role == Role.COORDINATOR and settings.SECOND_FACTOR_REQUIRED
        has_one = isinstance(recipient, User) and has_second_factor(recipient)
        return super().context_for(recipient) | {"lacks_second_factor": decides and not has_one}

    @property
    def invitation_address(self) -> str:
        return invitation_address(self.invitation.pk)


# ---------------------------------------------------------------- to members


@dataclass
class _ActTold(GroupMessage):
    """Tells a person of an act that concerns him or her, as the log of the group has it."""

    entry: AuditEntry
    group: WorkingGroup
    user: User

    def recipients(self) -> Iterable[Recipient]:
        return active([self.user])

    @property
    def key(self) -> str:
        return str(self.entry.pk)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return super().context_for(recipient) | {"lacks_second_factor": lacks_second_factor(self.user)}

    @property
    def members_address(self) -> str:
        return reverse("groups:members", args=[self.group.pk])


@dataclass
class RoleChanged(_ActTold):
    kind = "group-role"
    label = _("Your role in a working group changed")
    template = "emails/groups/role_changed.txt"

    by: User
    role: str


@dataclass
class CoordinationHandedOver(_ActTold):
    kind = "group-handed-over"
    label = _("Somebody hands the coordination of a working group over to you")
    template = "emails/groups/handed_over.txt"

    by: User

    @property
    def requests_address(self) -> str:
        return reverse("groups:requests", args=[self.group.pk])


@dataclass
class MembershipEnded(_ActTold):
    kind = "group-membership-ended"
    label = _("Your membership of a working group was ended")
    template = "emails/groups/membership_ended.txt"
