"""Keeping files that come with posts, and letting go of those that no post took."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.uploads import Checked
from discussions.models import PostAttachment
from members.models import User

# As long as somebody may sit before a form, and overnight.
_UNSENT_KEPT = timedelta(days=2)
MOST_UNSENT = 40


@transaction.atomic
def keep_files(*, files: Iterable[Checked], by: User | None) -> list[PostAttachment]:
    """Store files that ``attachments.check_attachment`` has passed; they belong to no post yet."""
    kept = []
    for checked in files:
        attachment = PostAttachment(uploaded_by=by, title=checked.title, size=checked.file.size or 0)
        attachment.file.save(checked.name, checked.file, save=False)
        attachment.save()
        kept.append(attachment)
    if by:
        # Whoever sends more than a few forms can hold at once fills the disk: the oldest make room.
        for attachment in PostAttachment.objects.filter(post=None, uploaded_by=by).order_by("-pk")[MOST_UNSENT:]:
            attachment.delete()
    return kept


def drop_unsent_files() -> int:
    """Delete the files of forms that nobody finished; returns how many."""
    left = PostAttachment.objects.filter(post=None, created_at__lt=timezone.now() - _UNSENT_KEPT)
    # One by one: each deletion lets go of its file (``discussions.signals``).
    for attachment in left:
        attachment.delete()
    return len(left)
