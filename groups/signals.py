"""Memberships also end without an action of ours: with their group, and in bulk."""

from typing import Any

from django.db.models.signals import post_delete

from groups.actions import let_edit_while_coordinator
from groups.models import Membership
from members.models import User


def _membership_ended(instance: Membership, **_kwargs: Any) -> None:
    # The person may be gone as well.
    if user := User.objects.filter(pk=instance.user_id).first():
        let_edit_while_coordinator(user)


def connect() -> None:
    post_delete.connect(_membership_ended, sender=Membership, dispatch_uid="groups-membership-ended")
