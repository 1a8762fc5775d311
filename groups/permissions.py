"""Who may see what: the one rule, as a condition for the database and as audiences for the search index."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q, QuerySet

from groups.enums import Role, Visibility
from groups.models import Membership, WorkingGroup

Reader = AbstractBaseUser | AnonymousUser

GROUP_AUDIENCE = "group:{}"


def is_network_member(user: Reader) -> bool:
    return user.is_authenticated and user.is_active


def memberships_of(user: Reader) -> QuerySet[Membership]:
    """The memberships of ``user``; none for visitors and for accounts that are shut."""
    return (
        Membership.objects.filter(user__pk=cast("int", user.pk))
        if is_network_member(user)
        else Membership.objects.none()
    )


def group_keys_of(user: Reader) -> QuerySet:
    """Translation keys of the working groups that ``user`` belongs to."""
    return memberships_of(user).values("group__translation_key")


def readable_by(user: Reader, at: str = "") -> Q:
    """The condition on ``visibility`` and ``group`` under which ``user`` may see a row.

    ``at`` leads from the row to what has these two fields: ``event__``.
    """
    readable = Q(**{f"{at}visibility": Visibility.PUBLIC})
    if is_network_member(user):
        readable |= Q(**{f"{at}visibility": Visibility.NETWORK})
        readable |= Q(**{f"{at}visibility": Visibility.GROUP, f"{at}group__translation_key__in": group_keys_of(user)})
    return readable


def is_administrator(user: Reader) -> bool:
    return is_network_member(user) and bool(getattr(user, "is_superuser", False))


def coordinated_by(user: Reader) -> Q:
    """The condition on ``group`` under which ``user`` looks after a row: coordinators of its group; of any group
    where it has none; administrators always."""
    if is_administrator(user):
        return Q()
    coordinated = memberships_of(user).filter(role=Role.COORDINATOR)
    of_any = Q(group__isnull=True) & Q(Exists(coordinated))
    return Q(group__translation_key__in=coordinated.values("group__translation_key")) | of_any


def coordinates(user: Reader, group: WorkingGroup | None) -> bool:
    """``coordinated_by``, asked of one thing that belongs to ``group``."""
    if is_administrator(user):
        return True
    coordinated = memberships_of(user).filter(role=Role.COORDINATOR)
    if group is not None:
        coordinated = coordinated.filter(group__translation_key=group.translation_key)
    return coordinated.exists()


def coordinates_some_group(user: Reader) -> bool:
    return coordinates(user, None)


def audiences_of(user: Reader) -> frozenset[str]:
    """The audiences that ``user`` belongs to: what the search engine filters by. Says the same as ``readable_by``."""
    audiences: set[str] = {Visibility.PUBLIC.value}
    if is_network_member(user):
        audiences.add(Visibility.NETWORK.value)
        audiences.update(
            GROUP_AUDIENCE.format(key) for key in group_keys_of(user).values_list("group__translation_key", flat=True)
        )
    return frozenset(audiences)
