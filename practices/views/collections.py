"""Collections: one's own, those of others, and putting sheets into them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.languages import current_language
from common.numbers import id_in
from common.page_views import page_view
from members.requests import MemberRequest
from practices.actions.collections import (
    add_to_collection,
    change_collection,
    create_collection,
    delete_collection,
    move_item,
    note_on_item,
    remove_item,
)
from practices.collecting import gathered_in, own_collections, public_collections, shown_owner
from practices.comparison import FEWEST, MOST
from practices.forms.collections import CollectForm, CollectionForm, NoteForm
from practices.models import Collection, CollectionItem, PracticeSheet
from practices.permissions import get_collection, get_practice

COLLECTIONS_A_PAGE = 50


@page_view(PracticeSheet)
def collect_form(page: PracticeSheet, request: HttpRequest) -> dict:
    """For ``practices/sheet/collect.html``."""
    return {"collect_form": CollectForm(user=request.user) if request.user.is_authenticated else None}


# ---------------------------------------------------------------- lists


def collections(request: HttpRequest) -> HttpResponse:
    """What members made for everybody."""
    paged = Paginator(public_collections(request.user), COLLECTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "paged": paged,
        "collections": [(collection, shown_owner(collection, request.user)) for collection in paged],
    }
    return render(request, "practices/collections.html", context)


@never_cache
@login_required
def own(request: MemberRequest) -> HttpResponse:
    paged = Paginator(own_collections(request.user), COLLECTIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "practices/own_collections.html", {"paged": paged, "collections": paged.object_list})


# ---------------------------------------------------------------- one collection


@never_cache
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_collection(request.user, pk)
    gathered = gathered_in(found, request)
    numbers = [("sheet", each.sheet.practice_id) for each in gathered]
    context = {
        "collection": found,
        "gathered": gathered,
        "owner": shown_owner(found, request.user),
        "is_own": found.owner_id == request.user.pk,
        "query": urlencode(numbers),
        "can_compare": FEWEST <= len(gathered) <= MOST,
    }
    return render(request, "practices/collection.html", context)


@never_cache
@login_required
def new(request: MemberRequest) -> HttpResponse:
    """Make a collection; with ``practice`` in the address, with its first sheet and the note on it."""
    number = id_in(request.GET.get("practice", ""))
    practice = None if number is None else get_practice(request.user, number)
    form = CollectionForm(request.POST or None, initial={"language": current_language()})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_collection(owner=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if practice:
                add_to_collection(collection=made, practice=practice, note=_first_note(request))
            messages.success(request, _("The collection is made."))
            return redirect(made)
    context = {"form": form, "collection": None, "sheet": practice and practice.best_sheet(request)}
    return render(request, "practices/collection_form.html", context, status=422 if form.errors else 200)


def _first_note(request: HttpRequest) -> str:
    form = NoteForm(request.GET)
    return form.cleaned_data["note"] if form.is_valid() else ""


@never_cache
@login_required
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what the collection says, and its sheets."""
    found = get_collection(request.user, pk, to_change=True)
    form = CollectionForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        change_collection(collection=found, **form.cleaned_data)
        messages.success(request, _("The collection is changed."))
        return redirect(found)
    return _edit_page(request, found, form)


def _initial(found: Collection) -> dict[str, str]:
    names = ("title", "description", "language")
    return {name: getattr(found, name) for name in names} | {"is_public": "yes" if found.is_public else "no"}


def _edit_page(
    request: MemberRequest, found: Collection, form: CollectionForm, wrong: tuple[int, NoteForm] | None = None
) -> HttpResponse:
    gathered = [(each, _note_form(each.item, wrong)) for each in gathered_in(found, request)]
    context = {"form": form, "collection": found, "gathered": gathered}
    status = 422 if form.errors or wrong else 200
    return render(request, "practices/collection_form.html", context, status=status)


def _note_form(item: CollectionItem, wrong: tuple[int, NoteForm] | None) -> NoteForm:
    if wrong and wrong[0] == item.pk:
        return wrong[1]
    return NoteForm(initial={"note": item.note}, auto_id=f"id_%s_{item.pk}")


@never_cache
@login_required
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then delete."""
    found = get_collection(request.user, pk, to_change=True)
    if request.method == "POST":
        delete_collection(collection=found)
        messages.success(request, _("The collection is deleted. Its sheets are where they were."))
        return redirect("practices:own_collections")
    return render(request, "practices/collection_delete.html", {"collection": found})


# ---------------------------------------------------------------- its sheets


@login_required
@require_POST
def collect(request: MemberRequest, number: int) -> HttpResponse:
    """Put a sheet into a collection; into a new one by way of its form."""
    practice = get_practice(request.user, number)
    form = CollectForm(request.POST, user=request.user)
    if form.is_valid():
        chosen, note = form.cleaned_data["collection"], form.cleaned_data["note"]
        if chosen is None:
            return redirect(f"{reverse('practices:new_collection')}?{urlencode({'practice': number, 'note': note})}")
        try:
            add_to_collection(collection=chosen, practice=practice, note=note)
        except ValidationError as error:
            form.add_error("collection", error)
        else:
            messages.success(request, _("The sheet is in the collection “%(title)s”.") % {"title": chosen.title})
            return redirect(practice)
    context = {"collect_form": form, "sheet": practice.best_sheet(request)}
    return render(request, "practices/collect.html", context, status=422)


def _item(request: MemberRequest, pk: int, item_pk: int) -> CollectionItem:
    found = get_collection(request.user, pk, to_change=True)
    return get_object_or_404(found.items.select_related("collection"), pk=item_pk)


def _back_to(item: CollectionItem) -> HttpResponse:
    """To where the item now stands in the list."""
    return redirect(f"{reverse('practices:edit_collection', args=[item.collection_id])}#sheet-{item.pk}")


@login_required
@require_POST
def move(request: MemberRequest, pk: int, item_pk: int) -> HttpResponse:
    """One place up, or one down."""
    item = _item(request, pk, item_pk)
    seen = [each.item.pk for each in gathered_in(item.collection, request)]
    move_item(item=item, up=request.POST.get("to") == "up", among=seen)
    return _back_to(item)


@login_required
@require_POST
def note(request: MemberRequest, pk: int, item_pk: int) -> HttpResponse:
    item = _item(request, pk, item_pk)
    form = NoteForm(request.POST, auto_id=f"id_%s_{item.pk}")
    if not form.is_valid():
        return _edit_page(request, item.collection, CollectionForm(initial=_initial(item.collection)), (item.pk, form))
    note_on_item(item=item, note=form.cleaned_data["note"])
    messages.success(request, _("The note is saved."))
    return _back_to(item)


@login_required
@require_POST
def remove(request: MemberRequest, pk: int, item_pk: int) -> HttpResponse:
    item = _item(request, pk, item_pk)
    remove_item(item=item)
    messages.success(request, _("The sheet is no longer in this collection."))
    return redirect("practices:edit_collection", pk)
