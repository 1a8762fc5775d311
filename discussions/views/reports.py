"""Reporting a post, deciding on reports, and appealing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.forms import RefusableForm
from discussions.actions.reporting import (
    appeal,
    appeal_as_guest,
    decide_appeal,
    decide_report,
    hide_post,
    report_post,
    show_post,
)
from discussions.enums import ReportDecision
from discussions.forms.moderation import AppealForm, DecisionForm, HideForm, ReportForm, ShowForm
from discussions.gone_quotations import leave_out_quotations
from discussions.models import Post, Report
from discussions.permissions import get_post, get_post_to_moderate
from discussions.reported_posts import ReportAccess, decided_lately, get_report, report_of_token, waiting_for
from discussions.views.screens import show_form
from groups.permissions import coordinates_some_group
from members.requests import MemberRequest


@never_cache
@login_required
def report(request: MemberRequest, pk: int) -> HttpResponse:
    """Report a post."""
    post = get_post(request.user, pk)
    leave_out_quotations([post])
    form = ReportForm(request.POST or None)
    if form.carry_out(lambda told: report_post(post=post, reporter=request.user, **told)):
        messages.success(request, _("Thank you. The coordinators look at it, and tell you what they decide."))
        return redirect(post.get_absolute_url())
    return show_form(request, "discussions/moderation/report_post.html", {"post": post, "form": form})


@never_cache
@login_required
def hide(request: MemberRequest, pk: int) -> HttpResponse:
    """Hide a post that nobody has reported."""
    post = get_post_to_moderate(request.user, pk)
    form = HideForm(request.POST or None)
    if form.carry_out(lambda told: hide_post(post=post, by=request.user, **told)):
        messages.success(request, _("The post is hidden. Its author is told."))
        return redirect(post.get_absolute_url())
    return show_form(request, "discussions/moderation/hide_post.html", {"post": post, "form": form})


@never_cache
@login_required
def show_again(request: MemberRequest, pk: int) -> HttpResponse:
    post = get_post_to_moderate(request.user, pk)
    form = ShowForm(request.POST or None)
    if form.carry_out(lambda told: show_post(post=post, by=request.user, **told)):
        messages.success(request, _("The post is shown again. Its author is told."))
        return redirect(post.get_absolute_url())
    return show_form(request, "discussions/moderation/show_post.html", {"post": post, "form": form})


@never_cache
@login_required
def reports(request: MemberRequest) -> HttpResponse:
    """What waits for this coordinator's decision, and what was decided lately."""
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("Reports are decided on by the coordinators of the working groups."))
    context = {"waiting": waiting_for(request.user), "decided": decided_lately(request.user)}
    return render(request, "discussions/moderation/reports.html", context)


@never_cache
@login_required
def report_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One report: to decide on it, to read the decision, to appeal, to decide on the appeal."""
    access = get_report(request.user, pk)
    form, act, told = _what_is_asked(access, request)
    if form and act and form.carry_out(act):
        messages.success(request, told)
        return redirect("discussions:report", pk=pk)
    if request.method == "POST" and form is None:
        messages.warning(request, _("Nothing more can be decided here. What was decided stands below."))
    post = access.report.post
    context = {
        "access": access,
        "report": access.report,
        "post": post,
        "form": form,
        "shows_post": access.is_author or access.is_decider or access.looks_after or post.is_standing,
        "sees_thread": Post.objects.visible_to(request.user).filter(pk=post.pk).exists(),
        "others": _others(access),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "discussions/moderation/report.html", context, status=status)


def _what_is_asked(
    access: ReportAccess, request: MemberRequest
) -> tuple[RefusableForm | None, Callable[[dict[str, Any]], object] | None, str]:
    """The form for what this person can do with the report now, what it does, and what is said when that is done."""
    found, by = access.report, request.user
    if access.may_decide:
        form = DecisionForm(request.POST or None)
        return (
            form,
            lambda told: decide_report(report=found, by=by, **told),
            _("It is decided. The people concerned are told."),
        )
    if access.may_decide_appeal:
        form = DecisionForm(request.POST or None)
        return (
            form,
            lambda told: decide_appeal(report=found, by=by, **told),
            _("It is decided. The people concerned are told."),
        )
    if access.may_appeal:
        appeal_form = AppealForm(request.POST or None)
        return (
            appeal_form,
            lambda told: appeal(report=found, by=by, words=told["appeal"]),
            _("Somebody else decides on your appeal, and tells you."),
        )
    return None, None, ""


def _others(access: ReportAccess) -> list[Report]:
    """Further reports of the post that wait, for whoever decides: the decision is on all of them."""
    if not access.may_decide:
        return []
    others = Report.objects.filter(post=access.report.post_id, decided_at=None).exclude(pk=access.report.pk)
    return list(others.select_related("reporter"))


@never_cache
def guest_appeal(request: HttpRequest, token: str) -> HttpResponse:
    """The decision and the appeal for somebody without an account, who comes from a letter."""
    found = report_of_token(token)
    is_final = found.appealed_at or found.is_undone or found.decision != ReportDecision.HIDDEN
    form = None if is_final else AppealForm(request.POST or None)
    if form and form.carry_out(lambda told: appeal_as_guest(report=found, words=told["appeal"])):
        messages.success(request, _("Somebody else decides on your appeal, and tells you."))
        return redirect("discussions:guest_appeal", token=token)
    context = {"report": found, "post": found.post, "form": form}
    return render(
        request, "discussions/moderation/guest_appeal.html", context, status=422 if form and form.errors else 200
    )
