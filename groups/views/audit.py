"""What was decided in a group, or for the whole network, for those who look after it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from common.tables import as_csv
from groups.audit import act_in_words
from groups.models import AuditEntry, WorkingGroup
from groups.permissions import coordinates_some_group, get_group_to_manage
from groups.views.screens import group_screen
from members.requests import MemberRequest

ENTRIES_A_PAGE = 50


@never_cache
@login_required
def audit(request: MemberRequest, pk: int) -> HttpResponse:
    """The acts of those who look after the group, the latest first."""
    group = get_group_to_manage(request.user, pk)
    return group_screen(request, "groups/audit.html", group, _shown(request, _entries_of(group)))


@never_cache
@login_required
def audit_table(request: MemberRequest, pk: int) -> HttpResponse:
    """All of it, as a table of comma-separated values."""
    group = get_group_to_manage(request.user, pk)
    return _as_table(_entries_of(group), group.slug)


@never_cache
@login_required
def network_audit(request: MemberRequest) -> HttpResponse:
    """The acts about what belongs to no group, for those who look after such things."""
    _check_coordinates(request)
    return render(request, "groups/network_audit.html", _shown(request, _entries_of(None)))


@never_cache
@login_required
def network_audit_table(request: MemberRequest) -> HttpResponse:
    _check_coordinates(request)
    return _as_table(_entries_of(None), "network")


def _check_coordinates(request: MemberRequest) -> None:
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("Coordinators of working groups read what was decided for the whole network."))


def _entries_of(group: WorkingGroup | None) -> QuerySet[AuditEntry]:
    if group is None:
        return AuditEntry.objects.filter(is_of_network=True)
    return AuditEntry.objects.filter(group__translation_key=group.translation_key)


def _shown(request: MemberRequest, entries: QuerySet[AuditEntry]) -> dict[str, Any]:
    paged = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return {
        "entries": [(entry, act_in_words(entry)) for entry in paged],
        "paged": paged,
        "zone": request.user.zone or timezone.get_default_timezone(),
    }


def _as_table(entries: QuerySet[AuditEntry], name: str) -> HttpResponse:
    response = HttpResponse(as_csv(_rows(entries)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{name}.csv"'
    return response


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    yield [_("When"), _("Who"), _("What"), _("Reason"), pgettext("column", "About")]
    for entry in entries.iterator():
        who = entry.actor_name or _("the portal")
        at = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M %z")
        yield [at, who, act_in_words(entry), entry.reason, entry.subject]
