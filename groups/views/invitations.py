"""Inviting people by mail, and answering an invitation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.addresses import address_for
from common.languages import current_language
from groups.actions import invitations
from groups.actions.invitations import InvitationClosed
from groups.actions.requests import AccountIsShut
from groups.forms import InvitationForm, InviteForm
from groups.keys import read_invitation_key
from groups.models import Invitation
from groups.permissions import get_group_to_manage, is_network_member
from groups.queries import is_member
from groups.views.screens import best_version, group_screen
from members.accounts import account_of, begin_address
from members.models import CityName
from members.requests import MemberRequest
from taxonomy.queries import preferred_labels

SHOWN = 100


@never_cache
@login_required
def invite(request: MemberRequest, pk: int) -> HttpResponse:
    """Invite people, and see who was invited."""
    group = get_group_to_manage(request.user, pk)
    form = InviteForm(request.POST if request.method == "POST" else None, initial={"language": current_language()})
    if request.method == "POST" and form.is_valid():
        sent = _invite_all(request, group, form)
        if sent:
            words = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", sent)
            messages.success(request, words % {"count": sent})
        if not form.errors:
            return redirect("groups:invite", group.pk)
    sent_before = Invitation.objects.of_group(group).select_related("invited_by", "accepted_by", "city")
    sent_before = sent_before.prefetch_related(preferred_labels("city__labels", CityName)).order_by(
        "-created_at", "-pk"
    )
    context = {"form": form, "invitations": list(sent_before[:SHOWN])}
    return group_screen(request, "groups/invite.html", group, context, status=422 if form.errors else 200)


def _invite_all(request: MemberRequest, group: Any, form: InviteForm) -> int:
    """Returns how many were sent; the others stay in the form, each with the reason."""
    answers = {name: form.cleaned_data[name] for name in ("role", "city", "language", "message")}
    refused: dict[str, str] = {}
    emails = form.cleaned_data["emails"]
    for email in emails:
        try:
            invitations.invite(group=group, by=request.user, email=email, **answers)
        except ValidationError as error:
            refused[email] = " ".join(error.messages)
    if refused:
        form.data = {**form.data.dict(), "emails": "\n".join(refused)}  # type: ignore[attr-defined] # of a request
        for reason in refused.values():
            form.add_error("emails", reason)
    return len(emails) - len(refused)


@login_required
@require_POST
def withdraw(request: MemberRequest, pk: int, invitation_pk: int) -> HttpResponse:
    group = get_group_to_manage(request.user, pk)
    found = _invitation_of(group, invitation_pk)
    try:
        invitations.withdraw_invitation(invitation=found, by=request.user)
    except InvitationClosed:
        messages.info(request, _("This invitation is closed already."))
    else:
        messages.success(request, _("The invitation is taken back: its letter opens nothing any more."))
    return redirect("groups:invite", group.pk)


@login_required
@require_POST
def again(request: MemberRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Send the letter once more; it is open for as long as a new one."""
    group = get_group_to_manage(request.user, pk)
    found = _invitation_of(group, invitation_pk)
    names = ("email", "language", "role", "city", "message")
    try:
        invitations.invite(group=group, by=request.user, **{name: getattr(found, name) for name in names})
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The letter is on its way again."))
    return redirect("groups:invite", group.pk)


def _invitation_of(group: Any, pk: int) -> Invitation:
    found = Invitation.objects.of_group(group).select_related("city").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# ---------------------------------------------------------------- by whoever was invited


@never_cache
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """By the key from the letter: take the invitation up, or decline it. Opening this changes nothing.

    Whoever is logged in takes it up with that account; else the account of the invited address counts, and where there
    is none, it is made.
    """
    found = _by_key(key)
    if found is None or not found.is_open:
        return _closed(request, found)
    user: Any = request.user if is_network_member(request.user) else None
    account = user or account_of(found.email)
    answer = request.POST.get("answer") if request.method == "POST" else None
    form = InvitationForm(request.POST if answer == "accept" else None) if account is None else None
    problem, status = "", 200
    try:
        if answer == "decline":
            invitations.decline_invitation(invitation=found)
            found.refresh_from_db()
            return _closed(request, found, status=200)
        if answer == "accept" and (form is None or form.is_valid()):
            names = form.cleaned_data if form else {}
            person, is_new = invitations.accept_invitation(invitation=found, user=user, **names)
            return _begin(request, found, person, is_new=is_new)
    except InvitationClosed as closed:
        return _closed(request, closed.invitation, status=409)
    except AccountIsShut as shut:
        problem, status = " ".join(shut.messages), 409
    context = {
        "invitation": found,
        "group_page": best_version(found.group, request),
        "account": account,
        "form": form,
        "problem": problem,
    }
    return render(request, "groups/invitation.html", context, status=422 if form and form.errors else status)


def _begin(request: HttpRequest, found: Invitation, person: Any, *, is_new: bool) -> HttpResponse:
    """On to the group; to the beginning of the account, where it is new: the key came to the address of the account."""
    if is_new:
        return redirect(begin_address(person))
    messages.success(request, _("You belong to the group now, and hear of what is said in it."))
    if request.user == person:
        page = best_version(found.group, request)
        return redirect(address_for(page, request))
    return redirect(request.path)


def _closed(request: HttpRequest, found: Invitation | None, *, status: int = 410) -> HttpResponse:
    """Says why; to whoever took it up, as an answer."""
    is_accepted = found is not None and found.accepted_by_id is not None
    context = {
        "invitation": found,
        "group_page": best_version(found.group, request) if found else None,
        "belongs": found is not None and found.accepted_by is not None and is_member(found.accepted_by, found.group),
    }
    return render(request, "groups/invitation_closed.html", context, status=200 if is_accepted else status)


def _by_key(key: str) -> Invitation | None:
    try:
        pk = read_invitation_key(key)
    except signing.BadSignature:
        return None
    invitations = Invitation.objects.select_related("group__locale", "invited_by", "accepted_by", "city")
    return invitations.filter(pk=pk).first()
