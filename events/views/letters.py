"""Letters about an event: what coordinators say about them, and stopping them as a guest."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from events.actions.telling import remove_reminder, save_reminder, send_thanks, stop_letters_to_guest
from events.enums import RegistrationStatus, Status
from events.forms.letters import ReminderForm
from events.letters import read_guest_stop_token, titles_of
from events.models import Event, EventReminder
from events.notifications import prepare_letters
from events.permissions import get_event_to_manage
from members.requests import MemberRequest
from notifications.stopping import answer_to_stop


@never_cache
@login_required
def manage_letters(request: MemberRequest, number: int) -> HttpResponse:
    """When people are reminded, and the thanks after the event."""
    event = get_event_to_manage(request.user, number)
    # Drafts are still to be changed: on-site or online decides what is usual.
    letters = prepare_letters(event) if event.status != Status.DRAFT else None
    context = {
        "event": event,
        "letters": letters,
        "reminders": [_of(event, reminder) for reminder in event.reminders.all()],
        "enrolled": event.registrations.filter(status=RegistrationStatus.ENROLLED).count(),
        "may_thank": event.is_over and event.status in Status.open(),
    }
    return render(request, "events/manage/letters.html", context)


@never_cache
@login_required
def new_reminder(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _reminder(request, event, EventReminder(event=event))


@never_cache
@login_required
def edit_reminder(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _reminder(request, event, _of(event, get_object_or_404(EventReminder, event=event, pk=pk)))


def _reminder(request: MemberRequest, event: Event, reminder: EventReminder) -> HttpResponse:
    languages = [*titles_of(event), *event.spoken, *event.interpreted]
    form = ReminderForm(request.POST or None, reminder=reminder, languages=languages)
    if request.method == "POST" and form.is_valid():
        save_reminder(reminder=form.instance)
        messages.success(request, _("Saved."))
        return redirect("events:manage_letters", event.pk)
    context = {"event": event, "form": form, "reminder": reminder}
    return render(request, "events/manage/reminder.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete_reminder(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    remove_reminder(reminder=get_object_or_404(EventReminder, event=event, pk=pk))
    messages.success(request, _("The reminder is removed."))
    return redirect("events:manage_letters", event.pk)


@login_required
@require_POST
def thank(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    if send_thanks(event=event):
        messages.success(request, _("The thanks are on their way."))
    else:
        messages.warning(request, _("Nothing was sent: people are thanked once, and after the end."))
    return redirect("events:manage_letters", event.pk)


def _of(event: Event, reminder: EventReminder) -> EventReminder:
    reminder.event = event
    return reminder


# ------------------------------------------------------------ for guests


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters(request: HttpRequest, token: str) -> HttpResponse:
    return answer_to_stop(
        request,
        find=lambda: read_guest_stop_token(token),
        stop=lambda registration: stop_letters_to_guest(registration=registration),
        template="events/stop_letters.html",
        name="registration",
    )
