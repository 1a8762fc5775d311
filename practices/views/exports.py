"""What leaves the portal as a file: sheets and booklets as PDF, tables, citations."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from common.languages import current_language
from common.numbers import ids_in
from common.page_views import page_view
from groups.restricted import RestrictedPageQuerySet
from practices.citations import Citation, publisher_of
from practices.exports import BATCH, export_response, for_export
from practices.filters import PracticeFilters
from practices.models import PracticeSheet
from practices.pdf import booklet_pdf, sheet_pdf
from practices.permissions import get_practice, get_version
from practices.printed_sheets import MOST_IN_A_BOOKLET, versions_to_print

_CITATION_TYPES = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}


@page_view(PracticeSheet)
def files_of_sheet(page: PracticeSheet, request: HttpRequest) -> dict:
    """For ``practices/sheet/citation.html``, besides the version."""
    return {"publisher": publisher_of(request)}


# ---------------------------------------------------------------- PDF


@vary_on_headers("Accept-Language")
@vary_on_cookie
@cache_control(private=True)
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the latest version in the reader's best language. A sheet that was never published has none."""
    versions = versions_to_print([get_practice(request.user, number).pk], request)
    if not versions:
        raise Http404
    latest = versions[0]
    return redirect("practices:version_pdf", number, latest.sheet.language, latest.number)


@vary_on_cookie
@cache_control(private=True)
def version_pdf(request: HttpRequest, number: int, language: str, version: int) -> HttpResponse:
    found = get_version(request.user, number, language, version)
    content = sheet_pdf(found, publisher=publisher_of(request))
    return as_download(content, f"practice-{number}-{language}-v{version}.pdf", "application/pdf")


@vary_on_headers("Accept-Language")
@vary_on_cookie
@cache_control(private=True)
def booklet(request: HttpRequest) -> HttpResponse:
    """A booklet of the sheets that are named (``?sheet=12&sheet=14``), or else of the list with these filters."""
    numbers = _numbers_asked_for(request)
    if numbers is None:
        numbers = list(_sheets_of_list(request).values_list("practice", flat=True)[: MOST_IN_A_BOOKLET + 1])
    return booklet_response(request, numbers)


def _numbers_asked_for(request: HttpRequest) -> list[int] | None:
    """The practices that the address names; None where it names none. What is no number is not asked for."""
    if "sheet" not in request.GET:
        return None
    return ids_in(request.GET.getlist("sheet"))


def booklet_response(request: HttpRequest, numbers: list[int], description: str = "") -> HttpResponse:
    """The practices with these numbers as a booklet, those left out that this reader may not see.

    Raises Http404 where none is left; too many are answered with a page that says so.
    """
    if len(set(numbers)) > MOST_IN_A_BOOKLET:
        context = {"most": MOST_IN_A_BOOKLET}
        return render(request, "practices/booklet_too_long.html", context, status=422)
    versions = versions_to_print(numbers, request)
    if not versions:
        raise Http404
    content = booklet_pdf(
        versions,
        title=_("Good practices"),
        language=current_language(),
        publisher=publisher_of(request),
        description=description,
    )
    return as_download(content, "booklet.pdf", "application/pdf")


# ---------------------------------------------------------------- tables and citations


@vary_on_headers("Accept-Language")
@vary_on_cookie
@cache_control(private=True)
def export(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """The list of practices, with the filters of its page, or the sheets that are named, as a table."""
    sheets = for_export(_sheets_of_list(request))
    return export_response(sheets.iterator(chunk_size=BATCH), file_format, _("practices"))


@vary_on_cookie
@cache_control(private=True)
def citation(request: HttpRequest, number: int, language: str, version: int, file_format: str) -> HttpResponse:
    if file_format not in _CITATION_TYPES:
        raise Http404
    found = get_version(request.user, number, language, version)
    cited = Citation.of(found, found.as_sheet(), publisher_of(request))
    content = cited.bibtex if file_format == "bib" else cited.ris
    content_type = f"{_CITATION_TYPES[file_format]}; charset=utf-8"
    return as_download(content.encode(), f"{cited.key}.{file_format}", content_type)


def _sheets_of_list(request: HttpRequest) -> RestrictedPageQuerySet:
    """What the list of practices shows this reader, in its order; where the address names sheets, those of them."""
    filters = PracticeFilters.from_query(request.GET)
    sheets = filters.in_order(
        filters.narrow(PracticeSheet.objects.best_for(request).with_adoption_count(), request.user)
    )
    numbers = _numbers_asked_for(request)
    return sheets if numbers is None else sheets.filter(practice__in=numbers)


def as_download(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or ""
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
