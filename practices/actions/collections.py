"""Collections: sheets that a person gathers, with a note on each."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import User
from practices.models import Collection, CollectionItem, Practice

MOST_COLLECTIONS = 200
MOST_SHEETS = 100


@transaction.atomic
def create_collection(*, owner: User, title: str, description: str, language: str, is_public: bool) -> Collection:
    """Raises ValidationError when the owner has as many as one may have."""
    # Two requests at once: the second one counts what the first one made.
    User.objects.select_for_update().get(pk=owner.pk)
    if owner.collections.count() >= MOST_COLLECTIONS:
        raise ValidationError(
            _("You have %(number)s collections, and cannot have more. Delete one that you no longer need.")
            % {"number": MOST_COLLECTIONS}
        )
    return Collection.objects.create(
        owner=owner, title=title, description=description, language=language, is_public=is_public
    )


@transaction.atomic
def change_collection(
    *, collection: Collection, title: str, description: str, language: str, is_public: bool
) -> Collection:
    changed = _locked(collection)
    changed.title, changed.description, changed.language, changed.is_public = title, description, language, is_public
    changed.save()
    return changed


def delete_collection(*, collection: Collection) -> None:
    """The list goes; the sheets stay."""
    collection.delete()


@transaction.atomic
def add_to_collection(*, collection: Collection, practice: Practice, note: str = "") -> CollectionItem:
    """Put a practice at the end; one that is there already stays where it is, with ``note`` if there is one.

    Raises ValidationError when the collection is full.
    """
    _locked(collection)
    item = collection.items.filter(practice=practice).first()
    if item is None:
        if collection.items.count() >= MOST_SHEETS:
            raise ValidationError(
                _("This collection has %(number)s sheets, and cannot have more. Begin another one.")
                % {"number": MOST_SHEETS}
            )
        last = collection.items.aggregate(last=Max("place"))["last"]
        place = 0 if last is None else last + 1
        item = CollectionItem.objects.create(collection=collection, practice=practice, note=note, place=place)
    elif note:
        item.note = note
        item.save(update_fields=["note"])
    _touch(collection)
    return item


@transaction.atomic
def note_on_item(*, item: CollectionItem, note: str) -> None:
    _locked(item.collection)
    item.note = note
    item.save(update_fields=["note"])
    _touch(item.collection)


@transaction.atomic
def move_item(*, item: CollectionItem, up: bool, among: list[int] | None = None) -> None:
    """Exchange an item with the one above or below it; at the end of the list it stays.

    ``among`` names the items that the person sees: what lies hidden between them is passed over.
    """
    _locked(item.collection)
    order = list(item.collection.items.values_list("pk", flat=True))
    seen = [pk for pk in order if among is None or pk in among]
    if item.pk not in seen:
        return
    neighbour = seen.index(item.pk) + (-1 if up else 1)
    if not 0 <= neighbour < len(seen):
        return
    here, there = order.index(item.pk), order.index(seen[neighbour])
    order[here], order[there] = order[there], order[here]
    places = {pk: place for place, pk in enumerate(order)}
    items = list(item.collection.items.all())
    for each in items:
        each.place = places[each.pk]
    CollectionItem.objects.bulk_update(items, ["place"])
    _touch(item.collection)


@transaction.atomic
def remove_item(*, item: CollectionItem) -> None:
    _locked(item.collection)
    item.delete()
    _touch(item.collection)


def _locked(collection: Collection) -> Collection:
    return Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)


def _touch(collection: Collection) -> None:
    Collection.objects.filter(pk=collection.pk).update(updated_at=timezone.now())
