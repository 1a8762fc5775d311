"""The filters of the list of events, and what they can be set to."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.filters import ActiveFilter, FilterField, as_country, as_key, one_of
from common.languages import CODES, country_name, own_name
from events.enums import Attendance, RegistrationMode, Status
from events.models import Event, EventPageQuerySet, EventSeries, SeriesName, Session
from events.months import Month
from groups.kept_choices import kept_choices
from groups.models import WorkingGroup
from groups.permissions import Reader
from members.models import City, CityName
from taxonomy.hierarchy import in_tree_order, indented
from taxonomy.models import Concept
from taxonomy.queries import broader_by_concept, path_upwards, preferred_labels, with_narrower

LABELS = {
    "language": _("I can follow in"),
    "theme": _("Theme"),
    "country": _("Country"),
    "city": _("City"),
    "group": _("Working group"),
    "attendance": _("How to take part"),
    "series": _("Series"),
    "places": _("Places"),
}
"""The filters in the order in which they are offered, by the names that they have in addresses."""

MOST_USED = ("language", "theme", "country", "attendance")
ATTENDANCE = {"on-site": _("in person"), "online": _("online")}
PLACES = {"free": _("with free places")}

_CLEANERS: dict[str, Callable[[str], str]] = {
    "language": one_of(CODES),
    "theme": as_key,
    "country": as_country,
    "city": as_key,
    "group": as_key,
    "attendance": one_of(ATTENDANCE),
    "series": as_key,
    "places": one_of(PLACES),
}


@dataclass(frozen=True, slots=True)
class EventFilters:
    """What the address of the list asks for. What cannot be the value of a filter counts as not asked."""

    language: str = ""
    theme: str = ""
    country: str = ""
    city: str = ""
    group: str = ""
    attendance: str = ""
    series: str = ""
    places: str = ""
    month: Month | None = None
    """None: the list of all, and no month."""

    @classmethod
    def from_query(cls, query: QueryDict) -> "EventFilters":
        values = {name: clean(query.get(name, "")) for name, clean in _CLEANERS.items()}
        return cls(month=Month.from_text(query.get("month", "")), **values)

    def narrow(self, pages: EventPageQuerySet, reader: Reader) -> EventPageQuerySet:
        """Of ``pages``, one for each event, those that are asked for; the month is none of the conditions."""
        conditions = [_CONDITIONS[name](value) for name, value in self.chosen() if name != "group"]
        return pages.filter(*conditions, _of_group(self.group, reader) if self.group else Q())

    def chosen(self) -> list[tuple[str, str]]:
        return [(name, value) for name in LABELS if (value := getattr(self, name))]

    def active(self, labels: dict[str, dict[str, str]]) -> list[ActiveFilter]:
        """The filters that are asked for, in words; ``labels`` has those of the values by filter and value."""
        return [
            ActiveFilter(str(LABELS[name]), labels.get(name, {}).get(value, value), self.query_with(**{name: ""}))
            for name, value in self.chosen()
        ]

    @property
    def has_less_used(self) -> bool:
        return any(name not in MOST_USED for name, _value in self.chosen())

    @property
    def query(self) -> str:
        """The address' parameters."""
        return urlencode({field.name: str(value) for field in fields(self) if (value := getattr(self, field.name))})

    def query_with(self, **values: Any) -> str:
        return replace(self, **values).query

    def __bool__(self) -> bool:
        return bool(self.chosen())


# ---------------------------------------------------------------- what each filter asks of a page's event


def _followed_in(language: str) -> Q:
    """The event says so itself, or one of its sessions does."""
    # Codes are stored as JSON: a list of strings, of which none is part of another.
    code = json.dumps(language)
    sessions = Session.objects.filter(
        Q(spoken__icontains=code) | Q(interpreted__icontains=code), is_cancelled=False
    ).order_by()
    return (
        Q(event__spoken__icontains=code) | Q(event__interpreted__icontains=code) | Q(event__in=sessions.values("event"))
    )


def _about(key: str) -> Q:
    through = Event.themes.through
    return Q(event__in=through.objects.filter(concept__in=with_narrower(key)).values("event"))


def _of_group(slug: str, reader: Reader) -> Q:
    """None for a group of which ``reader`` may not learn: what it does in public is not said to be its own."""
    keys = WorkingGroup.objects.visible_to(reader).filter(slug=slug).order_by().values("translation_key")
    return Q(event__group__translation_key__in=keys)


