"""Reading threads, replying, and opening new ones."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from common.kept_forms import login_keeping_form, take_own
from common.languages import current_language
from common.markdown import render_message
from common.models import BasePage
from common.numbers import id_in
from common.page_views import whole_context
from discussions.actions.attachments import keep_files
from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import read_until
from discussions.forms.posts import LONGEST_PASSAGE, ReplyForm, ThreadForm, words_to_begin_with
from discussions.limits import sent_already
from discussions.mentions import read_mentions
from discussions.models import Post, Thread
from discussions.permissions import get_group_to_write_in, get_thread, moderates
from discussions.queries import address_of, mark_of, new_posts, posts_on_page
from discussions.quoting import quotation, text_fragment
from discussions.translations import translated_titles
from discussions.views.screens import show_form
from groups.enums import Visibility
from groups.models import WorkingGroup
from members.requests import MemberRequest


@never_cache
@login_keeping_form
def thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Read a thread; a POST adds a reply to it, or shows what it would look like."""
    found = _where_it_went(request, pk)
    if request.method == "POST":
        return _reply(request, found)
    if found.pk != pk:
        return redirect(found)
    form = ReplyForm(take_own(request), writer=request.user, thread=found, initial=_reply_begun(request, found))
    form.offer([])
    return _show(request, found, form)


def _where_it_went(request: MemberRequest, pk: int) -> Thread:
    """The thread, or the one that it was merged into."""
    found = get_thread(request.user, pk)
    while found.merged_into_id:
        found = get_thread(request.user, found.merged_into_id)
    return found


def _reply_begun(request: MemberRequest, thread: Thread) -> dict[str, Any]:
    """What the form holds at first: ``reply_to`` names the post that is answered, ``quote`` one to be quoted."""
    begun: dict[str, Any] = {}
    if answered := _standing_post(thread, request.GET.get("reply_to", "")):
        begun["reply_to"] = answered.pk
    if quoted := _standing_post(thread, request.GET.get("quote", "")):
        begun |= {"reply_to": quoted.pk, "text": quotation(quoted)}
    return begun


def _standing_post(thread: Thread, pk: str) -> Post | None:
    number = id_in(pk)
    if number is None:
        return None
    return thread.posts.standing().select_related("author", "guest").filter(pk=number).first()


def _reply(request: MemberRequest, thread: Thread) -> HttpResponse:
    form = ReplyForm(request.POST, request.FILES, writer=request.user, thread=thread)
    is_good = form.is_valid()
    if thread.is_closed:
        # It may have been closed while somebody wrote: what was typed is shown once more, to be taken elsewhere.
        form.add_error(None, _("This discussion is closed to new replies."))
        return _show(request, thread, form, status=403)
    if is_good and "preview" not in request.POST:
        text = form.cleaned_data["text"]
        if twin := sent_already(author=request.user, text=text, thread=thread):
            messages.success(request, _("Your reply is in the discussion."))
            return redirect(address_of(twin))
        if form.check_pace():
            new_files = keep_files(files=form.cleaned_data["attachments"], by=request.user)
            post = add_post(
                thread=thread,
                author=request.user,
                text=text,
                language=form.cleaned_data["language"],
                reply_to=form.cleaned_data["reply_to"],
                attachments=[*form.cleaned_data["kept"], *new_files],
            )
            messages.success(request, _("Your reply is in the discussion."))
            return redirect(address_of(post))
    form.offer(keep_files(files=form.good_files, by=request.user))
    return _show(request, thread, form, preview=_preview(request, form, thread), status=422 if form.errors else 200)


def _preview(request: MemberRequest, form: ReplyForm, thread: Thread) -> str:
    text = form.cleaned_data.get("text", "") if "preview" in request.POST else ""
    return render_message(text, read_mentions(text, thread=thread, writer=request.user).links) if text else ""


