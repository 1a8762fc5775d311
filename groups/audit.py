"""The audit log: what those who look after groups did. Apps declare their acts, and record each in its transaction."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.enums import Role
from groups.models import AuditEntry, WorkingGroup
from members.models import User

_ACTS: dict[str, Promise] = {}


def declare_acts(acts: dict[str, Promise]) -> None:
    """Say what acts are called, by key; the words may name ``%(name)s`` and other ``details``."""
    _ACTS.update(acts)


def act_in_words(entry: AuditEntry) -> str:
    """What was done, in the language of the interface."""
    words = str(_ACTS.get(entry.act, entry.act))
    details = dict(entry.details)
    if details.get("role") in Role.values:
        details["role"] = str(Role(details["role"]).label)
    try:
        return words % details
    except (KeyError, ValueError):
        return words


def acts() -> dict[str, Promise]:
    return dict(_ACTS)


def record(
    act: str,
    *,
    group: WorkingGroup | None,
    actor: User | None,
    subject: str = "",
    reason: str = "",
    **details: Any,
) -> AuditEntry:
    """Write down an act that was declared, in the current transaction. ``actor`` None is the portal itself.

    Raises KeyError for an act that was not declared.
    """
    _ACTS[act]
    return AuditEntry.objects.create(
        group=group.original if group else None,
        is_of_network=group is None,
        act=act,
        actor=actor,
        actor_name=actor.get_full_name() or actor.email if actor else "",
        subject=subject,
        reason=reason,
        details=details,
    )


declare_acts(
    {
        "request-accepted": _("admitted %(name)s"),
        "request-admitted": _("admitted %(name)s, whose mail address belongs to a city of the network"),
        "request-declined": _("declined the request of %(name)s"),
        "invited": _("invited %(name)s"),
        "invitation-accepted": _("accepted the invitation that went to %(name)s, as %(role)s"),
        "invitation-withdrawn": _("withdrew the invitation of %(name)s"),
        "member-added": _("added %(name)s to the group: %(role)s"),
        "role-changed": _("made %(name)s %(role)s"),
        "member-removed": _("removed %(name)s from the group"),
        "handed-over": _("handed the coordination over to %(name)s"),
        "member-left-network": _("noted that %(name)s left the network"),
    }
)
