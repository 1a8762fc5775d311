"""Series of events: for readers, and for those who name them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.addresses import address_for
from common.languages import CODES
from events.actions.series import create_series, rename_series
from events.forms.facts import SeriesForm
from events.models import EventIndexPage, EventSeries, SeriesName
from groups.permissions import Reader, coordinates_some_group
from members.requests import MemberRequest
from taxonomy.models import LabelKind
from taxonomy.queries import preferred_labels


def get_series(key: str) -> EventSeries:
    found = EventSeries.objects.prefetch_related(preferred_labels("labels", SeriesName)).filter(key=key).first()
    if found is None:
        raise Http404
    return found


@require_safe
def series(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to the list of events, narrowed to those of the series."""
    found = get_object_or_404(EventSeries, key=key)
    index = EventIndexPage.objects.best_for(request).select_related("locale").first()
    if index is None:
        raise Http404
    return redirect(f"{address_for(index, request)}?series={found.key}")


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
