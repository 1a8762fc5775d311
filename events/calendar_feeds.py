"""What stands in which calendar: the public ones, and that of one person.

Everything is chosen through ``visible_to``. Public calendars are those of a visitor, whoever asks for them, so that
they may be kept by caches on the way.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from common.languages import best_versions, complete_order, country_name, current_language, own_name
from events.calendars import Entry
from events.enums import RegistrationStatus
from events.filters import ATTENDANCE, EventFilters
from events.models import CalendarKey, EventPage, EventSeries, Registration, SeriesName, Session, SessionBooking
from groups.models import WorkingGroup
from groups.permissions import Reader, group_keys_of
from members.models import City, CityName, User
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels

# What is over leaves the calendars to which people subscribe after this time; so a cancelled event is still told as
# cancelled more than a year after its day.
KEPT = timedelta(days=400)
# From a person's own calendar, what he or she has left is not simply gone: a while it stands there as cancelled.
LEFT_IS_TOLD = timedelta(days=90)
_LEFT = (RegistrationStatus.CANCELLED, RegistrationStatus.DECLINED, RegistrationStatus.LAPSED)


# ---------------------------------------------------------------- which events


@dataclass(frozen=True)
class Choice:
    """The part of the events that an address asks for, with its name in words."""

    filters: EventFilters
    condition: Q
    name: str


# By the names that the addresses of calendars use: those of the filters that the list of events uses. Those that are
# missing here ask for something that is different every day.
_FILTERS = {"follow": "language", "theme": "theme", "city": "city", "series": "series", "country": "country"}
_FILTERS |= {"attendance": "attendance"}
PARAMETERS = ("group", *_FILTERS)


def choice_of(query: Mapping[str, Any]) -> Choice:
    """What ``?group=…&theme=…&city=…&series=…&country=…&attendance=…&follow=…`` asks for; ``follow`` is a language
    in which one can follow. Raises Http404 where there is no such thing: a calendar that shows everything instead
    would be worse."""
    asked = QueryDict(mutable=True)
    asked.update({name: query[key] for key, name in _FILTERS.items() if query.get(key)})
    filters = EventFilters.from_query(asked)
    if any(getattr(filters, name) != value for name, value in asked.items()):
        raise Http404
    names = [_NAMES[name](value) for name, value in filters.chosen()]
    condition = Q()
    if group := query.get("group"):
        condition, name = _group(group)
        names.append(name)
    return Choice(filters, condition, ", ".join([_("Events"), *names]))


def _group(value: str) -> tuple[Q, str]:
    """By the key that its language versions share, which never changes; by a slug of today as well."""
    try:
        named = Q(translation_key=uuid.UUID(value))
    except ValueError:
        named = Q(slug=value)
    versions = WorkingGroup.objects.visible_to(AnonymousUser())
    key = versions.filter(named).values_list("translation_key", flat=True).first()
    if key is None:
        raise Http404
    group = best_versions(versions.filter(translation_key=key), complete_order((current_language(),))).first()
    return Q(event__group__translation_key=key), group.title if group else ""


def _name_of(things: QuerySet, labels: Prefetch) -> str:
    found = things.prefetch_related(labels).first()
    if found is None:
        raise Http404
    return str(found.label())


_NAMES: dict[str, Callable[[str], str]] = {
    "language": lambda code: _("that can be followed in: %(language)s") % {"language": own_name(code)},
    "theme": lambda key: _name_of(Concept.objects.filter(key=key), preferred_labels()),
    "city": lambda key: _name_of(City.objects.filter(key=key), preferred_labels("labels", CityName)),
    "series": lambda key: _name_of(EventSeries.objects.filter(key=key), preferred_labels("labels", SeriesName)),
    "country": country_name,
    "attendance": lambda way: str(ATTENDANCE[way]),
}


# ---------------------------------------------------------------- public calendars


def public_entries(choice: Choice, language: str) -> list[Entry]:
    """The coming events that a visitor may read, and those that are over since not too long."""
    pages = _pages_for(AnonymousUser(), (language,), choice.condition & _not_long_over(), choice.filters)
    return [Entry(page) for page in pages]


def event_entry(number: int, reader: Reader, languages: Sequence[str]) -> Entry:
    """One event, for who takes it into a calendar. Raises Http404 where ``reader`` may not read it."""
    page = next(iter(_pages_for(reader, languages, Q(event=number))), None)
    if page is None:
        raise Http404
    return Entry(page, takes_time=True)


def session_entries(entry: Entry, **conditions: Any) -> list[Entry]:
    """The sessions of the event whose times are known."""
    sessions = entry.event.sessions.filter(starts_at__isnull=False, **conditions).select_related("room")
    return [_of_session(entry.page, session) for session in sessions]


def _of_session(page: EventPage, session: Session) -> Entry:
    return Entry(page, session=session, takes_time=True)


# ---------------------------------------------------------------- a person's own calendar


def own_entries(key: CalendarKey, languages: Sequence[str]) -> list[Entry]:
    """What the person has enrolled for or waits for, the booked sessions with it, what he or she has left not long
    ago, and where it is wished what the working groups hold."""
    user = key.user
    registrations = {registration.event_id: registration for registration in _registrations(user)}
    wanted = Q(event__in=list(registrations))
    if key.with_groups:
        wanted |= Q(event__group__translation_key__in=group_keys_of(user)) & _not_long_over()
    entries = [_own(page, registrations.get(page.event_id)) for page in _pages_for(user, languages, wanted)]
    return [*entries, *_booked(entries)]


def guest_entries(registration: Registration) -> list[Entry]:
    """The event of somebody who has registered, with the address to join once enrolled. Raises Http404 where the
    registration says nothing yet, or its event is not to be read any more."""
    if registration.status == RegistrationStatus.UNCONFIRMED:
        raise Http404
    reader: Reader = registration.user or AnonymousUser()
    pages = _pages_for(reader, (registration.language,), Q(event=registration.event_id))
    entries = [_own(page, registration) for page in pages]
    if not entries:
        raise Http404
    return [*entries, *_booked(entries)]


def _registrations(user: User) -> Iterable[Registration]:
    left = Q(status__in=_LEFT, changed_at__gte=timezone.now() - LEFT_IS_TOLD)
    return Registration.objects.filter(Q(status__in=RegistrationStatus.told()) | left, user=user)


def _own(page: EventPage, registration: Registration | None) -> Entry:
    return Entry(page, registration=registration, takes_time=registration is not None and registration.is_enrolled)


def _booked(entries: Sequence[Entry]) -> list[Entry]:
    """The sessions that those who are enrolled have booked apart."""
    enrolled = {e.registration.pk: e for e in entries if e.registration and e.registration.is_enrolled}
    bookings = SessionBooking.objects.filter(registration__in=list(enrolled), session__starts_at__isnull=False)
    return [
        Entry(
            enrolled[booking.registration_id].page,
            session=booking.session,
            registration=enrolled[booking.registration_id].registration,
            booking=booking.status,
            takes_time=booking.status == "booked",
        )
        for booking in bookings.select_related("session__room").order_by("session__starts_at", "pk")
    ]


# ---------------------------------------------------------------- pages


def _not_long_over() -> Q:
    return Q(event__ends_at__gte=timezone.now() - KEPT)


def _pages_for(
    reader: Reader, languages: Sequence[str], condition: Q, filters: EventFilters | None = None
) -> list[EventPage]:
    """Of each event that ``reader`` may read, the page in the best language, with all that a calendar shows."""
    visible = EventPage.objects.visible_to(reader).filter(condition)
    if filters:
        visible = filters.narrow(visible, reader)
    best = best_versions(visible, complete_order(languages))
    found = (
        EventPage.objects.filter(pk__in=best.order_by().values("pk"))
        .select_related("locale", "event__city")
        .prefetch_related(preferred_labels("event__city__labels", CityName), preferred_labels("event__themes__labels"))
        .defer("body", "report")
        .order_by("event__starts_at", "event__pk")
    )
    return list(found)
