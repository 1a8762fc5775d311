"""From a change in the database to the queue.

Pages are saved, moved and deleted by Wagtail, so that its signals and Django's are the only place where every change
comes by. They fire inside the transaction of the change.
"""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Page
from wagtail.signals import post_page_move

from discussions.models import Post
from events.models import Session
from members.models import CityName
from practices.models import EvidenceConfirmation, PublicAnswer
from search.actions import queue_sheets_offering, queue_updates
from search.models import AttachmentText
from search.sources import NAMED, SOURCES, document_ids_of
from taxonomy.models import ConceptLabel

PARTS: dict[type[Model], str] = {
    Post: "thread",
    CityName: "city",
    ConceptLabel: "concept",
    EvidenceConfirmation: "practice",
    PublicAnswer: "practice",
    Session: "event",
}
"""What is found as a part of something else, and the relation that leads there."""


def _changed(instance: Model, **_kwargs: Any) -> None:
    queue_updates(document_ids_of(instance))


def _part_changed(instance: Any, **_kwargs: Any) -> None:
    """A post, a label or a confirmation says nothing by itself: what it belongs to has changed."""
    owner_field = PARTS[type(instance)]
    owner = type(instance)._meta.get_field(owner_field).related_model
    queue_updates(document_ids_of(owner(pk=getattr(instance, f"{owner_field}_id"))))


def _moved(instance: Page, **_kwargs: Any) -> None:
    for page in instance.get_descendants(inclusive=True).specific():
        queue_updates(document_ids_of(page))


# ---------------------------------------------------------------- files of sheets


def _document_changed(instance: Document, **_kwargs: Any) -> None:
    # By its name alone, a file that has come back could pass for the one that was read.
    AttachmentText.objects.filter(document=instance).exclude(file=instance.file.name).delete()
    queue_sheets_offering(pk=instance.pk)


def _collection_changed(instance: Collection, **_kwargs: Any) -> None:
    # Wagtail moves a collection after it has saved it; only then can be seen where it is.
    transaction.on_commit(lambda: _queue_collection(instance.pk))


def _privacy_changed(instance: CollectionViewRestriction, **_kwargs: Any) -> None:
    _queue_collection(instance.collection_id)


def _queue_collection(pk: int) -> None:
    path = Collection.objects.filter(pk=pk).values_list("path", flat=True).first()
    if path:
        queue_sheets_offering(collection__path__startswith=path)


def _connect_files() -> None:
    for model, receiver in (
        (Document, _document_changed),
        (Collection, _collection_changed),
        (CollectionViewRestriction, _privacy_changed),
    ):
        post_save.connect(receiver, sender=model, dispatch_uid=f"search-files-{model._meta.label}")
    # Of a document that is deleted no sheet offers anything: rows protect it.
    pre_delete.connect(_privacy_changed, sender=CollectionViewRestriction, dispatch_uid="search-files-opened")


def connect() -> None:
    _connect_files()
    # Page itself too: bulk actions and the schedule save pages without their particular fields.
    for model in {Page, *(source.model for source in SOURCES), *NAMED}:
        post_save.connect(_changed, sender=model, dispatch_uid=f"search-saved-{model._meta.label}")
        # Before: afterwards, nothing tells any more which documents named it.
        pre_delete.connect(_changed, sender=model, dispatch_uid=f"search-deleted-{model._meta.label}")
    for part in PARTS:
        post_save.connect(_part_changed, sender=part, dispatch_uid=f"search-saved-{part._meta.label}")
        post_delete.connect(_part_changed, sender=part, dispatch_uid=f"search-deleted-{part._meta.label}")
    post_page_move.connect(_moved, dispatch_uid="search-moved")
