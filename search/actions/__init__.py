"""All writes of the search: to the index, and to what it keeps in the database."""

from search.actions.index import (
    AT_ONCE,
    Differences,
    Progress,
    compare_index,
    queue_updates,
    rebuild_index,
    repair_index,
    take_in_pending,
    update_index,
)

__all__ = [
    "AT_ONCE",
    "Differences",
    "Progress",
    "compare_index",
    "queue_updates",
    "rebuild_index",
    "repair_index",
    "take_in_pending",
    "update_index",
]
