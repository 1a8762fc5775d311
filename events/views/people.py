"""Registration as coordinators look after it: its rules, its questions, and the people."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import reading_order
from common.tables import as_csv
from events.actions.places import change_registration
from events.actions.questions import delete_question, has_answers, save_question
from events.actions.registering import AlreadyRegistered, add_by_hand, admit, cancel, decline
from events.enums import RegistrationStatus
from events.forms.people import (
    AddPersonForm,
    QuestionForm,
    ReasonForm,
    RegistrationSettingsForm,
    own_places,
    own_places_rows,
)
from events.models import Event, Question, Registration
from events.opening import RegistrationClosed
from events.people import (
    PeopleFilters,
    answer_in_words,
    as_xlsx,
    kept_questions,
    numbers_of,
    people_of,
    positions_of,
    table_of,
    with_details,
)
from events.permissions import get_event_to_manage
from members.requests import MemberRequest

PEOPLE_A_PAGE = 60
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# ------------------------------------------------------------ the rules


@never_cache
@login_required
def registration(request: MemberRequest, number: int) -> HttpResponse:
    """Mode, opening and closing, places, cities with places of their own; and the questions."""
    event = get_event_to_manage(request.user, number)
    form = RegistrationSettingsForm(request.POST or None, event=event)
    rows = own_places_rows(request.POST or None, event)
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        try:
            change_registration(event=event, values=form.values(), own_places=own_places(rows))
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("Saved. Places that became free are offered to those who wait."))
            return redirect("events:manage_registration", event.pk)
    is_wrong = form.is_bound and bool(form.errors or rows.total_error_count())
    context = {
        "event": event,
        "form": form,
        "rows": rows,
        "questions": Question.objects.filter(event=event),
        "today": timezone.localdate(),
    }
    return render(request, "events/manage/registration.html", context, status=422 if is_wrong else 200)


@never_cache
@login_required
def new_question(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _question_page(request, event, None)


@never_cache
@login_required
def question(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _question_page(request, event, get_object_or_404(Question, pk=pk, event=event, erased_at=None))


def _question_page(request: MemberRequest, event: Event, found: Question | None) -> HttpResponse:
    form = QuestionForm(request.POST or None, event=event, question=found)
    if form.carry_out(lambda _told: save_question(question=form.instance)):
        messages.success(request, _("The question is saved."))
        return redirect("events:manage_registration", event.pk)
    context = {"event": event, "form": form, "question": found, "is_answered": bool(found and has_answers(found))}
    return render(request, "events/manage/question.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_question(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """Asked back with the number of answers that go; more answers meanwhile, and it is asked again."""
    event = get_event_to_manage(request.user, number)
    question = get_object_or_404(Question, pk=pk, event=event)
    answers = question.answers.count()
    if answers and request.POST.get("confirmed") != str(answers):
        context = {"event": event, "question": question, "answers": answers}
        return render(request, "events/manage/delete_question.html", context, status=422)
    delete_question(question=question)
    messages.success(request, _("The question is gone, and the answers with it."))
    return redirect("events:manage_registration", event.pk)


# ------------------------------------------------------------ the people


@never_cache
@login_required
def people(request: MemberRequest, number: int) -> HttpResponse:
    """Everybody who registered, narrowed by status, city and words; with the numbers of all."""
    event = get_event_to_manage(request.user, number)
    filters, today, order = PeopleFilters.from_query(request.GET), timezone.localdate(), reading_order(request)
    found = with_details(filters.narrow(people_of(event)), today)
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    positions = positions_of(event)
    asked = {question.pk: question for question in kept_questions(event, today)}
    rows = [
        {
            "registration": registration,
            "position": positions.get(registration.pk),
            "answers": [
                (asked[answer.question_id], answer_in_words(answer, order))
                for answer in registration.kept_answers  # type: ignore[attr-defined] # of with_details
                if answer.question_id in asked
            ],
            "can_be_admitted": registration.status in (RegistrationStatus.REQUESTED, RegistrationStatus.DECLINED),
            "can_be_declined": registration.status == RegistrationStatus.REQUESTED,
            "can_be_cancelled": registration.status in RegistrationStatus.told(),
        }
        for registration in page
    ]
    context = {
        "event": event,
        "paged": page,
        "rows": rows,
        "filters": filters,
        "numbers": numbers_of(event),
        "free": None if event.capacity is None else event.capacity - event.taken,
    }
    return render(request, "events/manage/people.html", context)


def _person(event: Event, pk: int) -> Registration:
    found = Registration.objects.filter(event=event, pk=pk).exclude(status=RegistrationStatus.UNCONFIRMED)
    return get_object_or_404(found.select_related("event", "city", "user"))


@login_required
@require_POST
def admit_person(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    try:
        current = admit(registration=_person(event, pk))
    except RegistrationClosed as closed:
        messages.error(request, str(closed))
    else:
        _say(request, current)
    return redirect("events:manage_people", event.pk)


@never_cache
@login_required
def decline_person(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    return _with_reason(request, number, pk, decline)


@never_cache
@login_required
def cancel_person(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    return _with_reason(request, number, pk, cancel)


def _with_reason(request: MemberRequest, number: int, pk: int, act: Any) -> HttpResponse:
    """Ask why, then do it."""
    event = get_event_to_manage(request.user, number)
    found = _person(event, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _say(request, act(registration=found, reason=form.cleaned_data["reason"]))
        return redirect("events:manage_people", event.pk)
    context = {"event": event, "form": form, "registration": found, "is_decline": act is decline}
    return render(request, "events/manage/person.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def add_person(request: MemberRequest, number: int) -> HttpResponse:
    """Register somebody by hand; a letter tells the person."""
    event = get_event_to_manage(request.user, number)
    form = AddPersonForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_by_hand(event=event, applicant=form.applicant)
        except RegistrationClosed as closed:
            form.add_error(None, str(closed))
        except AlreadyRegistered as already:
            form.add_error(
                "email",
                _("This address is registered already: %(status)s.")
                % {"status": already.registration.get_status_display()},
            )
        else:
            _say(request, added)
            return redirect("events:manage_people", event.pk)
    context = {"event": event, "form": form}
    return render(request, "events/manage/add_person.html", context, status=422 if form.errors else 200)


def _say(request: MemberRequest, current: Registration) -> None:
    messages.success(
        request, _("%(name)s: %(status)s.") % {"name": current.name, "status": current.get_status_display()}
    )


@never_cache
@login_required
def export(request: MemberRequest, number: int, file_format: str) -> HttpResponse:
    """The list as it is narrowed, as a table; without answers whose day has come."""
    event = get_event_to_manage(request.user, number)
    if file_format not in _TYPES:
        raise Http404
    today = timezone.localdate()
    found = with_details(PeopleFilters.from_query(request.GET).narrow(people_of(event)), today)
    table = table_of(event, found, reading_order(request), today)
    content = as_xlsx(table) if file_format == "xlsx" else as_csv(table)
    people = _("people")
    name = f"{people}-{event.pk}.{file_format}"
    return HttpResponse(
        content, content_type=_TYPES[file_format], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
