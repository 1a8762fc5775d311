"""What may be done with events, for ``docs/permissions.md``."""

from typing import Any

from common.access import Permission, declare, passes, sees
from events.enums import MaterialAudience
from events.models import Event, EventPage, Material, Registration
from events.permissions import can_manage, get_event_to_manage, get_visible_event, may_join
from groups.permissions import Reader, coordinates_some_group


def gets(user: Reader, material: Any) -> bool:
    """Of an event that one may see: what is for its readers; the rest, who takes part in it and who looks after it."""
    if not passes(get_visible_event)(user, material.event):
        return False
    return material.audience == MaterialAudience.READERS or may_join(user, material.event)


def admits(user: Reader, registration: Any) -> bool:
    return can_manage(user, registration.event)


declare(
    Permission(EventPage, "read it", sees),
    Permission(Event, "look after it: facts, words, programme, people, letters", passes(get_event_to_manage)),
    Permission(Event, "see where to join it online", may_join),
    Permission(Material, "get it", gets),
    Permission(Registration, "see it", sees),
    Permission(Registration, "admit the person, decline, cancel", admits),
    Permission(None, "announce an event", lambda user, thing: coordinates_some_group(user)),
)
