"""Reads over groups and memberships."""

from django.db.models import QuerySet
from django.http import HttpRequest

from groups.enums import Role
from groups.models import Membership, WorkingGroup
from groups.permissions import Reader, group_keys_of, memberships_of
from members.models import User


def _in_group(user: Reader, group: WorkingGroup) -> QuerySet[Membership]:
    """The membership of ``user`` in ``group``, whichever language version of the group is meant: none or one."""
    return memberships_of(user).filter(group__translation_key=group.translation_key)


def is_member(user: Reader, group: WorkingGroup) -> bool:
    return _in_group(user, group).exists()


def is_coordinator(user: Reader, group: WorkingGroup) -> bool:
    return _in_group(user, group).filter(role=Role.COORDINATOR).exists()


def coordinators_of(group: WorkingGroup | None) -> list[User]:
    """Whom letters to those who look after a group's things go to: its coordinators; those of all groups where there is
    no group; administrators only where nobody coordinates."""
    memberships = Membership.objects.filter(role=Role.COORDINATOR, user__is_active=True)
    if group is not None:
        memberships = memberships.filter(group__translation_key=group.translation_key)
    coordinators = User.objects.filter(pk__in=memberships.values("user"))
    return list(coordinators or User.objects.filter(is_superuser=True, is_active=True))


def groups_of(request: HttpRequest) -> QuerySet[WorkingGroup]:
    """The groups that this reader belongs to, each in the reader's best language."""
    groups = WorkingGroup.objects.filter(translation_key__in=group_keys_of(request.user))
    return groups.best_for(request).select_related("locale").order_by("title")
