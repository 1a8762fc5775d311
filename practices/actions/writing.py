"""Writing a sheet: begin it, keep its draft and its files, throw it away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction
from wagtail.coreutils import find_available_slug
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Page, Revision, TaskState

from common.uploads import Checked, collection_named
from groups.models import WorkingGroup
from members.models import City, User
from practices.merging import Fingerprints, copy_value, fingerprints
from practices.models import PracticeIndexPage, PracticeSheet
from practices.permissions import can_change_now, can_delete

# Saves of one person that follow each other within this time are one entry of the sheet's history.
ONE_SITTING = timedelta(hours=1)
COLLECTION = "Practice sheets"
LONGEST_SLUG = 80
# How far back the author of a change is looked for.
REVISIONS_LOOKED_AT = 20


@transaction.atomic
def begin_sheet(*, user: User, title: str, language: str, city: City, group: WorkingGroup | None) -> PracticeSheet:
    """A new draft in the list of practices of this language, which belongs to ``user``."""
    parent = list_in(language)
    sheet = new_sheet(parent=parent, title=title, owner=user)
    sheet.city = city
    sheet.group = group.original if group else None
    parent.add_child(instance=sheet)
    sheet.save_revision(user=user, clean=False, log_action=True)
    return sheet


def list_in(language: str) -> PracticeIndexPage:
    """The list to which sheets in this language belong. Raises ValidationError."""
    found = PracticeIndexPage.objects.filter(locale__language_code=language).select_related("locale").first()
    if found is None:
        raise ValidationError({"language": _("There is no list of practices in this language yet.")})
    return found


def new_sheet(*, parent: PracticeIndexPage, title: str, owner: User) -> PracticeSheet:
    """A draft of ``owner``'s, with an address that is free below ``parent``; not in the tree yet."""
    slug = find_available_slug(parent, slugify(title)[:LONGEST_SLUG].strip("-") or "practice")
    return PracticeSheet(title=title, slug=slug, locale=parent.locale, live=False, owner=owner)


# ---------------------------------------------------------------- keeping what was written


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the fields that were sent."""

    sheet: PracticeSheet
    base: Fingerprints
    """For the next save from the same page of the form."""
    merged: dict[str, User | None] = field(default_factory=dict)
    """The fields that others changed meanwhile, with who did."""


class BothChanged(Exception):
    """The same fields were changed by the sender and by somebody else; nothing was saved."""

    def __init__(self, *, theirs: PracticeSheet, authors: dict[str, User | None], base: Fingerprints) -> None:
        super().__init__()
        self.theirs = theirs
        self.authors = authors
        """The fields in question, and who changed each."""
        self.base = base
        """With this, the sender's text wins when it is sent again."""


@transaction.atomic
def save_draft(*, sheet: PracticeSheet, user: User, names: Iterable[str], base: Fingerprints) -> Saved:
    """Keep the fields ``names`` of ``sheet``, which ``user`` has filled in, in the draft.

    ``base`` says what these fields were when ``user`` began. A field that only others changed since stays as they left
    it. Raises BothChanged, ValidationError where the merged fields contradict each other, and PermissionDenied.
    """
    # One save after the other: what the first one keeps, the second one sees.
    Page.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    stored = PracticeSheet.objects.select_related("locale", "latest_revision").get(pk=sheet.pk)
    if not can_change_now(user, stored):
        raise PermissionDenied(_("This sheet is under review."))
    draft = stored.get_latest_revision_as_object()
    names = list(names)
    theirs, mine = fingerprints(draft, names), fingerprints(sheet, names)
    changed_here = [name for name in names if mine[name] not in (base.get(name), theirs[name])]
    changed_there = [name for name in names if theirs[name] not in (base.get(name), mine[name])]
    both = [name for name in changed_here if name in changed_there]
    if both:
        authors = _authors_of(stored, draft, both)
        raise BothChanged(theirs=draft, authors=authors, base={**base, **{name: theirs[name] for name in both}})
    for name in changed_here:
        copy_value(name, sheet, draft)
    _check_together(draft, names)
    if changed_here:
        draft.save_revision(
            user=user, clean=False, log_action=True, overwrite_revision=_revision_of_this_sitting(stored, user)
        )
    kept = {name: str(base.get(name, "")) if name in changed_there else mine[name] for name in names}
    return Saved(draft, kept, _authors_of(stored, draft, changed_there))


def _check_together(draft: PracticeSheet, names: list[str]) -> None:
    """What two people wrote may contradict each other, although what each of them sent did not."""
    others = {model_field.name for model_field in draft._meta.fields if model_field.name not in names}
    draft.validate_constraints(exclude=others)


def _revision_of_this_sitting(sheet: PracticeSheet, user: User) -> Revision | None:
    """The draft that ``user`` saved a moment ago, unless it was published or submitted meanwhile."""
    last = sheet.latest_revision
    if last is None or last.user_id != user.pk or timezone.now() - last.created_at > ONE_SITTING:
        return None
    is_published = last.pk == sheet.live_revision_id or last.approved_go_live_at is not None
    return None if is_published or TaskState.objects.filter(revision=last).exists() else last


def _authors_of(sheet: PracticeSheet, draft: PracticeSheet, names: list[str]) -> dict[str, User | None]:
    """Who gave each field the value that it has in the draft."""
    if not names:
        return {}
    current = fingerprints(draft, names)
    authors: dict[str, User | None] = {}
    revisions = Revision.page_revisions.filter(object_id=str(sheet.pk)).select_related("user").order_by("-pk")
    open_names = set(names)
    for revision in revisions[:REVISIONS_LOOKED_AT]:
        then = fingerprints(revision.as_object(), open_names)
        open_names = {name for name in open_names if then[name] == current[name]}
        authors.update(dict.fromkeys(open_names, revision.user))
        if not open_names:
            break
    return {name: authors.get(name) for name in names}


# ---------------------------------------------------------------- files


def keep_picture(*, picture: Checked, user: User) -> Image:
    picture.file.name = picture.name
    return Image.objects.create(
        title=picture.title, file=picture.file, uploaded_by_user=user, collection=sheets_collection()
    )


def keep_document(*, document: Checked, user: User) -> Document:
    document.file.name = document.name
    return Document.objects.create(
        title=document.title, file=document.file, uploaded_by_user=user, collection=sheets_collection()
    )


def sheets_collection() -> Collection:
    """Where the pictures and documents are that members send with their sheets."""
    return collection_named(COLLECTION)


# ---------------------------------------------------------------- the end of a draft


@transaction.atomic
def delete_draft(*, sheet: PracticeSheet, user: User) -> None:
    """Throw a sheet away that was never published. Raises PermissionDenied."""
    if not can_delete(user, sheet):
        raise PermissionDenied(_("Only a draft that was never published can be deleted, and only by its owner."))
    practice = sheet.practice
    # Authors have no permissions in the editor; what they may do is decided above.
    DeletePageAction(sheet, user=user).execute(skip_permission_checks=True)
    if not PracticeSheet.objects.filter(practice=practice).exists():
        practice.delete()
