"""What can be chosen in the form of a sheet: read once a page, whatever the number of rows that offer it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst

from common.choices import Choice, by_name
from common.languages import complete_order, current_language
from groups.models import WorkingGroup
from groups.permissions import group_keys_of
from groups.queries import may_learn_of, title_shown_to
from members.models import City, CityName, Organisation, User
from practices.models import PracticeSheet, Project
from taxonomy.models import Concept, ConceptScheme
from taxonomy.queries import preferred_labels


@dataclass(frozen=True, slots=True)
class ConceptChoice:
    """A concept, and below it those that are narrower."""

    value: str
    label: str
    narrower: "list[ConceptChoice]" = field(default_factory=list)

    @property
    def values_below(self) -> set[str]:
        """The values of all that is narrower, at any depth."""
        return {value for choice in self.narrower for value in (choice.value, *choice.values_below)}

    @property
    def number_below(self) -> int:
        return len(self.values_below)


class Choices:
    """The lists that ``user`` chooses from, by name in the language of the interface."""

    def __init__(self, user: User, sheet: PracticeSheet | None = None) -> None:
        self.user = user
        self.sheet = sheet

    @cached_property
    def cities(self) -> list[Choice]:
        cities = City.objects.prefetch_related(preferred_labels("labels", CityName))
        return by_name((city.pk, f"{city.label()} ({city.country_name})") for city in cities)

    @cached_property
    def organisations(self) -> list[Choice]:
        return by_name(Organisation.objects.values_list("pk", "name"))

    @cached_property
    def projects(self) -> list[Choice]:
        """Each project once, in the best language for this reader; the relation is to the original."""
        order = complete_order((current_language(), *self.user.languages))
        projects = Project.objects.visible_to(self.user).select_related("locale").order_by("pk")
        versions: dict[Any, list[Project]] = {}
        for project in projects:
            versions.setdefault(project.translation_key, []).append(project)
        choices = []
        for group in versions.values():
            original = next((version for version in group if version.is_original), group[0])
            chosen = next(
                (version for version in group if self.sheet and version.pk == self.sheet.related_project_id), None
            )
            best = min(group, key=lambda version: order.index(version.language))
            choices.append(((chosen or original).pk, best.title))
        return by_name(choices)

    @cached_property
    def groups(self) -> list[Choice]:
        """The groups that the person belongs to, and the one that the sheet names already."""
        mine = Q(translation_key__in=group_keys_of(self.user))
        if self.sheet and self.sheet.group_id:
            mine |= Q(pk=self.sheet.group_id)
        groups = WorkingGroup.objects.filter(mine).select_related("locale")
        originals = {group.translation_key: group for group in groups if group.is_original}
        if self.sheet and self.sheet.group_id:
            originals |= {group.translation_key: group for group in groups if group.pk == self.sheet.group_id}
        names = self._best_titles(groups)
        # A co-author need not belong to the group of the sheet, nor learn what a hidden one is called.
        return by_name(
            (group.pk, names[key] if may_learn_of(self.user, group) else title_shown_to(self.user, group))
            for key, group in originals.items()
        )

    def _best_titles(self, groups: Any) -> dict[Any, str]:
        order = complete_order((current_language(), *self.user.languages))
        ranked = sorted(groups, key=lambda group: order.index(group.language), reverse=True)
        return {group.translation_key: group.title for group in ranked}

    @cached_property
    def _concepts(self) -> list[Concept]:
        return list(Concept.objects.prefetch_related(preferred_labels()))

    def concepts(self, scheme: str) -> list[ConceptChoice]:
        concepts = [concept for concept in self._concepts if concept.scheme == scheme]
        known = {concept.pk for concept in concepts}

        def below(broader: int | None) -> list[ConceptChoice]:
            found = [
                concept
                for concept in concepts
                if (concept.broader_id if concept.broader_id in known else None) == broader
            ]
            choices = [
                ConceptChoice(str(concept.pk), capfirst(concept.label()), below(concept.pk)) for concept in found
            ]
            return sorted(choices, key=lambda choice: choice.label.casefold())

        return below(None)

    @cached_property
    def technologies(self) -> list[Choice]:
        return by_name(
            (concept.pk, capfirst(concept.label()))
            for concept in self._concepts
            if concept.scheme == ConceptScheme.TECHNOLOGY
        )
