"""Who may write, review and confirm what."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from groups.enums import Role
from groups.models import Membership
from groups.permissions import Reader, is_network_member, memberships_of
from members.models import User
from practices.models import CoAuthor, Practice, PracticeSheet


def is_author(user: Reader, sheet: PracticeSheet) -> bool:
    """Whether ``user`` owns the sheet in some language, or is one of its co-authors."""
    if not is_network_member(user):
        return False
    owns = PracticeSheet.objects.filter(practice=sheet.practice_id, owner=cast("User", user)).exists()
    return owns or CoAuthor.objects.filter(practice=sheet.practice_id, user=cast("User", user)).exists()


def is_reviewer(user: Reader, sheet: PracticeSheet) -> bool:
    """Coordinators of the sheet's group; of any group where it has none; administrators always."""
    if not is_network_member(user):
        return False
    if getattr(user, "is_superuser", False):
        return True
    coordinated = memberships_of(user).filter(role=Role.COORDINATOR)
    if sheet.group is not None:
        coordinated = coordinated.filter(group__translation_key=sheet.group.translation_key)
    return coordinated.exists()


def can_write(user: Reader, sheet: PracticeSheet) -> bool:
    return is_author(user, sheet) or is_reviewer(user, sheet)


def coordinates_some_group(user: Reader) -> bool:
    return is_network_member(user) and (
        bool(getattr(user, "is_superuser", False)) or memberships_of(user).filter(role=Role.COORDINATOR).exists()
    )


def reviewers_of(sheet: PracticeSheet) -> list[User]:
    """The people whom a submitted sheet waits for; administrators only where no group has a coordinator."""
    memberships = Membership.objects.filter(role=Role.COORDINATOR, user__is_active=True)
    if sheet.group is not None:
        memberships = memberships.filter(group__translation_key=sheet.group.translation_key)
    coordinators = User.objects.filter(pk__in=memberships.values("user"))
    return list(coordinators or User.objects.filter(is_superuser=True, is_active=True))


def get_sheet_to_write(user: Any, pk: int) -> PracticeSheet:
    """The sheet with this page id, if ``user`` may write on it. Raises Http404 for all others: a draft is nobody
    else's business; PermissionDenied where the sheet itself can be read."""
    sheet = PracticeSheet.objects.filter(pk=pk).select_related("locale", "practice", "group").first()
    if sheet is None:
        raise Http404
    if can_write(user, sheet):
        return sheet
    if sheet.is_visible_to(user):
        raise PermissionDenied(_("Only its authors and the coordinators of its working group may change this sheet."))
    raise Http404


def is_under_review(sheet: PracticeSheet) -> bool:
    """Whether the sheet waits for its reviewers: meanwhile its authors look on."""
    return bool(sheet.workflow_in_progress)


def can_change_now(user: Reader, sheet: PracticeSheet) -> bool:
    """Whether what ``user`` writes on the sheet may be kept at this moment."""
    if is_under_review(sheet):
        return is_reviewer(user, sheet)
    return can_write(user, sheet)


def can_delete(user: Reader, sheet: PracticeSheet) -> bool:
    """Drafts that nobody has ever been shown can be thrown away, by their owner or by an administrator."""
    is_owner = sheet.owner_id is not None and sheet.owner_id == user.pk
    may = is_network_member(user) and (is_owner or bool(getattr(user, "is_superuser", False)))
    return may and not sheet.live and sheet.first_published_at is None and not is_under_review(sheet)


def get_practice(user: Any, number: int) -> Practice:
    """The practice with this number, if ``user`` may read its sheet in some language. Raises Http404."""
    practice = Practice.objects.visible_to(user).filter(pk=number).first()
    if practice is None:
        raise Http404
    return practice
