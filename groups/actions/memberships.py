"""Who belongs to a group, and in which role. No act of people leaves a group that has members without a coordinator."""

from django.contrib.auth.models import Group as AuthGroup
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.audit import record
from groups.enums import Openness, Role
from groups.models import AuditEntry, Invitation, InvitationQuerySet, JoinRequest, Membership, WorkingGroup
from groups.notifications import Admitted, CoordinationHandedOver, MembershipEnded, RoleChanged
from groups.permissions import is_network_member
from members.models import User
from notifications.topics import follow

# The group of Wagtail's permissions that every coordinator of a working group is in.
COORDINATORS = "Coordinators"


class LastCoordinator(ValidationError):
    """Without this person nobody would look after the group."""

    def __init__(self) -> None:
        super().__init__(_("A group needs somebody who looks after it: hand its coordination over first."))


def set_membership(*, group: WorkingGroup, user: User, role: str) -> Membership:
    """Make ``user`` a member or a coordinator of ``group``; called twice, the last role holds."""
    with transaction.atomic():
        membership, is_new = Membership.objects.update_or_create(
            group=group.original, user=user, defaults={"role": role}
        )
        if is_new:
            # Members live in their mail: whoever joins hears of what is said, until he or she wants otherwise.
            follow(user_pk=user.pk, topic=group.topic)
            # By whichever way the person came: a letter that stays open would lead back in after the end.
            _open_invitations(group, user).update(answered_at=timezone.now(), accepted_by=user)
        let_edit_while_coordinator(user)
    return membership


def withdraw_invitations(*, group: WorkingGroup, user: User) -> None:
    """No letter that is out leads whoever belongs to the group no more back into it."""
    _open_invitations(group, user).update(withdrawn_at=timezone.now())


def _open_invitations(group: WorkingGroup, user: User) -> InvitationQuerySet:
    return Invitation.objects.open().of_group(group).filter(email__iexact=user.email)


def let_edit_while_coordinator(user: User) -> None:
    """Coordinators of any group may use the editor; whoever coordinates none any more may not."""
    editors, _created = AuthGroup.objects.get_or_create(name=COORDINATORS)
    if Membership.objects.filter(user=user, role=Role.COORDINATOR).exists():
        user.groups.add(editors)
    else:
        user.groups.remove(editors)


# ---------------------------------------------------------------- by the person


@transaction.atomic
def join(*, group: WorkingGroup, user: User) -> Membership:
    """Join an open group at once. Raises ValidationError where its coordinators admit members."""
    original = WorkingGroup.objects.select_for_update().get(pk=group.original.pk)
    if not is_network_member(user) or original.openness != Openness.OPEN:
        raise ValidationError(_("The coordinators of this group admit its members: send them a request."))
    if membership := Membership.objects.filter(group=original, user=user).first():
        return membership
    # What was asked before the group was opened is answered by this.
    JoinRequest.objects.waiting().of_group(original).of_address(user.email).delete()
    return set_membership(group=original, user=user, role=Role.MEMBER)


@transaction.atomic
def leave(*, group: WorkingGroup, user: User) -> None:
    """What the person wrote stays. Called twice, nothing more happens. Raises LastCoordinator."""
    memberships = _locked(group)
    own = next((each for each in memberships if each.user_id == user.pk), None)
    if own is None:
        return
    _require_another_coordinator(memberships, own)
    own.delete()


@transaction.atomic
def hand_over(*, group: WorkingGroup, by: User, to: Membership, leaves: bool = False) -> None:
    """Make the member ``to`` a coordinator in the place of ``by``, who stays as a member or ``leaves``.

    Raises ValidationError when one of both is not what he or she was any more.
    """
    memberships = {each.pk: each for each in _locked(group)}
    own = next((each for each in memberships.values() if each.user_id == by.pk), None)
    successor = memberships.get(to.pk)
    if own is None or own.role != Role.COORDINATOR:
        raise ValidationError(_("You do not coordinate this group any more."))
    if successor is None or successor.pk == own.pk or not successor.user.is_active:
        raise ValidationError({"successor": _("This person does not belong to the group any more.")})
    name = successor.user.get_full_name() or successor.user.email
    set_membership(group=group, user=successor.user, role=Role.COORDINATOR)
    if leaves:
        own.delete()
    else:
        set_membership(group=group, user=by, role=Role.MEMBER)
    entry = record("handed-over", group=group, actor=by, subject=f"user:{successor.user_id}", name=name)
    CoordinationHandedOver(entry=entry, group=group.original, user=successor.user, by=by).send()


