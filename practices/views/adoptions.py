"""Adoptions: the list and its map, one adoption, declaring and deciding."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import country_name
from common.markdown import render_markdown
from common.page_views import page_view
from groups.permissions import coordinates_some_group
from members.models import City
from members.requests import MemberRequest
from practices.actions.adoptions import (
    AlreadyDeclared,
    change_adoption,
    confirm_adoption,
    declare_adoption,
    decline_adoption,
    withdraw_adoption,
)
from practices.adoption_filters import AdoptionFilters
from practices.enums import AdoptionOutcome
from practices.forms.adoptions import AdoptionForm, DecisionForm
from practices.maps import draw_transfers
from practices.models import Adoption, Practice, PracticeSheet
from practices.permissions import (
    can_change_adoption,
    can_decide_adoption,
    get_adoption,
    get_practice,
)
from practices.queries import themes_in_use
from practices.transfers import adopting_countries, adoptions_of, giving_countries, map_of, transfers, with_details

ADOPTIONS_A_PAGE = 60


@page_view(PracticeSheet)
def adoptions_of_sheet(page: PracticeSheet, request: HttpRequest) -> dict:
    """For ``practices/sheet/adoptions.html``."""
    visible = adoptions_of(page.practice_id, request.user)
    confirmed = [adoption for adoption in visible if adoption.is_confirmed]
    own_city = getattr(request.user, "city_id", None)
    own = next((adoption for adoption in visible if adoption.city_id == own_city), None) if own_city else None
    return {
        "adoptions": [(adoption, texts_of(adoption)) for adoption in confirmed],
        "adoptions_waiting": [adoption for adoption in visible if adoption.is_waiting and adoption != own],
        # One that is confirmed stands among the others.
        "own_adoption_open": own if own and not own.is_confirmed else None,
        "can_adopt": request.user.is_authenticated and own is None and own_city != page.city_id,
        "transfer_map": draw_transfers((page.city, adoption.city) for adoption in confirmed) if confirmed else None,
    }


def texts_of(adoption: Adoption) -> dict[str, str]:
    return {"changes": render_markdown(adoption.changes), "result": render_markdown(adoption.result)}


# ---------------------------------------------------------------- lists


def adoptions(request: HttpRequest) -> HttpResponse:
    """Everything that is confirmed, narrowed by the reader, and the same on a map."""
    filters = AdoptionFilters.from_query(request.GET)
    confirmed = Adoption.objects.visible_to(request.user).confirmed()
    found = with_details(filters.narrow(confirmed, request.user), request.user)
    page = Paginator(found, ADOPTIONS_A_PAGE).get_page(request.GET.get("page"))
    listed = transfers(page.object_list, request)
    context = {
        "paged": page,
        "transfers": listed,
        "transfer_map": map_of(listed),
        "filters": filters,
        "themes": themes_in_use(request),
        "giving_countries": _named(giving_countries(request.user)),
        "adopting_countries": _named(adopting_countries(request.user)),
        "outcomes": AdoptionOutcome.choices,
        "is_coordinator": coordinates_some_group(request.user),
    }
    return render(request, "practices/adoptions.html", context)


def _named(codes: list[str]) -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in codes), key=lambda country: country[1])


@never_cache
@login_required
def waiting(request: MemberRequest) -> HttpResponse:
    """What waits for this coordinator, the oldest first."""
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("Only coordinators confirm adoptions."))
    found = with_details(Adoption.objects.waiting_for(request.user), request.user).order_by("declared_at", "pk")
    page = Paginator(found, ADOPTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {"paged": page, "transfers": transfers(page.object_list, request)}
    return render(request, "practices/adoptions_waiting.html", context)


# ---------------------------------------------------------------- one adoption


@never_cache
def adoption(request: HttpRequest, pk: int) -> HttpResponse:
    return _adoption_page(request, get_adoption(request.user, pk), DecisionForm())


def _adoption_page(request: HttpRequest, found: Adoption, form: Form) -> HttpResponse:
    (detailed,) = transfers(with_details(Adoption.objects.filter(pk=found.pk), request.user), request)
    context = {
        "transfer": detailed,
        "adoption": detailed.adoption,
        "texts": texts_of(detailed.adoption),
        "transfer_map": map_of([detailed]),
        "can_change": can_change_adoption(request.user, found),
        "can_decide": can_decide_adoption(request.user, found),
        "form": form,
    }
    return render(request, "practices/adoption.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def adopt(request: MemberRequest, number: int) -> HttpResponse:
    """Record that one's city took this practice over."""
    practice = get_practice(request.user, number)
    if not request.user.city_id and not coordinates_some_group(request.user):
        return _form_page(request, "practices/adopt_without_city.html", practice)
    if recorded := _recorded(request, practice):
        messages.info(request, _("Your city’s adoption is on record already: here it is."))
        return redirect(recorded)
    form = AdoptionForm(request.POST or None, practice=practice, user=request.user)
    if form.has_no_city:
        raise PermissionDenied(_("It is your own city’s practice: only other cities can take it over."))
    if request.method == "POST" and form.is_valid():
        try:
            declared = declare_adoption(
                practice=practice, city=form.chosen_city, declared_by=request.user, **form.answers()
            )
        except AlreadyDeclared as already:
            messages.info(request, _("This city’s adoption is on record already: here it is."))
            return redirect(_visible_or_list(request, already.adoption))
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("It is recorded, and waits until a coordinator confirms it."))
            return redirect(declared)
    return _form_page(request, "practices/adopt.html", practice, form=form)


