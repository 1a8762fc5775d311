"""Joining a group: at once, by asking, and what became of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.addresses import address_for
from groups.actions import memberships, requests
from groups.actions.requests import AccountIsShut, AlreadyDecided, NotConfirmed
from groups.enums import Openness, RequestStatus
from groups.forms import JoinForm, StrangerForm
from groups.keys import read_request_key, request_address
from groups.models import JoinRequest, WorkingGroup
from groups.permissions import get_group, is_network_member
from groups.queries import is_member
from groups.standing import standing_towards
from groups.views.screens import best_version, group_screen
from members.requests import MemberRequest


@never_cache
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Join an open group at once, or ask to be admitted; strangers, too."""
    group = get_group(request.user, pk)
    if is_member(request.user, group):
        messages.info(request, _("You belong to this group already."))
        return _to_group(request, group)
    if not is_network_member(request.user):
        return _ask_as_stranger(request, group)
    return _join_at_once(request, group) if group.openness == Openness.OPEN else _ask(request, group)


def _join_at_once(request: Any, group: WorkingGroup) -> HttpResponse:
    if request.method == "POST":
        memberships.join(group=group, user=request.user)
        messages.success(request, _("You belong to the group now, and hear of what is said in it."))
        return _to_group(request, group)
    return group_screen(request, "groups/join.html", group, {"form": None})


def _ask(request: Any, group: WorkingGroup) -> HttpResponse:
    waiting = standing_towards(group, request.user).waiting
    form = JoinForm(
        request.POST if request.method == "POST" else None, initial={"message": waiting.message if waiting else ""}
    )
    if form.carry_out(lambda told: requests.ask_to_join(group=group, user=request.user, **told)):
        if form.outcome.status == RequestStatus.UNCONFIRMED:
            return redirect("groups:asked", group.pk)
        messages.success(request, _("Your request is on its way to the coordinators. You get a letter."))
        return _to_group(request, group)
    return group_screen(
        request, "groups/join.html", group, {"form": form, "waiting": waiting}, status=422 if form.errors else 200
    )


def _ask_as_stranger(request: HttpRequest, group: WorkingGroup) -> HttpResponse:
    form = StrangerForm(request.POST if request.method == "POST" else None)
    if form.carry_out(lambda told: requests.ask_as_stranger(group=group, asker=form.asker, message=told["message"])):
        return redirect("groups:asked", group.pk)
    return group_screen(request, "groups/join.html", group, {"form": form}, status=422 if form.errors else 200)


@never_cache
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for every address, whoever it belongs to."""
    return group_screen(request, "groups/asked.html", get_group(request.user, pk), {})


@login_required
@require_POST
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    group = get_group(request.user, pk)
    waiting = standing_towards(group, request.user).waiting
    if waiting is not None:
        try:
            requests.withdraw_request(request=waiting)
        except AlreadyDecided:
            messages.info(request, _("Your request was answered meanwhile."))
        else:
            messages.success(request, _("Your request is taken back."))
    return _to_group(request, group)


@never_cache
def own_request(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm the address, and see afterwards where the request stands. Programs that look into letters follow links:
    opening this changes nothing."""
    found = _request_of(key)
    if found is None:
        return render(request, "groups/key_expired.html", status=410)
    status, problem = 200, ""
    if request.method == "POST":
        try:
            found = _answered_by_asker(request, found)
        except NotConfirmed:
            return render(request, "groups/key_expired.html", status=410)
        except AlreadyDecided as decided:
            found, status = decided.request, 409
        except AccountIsShut as shut:
            status, problem = 409, " ".join(shut.messages)
        else:
            return redirect(request_address(found.pk))
    if found.status == RequestStatus.UNCONFIRMED and not requests.can_be_confirmed(found):
        return render(request, "groups/key_expired.html", status=410)
    belongs = found.status == RequestStatus.ACCEPTED and found.user is not None and is_member(found.user, found.group)
    is_open = found.status in (RequestStatus.UNCONFIRMED, RequestStatus.WAITING)
    standing = standing_towards(found.group, request.user)
    context = {
        "join_request": found,
        "group_page": best_version(found.group, request),
        "problem": problem,
        "belongs": belongs,
        "can_ask_again": not is_open and not belongs and (standing.can_ask or standing.can_join),
    }
    return render(request, "groups/own_request.html", context, status=status)


def _answered_by_asker(request: HttpRequest, found: JoinRequest) -> JoinRequest:
    if request.POST.get("answer") == "withdraw":
        return requests.withdraw_request(request=found)
    return requests.confirm_request(request=found)


def _request_of(key: str) -> JoinRequest | None:
    """None for a key that is none, and for what was erased."""
    try:
        pk = read_request_key(key)
    except signing.BadSignature:
        return None
    return JoinRequest.objects.select_related("group__locale", "user").filter(pk=pk).first()


def _to_group(request: HttpRequest, group: WorkingGroup) -> HttpResponse:
    return redirect(address_for(best_version(group, request), request))