def _with_places(_free: str) -> Q:
    """One can still come: it is to take place, registration is not closed, and not all places are taken."""
    now = timezone.now()
    is_closed = Q(event__registration_mode=RegistrationMode.HERE, event__registration_closes_at__lt=now)
    return (
        Q(event__status__in=Status.open(), event__ends_at__gte=now)
        & (Q(event__capacity__isnull=True) | Q(event__taken__lt=F("event__capacity")))
        & ~is_closed
    )


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "language": _followed_in,
    "theme": _about,
    "country": lambda country: Q(event__city__country=country),
    "city": lambda key: Q(event__city__key=key),
    # Who comes in person, and who joins from afar: both may go to an event that is held in both ways.
    "attendance": lambda way: Q(event__attendance__in=(way, Attendance.HYBRID)),
    "series": lambda key: Q(event__series__key=key),
    "places": _with_places,
}


# ---------------------------------------------------------------- what finds something


@dataclass(frozen=True, slots=True)
class Choices:
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """By filter, the values that find something, with their names, in the order to be shown."""
    depths: dict[str, int] = field(default_factory=dict)
    """By key of a theme, how many broader ones stand above it."""


def filter_fields(filters: EventFilters, choices: Choices) -> tuple[list[FilterField], list[FilterField]]:
    """The filters that have something to choose, or are in use: the most used ones and the others."""
    shown = []
    for name, label in LABELS.items():
        value, labels = getattr(filters, name), dict(choices.labels.get(name, {}))
        if value:
            # What an address asks for stays chosen, also where it finds nothing today.
            labels.setdefault(value, value)
        if labels:
            depths = choices.depths if name == "theme" else {}
            named = [(one, indented(_begun(name, text), depths.get(one, 0))) for one, text in labels.items()]
            shown.append(FilterField(name, str(label), value, named))
    return [one for one in shown if one.name in MOST_USED], [one for one in shown if one.name not in MOST_USED]


def _begun(name: str, text: str) -> str:
    # The own names of languages keep their small letters.
    return text if name == "language" else str(capfirst(text))


def choices_for(request: HttpRequest) -> Choices:
    """What this reader can narrow the list of events to, as it was at most a minute ago."""
    return kept_choices("event-choices", request, _choices_for)


def _choices_for(request: HttpRequest) -> Choices:
    events = Event.objects.visible_to(request.user).order_by()
    rows = list(events.values_list("city", "group__translation_key", "attendance", "series", "spoken", "interpreted"))
    if not rows:
        return Choices()
    city_pks, group_keys, ways, series_pks, spoken, interpreted = (list(column) for column in zip(*rows, strict=True))
    sessions = Session.objects.filter(event__in=events.values("pk"), is_cancelled=False).order_by()
    of_sessions = sessions.values_list("spoken", "interpreted").distinct()
    languages = {
        code for codes in (*spoken, *interpreted, *(codes for row in of_sessions for codes in row)) for code in codes
    }
    cities = list(City.objects.filter(pk__in=set(city_pks)).prefetch_related(preferred_labels("labels", CityName)))
    series = EventSeries.objects.filter(pk__in=set(series_pks)).prefetch_related(preferred_labels("labels", SeriesName))
    groups = WorkingGroup.objects.best_for(request).filter(translation_key__in=set(group_keys) - {None})
    themes, depths = _themes_in_use(events)
    labels = {
        "language": {code: own_name(code) for code in CODES if code in languages},
        "theme": themes,
        "country": _by_name((city.country, country_name(city.country)) for city in cities),
        "city": _by_name((city.key, city.label()) for city in cities),
        "group": _by_name((group.slug, group.title) for group in groups),
        "attendance": {
            way: str(label) for way, label in ATTENDANCE.items() if {way, Attendance.HYBRID.value} & set(ways)
        },
        "series": _by_name((one.key, one.label()) for one in series),
        "places": {value: str(label) for value, label in PLACES.items()},
    }
    return Choices(labels, depths)


def _themes_in_use(events: Any) -> tuple[dict[str, str], dict[str, int]]:
    """The themes that events name and the broader ones, which find them as well; and their depths."""
    named = Event.themes.through.objects.filter(event__in=events.values("pk")).order_by()
    broader = broader_by_concept()
    used = {pk for concept in named.values_list("concept", flat=True) for pk in path_upwards(concept, broader)}
    ordered = in_tree_order(Concept.objects.filter(pk__in=used).prefetch_related(preferred_labels()))
    return (
        {concept.key: concept.label() for concept, _depth in ordered},
        {concept.key: depth for concept, depth in ordered},
    )


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(sorted(set(pairs), key=lambda pair: (pair[1].casefold(), pair[0])))
