"""The answer to the yearly question, for whoever holds the key from the letter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from practices.actions.verifying import confirm_still_true, note_that_it_changed
from practices.schema import Tab
from practices.verifying import QuestionClosed, read_token


@never_cache
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; a POST answers. Programs that look into letters follow addresses: opening this one changes nothing."""
    try:
        question = read_token(token)
    except QuestionClosed as closed:
        status = 200 if closed.is_answered else 410
        return render(request, "practices/verifying/closed.html", {"closed": closed}, status=status)
    if request.method == "POST":
        if request.POST.get("answer") == "changed":
            note_that_it_changed(practice=question.practice, user=question.author)
            return redirect("practices:write", question.sheet.pk, Tab.BASICS.value)
        if request.POST.get("answer") == "true":
            confirm_still_true(practice=question.practice, user=question.author)
            return redirect("practices:verify", token)
    return render(request, "practices/verifying/ask.html", {"question": question})
