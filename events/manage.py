"""What those who look after an event find on every screen of it: its title, and the way to the other screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.models import Event, EventPage

NAVIGATION: tuple[tuple[Any, str], ...] = (
    (_("Overview"), "events:manage"),
    (_("Facts"), "events:manage_facts"),
    (_("Words"), "events:manage_words"),
    (_("Programme"), "events:manage_programme"),
    (_("Materials"), "events:manage_materials"),
)
"""Label and name of the address, which takes the event's number; what lies below an address belongs to it."""


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    address: str
    is_current: bool


def steps(event: Event, path: str) -> list[Step]:
    """The navigation, with the screen marked to which ``path`` belongs."""
    found = [(str(label), reverse(name, args=[event.pk])) for label, name in NAVIGATION]
    current = max((address for _label, address in found if path.startswith(address)), key=len, default="")
    return [Step(label, address, address == current) for label, address in found]


def pages_in_order(event: Event, order: Sequence[str]) -> list[EventPage]:
    """All language versions of its page, drafts too, the best for a reader with this order first."""
    pages = EventPage.objects.filter(event=event).select_related("locale")
    return sorted(pages, key=lambda page: order.index(page.language))
