"""What all screens about one group show."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.addresses import address_for
from common.page_views import whole_context
from groups.models import WorkingGroup
from groups.standing import Standing, standing_towards

_WITHIN = {"remove": "members", "request": "requests"}
"""Screens that stand below a tab's."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the screens of a group, for those who belong to it."""

    label: str
    address: str
    is_current: bool
    count: int = 0
    """How many things wait there."""


def best_version(group: WorkingGroup, request: HttpRequest) -> WorkingGroup:
    """For this reader; that first written where none may be seen, for those who hold a key to one of its things."""
    best = WorkingGroup.objects.best_version_of(group, request)
    return best if isinstance(best, WorkingGroup) else group


def tabs(standing: Standing, request: HttpRequest, page: WorkingGroup) -> list[Tab]:
    """Of the group whose ``page`` this reader sees: what members and those who look after it find, and the editor."""
    group = standing.group
    screens: list[tuple[str, str, int]] = []
    if standing.is_member or standing.looks_after:
        screens.append(("members", _("Members"), 0))
    if standing.looks_after:
        screens.append(("requests", _("Requests"), standing.requests))
        screens.append(("invite", _("Invite"), 0))
        screens.append(("audit", _("What was decided"), 0))
    current = _current_tab(request)
    found = [
        Tab(label, reverse(f"groups:{name}", args=[group.pk]), name == current, count) for name, label, count in screens
    ]
    if _may_edit(request, page):
        found.append(Tab(_("Edit the page"), reverse("wagtailadmin_pages:edit", args=[page.pk]), is_current=False))
    return found


def _current_tab(request: HttpRequest) -> str:
    """By the name of the view; empty where a page is shown."""
    match = request.resolver_match
    name = match.url_name or "" if match and match.namespace == "groups" else ""
    return _WITHIN.get(name, name)


def _may_edit(request: HttpRequest, page: WorkingGroup) -> bool:
    # A page that is previewed may not be stored yet.
    is_editor = page.pk is not None and request.user.has_perm("wagtailadmin.access_admin")
    return is_editor and page.permissions_for_user(request.user).can_edit()


def group_screen(
    request: HttpRequest, template: str, group: WorkingGroup, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A screen about ``group`` for somebody who may learn of it."""
    standing = standing_towards(group, request.user)
    page = best_version(group, request)
    base = {
        "group": group,
        "group_page": page,
        "page_address": address_for(page, request),
        "standing": standing,
        "tabs": tabs(standing, request, page),
    }
    name = f"groups:{template.rpartition('/')[2].removesuffix('.html')}"
    return render(request, template, whole_context(name, base | context, request), status=status)
