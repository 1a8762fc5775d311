"""What people can follow besides discussions: cities, groups, projects, practices, themes and their own searches."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.addresses import address_for
from common.languages import current_language
from common.models import BasePage
from groups.models import WorkingGroup
from members.models import City, CityName
from notifications.topics import Topic, topic_reader, topics_elsewhere
from practices.models import PracticeSheet, Project
from search.models import SavedSearch
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels


@topic_reader("group")
def groups(keys: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    pages = WorkingGroup.objects.best_for(request).filter(translation_key__in=_uuids(keys))
    return _of_pages(pages.select_related("locale"), request, _("working group"), _translation_key)


@topic_reader("project")
def projects(keys: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    pages = Project.objects.best_for(request).filter(translation_key__in=_uuids(keys))
    return _of_pages(pages.select_related("locale"), request, _("project"), _translation_key)


@topic_reader("practice")
def practices(pks: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    sheets = PracticeSheet.objects.best_for(request).filter(practice__in=_numbers(pks)).select_related("locale")
    return _of_pages(sheets, request, _("practice sheet"), lambda sheet: str(sheet.practice_id))


@topic_reader("city")
def cities(keys: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    found = City.objects.filter(key__in=keys).prefetch_related(preferred_labels("labels", CityName))
    return {city.key: Topic(city.topic, city.label(), city.get_absolute_url(), kind=_("city")) for city in found}


@topic_reader("theme")
def themes(keys: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    found = Concept.objects.filter(key__in=keys).prefetch_related(preferred_labels())
    return {
        concept.key: Topic(concept.topic, concept.label(), concept.get_absolute_url(), kind=_("theme"))
        for concept in found
    }


@topic_reader("search")
def searches(pks: Collection[str], request: HttpRequest) -> Mapping[str, Topic]:
    found = SavedSearch.objects.visible_to(request.user).filter(pk__in=_numbers(pks))
    return {
        str(search.pk): Topic(
            f"search:{search.pk}", search.name, search.get_absolute_url(), search.language, _("saved search")
        )
        for search in found
    }


@topics_elsewhere
def own_searches(request: HttpRequest) -> list[str]:
    """They are followed for being saved; how often they are told is chosen where they are kept."""
    pks = SavedSearch.objects.visible_to(request.user).order_by().values_list("pk", flat=True)
    return [f"search:{pk}" for pk in pks]


def _of_pages(
    pages: Iterable[BasePage], request: HttpRequest, kind: Any, key_of: Callable[[Any], str]
) -> dict[str, Topic]:
    return {
        key_of(page): Topic(
            page.topic,
            page.title,
            address_for(page, request),
            "" if page.language == current_language() else page.language,
            kind,
        )
        for page in pages
    }


def _translation_key(page: BasePage) -> str:
    return str(page.translation_key)


def _numbers(keys: Collection[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal() and len(key) < 19]


def _uuids(keys: Collection[str]) -> list[uuid.UUID]:
    found = []
    for key in keys:
        try:
            found.append(uuid.UUID(key))
        except ValueError:
            continue
    return found
