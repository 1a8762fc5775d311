"""Asking a poll in a thread, voting, and ending it."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import CODES, current_language
from common.numbers import ids_in
from common.page_views import screen_view
from discussions.actions.polls import MOST_OPTIONS, ask_poll, close_poll, remove_poll, vote
from discussions.forms.polls import (
    ROWS_AT_FIRST,
    ROWS_MORE,
    PollForm,
    begun_with,
    languages_asked,
    rows_asked,
    typed_so_far,
)
from discussions.models import Poll
from discussions.permissions import get_thread
from discussions.polls import manages_poll, read_poll
from discussions.views.screens import show_form
from members.requests import MemberRequest


@screen_view("discussions:thread")
def poll_of_thread(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """For ``discussions/poll.html``."""
    return {"reading": read_poll(context["thread"], request.user), "zone_of_poll": _zone(request)}  # type: ignore[arg-type]


@never_cache
@login_required
def ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask a poll, or change the one there is. The buttons for more answers and more languages save nothing."""
    thread = get_thread(request.user, pk)
    if not manages_poll(request.user, thread):
        raise PermissionDenied(_("Only whoever opened the discussion and its coordinators look after its poll."))
    poll = Poll.objects.filter(thread=thread).first()
    initial = begun_with(poll)
    written = [code for words in initial.values() if isinstance(words, dict) for code in words]
    languages = languages_asked(
        request.POST, dict.fromkeys([current_language(), thread.language, *request.user.languages[:2], *written])
    )
    rows = rows_asked(request.POST, max(ROWS_AT_FIRST, sum(name.startswith("option_") for name in initial)))
    if request.POST.keys() & {"more", "all_languages"}:
        initial = typed_so_far(request.POST, rows)
        form = PollForm(
            languages=CODES if "all_languages" in request.POST else languages,
            rows=min(rows + ROWS_MORE, MOST_OPTIONS) if "more" in request.POST else rows,
            zone=_zone(request),
            initial=initial,
        )
        form.initial["closes_at"] = request.POST.get("closes_at")
    else:
        form = PollForm(request.POST or None, languages=languages, rows=rows, zone=_zone(request), initial=initial)
    if form.carry_out(lambda _told: ask_poll(thread=thread, by=request.user, **form.answers)):
        messages.success(request, _("The poll stands in the discussion."))
        return redirect(f"{thread.get_absolute_url()}#poll")
    shown = form.fields["question"].languages  # type: ignore[attr-defined]
    context = {
        "thread": thread,
        "poll": poll,
        "form": form,
        "languages": " ".join(shown),
        "has_all_languages": len(shown) == len(CODES),
        "may_have_more": form.rows < MOST_OPTIONS,
    }
    return show_form(request, "discussions/moderation/poll.html", context)


@require_POST
@login_required
def cast(request: MemberRequest, pk: int) -> HttpResponse:
    """Vote, or take one's vote back."""
    poll = _poll_of(request, pk)
    options = [] if "take_back" in request.POST else ids_in(request.POST.getlist("option"))
    if not options and "take_back" not in request.POST:
        messages.error(request, _("Choose an answer first."))
        return _back_to(poll)
    try:
        vote(poll=poll, by=request.user, options=options)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Your vote counts.") if options else _("Your vote is taken back."))
    return _back_to(poll)


@require_POST
@login_required
def close(request: MemberRequest, pk: int) -> HttpResponse:
    poll = _poll_of(request, pk)
    close_poll(poll=poll, by=request.user)
    messages.success(request, _("The poll is over."))
    return _back_to(poll)


@never_cache
@login_required
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once more, because votes go with it."""
    poll = _poll_of(request, pk)
    thread = poll.thread
    if not manages_poll(request.user, thread):
        raise PermissionDenied(_("Only whoever opened the discussion and its coordinators look after its poll."))
    if request.method == "POST":
        remove_poll(poll=poll, by=request.user)
        messages.success(request, _("The poll is removed."))
        return redirect(thread)
    context = {"thread": thread, "reading": read_poll(thread, request.user)}
    return render(request, "discussions/moderation/remove_poll.html", context)


def _poll_of(request: MemberRequest, pk: int) -> Poll:
    """The poll of a thread, for those who may see the thread."""
    poll = Poll.objects.filter(thread=get_thread(request.user, pk)).select_related("thread__group").first()
    if poll is None:
        raise Http404
    return poll


def _back_to(poll: Poll) -> HttpResponse:
    return redirect(f"{poll.thread.get_absolute_url()}#poll")


def _zone(request: HttpRequest) -> ZoneInfo:
    """The clocks by which this person reads and gives times."""
    return getattr(request.user, "zone", None) or ZoneInfo(settings.TIME_ZONE)
