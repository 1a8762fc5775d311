"""Calls to the network: the list, one call with its answers, and calling, in two steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.choices import number_of
from common.kept_forms import login_keeping_form, take_own
from common.languages import current_language
from common.markdown import render_markdown
from common.page_views import page_view, screen_view
from discussions.actions.calls import TooManyCalls, check_may_call, end_call
from discussions.calls import answers_of, get_call, looks_after, open_calls_of
from discussions.models import Call, Thread
from discussions.translations import translated_titles, with_titles
from members.models import City, CityName
from members.requests import MemberRequest
from notifications.notices import saw
from portal.asking.call_sheets import begun_sheets, cities_to_draft_for, draft_sheet_of_call
from portal.asking.calls import call_the_network, contacts_of, people_of, text_of_call
from portal.asking.forms import AddressedCitiesForm, CallForm, CallSheetForm, SummaryForm
from portal.asking.suggestions import chosen_cities, suggest_cities
from portal.models import HomePage
from practices.models import PracticeSheet
from practices.permissions import can_write
from taxonomy.queries import preferred_labels

METHODS = ["GET", "HEAD", "POST"]
CALLS_A_PAGE = 30
CALLS_ON_HOME = 3


@never_cache
@login_required
def calls(request: MemberRequest) -> HttpResponse:
    """All calls, open ones first; ``asked`` keeps those that ask the reader's city."""
    own_city = request.user.city
    only_own = own_city is not None and "asked" in request.GET
    found = Call.objects.visible_to(request.user).for_list()
    if own_city is not None and only_own:
        found = found.asking(own_city)
    found = with_titles(found, current_language(), thread="thread")
    found = found.prefetch_related(preferred_labels("thread__city__labels", CityName), "addressees")
    page = Paginator(found, CALLS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "paged": page,
        "own_city": own_city,
        "only_own": only_own,
        "asked_own": {
            call.pk for call in page if any(one.city_id == request.user.city_id for one in call.addressees.all())
        }
        if own_city
        else set(),
    }
    return render(request, "portal/asking/calls.html", context)


@never_cache
@login_required
def call(request: MemberRequest, pk: int) -> HttpResponse:
    """One call: the question, and what the cities answered."""
    found = get_call(request.user, pk)
    answers = answers_of(found)
    if request.method == "GET" and answers.question:
        # Letters lead here. Of the posts after the question, not all are shown.
        saw(user=request.user, topic=found.thread.topic, subject=answers.question.key)
    cities = cities_to_draft_for(request.user, found, answers)
    context = {
        "call": found,
        "thread": found.thread,
        "translated_title": translated_titles([found.thread], current_language()).get(found.thread_id),
        "answers": answers,
        "sheets": _sheets_behind(found, request),
        "looks_after": looks_after(request.user, found),
        "can_draft": bool(cities),
        "begun": begun_sheets(request.user, found, cities),
    }
    return render(request, "portal/asking/call.html", context)


@page_view(HomePage)
def calls_on_home(page: HomePage, request: HttpRequest) -> dict:
    """For members: the open calls that end soonest."""
    if not request.user.is_authenticated:
        return {"open_calls": []}
    found = with_titles(Call.objects.visible_to(request.user).open().for_list(), current_language(), thread="thread")
    return {"open_calls": found.prefetch_related(preferred_labels("thread__city__labels", CityName))[:CALLS_ON_HOME]}


def _sheets_behind(found: Call, request: HttpRequest) -> dict[int, PracticeSheet]:
    """The sheets that suggested the cities asked, by city, as far as this reader may read them."""
    addressees = [one for one in found.addressees.all() if one.practice_number]
    if not addressees:
        return {}
    sheets = PracticeSheet.objects.filter(practice__in=[one.practice_number for one in addressees]).best_for(request)
    by_number = {sheet.practice_id: sheet for sheet in sheets.select_related("locale")}
    return {one.city_id: by_number[one.practice_number] for one in addressees if one.practice_number in by_number}


@screen_view("discussions:thread")
def call_of_thread(context: dict, request: HttpRequest) -> dict:
    """For ``discussions/thread_asking.html``: the call that the thread is, and who else is asked in it."""
    thread: Thread = context["thread"]
    # A call is for the whole network.
    found = Call.objects.filter(thread=thread).first() if thread.group_id is None else None
    return {
        "call": found,
        "guests": list(thread.guests.select_related("city")) if thread.addressed_to_id or found else [],
    }


# ---------------------------------------------------------------- calling


@never_cache
@login_keeping_form
@require_http_methods(METHODS)
def new(request: MemberRequest) -> HttpResponse:
    """First the question, then the cities, then it goes out. Nothing is kept before; ``title`` fills the form."""
    step = request.POST.get("step", "")
    try:
        # What is sent for the second time is there already: that is found when it is sent.
        if step != "send":
            check_may_call(request.user)
        return _next_step(request, step)
    except TooManyCalls as refused:
        return _show_open_calls(request, str(refused))


def _next_step(request: MemberRequest, step: str) -> HttpResponse:
    if request.method != "POST":
        if (kept := take_own(request)) is not None:
            return _write_again(request, kept)
        initial = CallForm.initial_for(request.user, request.GET.get("title", ""))
        return _write(request, CallForm(initial=initial))
    if step == "write":
        # Back from the cities: what was written stands there as it was.
        return _write_again(request, request.POST)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _write(request, form)
    if step == "send":
        made = _send(request, form)
        messages.success(request, _("The call is out. Answers come to you by mail, and are gathered here."))
        return redirect(made)
    return _choose(request, form)


