"""The programme of an event for its readers, and a page for each session."""

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.page_views import whole_context
from events.materials import materials_of
from events.models import Event
from events.permissions import get_visible_event, may_join
from events.programme import ProgrammeFilters, languages_of, read_programme, sessions_of
from members.models import CityName
from taxonomy.queries import preferred_labels


@require_safe
def programme(request: HttpRequest, number: int) -> HttpResponse:
    """The programme by day, by room or by track; with a language, what can be followed in it."""
    event = get_visible_event(request.user, number)
    context = {
        **_about(event, request),
        "programme": read_programme(sessions_of(event), ProgrammeFilters.from_query(request.GET)),
    }
    return render(request, "events/programme.html", whole_context("events:programme", context, request))


@require_safe
def session(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """One session, with the ones before and after it."""
    event = get_visible_event(request.user, number)
    sessions = sessions_of(event)
    place = next((place for place, one in enumerate(sessions) if one.pk == pk), None)
    if place is None:
        raise Http404
    found = sessions[place]
    spoken, interpreted = languages_of(found)
    is_in = may_join(request.user, event)
    context = {
        **_about(event, request),
        "session": found,
        "spoken": spoken,
        "interpreted": interpreted,
        "previous": sessions[place - 1] if place else None,
        "next": sessions[place + 1] if place + 1 < len(sessions) else None,
        "may_join": is_in,
        "materials": [
            material for material in materials_of(event, may_have_all=is_in) if material.session_id == found.pk
        ],
    }
    return render(request, "events/session.html", whole_context("events:session", context, request))


def _about(event: Event, request: HttpRequest) -> dict:
    """What surrounds a programme: the event, and its page in the reader's best language, where there is one."""
    prefetch_related_objects([event], preferred_labels("city__labels", CityName))
    return {"event": event, "event_page": event.best_page(request)}
