"""Materials of an event: the coordinators' list, and handing them out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.utils import sendfile_streaming_backend
from wagtail.utils.sendfile import sendfile

from events.actions.materials import add_material, change_material, remove_material, reorder_material
from events.enums import RegistrationStatus
from events.forms.materials import MaterialForm
from events.materials import materials_of
from events.models import Event, Material, Registration
from events.permissions import get_event_to_manage, get_visible_event, may_join
from members.requests import MemberRequest


@never_cache
@login_required
def materials(request: MemberRequest, number: int) -> HttpResponse:
    """The list, and below it the form for one more."""
    event = get_event_to_manage(request.user, number)
    form = MaterialForm(request.POST or None, request.FILES or None, material=Material(event=event))
    if form.carry_out(lambda told: add_material(material=form.instance, file=told["file"], by=request.user)):
        messages.success(request, _("It is added."))
        return redirect("events:manage_materials", event.pk)
    context = {"event": event, "form": form, "materials": event.materials.select_related("document", "session")}
    return render(request, "events/manage/materials.html", context, status=422 if form.errors else 200)


def _get_material(event: Event, pk: int) -> Material:
    found = Material.objects.select_related("document", "session").filter(event=event, pk=pk).first()
    if found is None:
        raise Http404
    found.event = event
    return found


@never_cache
@login_required
def edit_material(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    form = MaterialForm(request.POST or None, request.FILES or None, material=_get_material(event, pk))
    if form.carry_out(lambda told: change_material(material=form.instance, file=told["file"], by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("events:manage_materials", event.pk)
    context = {"event": event, "form": form, "material": _get_material(event, pk)}
    return render(request, "events/manage/material.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """What a press of one button does to a material: up, down, remove."""
    event = get_event_to_manage(request.user, number)
    material = _get_material(event, pk)
    match request.POST.get("do"):
        case "up":
            reorder_material(material=material, by=-1)
        case "down":
            reorder_material(material=material, by=1)
        case "remove":
            remove_material(material=material)
            messages.success(request, _("It is removed."))
        case _other:
            raise Http404
    return redirect("events:manage_materials", event.pk)


@never_cache
def material(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Hand out the file, or lead to the address. Whoever may not have it does not learn that it is there."""
    event = get_visible_event(request.user, number)
    return _hand_out(request, event, pk, may_have_all=may_join(request.user, event))


@never_cache
def own_material(request: HttpRequest, number: int, secret: str, pk: int) -> HttpResponse:
    """The same for somebody enrolled, behind the secret of that registration's letters."""
    enrolled = Registration.objects.filter(status=RegistrationStatus.ENROLLED).select_related("event")
    registration = get_object_or_404(enrolled, event=number, secret=secret)
    return _hand_out(request, registration.event, pk, may_have_all=True)


def _hand_out(request: HttpRequest, event: Event, pk: int, *, may_have_all: bool) -> HttpResponse:
    found = next((each for each in materials_of(event, may_have_all=may_have_all) if each.pk == pk), None)
    if found is None:
        raise Http404
    if found.document is None:
        return redirect(found.url)
    response: HttpResponse = sendfile(
        request,
        found.document.file.path,
        attachment=True,
        attachment_filename=found.document.filename,
        mimetype=found.document.content_type,
        backend=sendfile_streaming_backend.sendfile,
    )
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
