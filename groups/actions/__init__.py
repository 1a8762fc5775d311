"""All writes to groups and memberships, a module for each thing that is done."""

from groups.actions.memberships import (
    COORDINATORS,
    LastCoordinator,
    add_member,
    change_role,
    let_edit_while_coordinator,
    set_membership,
    withdraw_invitations,
)

__all__ = [
    "COORDINATORS",
    "LastCoordinator",
    "add_member",
    "change_role",
    "let_edit_while_coordinator",
    "set_membership",
    "withdraw_invitations",
]
