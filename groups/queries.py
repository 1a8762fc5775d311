"""Reads over groups and memberships."""

from django.db.models import QuerySet

from groups.enums import Role
from groups.models import Membership, WorkingGroup
from groups.permissions import Reader, is_network_member


def memberships_of(user: Reader, group: WorkingGroup) -> QuerySet[Membership]:
    """The membership of ``user`` in ``group``, whichever language version of the group is meant: none or one."""
    if not is_network_member(user):
        return Membership.objects.none()
    return Membership.objects.filter(user_id=user.pk, group__translation_key=group.translation_key)


def is_member(user: Reader, group: WorkingGroup) -> bool:
    return memberships_of(user, group).exists()


def is_coordinator(user: Reader, group: WorkingGroup) -> bool:
    return memberships_of(user, group).filter(role=Role.COORDINATOR).exists()


def groups_of(user: Reader) -> QuerySet[WorkingGroup]:
    """The groups that ``user`` belongs to, each in the version in which it was first written."""
    keys = Membership.objects.filter(user_id=user.pk) if is_network_member(user) else Membership.objects.none()
    return WorkingGroup.objects.filter(pk__in=keys.values("group"))