def _show_open_calls(request: MemberRequest, reason: str) -> HttpResponse:
    """The calls that have to come to an end before another; what was typed meanwhile is not lost."""
    form = CallForm(initial=_as_initial(request.POST)) if request.method == "POST" else None
    context = {
        "reason": reason,
        "open_calls": open_calls_of(request.user),
        "form": form,
        "chosen": _chosen(request.POST),
    }
    return render(request, "portal/asking/too_many_calls.html", context, status=403)


def _chosen(sent: QueryDict) -> list[int]:
    return [pk for pk in map(number_of, sent.getlist("city")) if pk is not None]


def _as_initial(sent: QueryDict) -> dict[str, Any]:
    fields = {name: sent.get(name, "") for name in CallForm.base_fields}
    return {**fields, "languages": sent.getlist("languages")}


def _write(request: HttpRequest, form: CallForm, sent: QueryDict | None = None) -> HttpResponse:
    context = {"form": form, "chosen": _chosen(sent or request.POST)}
    return render(request, "portal/asking/new_call.html", context, status=422 if form.errors else 200)


def _write_again(request: HttpRequest, sent: QueryDict) -> HttpResponse:
    return _write(request, CallForm(initial=_as_initial(sent)), sent)


def _choose(request: MemberRequest, form: CallForm) -> HttpResponse:
    chosen = set(_chosen(request.POST))
    suggestions = suggest_cities(
        request,
        title=form.cleaned_data["title"],
        problem=form.cleaned_data["problem"],
        language=form.cleaned_data["language"],
        but=request.user.city,
    )
    suggested = {each.city.pk for each in suggestions}
    adding = request.POST.get("step") == "add"
    another = AddressedCitiesForm(
        request.POST if adding else None, own_city=request.user.city, chosen=suggested | chosen
    )
    if adding and another.is_valid() and another.cleaned_data["another"]:
        chosen.add(another.cleaned_data["another"].pk)
        another = AddressedCitiesForm(own_city=request.user.city, chosen=suggested | chosen)
    others = chosen_cities(pk for pk in chosen - suggested if pk != request.user.city_id)
    offered = [*suggestions, *others]
    cities = {each.city: each.sheet.practice_id if each.sheet else None for each in offered}
    context = {
        "form": form,
        "text": render_markdown(text_of_call(**_parts(form))),
        "offered": [(each, each.city.pk in chosen) for each in offered],
        "with_members": set(people_of(cities)),
        "with_contacts": set(contacts_of(cities)),
        "another": another,
    }
    return render(request, "portal/asking/choose_cities.html", context, status=422 if another.errors else 200)


def _parts(form: CallForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("problem", "tried", "wanted", "language")}


def _send(request: MemberRequest, form: CallForm) -> Call:
    chosen = set(_chosen(request.POST))
    numbers = {pk: number_of(request.POST.get(f"practice_{pk}")) for pk in chosen}
    # What the browser says of sheets is not to be believed: of this city, and readable by who asks.
    sheets = PracticeSheet.objects.visible_to(request.user).filter(practice__in=filter(None, numbers.values()))
    of_city = set(sheets.values_list("city", "practice"))
    cities = City.objects.filter(pk__in=chosen - {request.user.city_id}).order_by("key")
    addressees = {city: numbers[city.pk] if (city.pk, numbers[city.pk]) in of_city else None for city in cities}
    cleaned = form.cleaned_data
    return call_the_network(
        asker=request.user,
        title=cleaned["title"],
        text=text_of_call(**_parts(form)),
        language=cleaned["language"],
        deadline=cleaned["deadline"],
        languages=cleaned["languages"],
        addressees=addressees,
    )


# ---------------------------------------------------------------- what comes of it


@never_cache
@login_required
@require_http_methods(METHODS)
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """Say what came of a call."""
    found = get_call(request.user, pk)
    if not looks_after(request.user, found):
        raise PermissionDenied(_("Only who called and the coordinators say what came of it."))
    if not found.is_open:
        return redirect(found)
    form = SummaryForm(request.POST if request.method == "POST" else None, initial={"language": current_language()})
    if request.method == "POST" and form.is_valid():
        end_call(call=found, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("Thank you: what came of it stands above the answers, and all who take part hear of it.")
        )
        return redirect(found)
    context = {"call": found, "thread": found.thread, "answers": answers_of(found), "form": form}
    return render(request, "portal/asking/end_call.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(METHODS)
def draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Begin a practice sheet from the answers of a call."""
    found = get_call(request.user, pk)
    cities = cities_to_draft_for(request.user, found, answers_of(found))
    if not cities:
        raise PermissionDenied(_("Only those who look after the call, and the cities themselves, make sheets of it."))
    form = CallSheetForm(request.POST if request.method == "POST" else None, cities=cities)
    if form.carry_out(
        lambda told: draft_sheet_of_call(call=found, city=form.chosen, title=told["title"], by=request.user)
    ):
        sheet, is_new = form.outcome
        if is_new:
            messages.success(request, _("The draft is made."))
        else:
            messages.info(request, _("A practice sheet of this city was begun from the call before."))
        return redirect("practices:write", sheet.pk) if can_write(request.user, sheet) else redirect(found)
    begun = begun_sheets(request.user, found, cities)
    context = {"call": found, "thread": found.thread, "form": form, "begun": begun}
    return render(request, "portal/asking/draft_from_call.html", context, status=422 if form.errors else 200)
