"""The names of the working groups that tasks belong to."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.http import HttpRequest

from groups.models import WorkingGroup
from portal.desk.tasks import Task


class Groups:
    """The groups that this reader may know of, each in the reader's best language, found by any version of its page."""

    def __init__(self, request: HttpRequest) -> None:
        best = WorkingGroup.objects.best_for(request).select_related("locale").order_by("title").defer("body")
        self._by_key = {group.translation_key: group for group in best}
        versions = WorkingGroup.objects.filter(translation_key__in=self._by_key)
        self._key_by_pk: dict[int, UUID] = dict(versions.values_list("pk", "translation_key"))

    def __iter__(self) -> Iterator[WorkingGroup]:
        return iter(self._by_key.values())

    def key_of(self, pk: int | None) -> UUID | None:
        return self._key_by_pk.get(pk) if pk is not None else None

    def named(self, pk: int | None) -> WorkingGroup | None:
        """The group to which this page belongs; None if there is none, or none to know of."""
        key = self.key_of(pk)
        return self._by_key[key] if key else None

    def beside(self, tasks: Iterable[Task]) -> list[tuple[Task, WorkingGroup | None]]:
        """Each task with the group that it belongs to."""
        return [(task, self.named(task.group)) for task in tasks]
