"""What is true of an event in every language: seen, changed, and asked back where it matters to people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.languages import reading_order
from events.actions.facts import ChangedMeanwhile, change_facts
from events.enums import Status
from events.forms.facts import FactsForm
from events.manage import pages_in_order
from events.permissions import get_event_to_manage
from members.requests import MemberRequest


@never_cache
@login_required
def facts(request: MemberRequest, number: int) -> HttpResponse:
    """What follows for people and for the programme is said before it is saved; the answer has all that was typed."""
    event = get_event_to_manage(request.user, number)
    languages = [page.language for page in pages_in_order(event, reading_order(request))]
    form = FactsForm(request.POST or None, event=event, user=request.user, languages=languages)
    seen = request.POST.get("seen") or event.changed_at.isoformat()
    asks_back = False
    if request.method == "POST" and form.is_valid():
        if form.consequences and not form.is_confirmed:
            asks_back = True
        elif form.seen_at is None:
            seen = event.changed_at.isoformat()
            form.add_error(None, _changed_meanwhile())
        else:
            try:
                changed = change_facts(
                    event=event, facts=form.facts(), related=form.related(), seen_at=form.seen_at, move=form.move
                )
            except ChangedMeanwhile:
                seen = event.changed_at.isoformat()
                form.add_error(None, _changed_meanwhile())
            except ValidationError as error:
                form.take(error)
            else:
                is_told = bool(form.consequences) and bool(changed) and event.status != Status.DRAFT
                messages.success(request, _("Saved; whom it concerns is told.") if is_told else _("Saved."))
                return redirect("events:manage", event.pk)
    context = {"event": event, "form": form, "asks_back": asks_back, "seen": seen}
    status = 422 if form.errors or asks_back else 200
    return render(request, "events/manage/facts.html", context, status=status)


def _changed_meanwhile() -> str:
    return _(
        "Somebody else saved this event after you opened it. Look at it in another window; "
        "if you save again, what stands here is kept."
    )
