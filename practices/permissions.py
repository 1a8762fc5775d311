"""Who may write, review and confirm what."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from groups.permissions import Reader, coordinates, coordinates_some_group, is_network_member
from groups.queries import coordinators_of
from members.models import City, User
from practices.models import (
    Adoption,
    CoAuthor,
    Collection,
    Practice,
    PracticeSheet,
    ReviewState,
    SheetVersion,
    authors_of,
)


def is_author(user: Reader, sheet: PracticeSheet) -> bool:
    """Whether ``user`` owns the sheet in some language, or is one of its co-authors."""
    if not is_network_member(user):
        return False
    owns = PracticeSheet.objects.filter(practice=sheet.practice_id, owner=cast("User", user)).exists()
    return owns or CoAuthor.objects.filter(practice=sheet.practice_id, user=cast("User", user)).exists()


def is_reviewer(user: Reader, sheet: PracticeSheet) -> bool:
    """Coordinators of the sheet's group; of any group where it has none; administrators always."""
    return coordinates(user, sheet.group)


def can_write(user: Reader, sheet: PracticeSheet) -> bool:
    return is_author(user, sheet) or is_reviewer(user, sheet)


def reviewers_of(sheet: PracticeSheet) -> list[User]:
    """The people whom a submitted sheet waits for; administrators only where no group has a coordinator."""
    return coordinators_of(sheet.group)


def deciders_of(sheet: PracticeSheet) -> list[User]:
    """Those of the reviewers who did not write the sheet; all of them where every one did."""
    return _reviewers_who_did_not_write(sheet) or reviewers_of(sheet)


def has_conflict_of_interest(user: User, sheet: PracticeSheet) -> bool:
    """Whether ``user`` wrote the sheet while there is a reviewer who did not."""
    return is_author(user, sheet) and bool(_reviewers_who_did_not_write(sheet))


def _reviewers_who_did_not_write(sheet: PracticeSheet) -> list[User]:
    authors = set(authors_of(sheet.practice).values_list("pk", flat=True))
    return [reviewer for reviewer in reviewers_of(sheet) if reviewer.pk not in authors]


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


def get_review(user: Any, pk: int) -> tuple[ReviewState, PracticeSheet]:
    """A round of review and its sheet, for whoever decides. Raises Http404 or PermissionDenied as for writing."""
    review = ReviewState.objects.filter(pk=pk).select_related("workflow_state", "revision", "finished_by").first()
    if review is None:
        raise Http404
    sheet = get_sheet_to_write(user, review.sheet_pk)
    if not is_reviewer(user, sheet):
        raise PermissionDenied(_("Only the coordinators of its working group decide on this sheet."))
    return review, sheet


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


def get_version(user: Any, number: int, language: str, version: int) -> SheetVersion:
    """A frozen version of the sheet in one language, if ``user`` may read that sheet today. Raises Http404."""
    versions = SheetVersion.objects.visible_to(user).select_related("sheet__locale")
    named = {"sheet__practice": number, "sheet__locale__language_code": language}
    found = versions.filter(**named, number=version).first()
    if found is None:
        raise Http404
    return found


# ---------------------------------------------------------------- adoptions


def can_declare_for(user: Reader, city: City) -> bool:
    """Members declare what their own city took over; coordinators do so for every city."""
    return is_network_member(user) and (cast("User", user).city_id == city.pk or coordinates_some_group(user))


def can_change_adoption(user: Reader, adoption: Adoption) -> bool:
    """Whoever declared it, and the people of its city."""
    if not is_network_member(user):
        return False
    person = cast("User", user)
    return adoption.declared_by_id == person.pk or person.city_id == adoption.city_id


def can_decide_adoption(user: Reader, adoption: Adoption) -> bool:
    """The reviewers of the practice's sheet."""
    return PracticeSheet.objects.reviewed_by(user).filter(practice=adoption.practice_id).exists()


def get_adoption(user: Any, pk: int, *, to_change: bool = False, to_decide: bool = False) -> Adoption:
    """The adoption, if ``user`` may see it, and change or decide it where that is asked. Raises Http404, and
    PermissionDenied where it can only be read."""
    adoptions = Adoption.objects.visible_to(user).select_related("practice", "city", "organisation")
    adoption = adoptions.filter(pk=pk).first()
    if adoption is None:
        raise Http404
    if to_change and not can_change_adoption(user, adoption):
        raise PermissionDenied(_("Only the people of the city that took it over may change this."))
    if to_decide and not can_decide_adoption(user, adoption):
        raise PermissionDenied(_("Only the coordinators of the sheet’s working group may confirm or decline this."))
    return adoption


# ---------------------------------------------------------------- collections


def get_collection(user: Any, pk: int, *, to_change: bool = False) -> Collection:
    """The collection, if ``user`` may see it. Raises Http404, and PermissionDenied for changes by others."""
    collection = Collection.objects.visible_to(user).select_related("owner").filter(pk=pk).first()
    if collection is None:
        raise Http404
    if to_change and collection.owner_id != getattr(user, "pk", None):
        raise PermissionDenied(_("Only its owner may change this collection."))
    return collection
