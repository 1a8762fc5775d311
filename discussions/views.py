"""Screens of the discussions, and what they add to the pages of working groups."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from common.languages import current_language
from common.models import BasePage
from common.numbers import id_in
from common.page_views import page_view
from discussions.actions import add_post, open_thread
from discussions.forms import ReplyForm, ThreadForm, words_to_begin_with
from discussions.models import Thread
from discussions.permissions import get_group_to_write_in, get_thread
from groups.models import WorkingGroup
from groups.queries import groups_of, is_member
from members.requests import MemberRequest

POSTS_A_PAGE = 50
THREADS_ON_A_PAGE = 20


@page_view(WorkingGroup)
def group_threads(page: WorkingGroup, request: HttpRequest) -> dict:
    if not is_member(request.user, page):
        return {"is_member": False}
    threads = Thread.objects.visible_to(request.user).of_group(page).for_list()
    return {
        "is_member": True,
        "threads": Paginator(threads, THREADS_ON_A_PAGE).get_page(request.GET.get("page")),
    }


def threads_about(page: BasePage, request: HttpRequest) -> dict:
    """The threads about a page, and the groups of this reader in which one can be opened."""
    if not request.user.is_authenticated:
        return {}
    return {
        "threads": list(Thread.objects.visible_to(request.user).about_page(page).for_list()[:THREADS_ON_A_PAGE]),
        "own_groups": list(groups_of(request)),
    }


def _page_about(request: HttpRequest, pk: str) -> BasePage | None:
    """The page that a thread is to be about, if this reader may see it."""
    number = id_in(pk)
    page = None if number is None else _specific(Page.objects.filter(pk=number).first())
    return page if page and page.is_visible_to(request.user) else None


def _best_version(page: Page | None, request: HttpRequest) -> BasePage | None:
    specific = _specific(page)
    return type(specific).objects.best_version_of(specific, request) if specific else None


def _specific(page: Page | None) -> BasePage | None:
    specific = page.specific if page else None
    return specific if isinstance(specific, BasePage) else None


@never_cache
@login_required
def thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Read a thread; a POST adds a reply to it."""
    found = get_thread(request.user, pk, to_reply=request.method == "POST")
    form = ReplyForm(request.POST or None, initial={"language": current_language()})
    if request.method == "POST" and form.is_valid():
        post = add_post(thread=found, author=request.user, **form.cleaned_data)
        messages.success(request, _("Your reply is in the discussion."))
        last_page = Paginator(found.posts.all(), POSTS_A_PAGE).num_pages
        query = f"?page={last_page}" if last_page > 1 else ""
        return redirect(f"{found.get_absolute_url()}{query}#post-{post.pk}")
    posts = Paginator(found.posts.select_related("author__city").prefetch_related("author__city__labels"), POSTS_A_PAGE)
    context = {
        "thread": found,
        "about": _best_version(found.about, request),
        "group": WorkingGroup.objects.best_version_of(found.group, request),
        "posts": posts.get_page(request.GET.get("page")),
        "form": form,
    }
    return render(request, "discussions/thread.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def new_thread(request: MemberRequest, group_pk: int) -> HttpResponse:
    """Open a thread in a group, about the page named by ``about`` if there is one; ``title`` fills the form."""
    group = get_group_to_write_in(request.user, group_pk)
    about = _page_about(request, request.GET.get("about", ""))
    form = ThreadForm(
        request.POST or None,
        initial={"language": current_language(), **words_to_begin_with(request.GET.get("title", ""))},
    )
    if request.method == "POST" and form.is_valid():
        opened = open_thread(group=group, author=request.user, about=about, **form.cleaned_data)
        messages.success(request, _("The discussion is open."))
        return redirect(opened)
    context = {
        "group": WorkingGroup.objects.best_version_of(group, request) or group,
        "about": about,
        "form": form,
    }
    return render(request, "discussions/new_thread.html", context, status=422 if form.errors else 200)
