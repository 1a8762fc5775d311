"""Who belongs to a group: the list, roles, leaving, handing over."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.addresses import address_for
from groups.actions import memberships
from groups.actions.memberships import LastCoordinator
from groups.enums import Role
from groups.forms import HandOverForm, RemoveForm
from groups.models import Membership, WorkingGroup
from groups.permissions import get_group_as_member, get_group_to_manage
from groups.queries import is_coordinator, is_member, people_of
from groups.views.screens import best_version, group_screen
from members.models import User
from members.requests import MemberRequest

MEMBERS_A_PAGE = 60
LONGEST_NAME = 100


@never_cache
@login_required
def members(request: MemberRequest, pk: int) -> HttpResponse:
    """The people of the group, for those who belong to it; ``q`` looks for a name."""
    group = get_group_as_member(request.user, pk)
    people = people_of(group)
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_NAME]
    for word in query.split():
        people = people.filter(Q(user__in=User.objects.named(word)) | Q(user__city__labels__text__icontains=word))
    context = {
        "people": Paginator(people.distinct() if query else people, MEMBERS_A_PAGE).get_page(request.GET.get("page")),
        "query": query,
        "page_query": urlencode({"q": query}) if query else "",
        "roles": Role.choices,
    }
    return group_screen(request, "groups/members.html", group, context)


@login_required
@require_POST
def change_role(request: MemberRequest, pk: int, membership_pk: int) -> HttpResponse:
    group = get_group_to_manage(request.user, pk)
    membership = _membership_of(group, membership_pk)
    role = request.POST.get("role", "")
    if role not in Role.values:
        messages.error(request, _("Choose one of the roles."))
        return redirect("groups:members", group.pk)
    try:
        memberships.change_role(membership=membership, role=role, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        words = _("%(name)s is now: %(role)s.")
        messages.success(request, words % {"name": membership.user, "role": Role(role).label})
    # Whoever gives the own role up sees what members see.
    return redirect("groups:members", group.pk)


@never_cache
@login_required
def remove(request: MemberRequest, pk: int, membership_pk: int) -> HttpResponse:
    """Ask for the reason, which the person gets to read."""
    group = get_group_to_manage(request.user, pk)
    membership = _membership_of(group, membership_pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.carry_out(lambda told: memberships.remove_member(membership=membership, by=request.user, **told)):
        messages.success(request, _("%(name)s does not belong to the group any more.") % {"name": membership.user})
        return redirect("groups:members", group.pk)
    context = {"form": form, "membership": membership}
    return group_screen(request, "groups/remove.html", group, context, status=422 if form.errors else 200)


@never_cache
@login_required
def leave(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask; a POST leaves. The last coordinator is led to handing over."""
    group = get_group_as_member(request.user, pk)
    page = best_version(group, request)
    if not is_member(request.user, group):
        return redirect(address_for(page, request))
    if request.method == "POST":
        try:
            memberships.leave(group=group, user=request.user)
        except LastCoordinator as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("groups:hand_over", group.pk)
        messages.success(request, _("You have left the group “%(group)s”.") % {"group": page.title})
        # Of a hidden group nothing can be seen any more.
        seen = WorkingGroup.objects.best_version_of(group, request)
        return redirect(address_for(seen, request) if seen else "home")
    return group_screen(request, "groups/leave.html", group, {})


@never_cache
@login_required
def hand_over(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the coordination to another member."""
    group = get_group_to_manage(request.user, pk)
    if not is_coordinator(request.user, group):
        raise Http404
    form = HandOverForm(
        request.POST if request.method == "POST" else None, others=people_of(group).exclude(user=request.user)
    )
    if form.carry_out(
        lambda told: memberships.hand_over(group=group, by=request.user, to=told["successor"], leaves=form.leaves)
    ):
        successor: Membership = form.cleaned_data["successor"]
        messages.success(request, _("%(name)s coordinates the group now.") % {"name": successor.user})
        seen = WorkingGroup.objects.best_version_of(group, request)
        return redirect(address_for(seen, request) if seen else "home")
    return group_screen(request, "groups/hand_over.html", group, {"form": form}, status=422 if form.errors else 200)


def _membership_of(group: WorkingGroup, pk: int) -> Membership:
    memberships = Membership.objects.filter(group__translation_key=group.translation_key)
    found = memberships.select_related("user__city", "group__locale").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
