"""Who is expected, who has come, and who gets what for it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.http import Http404

from events.codes import entry_code, registration_of_code
from events.enums import RegistrationStatus
from events.models import Attendance, Event, Registration
from members.models import CityName
from taxonomy.queries import preferred_labels


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of the list at the door."""

    registration: Registration
    code: str
    checked_in_at: datetime | None

    @property
    def city(self) -> str:
        return self.registration.city.label() if self.registration.city else ""

    @property
    def words(self) -> str:
        """What it is found by, without accents and capitals."""
        person = self.registration
        return folded(f"{person.name} {person.organisation} {self.city} {self.code}")


def folded(text: str) -> str:
    """``Zoë`` and ``zoe`` are the same for who searches."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def enrolled(event: Event) -> QuerySet[Registration]:
    """Those whom the door and the papers know, with all that these show."""
    return (
        Registration.objects.filter(event=event, status=RegistrationStatus.ENROLLED)
        .select_related("city", "attendance", "user")
        .prefetch_related(preferred_labels("city__labels", CityName))
    )


class Door:
    """The list at the door of one event, by name."""

    def __init__(self, event: Event) -> None:
        self.event = event

    @cached_property
    def expected(self) -> list[Expected]:
        lines = [Expected(person, entry_code(person.pk), checked_in_at(person)) for person in enrolled(self.event)]
        return sorted(lines, key=lambda line: (folded(line.registration.name), line.registration.pk))

    @property
    def present(self) -> int:
        return sum(line.checked_in_at is not None for line in self.expected)

    def matching(self, asked: str) -> list[Expected]:
        """The lines in which every word that was asked for occurs."""
        wanted = folded(asked).split()
        return [line for line in self.expected if all(word in line.words for word in wanted)]


def checked_in_at(registration: Registration) -> datetime | None:
    """When this person came; None for who did not. ``attendance`` must be loaded where many are asked for."""
    attendance = getattr(registration, "attendance", None)
    return attendance.checked_in_at if attendance else None


def registration_with_code(event: Event, code: str) -> Registration:
    """Whose code this is, among all who ever registered for the event. Raises Http404."""
    pk = registration_of_code(code)
    if pk is None:
        raise Http404
    found = Registration.objects.filter(event=event, pk=pk).select_related("city", "attendance", "event").first()
    if found is None:
        raise Http404
    return found


def registration_with_secret(event: Event, secret: str) -> Registration:
    """The registration for this event whose letters carry this secret. Raises Http404."""
    found = (
        Registration.objects.filter(event=event, secret=secret)
        .select_related("city", "attendance", "user", "event__city")
        .first()
    )
    if found is None:
        raise Http404
    return found


def can_have_certificate(registration: Registration) -> bool:
    """Whether ``issue_certificate`` gives one."""
    event = registration.event
    return event.is_over and not event.is_cancelled and Attendance.objects.filter(registration=registration).exists()
