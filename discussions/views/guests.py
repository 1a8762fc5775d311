"""The page on which somebody without an account answers what was asked, and the end of the letters about it."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.languages import current_language
from discussions.actions.guests import answer_as_guest, stop_letters_to_guest
from discussions.forms.guests import GuestAnswerForm
from discussions.gone_quotations import leave_out_quotations
from discussions.guests import (
    is_closed_to_guests,
    named_group,
    posts_for,
    read_guest_stop_token,
    read_guest_token,
    version_for,
)
from discussions.views.screens import show_form
from notifications.stopping import answer_to_stop


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked of the holder of the key; a POST answers it."""
    try:
        found = read_guest_token(token)
    except signing.BadSignature:
        reason = _("This address is not complete. Copy the whole of it from the letter.")
        return render(request, "discussions/guest_closed.html", {"reason": reason}, status=410)
    if found is None:
        reason = _("This discussion is not there any more.")
        return render(request, "discussions/guest_closed.html", {"reason": reason}, status=410)
    is_closed = is_closed_to_guests(found.thread)
    languages = found.languages or [current_language()]
    form = GuestAnswerForm(request.POST if request.method == "POST" else None, initial={"language": languages[0]})
    if not is_closed and form.carry_out(lambda told: answer_as_guest(guest=found, **told)):
        return redirect(f"{request.path}?sent=1#post-{form.outcome.pk}")
    posts = list(posts_for(found))
    leave_out_quotations(posts)
    context = {
        "guest": found,
        "thread": found.thread,
        "about": version_for(found.thread.about, (current_language(), *found.languages)),
        "group": named_group(found.thread, (current_language(), *found.languages)),
        "posts": posts,
        "is_closed": is_closed,
        "has_sent": "sent" in request.GET,
        "form": form,
    }
    return show_form(request, "discussions/guest.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_stop(request: HttpRequest, token: str) -> HttpResponse:
    return answer_to_stop(
        request,
        find=lambda: read_guest_stop_token(token),
        stop=lambda found: stop_letters_to_guest(guest=found),
        template="discussions/guest_stop.html",
        name="guest",
    )
