"""Reading posts in one's own language: asking for translations, and mending them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import CODES, current_language
from common.numbers import ids_in
from discussions.actions.translating import (
    allow_service,
    mend_translation,
    remove_translation,
    state_of,
    title_with,
    translate_post,
    translate_posts,
)
from discussions.forms.moderation import TranslationForm
from discussions.gone_quotations import gone_in, leave_out_quotations, left_of
from discussions.models import PostTranslation
from discussions.permissions import get_post, get_post_to_moderate, get_thread, moderates
from discussions.translation import TranslationFailed, get_translator, may_be_sent
from discussions.translations import html_of
from discussions.views.screens import show_form
from groups.models import WorkingGroup
from groups.permissions import is_administrator
from members.requests import MemberRequest

MOST_AT_ONCE = 50


@require_POST
@login_required
def translate(request: MemberRequest, pk: int) -> HttpResponse:
    """Have one post translated into the language of the interface."""
    post = get_post(request.user, pk)
    try:
        translate_post(post=post, language=current_language())
    except TranslationFailed:
        messages.error(request, _("The translation service does not help at the moment. Try again in a few minutes."))
    return redirect(post.get_absolute_url())


@require_POST
@login_required
def translate_page(request: MemberRequest, pk: int) -> HttpResponse:
    """Have the posts of a page of a thread translated, in the background."""
    thread = get_thread(request.user, pk)
    if not may_be_sent(thread):
        raise PermissionDenied(_("This post may not be sent to a translation service."))
    wanted = ids_in(request.POST.getlist("post"))[:MOST_AT_ONCE]
    posts = list(thread.posts.standing().filter(pk__in=wanted).values_list("pk", flat=True))
    translate_posts.enqueue(posts, current_language())
    messages.success(request, _("The posts are being translated. Load this page again in a minute."))
    return redirect(thread)


@never_cache
@login_required
def mend(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    """Mend the translation of a post, or write one."""
    post = get_post(request.user, pk)
    if language not in CODES or language == post.language or not post.is_standing:
        raise Http404
    known = PostTranslation.objects.filter(post=post, language=language).select_related("corrected_by").first()
    title = title_with(post)
    leave_out_quotations([post])
    gone = gone_in([known.source] if known else [])
    begun = {
        "title": known.title if known and known.title_of == title else "",
        "text": left_of(known.source, gone, instead="") if known else "",
        "seen": state_of(known),
    }
    form = TranslationForm(request.POST or None, initial=begun, title=title)
    if form.carry_out(lambda told: mend_translation(post=post, language=language, by=request.user, **told)):
        messages.success(request, _("Your translation is kept. No machine will write over it."))
        return redirect(post.get_absolute_url())
    has_changed = form.has_error("__all__", "changed")
    if has_changed:
        # Whoever has seen the other one may put this in its place.
        form.data = {**request.POST.dict(), "seen": state_of(known)}
    context = {
        "post": post,
        "known": known,
        "known_html": html_of(known, post, gone) if known else "",
        "target": language,
        "form": form,
        "has_changed": has_changed,
        "may_remove": known is not None and moderates(request.user, post.thread),
    }
    return show_form(request, "discussions/moderation/translation.html", context)


@require_POST
@login_required
def remove(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    post = get_post_to_moderate(request.user, pk)
    remove_translation(post=post, language=language, by=request.user)
    messages.success(request, _("The translation is removed."))
    return redirect(post.get_absolute_url())


# ---------------------------------------------------------------- for administrators


@never_cache
@login_required
def service(request: MemberRequest) -> HttpResponse:
    """Of which working groups posts may be sent to the translation service."""
    if not is_administrator(request.user):
        raise PermissionDenied(_("Only administrators decide what may be sent to the translation service."))
    groups = WorkingGroup.objects.filter(pk__in=_originals()).order_by("title", "pk")
    if request.method == "POST":
        group = groups.filter(pk__in=ids_in([request.POST.get("group", "")])).first()
        if group is None:
            raise Http404
        allow_service(group=group, by=request.user, is_allowed="forbid" not in request.POST)
        messages.success(request, _("It is decided, and stands in the log of the working group."))
        return redirect("discussions:translation_service")
    shown = [(group, WorkingGroup.objects.best_version_of(group, request) or group) for group in groups]
    context = {"groups": shown, "translator": get_translator()}
    return render(request, "discussions/moderation/service.html", context)


def _originals() -> list[int]:
    return [group.pk for group in WorkingGroup.objects.select_related("locale") if group.is_original]
