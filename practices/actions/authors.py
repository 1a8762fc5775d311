"""Who may write on a sheet besides its owner."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from groups.queries import coordinators_of
from members.models import User
from notifications.messages import Message, active
from practices.models import CoAuthor, Practice, PracticeSheet


class CoAuthorAdded(Message):
    """Tells somebody that a sheet is theirs to write on."""

    kind = "practices.co_author_added"
    label = _("Somebody lets you write on a practice sheet")
    template = "emails/practices/co_author_added.txt"

    def __init__(self, *, co_author: CoAuthor, sheet: PracticeSheet, by: User) -> None:
        self.co_author = co_author
        self.sheet = sheet
        self.by = by

    @property
    def key(self) -> str:
        return str(self.co_author.pk)

    def recipients(self) -> Iterable[User]:
        return active([self.co_author.user])


@transaction.atomic
def add_co_author(*, sheet: PracticeSheet, user: User, by: User) -> CoAuthor:
    """Let ``user`` write on the sheet in every language, and say so to them. Adding somebody twice changes nothing."""
    co_author, created = CoAuthor.objects.get_or_create(practice=sheet.practice, user=user)
    if created:
        CoAuthorAdded(co_author=co_author, sheet=sheet, by=by).send()
    return co_author


@transaction.atomic
def remove_co_author(*, co_author: CoAuthor) -> None:
    """Nothing that the person wrote is lost."""
    co_author.delete()


# ---------------------------------------------------------------- when an author leaves


@transaction.atomic
def hand_over_sheet(*, practice: Practice, author: User, to: User | None) -> User | None:
    """Give what ``author`` owns of a sheet, in all its languages, to ``to`` or, without anybody, to a coordinator of
    its group. ``author`` does not write on it any more. Returns who has it now; None where nobody coordinates.

    The other coordinators can go on reviewing it: nobody reviews the own sheet.
    """
    CoAuthor.objects.filter(practice=practice, user=author).delete()
    owned = list(PracticeSheet.objects.select_for_update().filter(practice=practice, owner=author))
    if not owned:
        return None
    heir = to
    if heir is None:
        coordinators = [each for each in coordinators_of(owned[0].group) if each.pk != author.pk]
        heir = coordinators[0] if coordinators else None
    # The owner is a fact of the page, not of its drafts: Wagtail keeps it whatever revision is published.
    PracticeSheet.objects.filter(pk__in=[sheet.pk for sheet in owned]).update(owner=heir)
    if heir is not None:
        CoAuthor.objects.filter(practice=practice, user=heir).delete()
    return heir
