"""What a letter about an event says to one person, and the addresses that it leads to."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.urls import reverse

from common.languages import complete_order
from common.moments import moment_in_words
from common.time_zones import zone_named
from common.words import best_words
from events.enums import MaterialAudience, RegistrationStatus
from events.models import Event, EventPage, Material, Registration
from events.told import when_in_words, where_in_words
from groups.enums import Visibility

_SALT = "events.stop"


def titles_of(event: Event) -> dict[str, str]:
    """The title of the event in each language in which it has a page; first those that can be seen."""
    pages = EventPage.objects.filter(event=event).order_by("live", "pk").values_list("locale__language_code", "title")
    return dict(pages)


def title_in(titles: dict[str, str], event: Event, languages: Sequence[str]) -> str:
    return best_words(titles, complete_order(languages))[0] or str(event)


def letter_facts(event: Event, registration: Registration) -> dict[str, Any]:
    """What every letter to somebody who registered can show; asked in the language of the letter."""
    zone = zone_of(registration)
    return {
        "registration": registration,
        "when": when_in_words(event, zone),
        "where": where_in_words(event),
        # Nobody else learns it, not even those who wait.
        "join_url": event.join_url if registration.is_enrolled and event.is_online else "",
        "own_address": own_address(event, registration),
        "page_address": page_address(event, registration),
        "calendar_address": calendar_address(event, registration),
        "deadline": _deadline(event, registration, zone),
        "position": position_of(registration),
    }


def zone_of(registration: Registration) -> ZoneInfo | None:
    """The zone in which this person is told times: that of the profile, or the one given with the registration."""
    own = registration.user.zone if registration.user else None
    return own or zone_named(registration.time_zone)


def position_of(registration: Registration) -> int | None:
    """The place of this person on the waiting list, from 1; None of whoever is not on it."""
    if registration.status != RegistrationStatus.WAITING:
        return None
    return Registration.objects.ahead_of(registration).count() + 1


def _deadline(event: Event, registration: Registration, zone: ZoneInfo | None) -> str:
    if registration.offer_until is None:
        return ""
    return moment_in_words(registration.offer_until, event.zone, event.place_name, zone)


# ------------------------------------------------------------ addresses


def own_address(event: Event, registration: Registration) -> str:
    """The page on which one person confirms, accepts, declines and cancels, without a login."""
    return reverse("events:own", args=[event.pk, registration.secret])


def page_address(event: Event, registration: Registration) -> str:
    """The page of the event, if this person can open it."""
    if registration.user is None and event.visibility != Visibility.PUBLIC:
        return ""
    return event.get_absolute_url()


def calendar_address(event: Event, registration: Registration) -> str:
    """The file for calendar programs, with what those enrolled see."""
    if not registration.is_enrolled:
        return ""
    return reverse("events:guest_calendar", args=[event.pk, registration.secret])


def manage_address(event: Event) -> str:
    """Where coordinators look after the people of an event."""
    return reverse("events:manage_people", args=[event.pk])


def material_address(material: Material, registration: Registration) -> str:
    """Where this person gets it; somebody without an account, behind the registration’s own secret."""
    if material.url:
        return material.url
    is_for_all = material.audience == MaterialAudience.READERS and material.event.visibility == Visibility.PUBLIC
    if registration.user is None and not is_for_all:
        return reverse("events:own_material", args=[material.event_id, registration.secret, material.pk])
    return reverse("events:material", args=[material.event_id, material.pk])


# ------------------------------------------------------------ stopping the letters to a guest


def guest_stop_address(registration: Registration) -> str:
    """Where somebody without an account stops the letters that one can do without. It never ends."""
    return reverse("events:stop_letters", args=[signing.dumps(registration.pk, salt=_SALT)])


def read_guest_stop_token(token: str) -> Registration | None:
    """The registration that ``token`` was made for; None where it is erased. Raises signing.BadSignature."""
    return Registration.objects.filter(pk=signing.loads(token, salt=_SALT), user=None).select_related("event").first()
