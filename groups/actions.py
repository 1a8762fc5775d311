"""All writes to groups and memberships."""

from django.contrib.auth.models import Group as AuthGroup
from django.db import transaction

from groups.enums import Role
from groups.models import Membership, WorkingGroup
from members.models import User

# The group of Wagtail's permissions that every coordinator of a working group is in.
COORDINATORS = "Coordinators"


def set_membership(*, group: WorkingGroup, user: User, role: str) -> Membership:
    """Make ``user`` a member or a coordinator of ``group``; called twice, the last role holds."""
    with transaction.atomic():
        membership, _created = Membership.objects.update_or_create(
            group=group.original, user=user, defaults={"role": role}
        )
        let_edit_while_coordinator(user)
    return membership


def change_membership(*, pk: int, group: WorkingGroup, user: User, role: str) -> Membership:
    """Correct a membership. Of another person or in another group, it takes the place of the former one."""
    with transaction.atomic():
        membership = set_membership(group=group, user=user, role=role)
        Membership.objects.filter(pk=pk).exclude(pk=membership.pk).delete()
    return membership


def let_edit_while_coordinator(user: User) -> None:
    """Coordinators of any group may use the editor; whoever coordinates none any more may not."""
    editors, _created = AuthGroup.objects.get_or_create(name=COORDINATORS)
    if Membership.objects.filter(user=user, role=Role.COORDINATOR).exists():
        user.groups.add(editors)
    else:
        user.groups.remove(editors)
