"""Screens of the review: the queue, the sheet before its reviewer, and where it stands for its authors."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Revision

from common.page_views import page_view
from groups.permissions import coordinates_some_group
from members.requests import MemberRequest
from practices.actions.reviewing import accept_sheet, send_back, submit_sheet, what_was_decided, withdraw_sheet
from practices.completeness import completeness_of
from practices.criteria import CRITERIA
from practices.forms.reviewing import Decision, ReviewForm, SubmitForm
from practices.models import PracticeSheet, ReviewState
from practices.permissions import (
    get_review,
    get_sheet_to_write,
    has_conflict_of_interest,
    is_author,
    is_reviewer,
)
from practices.reviewing import (
    confirmations_of,
    decided_for,
    freshness_of,
    queue_entries,
    rounds_of,
    sheet_under_review,
    waiting_for,
)
from practices.schema import FIELDS_BY_NAME, Level, SheetField


@page_view(PracticeSheet)
def acceptance(page: PracticeSheet, request: HttpRequest) -> dict:
    """How long ago somebody confirmed the sheet."""
    return {"freshness": freshness_of(page)}


def criteria(request: HttpRequest) -> HttpResponse:
    """By what a sheet is judged, for everybody to read."""
    return render(request, "practices/reviewing/criteria.html", {"criteria": CRITERIA})


# ---------------------------------------------------------------- for reviewers


@never_cache
@login_required
def queue(request: MemberRequest) -> HttpResponse:
    """What waits for this reviewer, and what was decided lately."""
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("Sheets are reviewed by the coordinators of the working groups."))
    context = {"waiting": queue_entries(waiting_for(request.user)), "decided": queue_entries(decided_for(request.user))}
    return render(request, "practices/reviewing/queue.html", context)


@never_cache
@login_required
def review(request: MemberRequest, pk: int) -> HttpResponse:
    """The submitted sheet, field by field, and the decision on it."""
    found, sheet = get_review(request.user, pk)
    if not found.is_open:
        if request.method == "POST":
            messages.warning(request, what_was_decided(found))
        context = {"review": found, "sheet": sheet, "decision": what_was_decided(found)}
        return render(
            request, "practices/reviewing/decided.html", context, status=422 if request.method == "POST" else 200
        )
    # What is published is the last revision, so that is what a reviewer has to read.
    revision: Revision = sheet.get_latest_revision()
    under_review = sheet_under_review(sheet, revision.content)
    claims = {claim.dimension: claim for claim in under_review.sheet.evidence.all()}
    confirmed = confirmations_of(sheet)
    form = ReviewForm(
        request.POST or None,
        names=under_review.names,
        dimensions=claims,
        initial=_already_confirmed(confirmed) | {"revision": revision.pk},
    )
    if request.method == "POST" and form.is_valid() and _decide(form, found, request):
        return redirect("practices:review_queue")
    context = {
        "review": found,
        "sheet": under_review.sheet,
        "under_review": under_review,
        "tabs": [
            (tab.tab, [(shown, form[f"remark_{shown.field.name}"]) for shown in tab.fields])
            for tab in under_review.tabs
        ],
        "claims": [
            (claim, confirmed.get(dimension), form[f"evidence_{dimension}"], form[f"evidence_{dimension}_note"])
            for dimension, claim in claims.items()
        ],
        "errors": _errors_of(form),
        "form": form,
        "revision": revision,
        "has_conflict": has_conflict_of_interest(request.user, sheet),
        "decisions": Decision,
    }
    return render(request, "practices/reviewing/review.html", context, status=422 if form.errors else 200)


def _already_confirmed(confirmed: dict) -> dict:
    levels = {f"evidence_{dimension}": found.level for dimension, found in confirmed.items()}
    return levels | {f"evidence_{dimension}_note": found.note for dimension, found in confirmed.items()}


def _decide(form: ReviewForm, found: ReviewState, request: MemberRequest) -> bool:
    """Do what the form says; False when that was refused, with the reason in the form's errors."""
    try:
        if form.cleaned_data["decision"] == Decision.ACCEPT:
            accept_sheet(
                review=found,
                reviewer=request.user,
                level=form.cleaned_data["level"],
                reason=form.cleaned_data["reason"],
                confirmations=form.confirmations,
                revision=form.cleaned_data["revision"],
            )
            messages.success(request, _("The sheet is published. Its authors are told."))
        else:
            send_back(review=found, reviewer=request.user, remarks=form.remarks, comment=form.cleaned_data["comment"])
            messages.success(request, _("The sheet is back with its authors, with your remarks."))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _errors_of(form: ReviewForm) -> list[tuple[str, str, str]]:
    """For the summary: the address on the page, the label of the field of the sheet or of the form, what is wrong."""
    errors = []
    for name, texts in form.errors.items():
        if name not in form.fields:
            continue
        remarked = FIELDS_BY_NAME.get(name.removeprefix("remark_"))
        label = str(remarked.label) if remarked else str(form[name].label)
        errors += [(form[name].id_for_label or f"id_{name}", label, str(text)) for text in texts]
    return errors


