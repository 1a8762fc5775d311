"""Reads over collections: which there are, and which of their sheets a reader sees."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from groups.permissions import Reader, is_network_member
from members.models import CityName, PersonVisibility, User
from practices.models import Collection, CollectionItem, Practice, PracticeSheet
from practices.models.collections import CollectionQuerySet
from practices.queries import for_cards
from taxonomy.queries import preferred_labels


@dataclass(frozen=True, slots=True)
class Gathered:
    """A sheet in a collection, in the reader's best language."""

    item: CollectionItem
    sheet: PracticeSheet


def gathered_in(collection: Collection, request: HttpRequest) -> list[Gathered]:
    """The sheets of a collection that this reader may see, in its order; the others are as if they were not there."""
    items = list(collection.items.all())
    practices = [item.practice_id for item in items]
    sheets = for_cards(PracticeSheet.objects.best_for(request).filter(practice__in=practices))
    by_practice = {sheet.practice_id: sheet for sheet in sheets}
    return [Gathered(item, by_practice[item.practice_id]) for item in items if item.practice_id in by_practice]


def with_sheet_count(collections: CollectionQuerySet, user: Reader) -> CollectionQuerySet:
    """``sheet_count``: how many of the sheets ``user`` may see. Those changed last come first."""
    visible = Q(items__practice__in=Practice.objects.visible_to(user).order_by())
    return collections.annotate(sheet_count=Count("items", filter=visible)).order_by("-updated_at", "-pk")


def public_collections(user: Reader) -> CollectionQuerySet:
    """What everybody may see, as far as there is something in it for ``user``."""
    public = Collection.objects.visible_to(user).filter(is_public=True)
    found = with_sheet_count(public, user).filter(sheet_count__gt=0).select_related("owner__city")
    return found.prefetch_related(preferred_labels("owner__city__labels", CityName))


def own_collections(user: User) -> CollectionQuerySet:
    return with_sheet_count(Collection.objects.filter(owner=user), user)


def shown_owner(collection: Collection, reader: Reader) -> str:
    """Whose collection it is: by name to members, and to everybody if the owner wants that; else by city, as well as
    where the owner has no name, whom the e-mail address would stand for."""
    owner = collection.owner
    name = str(owner.get_full_name())
    if name and (is_network_member(reader) or owner.shown_to == PersonVisibility.PUBLIC):
        return name
    if owner.city:
        return _("a member of the network (%(city)s)") % {"city": owner.city.label()}
    return _("a member of the network")
