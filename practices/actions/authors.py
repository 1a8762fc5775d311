"""Who may write on a sheet besides its owner."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from notifications.messages import Message, active
from practices.models import CoAuthor, PracticeSheet


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
