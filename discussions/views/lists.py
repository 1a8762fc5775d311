"""All threads that one person may see, the unread ones first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.page_views import whole_context
from discussions.actions.reading import read_all
from discussions.models import Thread
from discussions.models.threads import ThreadQuerySet
from discussions.queries import concerning, threads_on_page, unanswered, unread_of, written_in_by
from groups.models import WorkingGroup
from groups.queries import groups_of
from members.models import User
from members.requests import MemberRequest

SHOW: dict[str, tuple[Any, Callable[[ThreadQuerySet, User], ThreadQuerySet]]] = {
    "": (_("All"), lambda threads, _user: threads),
    "unread": (_("Unread"), lambda threads, user: threads.filter(pk__in=unread_of(user).values("pk"))),
    "unanswered": (_("Unanswered"), lambda threads, _user: unanswered(threads)),
    "mine": (_("I wrote in them"), written_in_by),
    "about-me": (_("About me or my city"), concerning),
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to narrow the list, as a link."""

    label: Any
    query: str
    is_chosen: bool


def _asked(request: MemberRequest) -> tuple[str, WorkingGroup | None, list[WorkingGroup]]:
    """What the address asks for; what it may not ask for, or nobody understands, is not asked."""
    show = request.GET.get("show", "")
    groups = list(groups_of(request))
    group = next((each for each in groups if str(each.pk) == request.GET.get("group", "")), None)
    return show if show in SHOW else "", group, groups


def _query(show: str, group: WorkingGroup | None) -> str:
    return urlencode({name: value for name, value in (("show", show), ("group", group.pk if group else "")) if value})


def _threads(request: MemberRequest, group: WorkingGroup | None) -> ThreadQuerySet:
    threads = Thread.objects.visible_to(request.user)
    return (threads.of_group(group) if group else threads).for_list()


@never_cache
@login_required
def own_threads(request: MemberRequest) -> HttpResponse:
    """``show`` and ``group`` narrow the list."""
    show, group, groups = _asked(request)
    threads = SHOW[show][1](_threads(request, group), request.user)
    page = threads_on_page(threads, request, unread_first=True)
    shown = {each.translation_key: each for each in groups}
    for thread in page.object_list:
        thread.group_shown = shown.get(thread.group.translation_key) if thread.group else None
    context = {
        "threads": page,
        "query": _query(show, group),
        "group": group,
        "narrowings": [Narrowing(label, _query(name, group), name == show) for name, (label, _narrow) in SHOW.items()],
        "groups": [
            Narrowing(_("All groups"), _query(show, None), group is None),
            *(Narrowing(each.title, _query(show, each), each == group) for each in groups),
        ],
        "has_unread": unread_of(request.user).exists(),
        "is_narrowed": bool(show or group),
        "own_groups": groups,
    }
    context = whole_context("discussions:unread", context, request)
    with timezone.override(request.user.zone):
        return render(request, "discussions/own_threads.html", context)


@require_POST
@login_required
def read_everything(request: MemberRequest) -> HttpResponse:
    """All that there is has been read, in the group that the address names or everywhere."""
    _show, group, _groups = _asked(request)
    threads = Thread.objects.visible_to(request.user)
    count = read_all(user=request.user, threads=threads.of_group(group) if group else None)
    words = ngettext("%(number)d discussion is marked as read.", "%(number)d discussions are marked as read.", count)
    messages.success(request, words % {"number": count})
    query = _query("", group)
    address = redirect("discussions:unread")
    if query:
        address["Location"] += f"?{query}"
    return address
