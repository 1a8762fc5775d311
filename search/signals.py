"""From a change in the database to the queue.

Pages are saved, moved and deleted by Wagtail, so that its signals and Django's are the only place where every change
comes by. They fire inside the transaction of the change.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page
from wagtail.signals import post_page_move

from discussions.models import Post
from members.models import CityName
from practices.models import EvidenceConfirmation
from search.actions import queue_updates
from search.sources import NAMED, SOURCES, document_ids_of
from taxonomy.models import ConceptLabel

PARTS: dict[type[Model], str] = {
    Post: "thread",
    CityName: "city",
    ConceptLabel: "concept",
    EvidenceConfirmation: "practice",
}
"""What is found as a part of something else, and the relation that leads there."""


def _changed(instance: Model, **_kwargs: Any) -> None:
    queue_updates(document_ids_of(instance))


def _part_changed(instance: Any, **_kwargs: Any) -> None:
    """A post, a label or a confirmation says nothing by itself: what it belongs to has changed."""
    owner_field = {Post: "thread", CityName: "city", ConceptLabel: "concept", EvidenceConfirmation: "practice"}[
        type(instance)
    ]
    owner = type(instance)._meta.get_field(owner_field).related_model
    queue_updates(document_ids_of(owner(pk=getattr(instance, f"{owner_field}_id"))))


def _moved(instance: Page, **_kwargs: Any) -> None:
    for page in instance.get_descendants(inclusive=True).specific():
        queue_updates(document_ids_of(page))


def connect() -> None:
    # Page itself too: bulk actions and the schedule save pages without their particular fields.
    for model in {Page, *(source.model for source in SOURCES), *NAMED}:
        post_save.connect(_changed, sender=model, dispatch_uid=f"search-saved-{model._meta.label}")
        # Before: afterwards, nothing tells any more which documents named it.
        pre_delete.connect(_changed, sender=model, dispatch_uid=f"search-deleted-{model._meta.label}")
    for part in PARTS:
        post_save.connect(_part_changed, sender=part, dispatch_uid=f"search-saved-{part._meta.label}")
        post_delete.connect(_part_changed, sender=part, dispatch_uid=f"search-deleted-{part._meta.label}")
    post_page_move.connect(_moved, dispatch_uid="search-moved")
