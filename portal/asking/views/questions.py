"""Asking the city behind a sheet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.markdown import render_markdown
from discussions.forms.posts import LONGEST_PASSAGE, words_to_begin_with
from groups.models import WorkingGroup
from members.requests import MemberRequest
from portal.asking.city_questions import ask_city, asked_about, audience_for
from portal.asking.forms import CityQuestionForm
from practices.permissions import get_practice


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest, number: int) -> HttpResponse:
    """Show who is asked and who will read it, and ask; ``title`` and ``passage`` fill the form."""
    sheet = get_practice(request.user, number).best_sheet(request)
    if sheet is None:
        raise Http404
    form = CityQuestionForm(
        request.POST if request.method == "POST" else None,
        initial={
            "passage": request.GET.get("passage", "")[:LONGEST_PASSAGE],
            **words_to_begin_with(request.GET.get("title", "")),
        },
    )
    preview = ""
    if request.method == "POST" and form.is_valid() and "preview" in request.POST:
        preview = render_markdown(form.cleaned_data["text"])
    elif form.carry_out(lambda told: ask_city(sheet=sheet, asker=request.user, **told)):
        messages.success(request, _("Your question is on its way. Answers come to you by mail, too."))
        return redirect(form.outcome)
    audience = audience_for(sheet, request.user)
    context = {
        "sheet": sheet,
        "asked": asked_about(sheet, asker=request.user, audience=audience),
        "group": WorkingGroup.objects.best_version_of(audience.group, request),
        "form": form,
        "preview": preview,
    }
    return render(request, "portal/asking/ask_city.html", context, status=422 if form.errors else 200)