def _show(
    request: MemberRequest, thread: Thread, form: ReplyForm, *, preview: str = "", status: int = 200
) -> HttpResponse:
    mark = mark_of(thread, request.user)
    new = new_posts(thread, request.user, mark)
    posts = posts_on_page(thread, request.GET.get("page"))
    for post in posts.object_list:
        post.is_new = post.is_standing and post.created_at > mark and post.author_id != request.user.pk
    first_new = new.order_by("created_at", "pk").first()
    about = _best_version(thread.about, request)
    context = {
        "thread": thread,
        "translated_title": translated_titles([thread], current_language()).get(thread.pk),
        "about": about,
        "about_passage": text_fragment(thread.passage) if about else "",
        "group": WorkingGroup.objects.best_version_of(thread.group, request),
        "posts": posts,
        "new_count": new.count() if first_new else 0,
        "first_new": first_new,
        "shown": {post.pk for post in posts.object_list},
        "answers": _standing_post(thread, str(form["reply_to"].value() or "")),
        "is_moderator": moderates(request.user, thread),
        "form": form,
        "preview": preview,
        "scope": f"thread={thread.pk}",
    }
    context = whole_context("discussions:thread", context, request)
    with timezone.override(request.user.zone):
        response = render(request, "discussions/thread.html", context, status=status)
    if request.method == "GET" and not _is_ahead_of_time(request) and posts.object_list:
        read_until(user=request.user, thread=thread, moment=posts.object_list[-1].created_at)
    return response


def _is_ahead_of_time(request: HttpRequest) -> bool:
    """Whether a browser asks only in case somebody will want to see the page: nobody has read it then."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


def _best_version(page: Page | None, request: HttpRequest) -> BasePage | None:
    specific = _specific(page)
    return type(specific).objects.best_version_of(specific, request) if specific else None


def _specific(page: Page | None) -> BasePage | None:
    specific = page.specific if page else None
    return specific if isinstance(specific, BasePage) else None


@never_cache
@login_required
def resume(request: MemberRequest, pk: int) -> HttpResponse:
    """Leads to the first post that this reader has not read, or to the last one."""
    found = _where_it_went(request, pk)
    new = new_posts(found, request.user, mark_of(found, request.user))
    post = new.order_by("created_at", "pk").first() or found.posts.order_by("-created_at", "-pk").first()
    return redirect(address_of(post) if post else found.get_absolute_url())


# ---------------------------------------------------------------- opening one


@never_cache
@login_keeping_form
def new_thread(request: MemberRequest, group_pk: int) -> HttpResponse:
    """Open a thread in a group, about the page named by ``about`` if there is one; ``title`` and ``passage`` fill the
    form."""
    group = get_group_to_write_in(request.user, group_pk)
    about = _page_about(request, request.GET.get("about", ""))
    scope = Thread(group=group, visibility=Visibility.GROUP)
    preview = ""
    if request.method == "POST":
        form = ThreadForm(request.POST, request.FILES, writer=request.user, has_page=about is not None)
        if form.is_valid() and "preview" not in request.POST:
            if twin := _opened_already(request, group, form):
                messages.success(request, _("The discussion is open."))
                return redirect(twin)
            if form.check_pace():
                return _open(request, group, about, form)
        form.offer(keep_files(files=form.good_files, by=request.user))
        preview = _preview(request, form, scope)
    else:
        begun = words_to_begin_with(request.GET.get("title", ""))
        begun["passage"] = " ".join(request.GET.get("passage", "").split())[:LONGEST_PASSAGE]
        form = ThreadForm(take_own(request), writer=request.user, has_page=about is not None, initial=begun)
        form.offer([])
    context = {
        "group": WorkingGroup.objects.best_version_of(group, request) or group,
        "about": about,
        "form": form,
        "preview": preview,
        "scope": f"group={group.pk}",
    }
    return show_form(request, "discussions/new_thread.html", context)


def _open(request: MemberRequest, group: WorkingGroup, about: BasePage | None, form: ThreadForm) -> HttpResponse:
    sent = form.cleaned_data
    opened = open_thread(
        group=group,
        author=request.user,
        about=about,
        title=sent["title"],
        text=sent["text"],
        language=sent["language"],
        passage=sent.get("passage", ""),
        attachments=[*sent["kept"], *keep_files(files=sent["attachments"], by=request.user)],
    )
    messages.success(request, _("The discussion is open."))
    return redirect(opened)


def _opened_already(request: MemberRequest, group: WorkingGroup, form: ThreadForm) -> Thread | None:
    """The same thread, if it was sent a moment ago."""
    latest = Thread.objects.of_group(group).filter(author=request.user, title=form.cleaned_data["title"]).first()
    if latest and sent_already(author=request.user, text=form.cleaned_data["text"], thread=latest):
        return latest
    return None


def _page_about(request: HttpRequest, pk: str) -> BasePage | None:
    """The page that a thread is to be about, if this reader may see it."""
    number = id_in(pk)
    page = None if number is None else _specific(Page.objects.filter(pk=number).first())
    return page if page and page.is_visible_to(request.user) else None
