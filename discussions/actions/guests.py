"""Asking people without an account, and taking in what they say."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions.actions.posting import add_post
from discussions.guests import is_closed_to_guests
from discussions.models import Post, Thread, ThreadGuest
from members.models import City

MOST_A_DAY = 20


@transaction.atomic
def invite_guest(
    *, thread: Thread, email: str, name: str, languages: Sequence[str] = (), city: City | None = None
) -> ThreadGuest:
    """Make somebody without an account a guest of ``thread``; whoever is one already stays as he or she is."""
    guest, _is_new = ThreadGuest.objects.get_or_create(
        thread=thread,
        email=email.strip().lower(),
        defaults={"name": name, "city": city, "languages": list(languages)},
    )
    return guest


@transaction.atomic
def answer_as_guest(*, guest: ThreadGuest, text: str, language: str) -> Post:
    """Add what ``guest`` wrote to the thread. Raises PermissionDenied where it takes nothing more, and ValidationError
    where it has taken too much today."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=guest.thread_id)
    if is_closed_to_guests(thread):
        raise PermissionDenied(_("This discussion is closed to new replies."))
    day_ago = timezone.now() - timedelta(days=1)
    if Post.objects.filter(guest=guest, created_at__gt=day_ago).count() >= MOST_A_DAY:
        raise ValidationError(_("That is a lot for one day. Please go on tomorrow."))
    question = thread.posts.filter(author=thread.author_id).first() if thread.author_id else None
    return add_post(thread=thread, author=None, guest=guest, text=text, language=language, reply_to=question)


def stop_letters_to_guest(*, guest: ThreadGuest) -> None:
    """Send ``guest`` nothing more about the thread."""
    if guest.stopped_at is None:
        guest.stopped_at = timezone.now()
        guest.save(update_fields=["stopped_at"])
