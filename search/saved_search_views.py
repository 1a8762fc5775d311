"""Saved searches: one's list, saving, changing, and stopping the letters without a login."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from common.languages import current_language
from members.requests import MemberRequest
from notifications.stopping import answer_to_stop
from search.actions import ask_for_a_new_index
from search.actions.saved_searches import (
    MOST_SAVED,
    AlreadySaved,
    change_search,
    delete_search,
    pause_search,
    resume_search,
    save_search,
)
from search.descriptions import described_filters
from search.engine import IndexUnavailable
from search.models import Frequency, SavedSearch
from search.permissions import get_saved_search
from search.saved_search_forms import SavedSearchForm
from search.saved_searches import canonical_query, read_stop_token, sort_in


@never_cache
@login_required
def saved_searches(request: MemberRequest) -> HttpResponse:
    searches = list(SavedSearch.objects.visible_to(request.user))
    described = described_filters([search.parameters for search in searches])
    context = {"searches": list(zip(searches, described, strict=True)), "most": MOST_SAVED}
    return render(request, "search/saved/list.html", context)


@never_cache
@login_required
def save(request: MemberRequest) -> HttpResponse:
    """Save the search of a result page; the address has the same words and filters as that page."""
    query, language = canonical_query(request.GET), current_language()
    if not query:
        messages.info(request, _("First search for something: then you can save the search."))
        return redirect("search:search")
    saved = SavedSearch(language=language, query=query, sort=sort_in(request.GET))
    same = SavedSearch.objects.visible_to(request.user).filter(language=language, query=query).first()
    if same is not None:
        return _lead_to(request, same)
    longest = SavedSearch._meta.get_field("name").max_length
    form = SavedSearchForm(
        request.POST or None, initial={"name": saved.text[:longest], "frequency": Frequency.WEEKLY.value}
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            save_search(user=request.user, language=language, query=query, sort=saved.sort, **form.cleaned_data)
        except AlreadySaved as already:
            return _lead_to(request, already.search)
        except ValidationError as error:
            form.add_error(None, error)
        except IndexUnavailable:
            ask_for_a_new_index()
            form.add_error(None, _("The search is being prepared. Please try again in half a minute."))
            status = 503
        else:
            messages.success(request, _("The search is saved."))
            return redirect("search:saved_searches")
    if form.errors and status == 200:
        status = 422
    (described,) = described_filters([saved.parameters])
    return render(
        request, "search/saved/form.html", {"form": form, "search": saved, "filters": described}, status=status
    )


def _lead_to(request: HttpRequest, search: SavedSearch) -> HttpResponse:
    messages.info(request, _("You have saved this search already. Here you can change it."))
    return redirect("search:edit_saved_search", search.pk)


@never_cache
@login_required
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_saved_search(request.user, pk)
    form = SavedSearchForm(request.POST or None, initial={"name": found.name, "frequency": found.frequency})
    if request.method == "POST" and form.is_valid():
        change_search(search=found, **form.cleaned_data)
        messages.success(request, _("The search is changed."))
        return redirect("search:saved_searches")
    (described,) = described_filters([found.parameters])
    context = {"form": form, "search": found, "filters": described}
    return render(request, "search/saved/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Pause the letters of a search, or let them go on."""
    found = get_saved_search(request.user, pk)
    if request.POST.get("letters") == "go-on":
        resume_search(search=found)
        messages.success(request, _("You get letters for “%(name)s” again.") % {"name": found.name})
    else:
        pause_search(search=found)
        messages.success(
            request, _("You get no letters for “%(name)s” until you let them go on.") % {"name": found.name}
        )
    return redirect("search:saved_searches")


@never_cache
@login_required
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then delete."""
    found = get_saved_search(request.user, pk)
    if request.method == "POST":
        delete_search(search=found)
        messages.success(request, _("The saved search is deleted."))
        return redirect("search:saved_searches")
    return render(request, "search/saved/delete.html", {"search": found})


# No cookie, no login and no token of a form: the key in the address is what counts, and mail programs send only that.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    def pause_found(found: SavedSearch) -> None:
        pause_search(search=found)
        found.is_paused = True

    return answer_to_stop(
        request,
        find=lambda: read_stop_token(token),
        stop=pause_found,
        template="search/saved/stop.html",
        name="search",
    )
