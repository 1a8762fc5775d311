"""Whether somebody can register for an event now, and if not, why: pages and actions ask here."""

from datetime import datetime
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.enums import RegistrationMode, Status
from events.models import CityPlaces, Event
from groups.permissions import Reader, is_network_member
from members.models import City


class Closed(models.TextChoices):
    """Why somebody cannot register, in the words that the person is told."""

    HIDDEN = "hidden", _("This event is not for you to see.")
    DRAFT = "draft", _("This event is not announced yet.")
    CANCELLED = "cancelled", _("This event is cancelled.")
    POSTPONED = "postponed", _("This event is postponed. You can register once it has a new date.")
    NO_REGISTRATION = "no-registration", _("There is no registration for this event.")
    ELSEWHERE = "elsewhere", _("People register for this event somewhere else.")
    OVER = "over", _("This event is over.")
    NOT_YET = "not-yet", _("Registration has not opened yet.")
    CLOSED = "closed", _("Registration is closed.")
    GUESTS = "guests", _("Only members of the network can register. Please log in.")
    NO_CITY = "no-city", _("Each city has a number of places here: say which city you come from.")
    FULL = "full", _("All places are taken.")
    FULL_CITY = "full-city", _("All places of your city are taken.")


class RegistrationClosed(Exception):
    """It is not possible, for this reason."""

    def __init__(self, reason: Closed) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def why_closed(event: Event, user: Reader, now: datetime, *, is_visible: bool = False) -> Closed | None:
    """Why ``user`` cannot register for ``event`` at this moment; None if the person can, if only for the queue.

    ``is_visible``: the caller has found the event by ``visible_to``.
    """
    return _why_hidden(event, user, is_visible) or _why_shut(event, now) or _why_not_this_person(event, user)


def _why_hidden(event: Event, user: Reader, is_visible: bool) -> Closed | None:
    if event.status == Status.DRAFT:
        return Closed.DRAFT
    return None if is_visible or Event.objects.visible_to(user).filter(pk=event.pk).exists() else Closed.HIDDEN


def _why_shut(event: Event, now: datetime) -> Closed | None:
    if event.status == Status.CANCELLED:
        return Closed.CANCELLED
    if event.status == Status.POSTPONED:
        return Closed.POSTPONED
    if event.registration_mode != RegistrationMode.HERE:
        is_elsewhere = event.registration_mode == RegistrationMode.ELSEWHERE
        return Closed.ELSEWHERE if is_elsewhere else Closed.NO_REGISTRATION
    if event.ends_at <= now:
        return Closed.OVER
    if event.registration_opens_at and now < event.registration_opens_at:
        return Closed.NOT_YET
    if event.registration_closes_at and now >= event.registration_closes_at:
        return Closed.CLOSED
    return None


def _why_not_this_person(event: Event, user: Reader) -> Closed | None:
    if not is_network_member(user):
        if not event.guests_allowed:
            return Closed.GUESTS
        # Which city a guest comes from is not known before the form.
        return Closed.FULL if not event.has_waiting_list and is_full(event) else None
    return why_no_place(event, cast("Any", user).city)


def why_no_place(event: Event, city: City | None) -> Closed | None:
    """Why somebody from ``city`` could not even wait; None if there is a place, or a queue for one."""
    if city is None and has_quotas(event):
        return Closed.NO_CITY
    if event.has_waiting_list:
        return None
    if is_full(event):
        return Closed.FULL
    return Closed.FULL_CITY if is_city_full(event, city) else None


def is_full(event: Event) -> bool:
    return event.capacity is not None and event.taken >= event.capacity


def has_quotas(event: Event) -> bool:
    """Whether it matters which city somebody comes from."""
    if event.registration_mode != RegistrationMode.HERE:
        return False
    return event.places_per_city is not None or event.city_places.filter(places__isnull=False).exists()


def is_city_full(event: Event, city: City | None) -> bool:
    """Whether the places of ``city`` are taken; those of no city, and of one without a quota, never are."""
    if city is None:
        return False
    places = CityPlaces.objects.filter(event=event, city=city).first()
    if places is None:
        return event.places_per_city == 0
    return places.places is not None and places.taken >= places.places
