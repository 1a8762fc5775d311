"""Events from calendar files: the file that a coordinator sends, what was understood of it, and the draft."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.time_zones import zone_named
from events.actions.importing import import_event
from events.calendar_import import FoundEvent, NotReadable, contradiction, ends_before_start, read_events
from events.forms.calendar_import import FileForm, ImportedEventForm, ZoneForm
from events.models import Event
from groups.models import WorkingGroup
from groups.permissions import coordinates_some_group, is_administrator, memberships_of
from members.requests import MemberRequest

# How long a file is kept between its reading and the draft.
KEPT_FOR = 3600


@dataclass(frozen=True, slots=True)
class KeptFile:
    data: bytes

    @property
    def token(self) -> str:
        return hashlib.sha256(self.data).hexdigest()[:32]


def _place_of(user_pk: int) -> str:
    """Where a person's file is kept: one for each, so that nobody fills the disk."""
    return f"events.import.{user_pk}"


def _check_coordinates(request: MemberRequest) -> None:
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("Coordinators of working groups announce events."))


@never_cache
@login_required
def import_start(request: MemberRequest) -> HttpResponse:
    """Takes the file. A POST leads to what was understood of it."""
    _check_coordinates(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_valid():
        kept = KeptFile(form.data_sent)
        try:
            read_events(kept.data)
        except NotReadable as refused:
            form.add_error("file" if form.cleaned_data.get("file") else "text", str(refused))
        else:
            cache.set(_place_of(request.user.pk), kept, KEPT_FOR)
            return redirect("events:import_one", token=kept.token)
    return render(request, "events/import/start.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
def import_one(request: MemberRequest, token: str) -> HttpResponse:
    """What the file says: which event, if there are several; whose clock, if it does not say; then the form."""
    _check_coordinates(request)
    kept: KeptFile | None = cache.get(_place_of(request.user.pk))
    if kept is None or kept.token != token:
        messages.warning(request, _("The file is kept for an hour, and until you send another. Send it again."))
        return redirect("events:import")
    events = read_events(kept.data)
    number = _number(request, len(events))
    if number is None:
        return render(request, "events/import/choose.html", {"events": events})
    found = events[number]
    zone = None if "ask" in request.GET else zone_named(request.GET.get("zone") or found.zone_name)
    context = {"found": found, "number": number, "existing": _existing(found, request)}
    if zone is None:
        form = ZoneForm(request.GET if request.GET.get("zone") else None, initial={"zone": request.user.time_zone})
        return render(request, "events/import/zone.html", context | {"form": form}, status=422 if form.errors else 200)
    one = ImportedEventForm(
        request.POST if request.method == "POST" else None,
        found=found,
        zone=zone,
        groups=_groups_of(request),
        is_known=_is_known(found),
    )
    if one.carry_out(lambda told: _import(request, one, told)):
        messages.success(request, _("The draft is made. Nobody sees it before you announce it."))
        return redirect("events:manage", one.outcome.pk)
    context |= {"form": one, "zone": zone.key, "disagrees": contradiction(found, zone)}
    context |= {"ends_before_start": ends_before_start(found, zone)}
    return render(request, "events/import/event.html", context, status=422 if one.errors else 200)


def _number(request: MemberRequest, count: int) -> int | None:
    """Which of the events; None where it has to be chosen."""
    asked = request.GET.get("event", "")
    if count == 1 and not asked:
        return 0
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and int(asked) < count):
        raise Http404
    return int(asked)


def _import(request: MemberRequest, form: ImportedEventForm, told: dict[str, Any]) -> Event:
    """The draft. Raises ValidationError where the facts do not go together."""
    words = {name: told[name] for name in ("title", "summary", "text", "language")}
    return import_event(by=request.user, facts=form.facts, uid=form.found.uid, **words)


def _groups_of(request: MemberRequest) -> object:
    """Those whose events this person looks after, each in the best language."""
    groups = WorkingGroup.objects.best_for(request).order_by("title")
    if is_administrator(request.user):
        return groups
    coordinated = memberships_of(request.user).filter(role="coordinator").values("group__translation_key")
    return groups.filter(Q(translation_key__in=coordinated))


def _is_known(found: FoundEvent) -> bool:
    return found.uid is not None and Event.objects.filter(uid=found.uid).exists()


def _existing(found: FoundEvent, request: MemberRequest) -> Event | None:
    """The event that goes by the same name, where this person may see it."""
    if found.uid is None:
        return None
    same = Event.objects.filter(uid=found.uid)
    return same.visible_to(request.user).first() or same.managed_by(request.user).first()
