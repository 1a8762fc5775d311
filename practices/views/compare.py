"""Two to four sheets side by side."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.numbers import ids_in
from practices.comparison import FEWEST, MOST, compare, sheets_to_compare
from practices.filters import PracticeFilters
from practices.models import PracticeSheet
from practices.queries import sheet_cards, themes_in_use

CHOICES_A_PAGE = 100
# More than this many numbers in an address is nobody's choice.
_LONGEST_CHOICE = 50


def compare_sheets(request: HttpRequest) -> HttpResponse:
    """The comparison, or where the address does not name two to four sheets, a page on which to choose them."""
    asked = list(dict.fromkeys(request.GET.getlist("sheet")))[:_LONGEST_CHOICE]
    sheets = sheets_to_compare(ids_in(asked), request)
    if "choose" in request.GET or not FEWEST <= len(sheets) <= MOST:
        return _choice_page(request, asked, sheets)
    only_differences = request.GET.get("differences") == "1"
    query = urlencode([("sheet", sheet.practice_id) for sheet in sheets])
    context = {
        "sheets": sheets,
        "sections": compare(sheets, only_differences=only_differences),
        "only_differences": only_differences,
        "query": query,
        "missing": len(asked) - len(sheets),
    }
    return render(request, "practices/compare.html", context)


def _choice_page(request: HttpRequest, asked: Sequence[str], chosen: Sequence[PracticeSheet]) -> HttpResponse:
    """What is chosen stays chosen; the others can be narrowed by theme."""
    filters = PracticeFilters.from_query(request.GET)
    keys = [sheet.practice_id for sheet in chosen]
    others = filters.narrow(sheet_cards(request), request.user).exclude(practice__in=keys).order_by("title", "pk")
    offered = list(others[: CHOICES_A_PAGE + 1])
    context = {
        "chosen": chosen,
        "others": offered[:CHOICES_A_PAGE],
        "has_more": len(offered) > CHOICES_A_PAGE,
        "problem": _problem(asked, chosen),
        "filters": filters,
        "themes": themes_in_use(request),
    }
    return render(request, "practices/compare_choice.html", context)


def _problem(asked: Sequence[str], chosen: Sequence[PracticeSheet]) -> str:
    """Why there is no comparison; nothing where nobody asked for one yet."""
    if len(chosen) > MOST:
        return _("You chose %(number)s sheets. At most %(most)s fit beside each other: take some away.") % {
            "number": len(chosen),
            "most": MOST,
        }
    if len(chosen) < len(asked):
        return _("A sheet that you asked for is not there, or you may not see it. Choose from these.")
    if asked and len(chosen) < FEWEST:
        return _("One sheet is chosen. Choose at least one more.")
    return ""
