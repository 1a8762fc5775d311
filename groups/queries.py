"""Reads over groups and memberships."""

from django.db.models import QuerySet

from groups.enums import Role
from groups.models import Membership, WorkingGroup
from groups.permissions import Reader, memberships_of


def _in_group(user: Reader, group: WorkingGroup) -> QuerySet[Membership]:
    """The membership of ``user`` in ``group``, whichever language version of the group is meant: none or one."""
    return memberships_of(user).filter(group__translation_key=group.translation_key)


def is_member(user: Reader, group: WorkingGroup) -> bool:
    return _in_group(user, group).exists()


def is_coordinator(user: Reader, group: WorkingGroup) -> bool:
    return _in_group(user, group).filter(role=Role.COORDINATOR).exists()


def groups_of(user: Reader) -> QuerySet[WorkingGroup]:
    """The groups that ``user`` belongs to, each in the version in which it was first written."""
    return WorkingGroup.objects.filter(pk__in=memberships_of(user).values("group"))
