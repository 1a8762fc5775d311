"""What is handed out before an event, and what remains of it."""

from django.db import transaction
from django.db.models import Max
from wagtail.documents.models import Document
from wagtail.models import Collection

from common.ordering import put_further
from common.uploads import Checked, collection_named
from events.actions.places import lock_event
from events.models import Material
from members.models import User

COLLECTION = "Event materials"
"""Where the files are. They are handed out at the addresses of their materials alone: see ``wagtail_hooks``."""


@transaction.atomic
def add_material(*, material: Material, file: Checked | None, by: User) -> Material:
    """Add a file or an address to its event, after those that are there. Raises ValidationError."""
    event = lock_event(material.event_id)
    if file is not None:
        material.document = _keep(file, by)
        material.title = material.title or file.title
    last = Material.objects.filter(event=event).aggregate(last=Max("position"))["last"]
    material.position = 0 if last is None else last + 1
    material.full_clean()
    material.save()
    return material


@transaction.atomic
def change_material(*, material: Material, file: Checked | None, by: User) -> Material:
    """Write what is said of a material; with ``file``, it has another file from now on. Raises ValidationError."""
    lock_event(material.event_id)
    former = Material.objects.get(pk=material.pk).document
    if file is not None:
        material.document = _keep(file, by)
    elif material.url:
        material.document = None
    material.full_clean()
    material.save()
    if former is not None and former.pk != material.document_id:
        _discard(former)
    return material


@transaction.atomic
def remove_material(*, material: Material) -> None:
    """Take a material away, and its file with it."""
    document = material.document
    material.delete()
    if document is not None:
        _discard(document)


@transaction.atomic
def reorder_material(*, material: Material, by: int) -> None:
    """Put a material ``by`` places further down, or up."""
    event = lock_event(material.event_id)
    listed = list(Material.objects.filter(event=event))
    put_further(listed, material, by)


def _keep(file: Checked, by: User) -> Document:
    file.file.name = file.name
    return Document.objects.create(
        title=file.title, file=file.file, uploaded_by_user=by, collection=materials_collection()
    )


def _discard(document: Document) -> None:
    # A file of the editor's, or of a sheet, stays where it is.
    if document.collection.name == COLLECTION and not Material.objects.filter(document=document).exists():
        document.delete()


def materials_collection() -> Collection:
    return collection_named(COLLECTION)
