"""Who may see what: the one rule, as a condition for the database and as audiences for the search index."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from groups.enums import Visibility
from groups.models import Membership

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


def readable_by(user: Reader) -> Q:
    """The condition on ``visibility`` and ``group`` under which ``user`` may see a row."""
    readable = Q(visibility=Visibility.PUBLIC)
    if is_network_member(user):
        readable |= Q(visibility=Visibility.NETWORK)
        readable |= Q(visibility=Visibility.GROUP, group__translation_key__in=group_keys_of(user))
    return readable


def audiences_of(user: Reader) -> frozenset[str]:
    """The audiences that ``user`` belongs to: what the search engine filters by. Says the same as ``readable_by``."""
    audiences: set[str] = {Visibility.PUBLIC.value}
    if is_network_member(user):
        audiences.add(Visibility.NETWORK.value)
        audiences.update(
            GROUP_AUDIENCE.format(key) for key in group_keys_of(user).values_list("group__translation_key", flat=True)
        )
    return frozenset(audiences)
