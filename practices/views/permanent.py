"""Permanent addresses: of a practice, and of each version of its sheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.addresses import address_for
from practices.changes import changes_in
from practices.permissions import get_practice, get_version


def permanent(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the sheet in the reader's best language."""
    sheet = get_practice(request.user, number).best_sheet(request)
    if sheet is None:
        raise Http404
    return redirect(address_for(sheet, request))


def version(request: HttpRequest, number: int, language: str, version: int) -> HttpResponse:
    """A sheet as it was published once."""
    found = get_version(request.user, number, language, version)
    frozen = found.as_sheet()
    context = {**frozen.get_context(request), "version": found, "changes": changes_in(found)}
    return render(request, "practices/practice_sheet.html", context)
