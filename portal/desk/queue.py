"""The one queue of those who look after working groups."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from members.requests import MemberRequest
from portal.desk import coordinator_tasks
from portal.desk.groups import Groups
from portal.desk.tasks import Task, TaskKind, oldest_first

SOURCES: tuple[Callable[[MemberRequest], list[Task]], ...] = (
    coordinator_tasks.join_requests,
    coordinator_tasks.reviews,
    coordinator_tasks.adoptions,
    coordinator_tasks.reports,
    coordinator_tasks.registrations,
    coordinator_tasks.unanswered_threads,
    coordinator_tasks.stale_sheets,
    coordinator_tasks.silent_addresses,
)


def tasks_of_coordinator(request: MemberRequest) -> list[Task]:
    """All that waits for this coordinator or administrator, the oldest first."""
    return oldest_first(task for source in SOURCES for task in source(request))


@dataclass(frozen=True, slots=True)
class Choice:
    """A narrower list: how much is in it, and the query of its address."""

    label: str
    number: int
    query: str
    is_current: bool
    language: str = ""


class Queue:
    """The tasks, narrowed to a kind, to a group or to what is late, as the address asks."""

    def __init__(self, tasks: Sequence[Task], groups: Groups, asked: QueryDict) -> None:
        self._all = tasks
        self._groups = groups
        self.kind = next((kind for kind in TaskKind if kind == asked.get("kind")), None)
        keys = {group.translation_key for group in groups}
        self.group: UUID | None = next((key for key in keys if str(key) == asked.get("group")), None)
        self.only_late = "late" in asked

    @cached_property
    def _of_group(self) -> list[Task]:
        return [task for task in self._all if self.group in (None, self._groups.key_of(task.group))]

    @cached_property
    def tasks(self) -> list[Task]:
        of_kind = [task for task in self._of_group if self.kind in (None, task.kind)]
        return [task for task in of_kind if task.is_late or not self.only_late]

    @cached_property
    def number(self) -> int:
        return len(self._of_group)

    @cached_property
    def late(self) -> int:
        return sum(task.is_late for task in self._of_group)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.group or self.only_late)

    @property
    def query(self) -> str:
        """What the address asks for, to be kept from page to page of the list."""
        return self._query(self.kind, self.group, self.only_late)

    @property
    def kinds(self) -> list[Choice]:
        """Everything, what is late, and each kind of which something waits in the chosen group."""
        numbers = Counter(task.kind for task in self._of_group)
        return [
            Choice(str(kind.label), numbers[kind], self._query(kind, self.group), kind == self.kind)
            for kind in TaskKind
            if numbers[kind] or kind == self.kind
        ]

    @property
    def groups(self) -> list[Choice]:
        """The groups for which something waits; none where there is nothing to choose."""
        numbers = Counter(self._groups.key_of(task.group) for task in self._all)
        found = [group for group in self._groups if numbers[group.translation_key]]
        if len(found) < 2 and self.group is None:
            return []
        return [
            Choice(group.title, numbers[key], self._query(self.kind, key), key == self.group, group.language)
            for group in found
            if (key := group.translation_key)
        ]

    @property
    def every_kind(self) -> str:
        return self._query(None, self.group)

    @property
    def every_group(self) -> str:
        return self._query(self.kind, None)

    @property
    def late_ones(self) -> str:
        return self._query(None, self.group, only_late=True)

    @staticmethod
    def _query(kind: TaskKind | None, group: UUID | None, only_late: bool = False) -> str:
        asked = {"kind": kind and kind.value, "group": group and str(group), "late": "1" if only_late else None}
        return urlencode({name: value for name, value in asked.items() if value})