# ---------------------------------------------------------------- by those who look after the group


@transaction.atomic
def add_member(*, group: WorkingGroup, user: User, role: str, by: User) -> Membership:
    """Let somebody belong to a group who did not ask; whoever belongs to it already gets the ``role``. The person is
    told. Raises LastCoordinator."""
    existing = next((each for each in _locked(group) if each.user_id == user.pk), None)
    if existing is not None:
        change_role(membership=existing, role=role, by=by)
        return Membership.objects.get(pk=existing.pk)
    membership = set_membership(group=group, user=user, role=role)
    entry = record("member-added", group=group, actor=by, subject=f"user:{user.pk}", name=str(user), role=str(role))
    if user.pk != by.pk:
        Admitted(group=group.original, user=user, cause=f"entry-{entry.pk}", by=by).send()
        if role == Role.COORDINATOR:
            RoleChanged(entry=entry, group=group.original, user=user, by=by, role=role).send()
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> None:
    """Raises LastCoordinator; ValidationError for somebody who has left meanwhile. The person is told."""
    memberships = _locked(membership.group)
    current = _current(memberships, membership)
    if current.role == role:
        return
    if role != Role.COORDINATOR:
        _require_another_coordinator(memberships, current, stays=True)
    set_membership(group=current.group, user=current.user, role=role)
    entry = record(
        "role-changed",
        group=current.group,
        actor=by,
        subject=f"user:{current.user_id}",
        name=str(current.user),
        role=str(role),
    )
    if current.user_id != by.pk:
        RoleChanged(entry=entry, group=current.group, user=current.user, by=by, role=role).send()


@transaction.atomic
def remove_member(*, membership: Membership, by: User, reason: str) -> None:
    """End somebody's membership, and say why to the person. Raises LastCoordinator, and ValidationError for somebody
    who has left meanwhile."""
    memberships = _locked(membership.group)
    current = _current(memberships, membership)
    _require_another_coordinator(memberships, current)
    user, group = current.user, current.group
    current.delete()
    entry = record(
        "member-removed", group=group, actor=by, subject=f"user:{user.pk}", reason=reason.strip(), name=str(user)
    )
    MembershipEnded(entry=entry, group=group, user=user).send()


def was_removed(*, group: WorkingGroup, user: User) -> bool:
    """Whether those who look after the group ended a membership of ``user`` in it."""
    removed = AuditEntry.objects.filter(act="member-removed", subject=f"user:{user.pk}")
    return removed.filter(group__translation_key=group.translation_key).exists()


def _locked(group: WorkingGroup) -> list[Membership]:
    """The memberships of a group. Its row is locked: two coordinators who go at once do not both go."""
    original = WorkingGroup.objects.select_for_update().get(pk=group.original.pk)
    return list(Membership.objects.filter(group=original).select_related("user", "group__locale"))


def _current(memberships: list[Membership], membership: Membership) -> Membership:
    found = next((each for each in memberships if each.pk == membership.pk), None)
    if found is None:
        raise ValidationError(_("This person does not belong to the group any more."))
    return found


def _require_another_coordinator(memberships: list[Membership], leaving: Membership, *, stays: bool = False) -> None:
    """Raises LastCoordinator. Whoever is alone in a group may leave it: administrators look after it then."""
    others = [each for each in memberships if each.pk != leaving.pk and each.user.is_active]
    is_needed = leaving.role == Role.COORDINATOR and (stays or bool(others))
    if is_needed and not any(each.role == Role.COORDINATOR for each in others):
        raise LastCoordinator
