"""Letters about an event: stopping them as a guest."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.actions.telling import stop_letters_to_guest
from events.letters import read_guest_stop_token
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
