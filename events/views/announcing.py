"""Beginning an event, the overview of one, its words, and its status."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from common.languages import CODES, reading_order
from common.numbers import id_in
from common.page_views import page_view
from events.actions.announcing import (
    MOVES,
    NotReady,
    add_language,
    begin_event,
    change_status,
    change_words,
)
from events.actions.programme import people_told
from events.choices import Choices
from events.enums import RegistrationStatus, Status
from events.forms.announcing import BeginForm, LanguageForm, StatusForm, WordsForm
from events.manage import pages_in_order
from events.models import Event, EventIndexPage, EventPage, Registration
from events.permissions import get_event_to_manage
from events.readiness import advisable, missing
from groups.permissions import coordinates_some_group
from members.models import CityName
from members.requests import MemberRequest
from taxonomy.queries import preferred_labels


@page_view(EventIndexPage)
def announcing(page: EventIndexPage, request: HttpRequest) -> dict:
    """For ``events/manage/announce_link.html``."""
    return {"can_announce": coordinates_some_group(request.user)}


@never_cache
@login_required
def desk(request: MemberRequest) -> HttpResponse:
    """The events that one looks after, drafts too."""
    _check_coordinator(request)
    events = Event.objects.managed_by(request.user).select_related("city").order_by("-starts_at", "-pk")
    listed_events = list(events.prefetch_related(preferred_labels("city__labels", CityName)))
    pages: dict[int, EventPage] = {}
    order = reading_order(request)
    for page in EventPage.objects.filter(event__in=events).select_related("locale").defer("body", "report"):
        known = pages.get(page.event_id)
        if known is None or order.index(page.language) < order.index(known.language):
            pages[page.event_id] = page
    listed = [(event, pages.get(event.pk)) for event in listed_events]
    return render(request, "events/manage/desk.html", {"drafts_and_events": listed})


def _check_coordinator(request: MemberRequest) -> None:
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("Coordinators of working groups announce events."))


@never_cache
@login_required
def announce(request: MemberRequest) -> HttpResponse:
    """Begin an event: alone, or with ``like`` in the address like another one; with ``sister``, as the same for people
    who speak another language."""
    _check_coordinator(request)
    like = _example(request)
    like_page = next(iter(pages_in_order(like, reading_order(request))), None) if like else None
    form = BeginForm(request.POST or None, user=request.user, like=like, like_page=like_page)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            event = begin_event(
                by=request.user,
                title=cleaned["title"],
                summary=cleaned["summary"],
                language=cleaned["language"],
                facts=form.facts(),
                like=like,
                is_sister=like is not None and "sister" in request.GET,
                with_programme=cleaned.get("with_programme", False),
            )
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("The event is begun. Nobody else sees it until you announce it."))
            return redirect("events:manage", event.pk)
    context = {
        "form": form,
        "like": like,
        "like_page": like_page,
        "is_sister": "sister" in request.GET,
        "events": Choices(request.user).events if like is None else [],
    }
    return render(request, "events/manage/announce.html", context, status=422 if form.errors else 200)


def _example(request: MemberRequest) -> Event | None:
    if not request.GET.get("like"):
        return None
    number = id_in(request.GET["like"])
    known = {pk for pk, _title in Choices(request.user).events}
    if number is None or number not in known:
        raise Http404
    return Event.objects.get(pk=number)


@never_cache
@login_required
def overview(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    pages = pages_in_order(event, reading_order(request))
    registrations = Registration.objects.filter(event=event)
    context = {
        "event": event,
        "pages": pages,
        "gaps": missing(event) if event.status == Status.DRAFT else [],
        "advice": advisable(event, pages),
        "enrolled": registrations.filter(status=RegistrationStatus.ENROLLED).count(),
        "waiting": registrations.filter(status__in=(RegistrationStatus.WAITING, RegistrationStatus.OFFERED)).count(),
        "requested": registrations.filter(status=RegistrationStatus.REQUESTED).count(),
        "moves": [(to, _name_of(event, to), _is_next(event, to)) for to in MOVES[event.status]],
        "sessions": event.sessions.count(),
        "untold": event.untold_changes.count(),
        "sisters": [
            page for sister in event.sisters.all() for page in pages_in_order(sister, reading_order(request))[:1]
        ],
    }
    return render(request, "events/manage/overview.html", context)


def _name_of(event: Event, to: str) -> str:
    """What the button says that brings an event there."""
    if event.status == Status.CANCELLED:
        return _("It takes place after all")
    if event.status == Status.POSTPONED and to == Status.ANNOUNCED:
        return _("It has its date")
    if event.status == Status.CONFIRMED and to == Status.ANNOUNCED:
        return _("It is not certain any more")
    names: dict[str, str] = {
        Status.ANNOUNCED: _("Announce it"),
        Status.CONFIRMED: _("It is certain"),
        Status.POSTPONED: _("Postpone it"),
        Status.CANCELLED: _("Cancel it"),
    }
    return names[to]


def _is_next(event: Event, to: str) -> bool:
    """Whether it is what is to be expected."""
    if event.status == Status.DRAFT:
        return not missing(event)
    return event.status == Status.ANNOUNCED and to == Status.CONFIRMED and not event.is_over


# ---------------------------------------------------------------- words


@never_cache
@login_required
def words(request: MemberRequest, number: int) -> HttpResponse:
    """Title and summary in each language; the long texts are the editor's."""
    event = get_event_to_manage(request.user, number)
    pages = pages_in_order(event, reading_order(request))
    taken = [page.language for page in pages]
    sent = request.POST.get("save") if request.method == "POST" else None
    forms = [WordsForm(request.POST if sent == page.language else None, page=page) for page in pages]
    new = LanguageForm(request.POST if sent == "new" else None, taken=taken)
    if sent == "new" and new.is_valid():
        try:
            add_language(event=event, by=request.user, **new.cleaned_data)
        except ValidationError as error:
            new.add_error(None, error)
        else:
            messages.success(request, _("The language is there. Its long text is written in the editor."))
            return redirect("events:manage_words", event.pk)
    for form in forms:
        if form.is_bound and form.is_valid():
            change_words(page=form.page, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("events:manage_words", event.pk)
    is_wrong = any(form.errors for form in (*forms, new))
    context = {"event": event, "forms": forms, "new": new, "has_all": len(taken) == len(CODES)}
    return render(request, "events/manage/words.html", context, status=422 if is_wrong else 200)


# ---------------------------------------------------------------- status


@never_cache
@login_required
def status(request: MemberRequest, number: int, to: str) -> HttpResponse:
    """Ask what must be known about the new status, then bring the event there."""
    event = get_event_to_manage(request.user, number)
    if to not in Status.values:
        raise Http404
    wanted = Status(to)
    if wanted not in MOVES[event.status]:
        messages.warning(
            request, _("The event is %(status)s now: that cannot be done.") % {"status": event.get_status_display()}
        )
        return redirect("events:manage", event.pk)
    gaps = missing(event)
    languages = [page.language for page in pages_in_order(event, reading_order(request))]
    form = StatusForm(
        request.POST or None, event=event, to=wanted, languages=languages, asks_back=_asked_back(event, wanted)
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            change_status(
                event=event,
                to=wanted,
                note=cleaned.get("note", {}),
                only_month=cleaned.get("only_month", False),
            )
        except NotReady as refused:
            gaps = refused.gaps
        except ValidationError as error:
            _take(form, error)
        else:
            messages.success(request, _done(event, wanted))
            return redirect("events:manage", event.pk)
    context: dict[str, Any] = {
        "event": event,
        "form": form,
        "gaps": gaps,
        "to": wanted,
        "button": _name_of(event, wanted),
        "told": people_told(event).count(),
    }
    is_refused = request.method == "POST"
    return render(request, "events/manage/status.html", context, status=422 if is_refused else 200)


def _asked_back(event: Event, to: Status) -> list[str]:
    sentences = []
    if event.is_over and event.status == Status.DRAFT:
        sentences.append(_("This event is over. Announce it all the same, as a record of what took place?"))
    number = people_told(event).count()
    if to == Status.CANCELLED and number:
        sentences.append(
            ngettext(
                "%(number)d person is enrolled or waiting, and will be told by mail that it is cancelled.",
                "%(number)d people are enrolled or waiting, and will be told by mail that it is cancelled.",
                number,
            )
            % {"number": number}
        )
    return sentences


def _take(form: StatusForm, error: ValidationError) -> None:
    problems = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
    for name, listed in problems.items():
        shown = {"precision": "only_month", "status_note": "note"}.get(name, name)
        form.add_error(shown if shown in form.fields else None, listed)


def _done(event: Event, to: Status) -> str:
    number = people_told(event).count()
    done = {
        Status.ANNOUNCED: _("The event is announced."),
        Status.CONFIRMED: _("The event is confirmed."),
        Status.POSTPONED: _("The event is postponed."),
        Status.CANCELLED: _("The event is cancelled."),
    }[to]
    if not number:
        return done
    told = ngettext("%(number)d person is told by mail.", "%(number)d people are told by mail.", number)
    return f"{done} {told % {'number': number}}"
