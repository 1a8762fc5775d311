"""Who may see what: the one rule, as a condition for the database and as audiences for the search index."""

from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from groups.enums import Role, Visibility
from groups.models import JoinRequest, Membership, WorkingGroup
from members.models import User

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


def readers_of(thing: Any) -> QuerySet[User]:
    """``readable_by`` the other way round: the people with an account who may see ``thing``."""
    people = User.objects.filter(is_active=True)
    if thing.visibility != Visibility.GROUP:
        return people
    members = Membership.objects.filter(group__translation_key=thing.group.translation_key) if thing.group else None
    return people.filter(pk__in=members.values("user")) if members is not None else people.none()


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


# ---------------------------------------------------------------- groups, and who belongs to them


def get_group(user: Reader, pk: int) -> WorkingGroup:
    """The group, in the language in which it was first written, for whoever may learn of it. Raises Http404."""
    found = WorkingGroup.objects.filter(pk=pk).select_related("locale").first()
    # A version may be withdrawn while others are not: the group is there as long as one can be seen.
    if found is None or not WorkingGroup.objects.versions_of(found).visible_to(user).exists():
        raise Http404
    return found.original


def get_group_as_member(user: Reader, pk: int) -> WorkingGroup:
    """Raises Http404 to whoever may not learn of the group, PermissionDenied to whoever does not belong to it, nor
    looks after it."""
    group = _get_group_to_look_after(user, pk)
    if group is not None:
        return group
    group = get_group(user, pk)
    if not memberships_of(user).filter(group__translation_key=group.translation_key).exists():
        raise PermissionDenied(_("Only the members of the working group may see this."))
    return group


def get_group_to_manage(user: Reader, pk: int) -> WorkingGroup:
    """Raises Http404 to whoever may not learn of the group, PermissionDenied to whoever does not look after it."""
    group = _get_group_to_look_after(user, pk)
    if group is not None:
        return group
    get_group(user, pk)
    raise PermissionDenied(_("Only the coordinators of the working group may do this."))


def _get_group_to_look_after(user: Reader, pk: int) -> WorkingGroup | None:
    """Administrators look after hidden groups, too: somebody has to where nobody coordinates."""
    found = WorkingGroup.objects.filter(pk=pk).select_related("locale").first()
    return found.original if found is not None and coordinates(user, found) else None


def get_request(user: Reader, pk: int) -> JoinRequest:
    """A request to join that was confirmed, for those who look after its group. Raises Http404 to everybody else: it
    is nobody's business."""
    requests = JoinRequest.objects.confirmed().select_related("group__locale", "user", "city", "decided_by")
    request = requests.filter(pk=pk).first()
    if request is None or not coordinates(user, request.group):
        raise Http404
    return request
