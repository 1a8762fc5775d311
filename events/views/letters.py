"""Letters about an event: stopping them as a guest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.actions.telling import stop_letters_to_guest
from events.letters import read_guest_stop_token
from events.models import Registration
from notifications.stopping import answer_to_stop


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


@never_cache
def own(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """Lead whoever has the address of a registration to its event."""
    registration = get_object_or_404(Registration.objects.select_related("event"), event=number, secret=secret)
    return redirect(registration.event)
