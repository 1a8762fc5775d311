"""Reads over groups and memberships."""

from collections.abc import Collection
from typing import cast
from uuid import UUID

from django.db.models import Case, Count, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from groups.enums import Openness, Role
from groups.models import Membership, WorkingGroup
from groups.permissions import Reader, group_keys_of, memberships_of
from members.models import CityName, User
from taxonomy.queries import preferred_labels


def _in_group(user: Reader, group: WorkingGroup) -> QuerySet[Membership]:
    """The membership of ``user`` in ``group``, whichever language version of the group is meant: none or one."""
    return memberships_of(user).filter(group__translation_key=group.translation_key)


def is_member(user: Reader, group: WorkingGroup) -> bool:
    return _in_group(user, group).exists()


def is_coordinator(user: Reader, group: WorkingGroup) -> bool:
    return _in_group(user, group).filter(role=Role.COORDINATOR).exists()


def may_learn_of(reader: Reader, group: WorkingGroup) -> bool:
    """``WorkingGroup.objects.visible_to``, asked of one group whose pages are live; a query only where it is hidden."""
    return group.openness != Openness.HIDDEN or is_member(reader, group)


def title_shown_to(reader: Reader, group: WorkingGroup | None) -> str:
    """What to call the group of a thing that ``reader`` sees; empty where there is no group."""
    if group is None:
        return ""
    return str(group.title) if may_learn_of(reader, group) else _("a hidden working group")


def coordinators_of(group: WorkingGroup | None) -> list[User]:
    """Whom letters to those who look after a group's things go to: its coordinators; those of all groups where there is
    no group; administrators only where nobody coordinates."""
    memberships = Membership.objects.filter(role=Role.COORDINATOR, user__is_active=True)
    if group is not None:
        memberships = memberships.filter(group__translation_key=group.translation_key)
    coordinators = User.objects.filter(pk__in=memberships.values("user"))
    return list(coordinators or User.objects.filter(is_superuser=True, is_active=True))


def people_of(group: WorkingGroup) -> QuerySet[Membership]:
    """Who belongs to a group and can still log in: coordinators first, then by name."""
    memberships = Membership.objects.filter(group__translation_key=group.translation_key, user__is_active=True)
    ordered = memberships.select_related("user__city", "user__organisation").order_by(
        Case(When(role=Role.COORDINATOR, then=0), default=1), "user__name_key", "pk"
    )
    return ordered.prefetch_related(preferred_labels("user__city__labels", CityName))


def shown_people_of(group: WorkingGroup, reader: Reader) -> QuerySet[Membership]:
    """Those of them whom ``reader`` may see named: all for those who belong to the group as well, to others those who
    let themselves be seen."""
    people = people_of(group)
    if is_member(reader, group):
        return people
    return people.filter(user__in=User.objects.visible_to(reader))


def member_counts(groups: Collection[WorkingGroup]) -> dict[UUID, int]:
    """How many people belong to each group, by its translation key."""
    rows = Membership.objects.filter(
        group__translation_key__in=[group.translation_key for group in groups], user__is_active=True
    ).order_by()
    counted = rows.values_list("group__translation_key").annotate(count=Count("pk"))
    return dict(counted)


def groups_of(request: HttpRequest) -> QuerySet[WorkingGroup]:
    """The groups that this reader belongs to, each in the reader's best language."""
    groups = WorkingGroup.objects.filter(translation_key__in=group_keys_of(request.user))
    return groups.best_for(request).select_related("locale").order_by("title")


def lost_by_unpublishing(pages: QuerySet[Page], *, by: Reader) -> QuerySet[WorkingGroup]:
    """Of the groups among ``pages``, which are about to be unpublished, those to which others than ``by`` belong and of
    which no version would be left for them."""
    unpublished = WorkingGroup.objects.live().filter(pk__in=pages.order_by().values("pk"))
    left = WorkingGroup.objects.live().exclude(pk__in=unpublished.values("pk"))
    others = Membership.objects.filter(user__is_active=True).exclude(user__pk=cast("int", by.pk))
    return unpublished.filter(translation_key__in=others.values("group__translation_key")).exclude(
        translation_key__in=left.values("translation_key")
    )
