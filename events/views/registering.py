"""Registering for events, as people do it: on the event's page, on a form, and by the links of letters."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.languages import reading_order
from common.page_views import page_view
from events.actions import registering
from events.actions.registering import AlreadyRegistered, LinkExpired
from events.enums import RegistrationStatus
from events.forms.registering import ChangeForm, GuestRegistrationForm, MemberRegistrationForm
from events.manage import pages_in_order
from events.materials import materials_of
from events.models import Event, EventPage, Registration
from events.opening import Closed, RegistrationClosed, why_closed
from events.permissions import get_visible_event, registration_of
from events.queries import event_cards
from events.standing import standing_of
from groups.permissions import is_network_member
from members.models import CityName
from members.requests import MemberRequest
from taxonomy.queries import preferred_labels


@page_view(EventPage)
def registration_block(page: EventPage, request: HttpRequest) -> dict[str, Any]:
    """For ``events/registration_block.html``."""
    event, own = page.event, registration_of(request.user, page.event)
    return {"standing": standing_of(event, request.user, own, timezone.now(), is_visible=True)}


# ------------------------------------------------------------ registering


@never_cache
def register(request: HttpRequest, number: int) -> HttpResponse:
    """The form; for members what is known is filled in."""
    event = get_visible_event(request.user, number)
    if (own := registration_of(request.user, event)) and own.status in RegistrationStatus.told():
        messages.info(request, _("You have registered already: here is where you stand."))
        return _to_event(event)
    reason = why_closed(event, request.user, timezone.now())
    if reason and request.method != "POST":
        return _form_page(request, event, None, closed=reason)
    return _register_member(request, event) if is_network_member(request.user) else _register_guest(request, event)


def _register_member(request: Any, event: Event) -> HttpResponse:
    form = MemberRegistrationForm(
        request.POST or None, event=event, user=request.user, order=reading_order(request), use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        try:
            registration = registering.register(
                event=event,
                user=request.user,
                applicant=form.applicant,
                answers=form.answers,
                sessions=form.chosen_sessions,
            )
        except RegistrationClosed as closed:
            form.add_error(None, str(closed))
        except AlreadyRegistered:
            messages.info(request, _("You have registered already: here is where you stand."))
            return _to_event(event)
        else:
            messages.success(request, said_of(registration))
            return _to_event(event)
    return _form_page(request, event, form)


def _register_guest(request: HttpRequest, event: Event) -> HttpResponse:
    form = GuestRegistrationForm(
        request.POST or None, event=event, order=reading_order(request), use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        try:
            registering.ask_as_guest(
                event=event, applicant=form.applicant, answers=form.answers, sessions=form.chosen_sessions
            )
        except RegistrationClosed as closed:
            form.add_error(None, str(closed))
        else:
            return redirect("events:asked", event.pk)
    return _form_page(request, event, form)


def _form_page(request: HttpRequest, event: Event, form: Any, *, closed: Closed | None = None) -> HttpResponse:
    context = {
        **_named(request, event),
        "form": form,
        "closed": closed,
        "standing": standing_of(event, request.user, None, timezone.now()),
        "is_member": is_network_member(request.user),
    }
    return render(request, "events/register.html", context, status=422 if form and form.errors else 200)


def said_of(registration: Registration) -> str:
    """What somebody is told who has just registered."""
    return {
        str(RegistrationStatus.ENROLLED): _("You are enrolled. A letter is on its way to you."),
        str(RegistrationStatus.WAITING): _("All places are taken: you are on the waiting list."),
        str(RegistrationStatus.REQUESTED): _("Your request is on its way to the coordinators. You get a letter."),
    }.get(str(registration.status), _("Here is where you stand."))


@never_cache
def asked(request: HttpRequest, number: int) -> HttpResponse:
    """The same for every address, whoever it belongs to."""
    event = get_visible_event(request.user, number)
    return render(request, "events/registration_asked.html", _named(request, event))


@never_cache
def confirm(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """A guest confirms the address. Programs that look into letters follow links: opening this changes nothing."""
    event = _event_or_404(number)
    context: dict[str, Any] = _named(request, event)
    try:
        if request.method == "POST":
            registration = registering.confirm_guest(event=event, token=token)
            messages.success(request, said_of(registration))
            return redirect("events:own", event.pk, registration.secret)
        context["registration"] = registering.read_token(event, token)
    except LinkExpired as expired:
        if expired.registration and expired.registration.status != RegistrationStatus.UNCONFIRMED:
            return redirect("events:own", event.pk, expired.registration.secret)
        return render(request, "events/link_expired.html", context, status=410)
    except RegistrationClosed as closed:
        return render(request, "events/link_expired.html", {**context, "closed": closed.reason}, status=409)
    return render(request, "events/confirm_registration.html", context)


# ------------------------------------------------------------ by the secret of a registration


def _by_secret(number: int, secret: str) -> Registration:
    found = Registration.objects.filter(event=number, secret=secret).exclude(status=RegistrationStatus.UNCONFIRMED)
    registration = found.select_related("event__city", "event__group", "user", "city").first()
    if registration is None:
        raise Http404
    return registration


@never_cache
def own(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """Where the person stands whose letter led here."""
    registration = _by_secret(number, secret)
    event = registration.event
    context = {
        **_named(request, event),
        "registration": registration,
        "standing": standing_of(event, request.user, registration, timezone.now()),
        "materials": materials_of(event, may_have_all=True) if registration.is_enrolled else [],
    }
    return render(request, "events/own_registration.html", context)


@never_cache
def change(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """Answers, sessions, and the language of letters."""
    registration = _by_secret(number, secret)
    event = registration.event
    if registration.status not in RegistrationStatus.told() or event.is_over:
        return _back(request, registration)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        event=event,
        registration=registration,
        order=reading_order(request),
        use_required_attribute=False,
    )
    if request.method == "POST" and form.is_valid():
        registering.change_answers(
            registration=registration,
            answers=form.answers,
            sessions=form.chosen_sessions,
            language=form.chosen_language or registration.language,
        )
        messages.success(request, _("It is saved."))
        return _back(request, registration)
    context = {**_named(request, event), "registration": registration, "form": form}
    return render(request, "events/change_registration.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def answer_offer(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    registration = _by_secret(number, secret)
    if request.POST.get("answer") == "yes":
        current = registering.accept_offer(registration=registration)
    elif request.POST.get("answer") == "no":
        current = registering.decline_offer(registration=registration)
    else:
        return _back(request, registration)
    if current.status == RegistrationStatus.ENROLLED:
        messages.success(request, _("The place is yours. A letter is on its way to you."))
    elif current.status == RegistrationStatus.LAPSED:
        messages.error(request, _("The time to answer is over, and the place has gone to somebody else or is free."))
    elif current.status == RegistrationStatus.CANCELLED:
        messages.success(request, _("Thank you for saying so: the place goes to somebody else."))
    return _back(request, registration)


# Programs send what stands in the header of the letter (RFC 8058) without a cookie; the secret is what they know.
@csrf_exempt
@never_cache
def cancel(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """Ask, with one button; a POST cancels. Opening the page changes nothing."""
    registration = _by_secret(number, secret)
    if request.method == "POST":
        current = registering.cancel(registration=registration)
        if "List-Unsubscribe" in request.POST:
            return HttpResponse(_("Your registration is cancelled."), content_type="text/plain; charset=utf-8")
        if current.status == RegistrationStatus.CANCELLED:
            messages.success(request, _("Your registration is cancelled. Thank you for giving the place to others."))
        return _back(request, registration)
    if registration.status not in RegistrationStatus.told():
        return _back(request, registration)
    context = {**_named(request, registration.event), "registration": registration}
    return render(request, "events/cancel_registration.html", context)


# ------------------------------------------------------------ all of one's own


@never_cache
@login_required
def mine(request: MemberRequest) -> HttpResponse:
    """The events for which this person registered: those to come, then the others."""
    registrations = list(
        Registration.objects.filter(user=request.user)
        .exclude(status=RegistrationStatus.UNCONFIRMED)
        .select_related("event__city")
        .prefetch_related(preferred_labels("event__city__labels", CityName))
        .order_by("event__starts_at", "pk")
    )
    cards = event_cards(request).filter(event__in=[registration.event_id for registration in registrations])
    pages = {page.event_id: page for page in cards}
    now = timezone.now()
    rows = [(registration, pages.get(registration.event_id)) for registration in registrations]
    context = {
        "coming": [row for row in rows if row[0].event.ends_at >= now],
        "past": [row for row in reversed(rows) if row[0].event.ends_at < now],
        "now": now,
    }
    return render(request, "events/mine.html", context)


# ------------------------------------------------------------ ways back


def _event_or_404(number: int) -> Event:
    event = Event.objects.filter(pk=number).select_related("city", "group").first()
    if event is None:
        raise Http404
    return event


def _named(request: HttpRequest, event: Event) -> dict[str, Any]:
    """The event with the page that names it; whoever holds a link from a letter knows of it."""
    page = next(iter(pages_in_order(event, reading_order(request))), None)
    return {"event": event, "named": page}


def _to_event(event: Event) -> HttpResponse:
    return redirect("events:permanent", event.pk)


def _back(request: HttpRequest, registration: Registration) -> HttpResponse:
    """To the event's page if the person is logged in and sees it, to the person's own page otherwise."""
    is_own = request.user.is_authenticated and request.user.pk == registration.user_id
    if is_own and Event.objects.visible_to(request.user).filter(pk=registration.event_id).exists():
        return _to_event(registration.event)
    return redirect("events:own", registration.event_id, registration.secret)
