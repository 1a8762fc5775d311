"""After an event: what is left to do, and the notes of its sessions."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.languages import current_language, reading_order
from common.words import best_words
from events.actions.notes import ChangedMeanwhile, fingerprint, keep_notes
from events.enums import MaterialKind, SessionKind
from events.forms.notes import NotesForm
from events.models import Attendance, Certificate, Event, EventPage, Material, Session, SurveyTurn
from events.permissions import can_manage, get_event_to_manage, get_session_to_note
from events.session_notes import template_of_notes
from events.surveys import LEAST_ANSWERS
from members.requests import MemberRequest

WITHOUT_NOTES = (SessionKind.BREAK,)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is done after an event, or is left to do."""

    title: str
    state: str
    is_done: bool
    address: str


@never_cache
@login_required
def after(request: MemberRequest, number: int) -> HttpResponse:
    """What is left to do after an event."""
    event = get_event_to_manage(request.user, number)
    order = reading_order(request)
    sessions = Session.objects.filter(event=event, is_cancelled=False).exclude(kind__in=WITHOUT_NOTES)
    rows = [(session, *best_words(session.title, order)) for session in sessions.select_related("practice")]
    context = {"event": event, "tasks": _tasks(event, [session for session, *_words in rows]), "sessions": rows}
    return render(request, "events/after/after.html", context)


def _tasks(event: Event, sessions: list[Session]) -> list[Task]:
    kinds = set(Material.objects.filter(event=event).values_list("kind", flat=True))
    missing = sum(not session.notes for session in sessions)
    answers = SurveyTurn.objects.filter(registration__event=event).count()
    present = Attendance.objects.filter(registration__event=event).count()
    issued = Certificate.objects.of_event(event).count()
    pages = list(EventPage.objects.filter(event=event).select_related("locale").order_by("pk"))
    reports = [page for page in pages if page.report]
    materials = reverse("events:manage_materials", args=[event.pk])
    return [
        Task(
            _("Notes of the sessions"),
            ngettext("%(count)s session has none yet.", "%(count)s sessions have none yet.", missing)
            % {"count": missing}
            if missing
            else _("All sessions have notes."),
            not missing,
            "#sessions",
        ),
        Task(
            _("Slides and documents"),
            _("There are some.") if kinds - {MaterialKind.RECORDING} else _("There are none yet."),
            bool(kinds - {MaterialKind.RECORDING}),
            materials,
        ),
        Task(
            _("Recording"),
            _("It is there.") if MaterialKind.RECORDING in kinds else _("There is none."),
            MaterialKind.RECORDING in kinds,
            materials,
        ),
        Task(
            _("Survey"),
            ngettext("%(count)s answer", "%(count)s answers", answers) % {"count": answers},
            answers >= LEAST_ANSWERS,
            reverse("events:survey_results", args=[event.pk]),
        ),
        Task(
            _("Report"),
            _("Written in %(count)s of %(all)s languages of the page.") % {"count": len(reports), "all": len(pages)},
            bool(reports),
            reverse("wagtailadmin_pages:edit", args=[pages[0].pk]) if pages else "",
        ),
        Task(
            _("Certificates of attendance"),
            _("%(present)s people came; %(issued)s have fetched their certificate.")
            % {"present": present, "issued": issued},
            present > 0,
            reverse("events:door", args=[event.pk]),
        ),
    ]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """The notes of a session, for those who look after the event and those who speak or moderate."""
    session = get_session_to_note(request.user, number, pk)
    title, language = best_words(session.title, reading_order(request))
    context = {"event": session.event, "session": session, "title": title, "title_language": language, "theirs": ""}
    form = NotesForm(
        request.POST if request.method == "POST" else None,
        initial={
            "notes": session.notes or template_of_notes(_first_language(session)),
            "notes_language": session.notes_language or _first_language(session),
            "base": fingerprint(session.notes),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            keep_notes(
                session=session,
                notes=form.cleaned_data["notes"],
                language=form.cleaned_data["notes_language"],
                base=form.cleaned_data["base"],
            )
        except ChangedMeanwhile as changed:
            form.add_error(
                "notes",
                _(
                    "Somebody else changed the notes meanwhile. Their text stands below; send yours again to put it in"
                    " its place."
                ),
            )
            form.win(changed.base)
            context["theirs"] = changed.theirs
        else:
            messages.success(request, _("The notes are saved."))
            return redirect(_after_notes(request, session))
    return render(request, "events/after/notes.html", {**context, "form": form}, status=422 if form.errors else 200)


def _first_language(session: Session) -> str:
    """In which notes are probably written: that of the interface if it is spoken there, else the one that is."""
    if current_language() in session.spoken or not session.spoken:
        return current_language()
    return session.spoken[0]


def _after_notes(request: MemberRequest, session: Session) -> str:
    if can_manage(request.user, session.event):
        return reverse("events:manage_after", args=[session.event_id])
    return session.event.get_absolute_url()
