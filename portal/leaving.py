"""When somebody leaves a city or the network: who looks after what the person leaves behind.

What was published and said stays, under the city in whose name it was written. Sheets get a successor, or go to the
coordinators of their group. No group loses its only coordinator.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.languages import complete_order, current_language
from groups.actions.memberships import hand_over
from groups.audit import record
from groups.enums import RequestStatus, Role
from groups.models import JoinRequest, Membership, WorkingGroup
from groups.permissions import is_administrator
from groups.queries import people_of
from members.models import CityName, User
from portal.leaving_notifications import AccountShut, SheetsHandedOver
from practices.actions.authors import hand_over_sheet
from practices.models import CoAuthor, Practice, PracticeSheet
from taxonomy.queries import preferred_labels

MOST_COLLEAGUES = 200


class Leaves(models.TextChoices):
    CITY = "city", gettext_lazy("the city: the account stays, without it")
    NETWORK = "network", gettext_lazy("the network: the account is shut")


@dataclass(frozen=True, slots=True)
class LeftSheet:
    """A sheet that needs somebody else, in the language version that the reader reads best."""

    practice: Practice
    sheet: PracticeSheet
    co_authors: list[User] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LeftGroup:
    """A group that only this person coordinates."""

    membership: Membership
    group: WorkingGroup
    """In the language version that the reader reads best."""
    others: list[Membership] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    person: User
    sheets: list[LeftSheet]
    groups: list[LeftGroup]
    """Those that nobody would coordinate any more; of groups in which nobody else is, none."""
    colleagues: list[User]
    """Other people of the city."""


def get_leaver(user: User, pk: int) -> User:
    """The person who leaves: whoever asks, or, for administrators, anybody. Raises PermissionDenied."""
    if pk == user.pk:
        return user
    if not is_administrator(user):
        raise PermissionDenied(_("Only administrators may do this for somebody else."))
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise PermissionDenied(_("There is no such account, or it is shut already."))
    return person


# ---------------------------------------------------------------- what the person leaves behind


def left_behind_by(person: User, reader: User) -> LeftBehind:
    """What needs somebody else when ``person`` leaves; titles for ``reader``."""
    order = complete_order((current_language(), *reader.languages))
    return LeftBehind(person, _sheets_of(person, order), _groups_of(person, order), _colleagues_of(person))


def _sheets_of(person: User, order: tuple[str, ...]) -> list[LeftSheet]:
    owned = PracticeSheet.objects.filter(owner=person).order_by().values("practice")
    best: dict[int, PracticeSheet] = {}
    for sheet in PracticeSheet.objects.filter(practice__in=owned).select_related("locale", "practice", "group"):
        known = best.get(sheet.practice_id)
        if known is None or order.index(sheet.language) < order.index(known.language):
            best[sheet.practice_id] = sheet
    co_authors = defaultdict(list)
    for row in CoAuthor.objects.filter(practice__in=best, user__is_active=True).select_related("user"):
        if row.user_id != person.pk:
            co_authors[row.practice_id].append(row.user)
    found = [LeftSheet(sheet.practice, sheet, co_authors[practice]) for practice, sheet in best.items()]
    return sorted(found, key=lambda left: left.sheet.draft_title.casefold())


def _groups_of(person: User, order: tuple[str, ...]) -> list[LeftGroup]:
    found = []
    own = Membership.objects.filter(user=person, role=Role.COORDINATOR).select_related("group__locale")
    for membership in own:
        others = list(people_of(membership.group).exclude(user=person))
        if others and not any(each.role == Role.COORDINATOR for each in others):
            versions = WorkingGroup.objects.versions_of(membership.group).select_related("locale")
            best = min(versions, key=lambda version: order.index(version.language))
            found.append(LeftGroup(membership, best, others))
    return found


def _colleagues_of(person: User) -> list[User]:
    if person.city_id is None:
        return []
    people = User.objects.filter(city=person.city_id, is_active=True).exclude(
        Q(pk=person.pk) | Q(first_name="", last_name="")
    )
    names = preferred_labels("city__labels", CityName)
    return list(people.select_related("city").prefetch_related(names).by_name()[:MOST_COLLEAGUES])


# ---------------------------------------------------------------- leaving


@transaction.atomic
def leave_city(*, person: User, by: User, heirs: Mapping[int, User | None]) -> None:
    """The account goes on without its city. ``heirs`` by the number of the practice; without one, the sheet goes to the
    coordinators of its group. Raises PermissionDenied for whoever is neither the person nor an administrator."""
    _require_right(person, by)
    _hand_sheets_over(person, by, heirs)
    User.objects.filter(pk=person.pk).update(city=None, organisation=None, organisation_name="")


@transaction.atomic
def leave_network(
    *, person: User, by: User, heirs: Mapping[int, User | None], coordinators: Mapping[int, Membership]
) -> None:
    """Shut the account. ``coordinators`` by the primary key of the membership that ends: who takes that group over.

    Raises ValidationError where a group would be left without a coordinator, or the portal without an administrator.
    """
    _require_right(person, by)
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise ValidationError(_("This is the only administrator: make somebody else one first."))
    _hand_sheets_over(person, by, heirs)
    for left in _groups_of(person, complete_order((current_language(),))):
        successor = coordinators.get(left.membership.pk)
        if successor is None:
            raise ValidationError(
                _("Name somebody who coordinates “%(group)s” from now on.") % {"group": left.group.title}
            )
        hand_over(group=left.membership.group, by=person, to=successor, leaves=True)
    for membership in Membership.objects.filter(user=person).select_related("group"):
        record("member-left-network", group=membership.group, actor=by, subject=f"user:{person.pk}", name=str(person))
        membership.delete()
    JoinRequest.objects.waiting().filter(Q(user=person) | Q(email__iexact=person.email)).update(
        status=RequestStatus.WITHDRAWN
    )
    User.objects.filter(pk=person.pk).update(is_active=False, is_staff=False, is_superuser=False)
    AccountShut(person=person, by=by).send()


def _hand_sheets_over(person: User, by: User, heirs: Mapping[int, User | None]) -> None:
    owned = PracticeSheet.objects.filter(owner=person).order_by().values("practice")
    shared = CoAuthor.objects.filter(user=person).order_by().values("practice")
    received = defaultdict(list)
    for practice in Practice.objects.filter(Q(pk__in=owned) | Q(pk__in=shared)).order_by("pk"):
        heir = hand_over_sheet(practice=practice, author=person, to=heirs.get(practice.pk))
        if heir is not None:
            received[heir].append(practice)
    for heir, practices in received.items():
        SheetsHandedOver(person=person, by=by, heir=heir, practices=practices).send()


def _require_right(person: User, by: User) -> None:
    if person.pk != by.pk and not is_administrator(by):
        raise PermissionDenied(_("Only administrators may do this for somebody else."))
