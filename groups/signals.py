"""Memberships also end without an action of ours: with their group, and in bulk."""

from typing import Any

from django.db.models.signals import post_delete

from groups.actions import let_edit_while_coordinator, withdraw_invitations
from groups.models import Membership, WorkingGroup
from members.models import User
from notifications.topics import unfollow


def _membership_ended(instance: Membership, **_kwargs: Any) -> None:
    # The group or the person may be gone as well.
    group = WorkingGroup.objects.filter(pk=instance.group_id).first()
    user = User.objects.filter(pk=instance.user_id).first()
    if group:
        unfollow(user_pk=instance.user_id, topic=group.topic)
    if user:
        let_edit_while_coordinator(user)
    if group and user:
        withdraw_invitations(group=group, user=user)


def connect() -> None:
    post_delete.connect(_membership_ended, sender=Membership, dispatch_uid="groups-membership-ended")
