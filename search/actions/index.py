"""All writes to the index and to the list of what it has still to take in."""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django_tasks import task
from wagtail.documents.models import Document

from search.actions.saved_searches import look_again_at_once
from search.attachments import read_document, sheets_offering, unread_documents
from search.engine import Document as IndexDocument
from search.engine import IndexUnavailable
from search.engines import get_engine
from search.models import PendingUpdate, in_private_collection
from search.sources import all_documents, document_ids_of, documents_by_id

AT_ONCE = 500
BEFORE_OTHERS = 50
"""The priority of the index in the queue: what was published is found before letters are sent."""

Progress = Callable[[int], None]


def queue_updates(document_ids: Iterable[str], *, is_withheld: bool = False) -> None:
    """Note, in the transaction under way, that these documents have changed, and queue the job that takes them in.

    ``is_withheld``: until then, nobody may find them by what the index holds.
    """
    rows = [
        PendingUpdate(document_id=document_id, is_withheld=is_withheld) for document_id in sorted(set(document_ids))
    ]
    if not rows:
        return
    with transaction.atomic():
        PendingUpdate.objects.bulk_create(rows)
        update_index.enqueue()


@contextmanager
def _in_turn() -> Iterator[None]:
    """One at a time over all processes: whoever reads the database last also writes the index last."""
    folder = Path(settings.SEARCH_INDEX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "turn.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def take_in_pending() -> int:
    """Bring the index up to date with all that is pending. Returns the number of documents written or removed.

    Rows are deleted after the index has committed, and only those that were read before: a change that comes
    meanwhile stays pending. Without a usable index, the whole is built.
    """
    done = 0
    with _in_turn():
        try:
            get_engine().health()
            while rows := list(PendingUpdate.objects.values_list("pk", "document_id")[:AT_ONCE]):
                document_ids = {document_id for _pk, document_id in rows}
                documents = list(documents_by_id(document_ids))
                get_engine().write(documents, removed=document_ids - {document.id for document in documents})
                # Before the rows go: killed in between, it is done again.
                look_again_at_once()
                PendingUpdate.objects.filter(pk__in=[pk for pk, _document_id in rows]).delete()
                done += len(document_ids)
        except IndexUnavailable:
            return done + _rebuild()
    return done


@task(priority=BEFORE_OTHERS)
def update_index() -> int:
    """The job of the queue. It takes in all that is pending: it may run twice, late, or once for many changes."""
    done = take_in_pending()
    # However a sheet came to offer a file, it has passed here.
    if unread_documents().exists():
        read_attachments.enqueue()
    return done


# ---------------------------------------------------------------- files of sheets


def queue_sheets_offering(**documents: object) -> None:
    """Note that the sheets with a document that meets these conditions have changed.

    If one of these documents is in a private collection now, its sheets are withheld until the index has forgotten it.
    """
    ids = {document_id for sheet in sheets_offering(**documents) for document_id in document_ids_of(sheet)}
    if ids:
        private = Document.objects.filter(in_private_collection("collection__path"), **documents)
        queue_updates(ids, is_withheld=private.exists())


@task()
def read_attachments() -> int:
    """The job that reads the files not read yet. Meanwhile, the index goes on: a file may take half a minute."""
    return read_missing_attachments(meanwhile=take_in_pending)


def read_missing_attachments(meanwhile: Callable[[], object] | None = None) -> int:
    """Read what sheets offer and was not read yet. Their documents are pending then. Returns the number of files.

    Each is tried once, also when several do this at the same time.
    """
    done = 0
    while document := unread_documents().first():
        kept = read_document(document, meanwhile)
        if kept and kept.text:
            queue_sheets_offering(pk=document.pk)
        done += 1
    return done


# ---------------------------------------------------------------- the whole index


def rebuild_index(progress: Progress | None = None) -> int:
    """Build the index anew from the database and the files. Returns the number of documents."""
    read_missing_attachments()
    with _in_turn():
        return _rebuild(progress)


@task(priority=BEFORE_OTHERS)
def replace_index() -> int:
    """The job for an index that could not be searched, whatever it looks like from outside. Files can wait."""
    with _in_turn():
        return _rebuild()


def ask_for_a_new_index() -> None:
    """Queue the job that builds a new index, after a search has raised IndexUnavailable.

    One is enough, however many people search meanwhile.
    """
    if cache.add("search-rebuild-is-queued", True, timeout=30):
        replace_index.enqueue()


def _rebuild(progress: Progress | None = None) -> int:
    pending = list(PendingUpdate.objects.values_list("pk", flat=True))
    count = get_engine().rebuild(all_documents(), progress)
    look_again_at_once()
    for start in range(0, len(pending), AT_ONCE):
        PendingUpdate.objects.filter(pk__in=pending[start : start + AT_ONCE]).delete()
    return count


@dataclass(frozen=True, slots=True)
class Differences:
    """Where index and database disagree, as document ids."""

    missing: tuple[str, ...]
    outdated: tuple[str, ...]
    left_over: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.outdated or self.left_over)


def compare_index() -> Differences:
    """Compare every document with the database. Raises IndexUnavailable when there is no usable index."""
    indexed = get_engine().fingerprints()
    missing, outdated = [], []
    for document in all_documents():
        fingerprint = indexed.pop(document.id, None)
        if fingerprint is None:
            missing.append(document.id)
        elif fingerprint != document.fingerprint():
            outdated.append(document.id)
    return Differences(tuple(missing), tuple(outdated), tuple(sorted(indexed)))


def repair_index() -> int:
    """Read the files that were not read, take in what is pending, then whatever else differs.

    Returns the number of documents changed.
    """
    read_missing_attachments()
    done = take_in_pending()
    with _in_turn():
        try:
            found = compare_index()
            changed: list[IndexDocument] = list(documents_by_id((*found.missing, *found.outdated)))
            get_engine().write(changed, removed=found.left_over)
            if found:
                look_again_at_once()
        except IndexUnavailable:
            return _rebuild()
    return done + len(changed) + len(found.left_over)
