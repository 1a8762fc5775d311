"""Calls to the network: opening one, and saying what came of it."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from discussions.actions.posting import add_post, open_thread
from discussions.calls import open_calls_of
from discussions.models import Call, CallAddressee, Thread
from members.models import City, User

MOST_OPEN = 3


class TooManyCalls(PermissionDenied):
    """Another call has to come to an end first; says so in words."""


def check_may_call(user: User) -> None:
    """Raises TooManyCalls where ``user`` has as many open calls as anybody may have: each reaches everybody."""
    if open_calls_of(user).count() >= MOST_OPEN:
        raise TooManyCalls(
            _("You have %(number)d open calls. Say what came of one of them before you begin another.")
            % {"number": MOST_OPEN}
        )


@transaction.atomic
def open_call(
    *,
    asker: User,
    title: str,
    text: str,
    language: str,
    deadline: date,
    languages: Iterable[str],
    addressees: Mapping[City, int | None],
) -> Call:
    """Open a thread for the whole network that is a call.

    ``addressees`` are the cities asked in particular, each with the number of the practice that suggested it. Raises
    PermissionDenied as ``check_may_call`` does.
    """
    check_may_call(asker)
    thread: Thread = open_thread(group=None, author=asker, title=title, text=text, language=language)
    call = Call.objects.create(thread=thread, deadline=deadline, languages=list(languages))
    CallAddressee.objects.bulk_create(
        CallAddressee(call=call, city=city, practice_number=number) for city, number in addressees.items()
    )
    return call


@transaction.atomic
def end_call(*, call: Call, by: User, summary: str, language: str) -> Call:
    """Say what came of the call: the summary stands above the answers, and goes into the thread under a heading that
    says what it is, so that all who take part hear of it.

    Late answers are still taken. Raises PermissionDenied where it has ended before.
    """
    ended = Call.objects.select_for_update(of=("self",)).select_related("thread").get(pk=call.pk)
    if not ended.is_open:
        raise PermissionDenied(_("This call has been summed up already."))
    ended.summary, ended.summary_language, ended.ended_at = summary, language, timezone.now()
    ended.save(update_fields=["summary", "summary_language", "ended_at"])
    if not ended.thread.is_closed:
        with translation.override(language):
            heading = _("What came of this call")
        add_post(thread=ended.thread, author=by, text=f"**{heading}**\n\n{summary}", language=language)
    return ended
