"""A file goes with its row, by whichever way that is deleted."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete

from discussions.models import PostAttachment


def _file_of_deleted(instance: PostAttachment, **_kwargs: Any) -> None:
    if instance.file.name:
        # Not before: the row may come back, the file could not.
        transaction.on_commit(partial(instance.file.storage.delete, instance.file.name))


def connect() -> None:
    post_delete.connect(_file_of_deleted, sender=PostAttachment, dispatch_uid="discussions-attachment-deleted")