# ---------------------------------------------------------------- for authors


@never_cache
@login_required
def status(request: MemberRequest, pk: int) -> HttpResponse:
    """Where a sheet stands: what happened to it since it was a draft, and what its author can do now."""
    sheet = get_sheet_to_write(request.user, pk)
    return _status_page(request, sheet, SubmitForm(), [])


@never_cache
@login_required
def submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Hand the sheet in. Whoever only opens the address, as after a login, sees where the sheet stands."""
    sheet = get_sheet_to_write(request.user, pk)
    if request.method != "POST":
        return redirect("practices:status", pk)
    form = SubmitForm(request.POST)
    lacking: list[tuple[SheetField, list[str]]] = []
    if form.is_valid():
        try:
            submit_sheet(sheet=sheet, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            lacking = _lay_out(error, form)
        else:
            messages.success(request, _("The sheet is with its reviewers. You will be told what they decide."))
            return redirect("practices:status", pk)
    return _status_page(request, sheet, form, lacking)


def _lay_out(error: ValidationError, form: SubmitForm) -> list[tuple[SheetField, list[str]]]:
    """What is wrong with fields of the sheet; what is wrong with none goes to the form."""
    by_name = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in by_name.items():
        if name not in FIELDS_BY_NAME:
            form.add_error(None, texts)
    return [(field, by_name[field.name]) for field in FIELDS_BY_NAME.values() if field.name in by_name]


def _status_page(
    request: MemberRequest, sheet: PracticeSheet, form: SubmitForm, lacking: list[tuple[SheetField, list[str]]]
) -> HttpResponse:
    rounds = rounds_of(sheet)
    first = (
        Revision.objects.for_instance(sheet).order_by("created_at", "pk").values_list("created_at", flat=True).first()
    )
    waits = bool(rounds) and rounds[-1].is_open
    draft = sheet.get_latest_revision_as_object().serializable_data()
    context = {
        "sheet": sheet,
        "rounds": [(found, _remarks_with_fields(found)) for found in rounds],
        "began_at": first,
        "waits": waits,
        "freshness": freshness_of(sheet),
        "can_take_back": waits and is_author(request.user, sheet),
        "review": rounds[-1] if waits and is_reviewer(request.user, sheet) else None,
        "form": form,
        "lacking": lacking,
        "quick": completeness_of(draft, Level.QUICK),
        "validated": completeness_of(draft, Level.VALIDATED),
    }
    return render(request, "practices/reviewing/status.html", context, status=422 if form.errors or lacking else 200)


def _remarks_with_fields(found: ReviewState) -> list:
    return [(FIELDS_BY_NAME.get(remark.field), remark) for remark in found.remarks.all()]


@never_cache
@login_required
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the sheet back; opened only, as ``submit``."""
    sheet = get_sheet_to_write(request.user, pk)
    if request.method != "POST":
        return redirect("practices:status", pk)
    try:
        withdraw_sheet(sheet=sheet, user=request.user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The sheet is yours again. Submit it when it is ready."))
        return redirect("practices:write", pk)
    return redirect("practices:status", pk)
