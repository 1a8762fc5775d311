"""What cells may call things by: choices, concepts, cities, organisations, projects, groups; in any language."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils import translation

from common.fields import ChoiceListField
from common.languages import CODES, country_choices, country_name
from groups.models import WorkingGroup
from groups.permissions import Reader, group_keys_of, is_network_member
from members.models import City, Organisation
from practices.importing.columns import Column, Kind
from practices.models import Project
from taxonomy.models import Concept

Found = dict[str, set[Any]]


def plain(text: str) -> str:
    """Text without what people type in different ways: capitals, spaces, apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(folded.split())


def _add(found: Found, text: Any, value: Any) -> None:
    if name := plain(str(text)):
        found.setdefault(name, set()).add(value)


class Names:
    """Reads everything that can be named, once; then finds it by any of its names."""

    def __init__(self, reader: Reader) -> None:
        self._concepts = list(Concept.objects.prefetch_related("labels"))
        self._cities = list(City.objects.prefetch_related("labels"))
        self._organisations = list(Organisation.objects.all())
        self._projects = list(Project.objects.visible_to(reader).select_related("locale"))
        groups = WorkingGroup.objects.visible_to(reader).select_related("locale")
        if is_network_member(reader):
            # Whoever writes for a group belongs to it.
            groups = groups.filter(translation_key__in=group_keys_of(reader))
        self._groups = list(groups)
        self._found: dict[str, Found] = {}

    # ------------------------------------------------------------ for the lists of the template

    def listed(self, column: Column) -> list[str]:
        """What the list of a column offers, in the language of the interface, in order."""
        if column.kind in {Kind.CHOICE, Kind.CHOICES}:
            return [label for _value, label in labelled_choices(column.field)]
        if column.kind in {Kind.CONCEPT, Kind.CONCEPTS}:
            labels: Iterable[str] = (concept.label() for concept in self._concepts_of(column))
        elif column.kind == Kind.CITY:
            labels = (city.label() for city in self._cities)
        elif column.kind == Kind.ORGANISATION:
            labels = (organisation.name for organisation in self._organisations)
        else:
            pages = self._projects if column.kind == Kind.PROJECT else self._groups
            labels = (page.title for page in _originals(pages).values())
        return sorted(set(labels), key=str.casefold)

    def key_of(self, thing: Any) -> str:
        """By what a thing can be told from another of the same name."""
        return str(getattr(thing, "key", thing))

    # ------------------------------------------------------------ for reading

    def find(self, column: Column, text: str) -> set[Any]:
        """The things that ``text`` may mean in this column: none, one, or several of the same name."""
        if column.kind in {Kind.CHOICE, Kind.CHOICES}:
            return _choices_by_name(column.field).get(plain(text), set())
        scheme = self._scheme_of(column) if column.kind in {Kind.CONCEPT, Kind.CONCEPTS} else ""
        found = self._found.setdefault(f"{column.kind.value}/{scheme}", {})
        if not found:
            self._fill(found, column)
        return found.get(plain(text), set())

    def _fill(self, found: Found, column: Column) -> None:
        if column.kind in {Kind.CONCEPT, Kind.CONCEPTS}:
            _add_labelled(found, self._concepts_of(column))
        elif column.kind == Kind.CITY:
            _add_labelled(found, self._cities)
        elif column.kind == Kind.ORGANISATION:
            for organisation in self._organisations:
                _add(found, organisation.name, organisation)
                _add(found, organisation.key, organisation)
        else:
            pages = self._projects if column.kind == Kind.PROJECT else self._groups
            originals = _originals(pages)
            for page in pages:
                _add(found, page.title, originals[page.translation_key])
                _add(found, page.slug, originals[page.translation_key])

    @staticmethod
    def _scheme_of(column: Column) -> str:
        limit: Any = column.field.remote_field.limit_choices_to
        return str(limit["scheme"])

    def _concepts_of(self, column: Column) -> list[Concept]:
        scheme = self._scheme_of(column)
        return [concept for concept in self._concepts if concept.scheme == scheme]


def _add_labelled(found: Found, things: Iterable[Any]) -> None:
    for thing in things:
        _add(found, thing.key, thing)
        for label in thing.labels.all():
            _add(found, label.text, thing)


def _originals(pages: list[Any]) -> dict[Any, Any]:
    """Of the language versions of each page the one first written."""
    return {page.translation_key: page for page in sorted(pages, key=lambda page: page.is_original)}


# ---------------------------------------------------------------- choices


def labelled_choices(field: Any) -> list[tuple[Any, str]]:
    """Values and labels of a field with choices, in the language of the interface."""
    if isinstance(field, ChoiceListField):
        if field.of is country_choices:
            return sorted(
                ((code, country_name(code)) for code, _name in country_choices()), key=lambda country: country[1]
            )
        return [(value, str(label)) for value, label in field.of()]
    return [(value, str(label)) for value, label in field.choices if value != ""]


@cache
def _choices_by_name(field: Any) -> Found:
    found: Found = {}
    for code in CODES:
        with translation.override(code):
            for value, label in labelled_choices(field):
                _add(found, label, value)
                _add(found, value, value)
    return found
