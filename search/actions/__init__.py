"""All writes of the search: to the index, and to what it keeps in the database."""

from search.actions.index import (
    AT_ONCE,
    Differences,
    Progress,
    ask_for_a_new_index,
    compare_index,
    queue_sheets_offering,
    queue_updates,
    read_attachments,
    read_missing_attachments,
    rebuild_index,
    repair_index,
    replace_index,
    take_in_pending,
    update_index,
)

__all__ = [
    "AT_ONCE",
    "Differences",
    "Progress",
    "ask_for_a_new_index",
    "compare_index",
    "queue_sheets_offering",
    "queue_updates",
    "read_attachments",
    "read_missing_attachments",
    "rebuild_index",
    "repair_index",
    "replace_index",
    "take_in_pending",
    "update_index",
]
