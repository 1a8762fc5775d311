"""The list of people: what its address asks for, and who is found. Nobody is found by what they do not show."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from common.choices import by_name
from common.filters import ActiveFilter, FilterField, as_key, one_of
from common.languages import CODES
from members.models import City, CityName, User, UserQuerySet
from members.privacy import Reader, shows
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels, with_narrower

LABELS: dict[str, Promise] = {
    "q": _("Name"),
    "city": _("City"),
    "language": _("Language"),
    "expertise": _("Knows about"),
    "group": _("Working group"),
}
"""The filters in the order in which they are offered, by the names that they have in addresses."""

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the address asks for. What cannot be the value of a filter counts as not asked."""

    q: str = ""
    city: str = ""
    language: str = ""
    expertise: str = ""
    group: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "PeopleFilters":
        return cls(
            q=" ".join(query.get("q", "").replace("\0", "").split())[:_LONGEST_NAME],
            city=as_key(query.get("city", "")),
            language=one_of(CODES)(query.get("language", "")),
            expertise=as_key(query.get("expertise", "")),
            group=as_key(query.get("group", "")),
        )

    def __bool__(self) -> bool:
        return any(value for _name, value in self.chosen())

    def chosen(self) -> list[tuple[str, str]]:
        return [(field.name, value) for field in fields(self) if (value := getattr(self, field.name))]

    @property
    def query(self) -> str:
        return urlencode(self.chosen())

    def without(self, name: str) -> str:
        return urlencode([(key, value) for key, value in self.chosen() if key != name])


def find_people(filters: PeopleFilters, reader: Reader) -> UserQuerySet:
    """The people whom ``reader`` may see and who match all filters but that of the group, which others know."""
    people: UserQuerySet = User.objects.visible_to(reader)
    if filters.q:
        people = people.named(filters.q)
    if filters.city:
        people = people.filter(city__key=filters.city)
    if filters.language:
        # The list is JSON: its text holds each code between quotation marks.
        people = people.alias(languages_text=Cast("languages", TextField())).filter(
            shows("languages", reader), languages_text__contains=f'"{filters.language}"'
        )
    if filters.expertise:
        knowing = User.expertise.through.objects.filter(concept__in=with_narrower(filters.expertise)).values("user")
        people = people.filter(shows("expertise", reader), pk__in=knowing)
    return people


def filter_fields(filters: PeopleFilters, reader: Reader, groups: list[tuple[str, str]]) -> list[FilterField]:
    """The filters to choose from, but for the name: only values by which somebody is found."""
    people = User.objects.visible_to(reader)
    choices = {
        "city": _cities(people),
        "language": list(settings.LANGUAGES),
        "expertise": _expertise(people.filter(shows("expertise", reader))),
        "group": groups,
    }
    return [
        FilterField(name, str(LABELS[name]), getattr(filters, name), values)
        for name, values in choices.items()
        if values
    ]


def active_filters(filters: PeopleFilters, offered: list[FilterField]) -> list[ActiveFilter]:
    words: Mapping[str, dict[str, Any]] = {field.name: dict(field.choices) for field in offered}
    return [
        ActiveFilter(str(LABELS[name]), str(words.get(name, {}).get(value, value)), filters.without(name))
        for name, value in filters.chosen()
    ]


def _cities(people: QuerySet[User]) -> list[tuple[str, str]]:
    cities = City.objects.filter(pk__in=people.values("city")).prefetch_related(preferred_labels("labels", CityName))
    return by_name((city.key, city.label()) for city in cities)


def _expertise(people: QuerySet[User]) -> list[tuple[str, str]]:
    known = User.expertise.through.objects.filter(user__in=people.values("pk")).values("concept")
    concepts = Concept.objects.filter(pk__in=known).prefetch_related(preferred_labels())
    return by_name((concept.key, concept.label()) for concept in concepts)
