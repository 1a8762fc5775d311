"""The desk on which coordinators say what a query should find."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from common.languages import current_language
from members.requests import MemberRequest
from search.actions.relevance import judge_query
from search.engine import IndexUnavailable
from search.judging import Candidate, Choice, candidates, choice_of, choice_sent
from search.models import JudgedQuery, ResultList
from search.permissions import check_looks_after_search
from search.queries import clean_query
from search.views import unavailable


class JudgedQueryForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Query"), max_length=JudgedQuery._meta.get_field("text").max_length)
    language = forms.ChoiceField(label=gettext_lazy("Language of the query"), choices=settings.LANGUAGES)
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=JudgedQuery._meta.get_field("note").max_length,
        required=False,
        help_text=gettext_lazy("What makes this query worth watching."),
    )

    def clean_text(self) -> str:
        return clean_query(self.cleaned_data["text"])


@never_cache
@login_required
def judge(request: MemberRequest) -> HttpResponse:
    """Judge a query that is not judged yet: that of the address, which leads here from the result page."""
    check_looks_after_search(request.user)
    text, language = clean_query(request.GET.get("q", ""))[:200], current_language()
    same = JudgedQuery.objects.filter(text=text, language=language).first() if text else None
    if same is not None and request.method != "POST":
        messages.info(request, _("This query is judged already. Here you can change what it should find."))
        return redirect(same)
    return _desk(request, None, text, language)


@never_cache
@login_required
def judged_query(request: MemberRequest, pk: int) -> HttpResponse:
    check_looks_after_search(request.user)
    judged = get_object_or_404(JudgedQuery.objects.prefetch_related("expected"), pk=pk)
    return _desk(request, judged, judged.text, judged.language)


def _desk(request: HttpRequest, judged: JudgedQuery | None, text: str, language: str) -> HttpResponse:
    initial = {"text": text, "language": language, "note": judged.note if judged else ""}
    form = JudgedQueryForm(request.POST or None, initial=initial)
    choice = choice_of(judged)
    try:
        lists = candidates(text, language, choice)
        if request.method == "POST":
            offered = [candidate.key for found in lists.values() for candidate in found]
            choice = choice_sent(request.POST, offered)
            if form.is_valid() and (saved := _save(form, judged, choice)) is not None:
                messages.success(request, _("The query “%(query)s” is judged.") % {"query": saved.text})
                return redirect("judgedquery:index")
            lists = candidates(text, language, choice)
    except IndexUnavailable:
        return unavailable(request)
    context: dict[str, Any] = {
        "form": form,
        "judged": judged,
        "text": text,
        "query_language": language,
        "lists": _labelled(lists),
        "index_address": reverse("judgedquery:index"),
    }
    return render(request, "search/judged/desk.html", context, status=422 if form.errors else 200)


def _labelled(lists: dict[str, list[Candidate]]) -> list[tuple[str, Any, list[Candidate]]]:
    return [(name, ResultList(name).label, found) for name, found in lists.items() if found]


def _save(form: JudgedQueryForm, judged: JudgedQuery | None, choice: Choice) -> JudgedQuery | None:
    try:
        return judge_query(
            judged=judged,
            own=choice.in_order(ResultList.OWN),
            other=choice.in_order(ResultList.OTHER),
            **form.cleaned_data,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
