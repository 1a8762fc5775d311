"""What may be done with working groups, for ``docs/permissions.md``."""

from typing import Any

from common.access import Permission, declare, passes, sees
from groups.models import JoinRequest, WorkingGroup
from groups.permissions import Reader, coordinates_some_group, get_group_as_member, get_group_to_manage, get_request
from groups.queries import is_member


def joins(user: Reader, group: Any) -> bool:
    """Whether the screen to join offers a form: at once or by a request, strangers too."""
    return sees(user, group) and not is_member(user, group)


declare(
    Permission(WorkingGroup, "learn of it, read its page", sees),
    Permission(WorkingGroup, "join it or ask to", joins),
    Permission(WorkingGroup, "see the list of its members", passes(get_group_as_member)),
    Permission(
        WorkingGroup, "look after its members, requests and invitations, read its log", passes(get_group_to_manage)
    ),
    Permission(JoinRequest, "answer it", passes(get_request)),
    Permission(None, "read what was decided for the whole network", lambda user, thing: coordinates_some_group(user)),
)
