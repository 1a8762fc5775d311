"""Offering an answer to a sheet, agreeing to it, and taking it off the sheet again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.addresses import address_for
from common.markdown import render_markdown
from common.page_views import page_view, screen_view
from discussions.gone_quotations import words_of
from discussions.models import AnswerOffer, Thread
from members.requests import MemberRequest
from portal.asking import answers
from portal.asking.forms import LONGEST_ANSWER, ConsentForm, OfferForm
from practices.models import PracticeSheet

METHODS = ["GET", "HEAD", "POST"]


@page_view(PracticeSheet)
def answers_on_sheet(page: PracticeSheet, request: HttpRequest) -> dict:
    """For ``practices/sheet/answers.html``."""
    listed = list(page.practice.public_answers.all())
    return {
        "public_answers": [(answer, render_markdown(answer.answer)) for answer in listed],
        "removable_answers": answers.removable(request.user, page, listed),
    }


@screen_view("discussions:thread")
def offer_in_thread(context: dict, request: HttpRequest) -> dict:
    """For ``discussions/thread_asking.html``: what may become of the accepted answer."""
    thread: Thread = context["thread"]
    sheet = answers.sheet_of(thread) if thread.answer_id else None
    if sheet is None:
        return {"offer": None, "can_offer": False}
    offer = AnswerOffer.objects.filter(post=thread.answer_id).first()
    is_author = thread.answer is not None and thread.answer.author_id == request.user.pk
    may = thread.answer is not None and answers.can_offer(request.user, thread.answer, sheet)
    return {
        "offer": offer if is_author or may else None,
        "is_author_of_answer": is_author,
        "can_offer": may and (offer is None or offer.status == "waiting"),
    }


@never_cache
@login_required
@require_http_methods(METHODS)
def offer(request: MemberRequest, pk: int) -> HttpResponse:
    """Say in which words the answer shall stand on the sheet; its author is asked, or agrees next."""
    post, sheet = answers.get_post_to_offer(request.user, pk)
    former = AnswerOffer.objects.filter(post=post).first()
    initial = {
        "question": former.question if former else post.thread.title,
        "question_language": former.question_language if former else post.thread.language,
        "answer": former.answer if former else words_of(post, instead="")[:LONGEST_ANSWER],
    }
    form = OfferForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.carry_out(lambda told: answers.offer_answer(post=post, sheet=sheet, by=request.user, **told)):
        if post.author == request.user:
            return redirect("own_answer", form.outcome.pk)
        messages.success(request, _("The author is asked by mail. You hear of the answer."))
        return redirect(post.thread)
    context = {"post": post, "thread": post.thread, "sheet": _best(sheet, request), "form": form}
    return render(request, "portal/asking/offer.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(METHODS)
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the holder of the key from the letter; a POST answers. Opening the address changes nothing."""
    try:
        found = answers.read_consent_token(token)
    except answers.OfferClosed as closed:
        return render(request, "portal/asking/consent_closed.html", {"reason": closed.reason}, status=410)
    return _consent(request, found)


@never_cache
@login_required
@require_http_methods(METHODS)
def own_answer(request: MemberRequest, pk: int) -> HttpResponse:
    """The same for an author who is logged in."""
    try:
        found = answers.offer_of(request.user, pk)
    except answers.OfferClosed as closed:
        return render(request, "portal/asking/consent_closed.html", {"reason": closed.reason}, status=410)
    return _consent(request, found)


def _consent(request: HttpRequest, found: answers.Offer) -> HttpResponse:
    decision = request.POST.get("decision", "")
    form = ConsentForm(
        request.POST if decision == "agree" else None,
        name=found.author_name,
        city=found.city,
    )
    if decision == "refuse":
        answers.refuse_consent(offer=found)
        return redirect(request.path)
    if decision == "agree" and form.is_valid():
        answers.give_consent(offer=found, answered_by=form.name)
        return redirect(request.path)
    context: dict[str, Any] = {
        "offer": found,
        "answer": render_markdown(found.row.answer),
        "sheet": _best(found.sheet, request),
        "form": form,
    }
    return render(request, "portal/asking/consent.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(METHODS)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, and take an answer off the sheet: as its author, or as one who looks after the sheet."""
    answer, sheet = answers.get_answer_to_remove(request.user, pk)
    if request.method == "POST":
        answers.remove_published(answer=answer, sheet=sheet, by=request.user)
        messages.success(request, _("The answer stands on the sheet no longer."))
        return redirect(address_for(_best(sheet, request), request))
    context = {"answer": answer, "text": render_markdown(answer.answer), "sheet": _best(sheet, request)}
    return render(request, "portal/asking/remove_answer.html", context)


def _best(sheet: PracticeSheet, request: HttpRequest) -> PracticeSheet:
    """The language version for this reader; where none may be read, as by a guest, the one that is meant."""
    best = PracticeSheet.objects.best_version_of(sheet, request)
    return best if isinstance(best, PracticeSheet) else sheet
