"""What can be chosen about events: read once a page, by name in the language of the interface."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.text import capfirst

from common.choices import Choice, by_name
from common.languages import complete_order, current_language
from events.models import Event, EventPage, EventSeries, SeriesName
from groups.enums import Role
from groups.models import WorkingGroup
from groups.permissions import is_administrator, memberships_of
from members.models import City, CityName, Organisation, User
from taxonomy.models import Concept, ConceptScheme
from taxonomy.queries import preferred_labels


class Choices:
    """The lists that ``user`` chooses from, for ``event`` if there is one yet: what it names already stays."""

    def __init__(self, user: User, event: Event | None = None) -> None:
        self.user = user
        self.event = event

    @cached_property
    def order(self) -> tuple[str, ...]:
        return complete_order((current_language(), *self.user.languages))

    @cached_property
    def cities(self) -> list[Choice]:
        cities = City.objects.prefetch_related(preferred_labels("labels", CityName))
        return by_name((city.pk, f"{city.label()} ({city.country_name})") for city in cities)

    @cached_property
    def organisations(self) -> list[Choice]:
        return by_name(Organisation.objects.values_list("pk", "name"))

    @cached_property
    def themes(self) -> list[Choice]:
        themes = Concept.objects.filter(scheme=ConceptScheme.THEME).prefetch_related(preferred_labels())
        return by_name((concept.pk, capfirst(concept.label())) for concept in themes)

    @cached_property
    def series(self) -> list[Choice]:
        series = EventSeries.objects.prefetch_related(preferred_labels("labels", SeriesName))
        return by_name((one.pk, one.label()) for one in series)

    @cached_property
    def groups(self) -> list[Choice]:
        """The groups that the person coordinates, and the one that the event belongs to."""
        groups = WorkingGroup.objects.select_related("locale")
        if not is_administrator(self.user):
            keys = memberships_of(self.user).filter(role=Role.COORDINATOR).values("group__translation_key")
            named = Q(pk=self.event.group_id) if self.event and self.event.group_id else Q()
            groups = groups.filter(Q(translation_key__in=keys) | named if named else Q(translation_key__in=keys))
        return self._originals(groups)

    @cached_property
    def projects(self) -> list[Choice]:
        """Each project once, in the best language for this reader; the relation is to the original."""
        # By name: packages of content do not import each other, and the relation names its model in the same way.
        projects: Any = apps.get_model("practices", "Project")
        return self._originals(projects.objects.visible_to(self.user).select_related("locale"))

    @cached_property
    def practices(self) -> list[Choice]:
        """The practices of which the person may read a sheet, by its title in the best language."""
        sheets: Any = apps.get_model("practices", "PracticeSheet")
        visible = sheets.objects.visible_to(self.user).select_related("locale").only("title", "practice", "locale")
        best: dict[int, Any] = {}
        for sheet in visible:
            known = best.get(sheet.practice_id)
            if known is None or self.order.index(sheet.language) < self.order.index(known.language):
                best[sheet.practice_id] = sheet
        return by_name((number, sheet.title) for number, sheet in best.items())

    @cached_property
    def events(self) -> list[Choice]:
        """Other events that the person may read or looks after, each by its title in the best language."""
        readable = Event.objects.visible_to(self.user).values("pk")
        managed = Event.objects.managed_by(self.user).values("pk")
        pages = EventPage.objects.filter(Q(event__in=readable) | Q(event__in=managed)).select_related("locale", "event")
        by_event: dict[int, list[EventPage]] = defaultdict(list)
        for page in pages.exclude(event=self.event).defer("body", "report"):
            by_event[page.event_id].append(page)
        best = [min(group, key=lambda page: self.order.index(page.language)) for group in by_event.values()]
        best.sort(key=lambda page: page.event.starts_at, reverse=True)
        return [(page.event_id, f"{page.title} ({page.event.first_day:%Y-%m})") for page in best]

    @cached_property
    def people(self) -> list[Choice]:
        """The members whose names the person may see, and those whom the programme names already."""
        people = User.objects.visible_to(self.user).select_related("city")
        if self.event is not None:
            named = User.objects.filter(pk__in=self.event.sessions.exclude(people__user=None).values("people__user"))
            people = (people | named).distinct()
        people = people.prefetch_related(preferred_labels("city__labels", CityName))
        return by_name(
            (person.pk, f"{person.get_full_name()} ({person.city.label()})" if person.city else person.get_full_name())
            for person in people
        )

    def _originals(self, pages: Any) -> list[Choice]:
        versions: dict[Any, list[Any]] = defaultdict(list)
        for page in pages.order_by("pk"):
            versions[page.translation_key].append(page)
        choices = []
        for group in versions.values():
            original = next((version for version in group if version.is_original), group[0])
            choices.append((original.pk, min(group, key=lambda version: self.order.index(version.language)).title))
        return by_name(choices)


def offer(field: Any, choices: Iterable[Choice], empty: Any = None) -> None:
    """Show ``choices`` in a field that chooses among rows: neither more nor others can be chosen."""
    listed = list(choices)
    field.queryset = field.queryset.model._default_manager.filter(pk__in=[value for value, _label in listed])
    field.choices = listed if empty is None else [("", empty), *listed]