def _recorded(request: MemberRequest, practice: Practice) -> Adoption | None:
    """The record of the reader's own city; coordinators choose among the cities."""
    if coordinates_some_group(request.user):
        return None
    return Adoption.objects.visible_to(request.user).filter(practice=practice, city=request.user.city).first()


def _visible_or_list(request: HttpRequest, found: Adoption) -> Adoption | str:
    """Coordinators of other groups may not see what waits."""
    visible = Adoption.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return found if visible else "practices:adoptions"


@never_cache
@login_required
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Write an adoption anew; what was decided about it is void."""
    found = get_adoption(request.user, pk, to_change=True)
    form = AdoptionForm(request.POST or None, practice=found.practice, user=request.user, adoption=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_adoption(adoption=found, changed_by=request.user, **form.answers())
        except ValidationError as error:
            form.take(error)
        else:
            if changed.is_waiting:
                messages.success(request, _("It is changed, and waits until a coordinator confirms it."))
            return redirect(changed)
    return _form_page(request, "practices/adopt.html", found.practice, form=form, adoption=found)


def _form_page(
    request: MemberRequest,
    template: str,
    practice: Practice,
    form: AdoptionForm | None = None,
    adoption: Adoption | None = None,
) -> HttpResponse:
    sheet = practice.best_sheet(request)
    city: City | None = form.own_city if form else None
    context = {"sheet": sheet, "group": sheet and sheet.group, "form": form, "adoption": adoption, "city": city}
    return render(request, template, context, status=422 if form and form.errors else 200)


@login_required
@require_POST
def confirm(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_adoption(request.user, pk, to_decide=True)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _adoption_page(request, found, form)
    confirm_adoption(adoption=found, coordinator=request.user, answer=form.cleaned_data["answer"])
    messages.success(request, _("It is confirmed: everybody can see it now."))
    return redirect(found)


@login_required
@require_POST
def decline(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_adoption(request.user, pk, to_decide=True)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            decline_adoption(adoption=found, coordinator=request.user, answer=form.cleaned_data["answer"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is declined; your answer is on its way to the city."))
            return redirect(found)
    return _adoption_page(request, found, form)


@never_cache
@login_required
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then take the record back."""
    found = get_adoption(request.user, pk, to_change=True)
    if request.method == "POST":
        practice = found.practice
        withdraw_adoption(adoption=found)
        messages.success(request, _("The record is gone."))
        return redirect(practice)
    (detailed,) = transfers(with_details(Adoption.objects.filter(pk=found.pk), request.user), request)
    return render(request, "practices/adoption_withdraw.html", {"transfer": detailed, "adoption": detailed.adoption})
