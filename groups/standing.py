"""How somebody stands towards a group, and what follows: joins, asks, waits, is invited, belongs to it."""

from dataclasses import dataclass

from groups.enums import Openness, Role
from groups.models import Invitation, JoinRequest, WorkingGroup
from groups.permissions import Reader, is_administrator, is_network_member, memberships_of
from members.models import User


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one reader towards one group."""

    group: WorkingGroup
    role: str = ""
    """Empty for whoever does not belong to it."""
    is_known: bool = False
    """Whether the reader belongs to the network."""
    looks_after: bool = False
    """Coordinators, and administrators."""
    waiting: JoinRequest | None = None
    invitation: Invitation | None = None
    requests: int = 0
    """How many wait for those who look after the group."""

    @property
    def is_member(self) -> bool:
        return bool(self.role)

    @property
    def is_coordinator(self) -> bool:
        return self.role == Role.COORDINATOR

    @property
    def can_join(self) -> bool:
        return self.is_known and not self.is_member and self.group.openness == Openness.OPEN

    @property
    def can_ask(self) -> bool:
        is_closed = self.group.openness == Openness.HIDDEN or self.is_member or self.waiting is not None
        return not is_closed and not self.can_join


def standing_towards(group: WorkingGroup, reader: Reader) -> Standing:
    """One query for members, three for others who are logged in, one more for those who look after the group."""
    if not is_network_member(reader) or not isinstance(reader, User):
        return Standing(group)
    role = memberships_of(reader).filter(group__translation_key=group.translation_key).values_list("role", flat=True)
    own = role.first() or ""
    looks_after = own == Role.COORDINATOR or is_administrator(reader)
    waiting = JoinRequest.objects.waiting().of_group(group)
    return Standing(
        group=group,
        role=own,
        is_known=True,
        looks_after=looks_after,
        waiting=None if own else waiting.of_address(reader.email).first(),
        invitation=None
        if own
        else Invitation.objects.open().of_group(group).filter(email__iexact=reader.email).first(),
        requests=waiting.count() if looks_after else 0,
    )
