"""Series of events: for readers, and for those who name them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.languages import CODES
from events.actions.series import create_series, rename_series
from events.forms.facts import SeriesForm
from events.models import EventSeries, SeriesName
from events.queries import event_cards
from groups.permissions import Reader, coordinates_some_group
from members.requests import MemberRequest
from taxonomy.models import LabelKind
from taxonomy.queries import preferred_labels

EVENTS_A_PAGE = 24


def get_series(key: str) -> EventSeries:
    found = EventSeries.objects.prefetch_related(preferred_labels("labels", SeriesName)).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def series(request: HttpRequest, key: str) -> HttpResponse:
    """The events of a series that this reader may see. One without any is there for coordinators alone."""
    found = get_series(key)
    cards = event_cards(request).filter(event__series=found)
    upcoming = list(cards.upcoming())
    past = Paginator(cards.past(), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    is_coordinator = coordinates_some_group(request.user)
    if not upcoming and not past.paginator.count and not is_coordinator:
        raise Http404
    context = {"series": found, "upcoming": upcoming, "past": past, "is_coordinator": is_coordinator}
    return render(request, "events/series.html", context)


def _check_coordinator(user: Reader) -> None:
    if not coordinates_some_group(user):
        raise PermissionDenied(_("Coordinators of working groups name series of events."))


@never_cache
@login_required
def all_series(request: MemberRequest) -> HttpResponse:
    """The list, and the form for one more."""
    _check_coordinator(request.user)
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = create_series(names=form.cleaned_data["names"])
        messages.success(request, _("The series is there; events join it among their facts."))
        return redirect(made)
    listed = EventSeries.objects.prefetch_related(preferred_labels("labels", SeriesName))
    context = {"form": form, "all_series": listed}
    return render(request, "events/manage/all_series.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def edit_series(request: MemberRequest, key: str) -> HttpResponse:
    _check_coordinator(request.user)
    found = get_series(key)
    names = {label.language: label.text for label in found.labels.all() if label.kind == LabelKind.PREFERRED}
    form = SeriesForm(request.POST or None, initial={code: names[code] for code in CODES if code in names})
    if request.method == "POST" and form.is_valid():
        rename_series(series=found, names=form.cleaned_data["names"])
        messages.success(request, _("Saved."))
        return redirect(found)
    context = {"form": form, "series": found}
    return render(request, "events/manage/edit_series.html", context, status=422 if form.errors else 200)
