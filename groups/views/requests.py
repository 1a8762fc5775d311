"""Requests to join, as those who look after a group answer them: in the queue, or from the letter."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from groups.actions.requests import (
    AccountIsShut,
    AlreadyDecided,
    accept_request,
    city_of_address,
    decline_request,
)
from groups.enums import RequestStatus
from groups.forms import AcceptForm, DeclineForm
from groups.keys import read_answer_key
from groups.models import JoinRequest
from groups.permissions import coordinates, get_group_to_manage, get_request
from groups.views.screens import best_version, group_screen
from members.models import CityName, User
from members.requests import MemberRequest
from taxonomy.queries import preferred_labels

REQUESTS_A_PAGE = 30


@never_cache
@login_required
def requests(request: MemberRequest, pk: int) -> HttpResponse:
    """Those that wait, the oldest first, and what was decided before."""
    group = get_group_to_manage(request.user, pk)
    known = JoinRequest.objects.confirmed().of_group(group).select_related("user", "city", "decided_by")
    known = known.prefetch_related(preferred_labels("city__labels", CityName))
    decided = known.exclude(status=RequestStatus.WAITING).order_by("-decided_at", "-pk")
    context = {
        "waiting": list(known.waiting().order_by("due_at", "pk")),
        "decided": Paginator(decided, REQUESTS_A_PAGE).get_page(request.GET.get("page")),
    }
    return group_screen(request, "groups/requests.html", group, context)


@never_cache
@login_required
def request(request: MemberRequest, pk: int) -> HttpResponse:
    """One request: accept it, or decline it with the reason."""
    found = get_request(request.user, pk)
    answering = _Answering(request, found, by=request.user)
    if answering.is_done:
        return redirect("groups:requests", found.group.pk)
    return group_screen(request, "groups/request.html", found.group, answering.context, status=answering.status)


@never_cache
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """The same by the key from the letter, without a login. Opening this changes nothing."""
    opened = _by_key(key)
    if opened is None:
        return render(request, "groups/key_expired.html", {"is_answer": True}, status=410)
    found, by = opened
    answering = _Answering(request, found, by=by)
    if answering.is_done:
        return redirect("groups:answer_request", key)
    context = answering.context | {"group_page": best_version(found.group, request), "by": by}
    return render(request, "groups/answer_request.html", context, status=answering.status)


def _by_key(key: str) -> tuple[JoinRequest, User] | None:
    """The request, and the coordinator whose letter it was; None for a key that opens nothing any more."""
    try:
        request_pk, user_pk = read_answer_key(key)
    except signing.BadSignature:
        return None
    requests = JoinRequest.objects.confirmed().select_related("group__locale", "user", "city", "decided_by")
    found = requests.filter(pk=request_pk).first()
    by = User.objects.filter(pk=user_pk, is_active=True).first()
    # Whoever coordinates the group no more decides nothing, whatever letters are left.
    return (found, by) if found and by and coordinates(by, found.group) else None


class _Answering:
    """What came in for one request, and what became of it."""

    def __init__(self, request: HttpRequest, found: JoinRequest, *, by: User) -> None:
        self.request, self.found, self.by = request, found, by
        self.status, self.is_done = 200, False
        asked = request.POST.get("answer") if request.method == "POST" else None
        self.accept = AcceptForm(request.POST if asked == "accept" else None, request=found)
        self.decline = DeclineForm(request.POST if asked == "decline" else None)
        if asked in ("accept", "decline"):
            self._answer()

    @property
    def context(self) -> dict[str, Any]:
        others = JoinRequest.objects.confirmed().of_group(self.found.group).of_address(self.found.email)
        return {
            "join_request": self.found,
            "accept": self.accept,
            "decline": self.decline,
            "city_of_address": city_of_address(self.found.email),
            "earlier": list(others.exclude(pk=self.found.pk).order_by("-created_at")[:5]),
        }

    def _answer(self) -> None:
        form = self.accept if self.accept.is_bound else self.decline
        if not form.is_valid():
            self.status = 422
            return
        try:
            if form is self.accept:
                accept_request(request=self.found, by=self.by, city=self.accept.chosen_city)
                words = _("%(name)s belongs to the group now, and gets a letter.")
            else:
                declined = decline_request(request=self.found, by=self.by, reason=self.decline.cleaned_data["reason"])
                words = (
                    _("%(name)s gets a letter with your reason.")
                    if declined.user is None or declined.user.is_active
                    else _("The request of %(name)s is declined. No letter goes out: the account is shut.")
                )
        except AlreadyDecided as decided:
            # Somebody else was quicker: what is shown is what he or she decided.
            self.found, self.status = decided.request, 409
        except AccountIsShut as shut:
            form.add_error(None, shut)
            self.status = 422
        except ValidationError as refused:
            form.add_error(None, refused.messages)
            self.status = 422
        else:
            messages.success(self.request, words % {"name": self.found.full_name})
            self.is_done = True
