"""The screen on which a coordinator makes a practice sheet from the notes of a session."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.markdown import render_markdown
from events.models import Session
from events.permissions import get_event_to_manage
from members.requests import MemberRequest
from portal.session_sheets import Speaker, draft_sheet_of_session, sheet_fields, speakers_with_city
from practices.permissions import can_write
from practices.schema import FIELDS_BY_NAME


class SpeakerForm(forms.Form):
    speaker = forms.ChoiceField(
        label=gettext_lazy("Whose practice it is"),
        help_text=gettext_lazy(
            "The sheet is of this person’s city. Members of that city get the draft and a letter; else you keep it."
        ),
    )

    def __init__(self, data: Any = None, *, speakers: list[Speaker]) -> None:
        super().__init__(data)
        self.speakers = {str(speaker.person.pk): speaker for speaker in speakers}
        choices = [
            (pk, f"{speaker.person.shown_name}, {speaker.city.label()}") for pk, speaker in self.speakers.items()
        ]
        field: Any = self.fields["speaker"]
        field.choices = choices

    @property
    def chosen(self) -> Speaker:
        return self.speakers[self.cleaned_data["speaker"]]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_sheet(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """Show what the draft would say, and make it when that is confirmed."""
    event = get_event_to_manage(request.user, number)
    session = Session.objects.filter(event=event, pk=pk).select_related("event__group", "practice").first()
    if session is None:
        raise Http404
    speakers = speakers_with_city(session)
    title, language, texts = sheet_fields(session)
    form = SpeakerForm(request.POST if request.method == "POST" else None, speakers=speakers)
    context = {
        "event": event,
        "session": session,
        "title": title,
        "sheet_language": language,
        "texts": [(FIELDS_BY_NAME[name].label, render_markdown(text)) for name, text in texts.items() if text],
        "speakers": speakers,
        "form": form,
        "sheet": session.practice.best_sheet(request) if session.practice else None,
    }
    if request.method == "POST" and form.is_valid():
        try:
            sheet = draft_sheet_of_session(session=session, speaker=form.chosen, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The draft is made, and the session presents it from now on."))
            if can_write(request.user, sheet):
                return redirect("practices:write", sheet.pk)
            return redirect("events:manage_after", event.pk)
    return render(request, "portal/session_sheet.html", context, status=422 if form.errors else 200)
