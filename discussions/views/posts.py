"""What people do with one post: find it, change it, take it back, see what it said, say its language, put it off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.markdown import render_message
from discussions.actions.changing import change_post, say_language, withdraw_post
from discussions.actions.reading import mark_post_unread
from discussions.forms.posts import DETECT, ChangePostForm, LanguageForm
from discussions.mentions import read_mentions
from discussions.permissions import get_own_post, get_post, get_post_to_say_language, get_post_with_versions
from discussions.queries import address_of
from discussions.views.screens import show_form
from members.requests import MemberRequest


@never_cache
@login_required
def post(request: MemberRequest, pk: int) -> HttpResponse:
    """The lasting address of a post leads to where it stands now."""
    return redirect(address_of(get_post(request.user, pk)))


@never_cache
@login_required
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what one wrote, and the title with a thread's first post."""
    found = get_own_post(request.user, pk, to_change=True)
    has_title = found.begins_thread and found.thread.author_id == request.user.pk
    preview = ""
    if request.method == "POST":
        form = ChangePostForm(request.POST, has_title=has_title)
        if form.is_valid() and "preview" in request.POST:
            text = form.cleaned_data["text"]
            preview = render_message(text, read_mentions(text, thread=found.thread, writer=request.user).links)
        elif form.carry_out(lambda told: change_post(post=found, **told)):
            messages.success(request, _("Your post is changed."))
            return redirect(address_of(found))
        if form.has_error("__all__", "changed"):
            # Sent once more, the form takes the place of what it shows as standing now.
            form.data = {**request.POST.dict(), "versions_seen": found.versions.count()}
    else:
        form = ChangePostForm(
            has_title=has_title,
            initial={
                "title": found.thread.title,
                "text": found.source,
                "language": found.language if found.is_language_given else DETECT,
                "versions_seen": found.versions.count(),
            },
        )
    context = {"post": found, "thread": found.thread, "form": form, "preview": preview}
    context["scope"] = f"thread={found.thread_id}"
    with timezone.override(request.user.zone):
        return show_form(request, "discussions/change_post.html", context)


@never_cache
@login_required
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """A page that asks; a POST takes the post back."""
    found = get_own_post(request.user, pk)
    if request.method == "POST":
        withdraw_post(post=found)
        messages.success(request, _("Your post is taken back."))
        return redirect(address_of(found))
    with timezone.override(request.user.zone):
        return render(request, "discussions/withdraw_post.html", {"post": found, "thread": found.thread})


@never_cache
@login_required
def versions(request: MemberRequest, pk: int) -> HttpResponse:
    """What a post said before it was changed, the latest first."""
    found = get_post_with_versions(request.user, pk)
    former = list(found.versions.all())
    for version in former:
        version.html = render_message(version.source)  # type: ignore[attr-defined]
    context = {"post": found, "thread": found.thread, "versions": former}
    with timezone.override(request.user.zone):
        return render(request, "discussions/post_versions.html", context)


@never_cache
@login_required
def language(request: MemberRequest, pk: int) -> HttpResponse:
    """Say in which language a post is written."""
    found = get_post_to_say_language(request.user, pk)
    form = LanguageForm(request.POST or None, initial={"language": found.language})
    if request.method == "POST" and form.is_valid():
        say_language(post=found, language=form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return redirect(address_of(found))
    context = {"post": found, "thread": found.thread, "form": form}
    with timezone.override(request.user.zone):
        return show_form(request, "discussions/post_language.html", context)


@require_POST
@login_required
def unread(request: MemberRequest, pk: int) -> HttpResponse:
    """This post and what follows count as new again. Leads to the list: the thread itself would be read again."""
    mark_post_unread(user=request.user, post=get_post(request.user, pk))
    messages.success(request, _("The discussion is marked as unread from this post on."))
    return redirect("discussions:unread")
