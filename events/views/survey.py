"""The survey after an event: answering it, asking, and reading what came of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.languages import reading_order
from events.actions.survey import (
    AlreadyAnswered,
    add_question,
    answer_survey,
    copy_results_to_report,
    move_question,
    question_key,
    remove_question,
    switch_question,
    switch_survey,
)
from events.attending import registration_with_secret
from events.forms.survey import QuestionForm, SurveyForm
from events.models import Event, EventPage, Registration, Survey
from events.permissions import get_event, get_event_to_manage, get_visible_event, registration_of
from events.surveys import (
    LEAST_ANSWERS,
    SurveyResults,
    has_answered,
    is_open,
    question_in_words,
    questions_of,
    took_part,
)
from members.requests import MemberRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """The survey, for whoever has the secret of a registration, which is that of its letters."""
    return _answer(request, registration_with_secret(get_event(number), secret))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_survey(request: MemberRequest, number: int) -> HttpResponse:
    """The same for those who are logged in."""
    event = get_visible_event(request.user, number)
    registration = registration_of(request.user, event)
    if registration is None:
        raise PermissionDenied(_("The survey is for those who took part."))
    return _answer(request, registration)


def _answer(request: HttpRequest, registration: Registration) -> HttpResponse:
    event, order = registration.event, reading_order(request)
    context = {"event": event, "event_page": event.best_page(request), "least": LEAST_ANSWERS}
    if has_answered(registration):
        return render(request, "events/survey/thanks.html", context)
    if not is_open(event) or not took_part(registration):
        return render(request, "events/survey/closed.html", context, status=403)
    questions = [question for question in questions_of(event) if question.is_on]
    form = SurveyForm(request.POST if request.method == "POST" else None, questions=questions, order=order)
    if request.method == "POST" and form.is_valid():
        try:
            answer_survey(registration=registration, answers=form.answers())
        except ValidationError as error:
            form.add_error(None, error)
        except AlreadyAnswered:
            return redirect(request.path)
        else:
            return redirect(request.path)
    return render(request, "events/survey/form.html", {**context, "form": form}, status=422 if form.errors else 200)


# ---------------------------------------------------------------- coordinators


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: MemberRequest, number: int) -> HttpResponse:
    """What is asked. A POST adds a question."""
    event = get_event_to_manage(request.user, number)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            add_question(event=event, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The question is added."))
            return redirect("events:survey_questions", event.pk)
    order = reading_order(request)
    context = {
        "event": event,
        "form": form,
        "survey": Survey.objects.filter(event=event).first(),
        "rows": [
            (question, question_key(question), *question_in_words(question, order)) for question in questions_of(event)
        ],
    }
    return render(request, "events/survey/questions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change_question(request: MemberRequest, number: int, key: str) -> HttpResponse:
    """Move a question, switch it on or off, or remove it, as ``action`` says."""
    event = get_event_to_manage(request.user, number)
    try:
        match request.POST.get("action"):
            case "up":
                move_question(event=event, key=key, by=-1)
            case "down":
                move_question(event=event, key=key, by=1)
            case "on" | "off" as switch:
                switch_question(event=event, key=key, is_on=switch == "on")
            case "remove":
                remove_question(event=event, key=key)
            case _unknown:
                raise Http404
    except KeyError as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("events:survey_questions", event.pk)


@login_required
@require_POST
def switch(request: MemberRequest, number: int) -> HttpResponse:
    """Have the survey, or not."""
    event = get_event_to_manage(request.user, number)
    switch_survey(event=event, is_on=request.POST.get("on") == "1")
    return redirect("events:survey_questions", event.pk)


@never_cache
@login_required
@require_safe
def results(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    context = {
        "event": event,
        "results": SurveyResults(event, reading_order(request)),
        "least": LEAST_ANSWERS,
        "pages": EventPage.objects.filter(event=event).select_related("locale"),
    }
    return render(request, "events/survey/results.html", context)


@never_cache
@login_required
@require_safe
def results_csv(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    content = SurveyResults(event, reading_order(request)).as_csv()
    disposition = content_disposition_header(as_attachment=True, filename=f"survey-{number}.csv")
    return HttpResponse(
        content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition or ""}
    )


@login_required
@require_POST
def copy_to_report(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """Put the figures into the report of this language version."""
    event = get_event_to_manage(request.user, number)
    page = _page_of(event, pk)
    try:
        copy_results_to_report(page=page, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            _("The figures stand in the draft of the report of “%(title)s”. Read it there, then publish it.")
            % {"title": page.title},
        )
    return redirect("events:survey_results", event.pk)


def _page_of(event: Event, pk: int) -> EventPage:
    page = EventPage.objects.filter(event=event, pk=pk).select_related("locale", "event__city").first()
    if page is None:
        raise Http404
    return page
