"""On the day: the list at the door, checking in, and doing so without a network."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.languages import current_language
from events.actions.attendance import Entry, check_in, take_entries, undo_check_in
from events.attending import Door, checked_in_at, registration_with_code
from events.enums import CheckInSource, Movement
from events.models import Event, Registration
from events.permissions import can_manage, get_event_to_manage, get_visible_event
from members.requests import MemberRequest

# For so long after its end, phones keep the list of an event.
LIST_KEPT = timedelta(days=3)
MOST_ENTRIES = 2000


@never_cache
@login_required
def overview(request: MemberRequest, number: int) -> HttpResponse:
    """What there is to do on the day: the door, badges, the list to be signed."""
    event = get_event_to_manage(request.user, number)
    return render(request, "events/day/overview.html", {"event": event, "door": Door(event)})


@never_cache
@login_required
@require_safe
def door(request: MemberRequest, number: int) -> HttpResponse:
    """The list at the door. The page is all that a phone needs to go on without a network."""
    event = get_event_to_manage(request.user, number)
    asked = request.GET.get("q", "").strip()[:100]
    shown = Door(event)
    context = {
        "event": event,
        "door": shown,
        "lines": shown.matching(asked),
        "asked": asked,
        "kept_until": int((event.ends_at + LIST_KEPT).timestamp() * 1000),
        "days_kept": LIST_KEPT.days,
        "script_words": json.dumps(_words_of_script(), ensure_ascii=False),
    }
    return render(request, "events/day/door.html", context)


def _words_of_script() -> dict[str, str]:
    """What ``static/js/check-in.js`` says; ``%n``, ``%name`` and ``%time`` are filled in there."""
    waiting = [
        ngettext("%(count)s entry is not sent yet.", "%(count)s entries are not sent yet.", number) for number in (1, 2)
    ]
    return {
        "waitingOne": waiting[0] % {"count": 1},
        "waitingMany": waiting[1] % {"count": "%n"},
        "allSent": _("Everything is sent."),
        "offline": _("No network: what you do is kept on this device and sent when the network is back."),
        "loggedOut": _("You are logged out. Log in on this device, and it is sent."),
        "refused": _("The portal does not take these entries. Reload the page."),
        "in": _("%(name)s is checked in.") % {"name": "%name"},
        "out": _("The check-in of %(name)s is undone.") % {"name": "%name"},
        "at": _("checked in at %(time)s") % {"time": "%time"},
        "present": _("%(present)s of %(expected)s are here.") % {"present": "%present", "expected": "%expected"},
        "ready": _("This page works without a network now."),
        "notReady": _("This browser cannot keep the page: it needs the network."),
        "unknown": _("Nobody on this list has that code."),
        "noCamera": _("The camera cannot be used: %(reason)s") % {"reason": "%reason"},
        "scanning": _("Hold a code in front of the camera."),
        "forgotten": _("The list is gone from this device. Close this page, or load it again with a network."),
    }


@login_required
@require_POST
def move(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """Check one person in, or undo it."""
    event = get_event_to_manage(request.user, number)
    person = get_object_or_404(Registration.objects.select_related("event"), event=event, pk=pk)
    _move(request, person, CheckInSource.LIST)
    query = QueryDict(mutable=True)
    if asked := request.POST.get("q", "").strip()[:100]:
        query["q"] = asked
    address = reverse("events:door", args=[event.pk])
    return redirect(f"{address}?{query.urlencode()}" if query else address)


def _move(request: MemberRequest, person: Registration, source: CheckInSource) -> None:
    movement = request.POST.get("movement")
    if movement == Movement.OUT:
        undo_check_in(registration=person, by=request.user)
        messages.success(request, _("The check-in of %(name)s is undone.") % {"name": person.name})
        return
    if movement != Movement.IN:
        raise PermissionDenied(_("The form is not complete. Go back and reload the page."))
    try:
        check_in(registration=person, by=request.user, source=source)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s is checked in.") % {"name": person.name})


# ---------------------------------------------------------------- a code read by a camera


@never_cache
def code(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """What the QR code of a badge leads to: for coordinators the person, with one button; for others the event.

    Reading a code never checks anybody in: phones open addresses by themselves.
    """
    event = get_object_or_404(Event.objects.select_related("city", "group"), pk=number)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not can_manage(request.user, event):
        return redirect(get_visible_event(request.user, number))
    person = registration_with_code(event, code)
    if request.method == "POST":
        member: Any = request
        _move(member, person, CheckInSource.CODE)
        return redirect(request.path)
    return render(
        request, "events/day/person.html", {"event": event, "person": person, "checked_in_at": checked_in_at(person)}
    )


# ---------------------------------------------------------------- without a network


@never_cache
@require_POST
def entries(request: HttpRequest, number: int) -> JsonResponse:
    """Take over what a device kept: ``{"entries": [{"key", "person", "movement", "ago", "source"}]}``, ``ago`` in
    milliseconds. Sent again, nothing changes. Answers who is there now."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("You are logged out.")}, status=401)
    member: Any = request.user
    event = get_event_to_manage(member, number)
    try:
        sent = [_entry(row) for row in json.loads(request.body)["entries"][:MOST_ENTRIES]]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return JsonResponse({"error": _("This is not what a device of the portal sends.")}, status=400)
    refused = take_entries(event=event, entries=sent, by=member)
    present = {line.registration.pk: line.checked_in_at for line in Door(event).expected if line.checked_in_at}
    return JsonResponse(
        {
            "taken": [str(entry.key) for entry in sent],
            "refused": list(dict.fromkeys(refused.values())),
            "present": {pk: at.isoformat() for pk, at in present.items()},
        }
    )


def _entry(row: dict[str, Any]) -> Entry:
    # A truth value is a number in Python, but no device sends one.
    if type(row["person"]) is not int or not 0 < row["person"] < 1 << 62 or type(row["ago"]) not in (int, float):
        raise TypeError("numbers")
    return Entry(
        registration=row["person"],
        movement=Movement(row["movement"]),
        ago=timedelta(milliseconds=row["ago"]),
        key=uuid.UUID(row["key"]),
        source=CheckInSource(row["source"]),
    )


@require_safe
def worker(request: HttpRequest, number: int) -> HttpResponse:
    """The script that answers in the place of the portal when there is no network.

    A browser lets it act for addresses below its own folder and for no others: for the list at the door. It holds
    nothing that would have to be kept from anybody.
    """
    script = render_to_string("events/day/worker.js", {"number": number, "language": current_language()})
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
