"""Building the programme: what does not go together, sessions, rooms and tracks, and telling people."""

from collections import defaultdict
from collections.abc import Callable
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import reading_order
from events.actions.programme import (
    cancel_session,
    copy_session,
    delete_session,
    people_told,
    reorder_session,
    save_rooms,
    save_session,
    save_tracks,
    tell_programme,
)
from events.choices import Choices
from events.conflicts import find_conflicts
from events.enums import Precision, Status
from events.forms.fields import day_choices
from events.forms.programme import SessionForm, people_formset, rooms_formset, tracks_formset
from events.manage import pages_in_order
from events.models import Event, Session
from events.permissions import get_event_to_manage
from members.requests import MemberRequest


def sessions_of(event: Event) -> list[Session]:
    """The programme with all that its conflicts are about."""
    sessions = list(event.sessions.select_related("room", "track").prefetch_related("people__user"))
    for session in sessions:
        session.event = event
    return sessions


@never_cache
@login_required
def programme(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    sessions = sessions_of(event)
    conflicts = find_conflicts(event, sessions)
    by_session: dict[int, list[str]] = {}
    for conflict in conflicts:
        for session in conflict.sessions:
            by_session.setdefault(session.pk, []).append(conflict.reason.rstrip(":"))
    together: dict[tuple, list[int]] = defaultdict(list)
    for session in sessions:
        together[session.day, session.starts_at].append(session.pk)
    days = [
        (
            day,
            [
                (session, by_session.get(session.pk, []), _ways(together[day, session.starts_at], session.pk))
                for session in of_day
            ],
        )
        for day, of_day in groupby(sessions, key=lambda session: session.day)
    ]
    context = {
        "event": event,
        "days": days,
        "conflicts": conflicts,
        "untold": list(event.untold_changes.select_related("session")),
        "told": people_told(event).count(),
        "has_days": event.precision != Precision.MONTH,
        "is_draft": event.status == Status.DRAFT,
    }
    return render(request, "events/manage/programme.html", context)


def _ways(together: list[int], pk: int) -> tuple[bool, bool]:
    """Whether a session can go up, and down, among those at the same time."""
    return together[0] != pk, together[-1] != pk


# ---------------------------------------------------------------- one session


@never_cache
@login_required
def new_session(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    if event.precision == Precision.MONTH:
        messages.warning(request, _("A programme needs the days of the event: give them first."))
        return redirect(reverse("events:manage_facts", args=[event.pk]) + "#id_from_day")
    session = Session(event=event, spoken=event.spoken, interpreted=event.interpreted)
    session.day = event.first_day
    asked = request.GET.get("day", "")
    if asked in {value for value, _label in day_choices(event)}:
        session.day = next(day for day in _days(event) if day.isoformat() == asked)
    return _session_page(request, event, session)


def _days(event: Event) -> list:
    return [type(event.first_day).fromisoformat(value) for value, _label in day_choices(event)]


def _get_session(event: Event, pk: int) -> Session:
    session = Session.objects.select_related("room").filter(event=event, pk=pk).first()
    if session is None:
        raise Http404
    session.event = event
    return session


@never_cache
@login_required
def edit_session(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _session_page(request, event, _get_session(event, pk))


def _session_page(request: MemberRequest, event: Event, session: Session) -> HttpResponse:
    choices = Choices(request.user, event)
    languages = [page.language for page in pages_in_order(event, reading_order(request))]
    data = request.POST if request.method == "POST" else None
    is_new = session.pk is None
    form = SessionForm(
        data,
        session=session,
        choices=choices,
        languages=languages,
        all_languages="languages" in request.GET,
    )
    people = people_formset(data, session, choices)
    if data is not None and form.is_valid() and people.is_valid():
        try:
            saved = save_session(session=form.instance, people=people.rows())
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("The session is added.") if is_new else _("The session is saved."))
            return redirect(reverse("events:manage_programme", args=[event.pk]) + f"#session-{saved.pk}")
    is_wrong = data is not None and (bool(form.errors) or not people.is_valid())
    stored = None if is_new else _get_session(event, session.pk)
    context = {
        "event": event,
        "form": form,
        "people": people,
        "session": stored,
        "is_wrong": is_wrong,
        "has_more_languages": "languages" not in request.GET,
        "can_delete": event.status == Status.DRAFT,
    }
    return render(request, "events/manage/session.html", context, status=422 if is_wrong else 200)


@login_required
@require_POST
def change_session(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """What a press of one button does to a session: copy, up, down, cancel, restore, delete."""
    event = get_event_to_manage(request.user, number)
    session = _get_session(event, pk)
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "copy": (lambda: copy_session(session=session), _("The session is there once more.")),
        "up": (lambda: reorder_session(session=session, by=-1), ""),
        "down": (lambda: reorder_session(session=session, by=1), ""),
        "cancel": (
            lambda: cancel_session(session=session),
            _("The session is cancelled; it stays in the programme and says so."),
        ),
        "restore": (lambda: cancel_session(session=session, is_cancelled=False), _("The session takes place.")),
        "delete": (lambda: delete_session(session=session), _("The session is deleted.")),
    }
    deed, done = deeds.get(request.POST.get("do", ""), (None, ""))
    if deed is None:
        raise Http404
    place = f"#session-{session.pk}" if request.POST["do"] != "delete" else ""
    try:
        deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if done:
            messages.success(request, done)
    return redirect(reverse("events:manage_programme", args=[event.pk]) + place)


# ---------------------------------------------------------------- rooms, tracks, telling


@never_cache
@login_required
def rooms(request: MemberRequest, number: int) -> HttpResponse:
    """Rooms and tracks on one page, each kind saved by its own button."""
    event = get_event_to_manage(request.user, number)
    languages = [page.language for page in pages_in_order(event, reading_order(request))]
    sent = request.POST.get("save") if request.method == "POST" else None
    room_set = rooms_formset(request.POST if sent == "rooms" else None, event)
    track_set = tracks_formset(request.POST if sent == "tracks" else None, event, languages)
    if sent == "rooms" and room_set.is_valid():
        save_rooms(event=event, rooms=room_set.rows(), removed=room_set.removed())
        messages.success(request, _("The rooms are saved."))
        return redirect("events:manage_rooms", event.pk)
    if sent == "tracks" and track_set.is_valid():
        save_tracks(event=event, tracks=track_set.rows(), removed=track_set.removed())
        messages.success(request, _("The tracks are saved."))
        return redirect("events:manage_rooms", event.pk)
    is_wrong = sent in {"rooms", "tracks"}
    context = {"event": event, "rooms": room_set, "tracks": track_set}
    return render(request, "events/manage/rooms.html", context, status=422 if is_wrong else 200)


@login_required
@require_POST
def tell(request: MemberRequest, number: int) -> HttpResponse:
    """Send one letter about all that changed since the last one."""
    event = get_event_to_manage(request.user, number)
    told = tell_programme(event=event)
    if told:
        sentence = ngettext("%(number)d person is told by mail.", "%(number)d people are told by mail.", told)
        messages.success(request, sentence % {"number": told})
    else:
        messages.info(request, _("There is nothing of which people have not been told."))
    return redirect("events:manage_programme", event.pk)
