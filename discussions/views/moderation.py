"""What those who look after a thread do with it: pin, close, mark the answer, move, merge, split."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import current_language
from common.numbers import id_in, ids_in
from common.page_views import screen_view
from discussions.actions.moderating import close_thread, mark_answer, pin_thread
from discussions.actions.rearranging import merge_threads, move_thread, people_left_behind, split_thread
from discussions.forms.moderation import MergeForm, MoveForm, SplitForm
from discussions.models import Post, Thread
from discussions.permissions import get_post, get_thread_to_moderate, groups_to_move_to
from discussions.tools import post_tools, thread_tools
from discussions.views.screens import show_form
from groups.models import WorkingGroup
from members.models import User
from members.requests import MemberRequest

THREADS_OFFERED = 20
POSTS_OFFERED = 100
LONGEST_QUERY = 100


@screen_view("discussions:thread")
def tools(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """For ``thread_tools.html``, ``post_tools.html`` and ``post_translation.html``."""
    user = cast("User", request.user)
    thread, posts = context["thread"], list(context["posts"])
    of_thread = thread_tools(user, thread)
    of_posts = post_tools(user, thread, posts, of_thread, current_language(), user.languages)
    languages = {post.pk: post.language for post in posts}
    read = set(user.languages)
    return {
        "tools": of_thread,
        "tools_by_post": of_posts,
        "to_translate": [pk for pk, each in of_posts.items() if each.may_translate and languages[pk] not in read],
    }


@require_POST
@login_required
def pin(request: MemberRequest, pk: int) -> HttpResponse:
    thread = get_thread_to_moderate(request.user, pk)
    is_pinned = "undo" not in request.POST
    pin_thread(thread=thread, by=request.user, is_pinned=is_pinned)
    messages.success(
        request, _("The discussion is pinned.") if is_pinned else _("The discussion is not pinned any more.")
    )
    return redirect(thread)


@require_POST
@login_required
def close(request: MemberRequest, pk: int) -> HttpResponse:
    thread = get_thread_to_moderate(request.user, pk)
    is_closed = "undo" not in request.POST
    try:
        close_thread(thread=thread, by=request.user, is_closed=is_closed)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The discussion is closed.") if is_closed else _("The discussion is open again."))
    return redirect(thread)


@require_POST
@login_required
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """Say that a post solved its thread, or that it did not."""
    post = get_post(request.user, pk)
    is_answer = "undo" not in request.POST
    try:
        mark_answer(post=post, by=request.user, is_answer=is_answer)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The answer is marked.") if is_answer else _("The mark is taken off."))
    return redirect(post.get_absolute_url())


@never_cache
@login_required
def move(request: MemberRequest, pk: int) -> HttpResponse:
    thread = get_thread_to_moderate(request.user, pk)
    groups = groups_to_move_to(request.user, thread)
    best = {group.pk: WorkingGroup.objects.best_version_of(group, request) or group for group in groups}
    form = MoveForm(request.POST or None, groups=groups, names={pk: group.title for pk, group in best.items()})
    if form.carry_out(lambda told: move_thread(thread=thread, by=request.user, **told)):
        messages.success(request, _("The discussion is moved."))
        return redirect(thread)
    context = {
        "thread": thread,
        "form": form,
        "left_behind": [(best[group.pk], people_left_behind(thread, group)) for group in groups],
    }
    return show_form(request, "discussions/moderation/move.html", context)


@never_cache
@login_required
def merge(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose, among those found by ``q``, the thread that this one becomes part of."""
    thread = get_thread_to_moderate(request.user, pk)
    possible = _can_take_in(request.user, thread)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = possible.filter(title__icontains=query) if query else possible
    offered = list(found.order_by("-last_post_at", "-pk")[:THREADS_OFFERED])
    form = MergeForm(request.POST or None, offered=offered, possible=possible)
    if form.carry_out(lambda told: merge_threads(thread=thread, by=request.user, **told)):
        messages.success(request, _("The two discussions are one."))
        return redirect(form.cleaned_data["into"])
    context = {
        "thread": thread,
        "form": form,
        "query": query,
        "offered": offered,
        "chosen": id_in(request.POST.get("into", "")),
    }
    return show_form(request, "discussions/moderation/merge.html", context)


def _can_take_in(user: User, thread: Thread) -> QuerySet[Thread]:
    """The threads among the same people; of more than one is asked when it is done."""
    threads = Thread.objects.visible_to(user).filter(merged_into=None, call=None).exclude(pk=thread.pk)
    return threads.of_group(thread.group) if thread.group else threads.filter(group=None)


@never_cache
@login_required
def split(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose posts, from the one that ``post`` names onwards, for a new thread."""
    thread = get_thread_to_moderate(request.user, pk)
    later = _posts_from(thread, request.GET.get("post", ""))
    offered = list(later.select_related("author", "guest")[:POSTS_OFFERED])
    after_these = later.exclude(pk__in=[post.pk for post in offered])
    form = SplitForm(
        request.POST or None,
        posts=later,
        has_later=after_these.exists(),
        initial={"language": thread.language},
    )
    if form.carry_out(lambda told: split_thread(thread=thread, by=request.user, **_split_off(told, after_these))):
        messages.success(request, _("The new discussion is open."))
        return redirect(form.outcome)
    chosen = set(request.POST.getlist("posts")) if form.is_bound else {str(post.pk) for post in offered[:1]}
    context = {
        "thread": thread,
        "form": form,
        "offered": [(post, str(post.pk) in chosen) for post in offered],
    }
    return show_form(request, "discussions/moderation/split.html", context)


def _posts_from(thread: Thread, first: str) -> QuerySet[Post]:
    """The posts of ``thread`` from the one of this number on, but for the one with which it begins."""
    posts = thread.posts.exclude(pk=thread.first_post_pk or 0).order_by("created_at", "pk")
    begin = posts.filter(pk__in=ids_in([first])).first()
    return posts.filter(created_at__gte=begin.created_at) if begin else posts


def _split_off(told: dict[str, Any], after_these: QuerySet[Post]) -> dict[str, Any]:
    """What ``split_thread`` is told: with the posts that were chosen go, where that was asked for, all that follow."""
    later = after_these if told.pop("and_later", False) else after_these.none()
    return told | {"posts": [*(post.pk for post in told["posts"]), *later.values_list("pk", flat=True)]}
