"""Writing a sheet, until it is ready to be submitted."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import kept_forms
from common.dates import time_in_words
from common.languages import current_language
from common.numbers import id_in
from common.uploads import check_document, check_picture
from members.models import User
from members.requests import MemberRequest
from practices.actions.authors import add_co_author, remove_co_author
from practices.actions.writing import (
    BothChanged,
    Saved,
    begin_sheet,
    delete_draft,
    keep_document,
    keep_picture,
    save_draft,
)
from practices.completeness import completeness_of
from practices.forms.authors import CoAuthorForm
from practices.forms.writing import StartForm, WritingForm
from practices.merging import Fingerprints, fingerprints, read_token, sign
from practices.models import PracticeSheet
from practices.models.lifecycle import CoAuthor, authors_of
from practices.own_sheets import own_sheets
from practices.permissions import can_change_now, can_delete, get_sheet_to_write, is_author
from practices.reviewing import remarks_on
from practices.schema import FIELDS_BY_NAME, QUICK_FIELDS, Level, Tab

_UPLOAD = re.compile(r"attachments-(\d{1,2})-upload")
_SESSION_PLACE = "writing_place"


@never_cache
@login_required
def mine(request: MemberRequest) -> HttpResponse:
    """The sheets of this person."""
    return render(request, "practices/writing/mine.html", {"own_sheets": own_sheets(request.user)})


@never_cache
@login_required
def new(request: MemberRequest) -> HttpResponse:
    """Begin a sheet."""
    languages = [code for code in request.user.languages if code in dict(StartForm.base_fields["language"].choices)]  # type: ignore[attr-defined]
    initial = {"language": next(iter(languages), current_language()), "city": request.user.city_id}
    form = StartForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        sheet = begin_sheet(user=request.user, **{"group": None, **form.cleaned_data})
        return redirect(f"{reverse('practices:write', args=[sheet.pk])}?begun=1")
    return render(request, "practices/writing/new.html", {"form": form}, status=422 if form.errors else 200)


# ---------------------------------------------------------------- the form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int, tab: str = "") -> HttpResponse:
    """A page of the form: without ``tab``, the quick sheet. A POST saves it."""
    if not request.user.is_authenticated:
        return _keep_until_login(request, pk)
    try:
        sheet = get_sheet_to_write(request.user, pk)
    except (Http404, PermissionDenied):
        # Somebody else has logged in: what was kept is not theirs to read.
        kept_forms.take(request)
        raise
    if tab and tab not in Tab.values:
        raise Http404
    if not can_change_now(request.user, sheet):
        return _look_on(request, sheet)
    part = Tab(tab) if tab else None
    if request.method == "POST":
        return _save(request, sheet, part)
    if "resume" in request.GET:
        return redirect(_place(request, sheet))
    draft = sheet.get_latest_revision_as_object()
    kept = kept_forms.take(request)
    form = WritingForm(draft, tab=part, user=_user(request), data=kept)
    base = read_token(kept.get("token", ""), pk) if kept else None
    return _show(request, form, base=base, was_kept=kept is not None)


def _user(request: HttpRequest) -> User:
    """The person behind a request that is known to be logged in."""
    user: Any = request.user
    return user


def _keep_until_login(request: HttpRequest, pk: int) -> HttpResponse:
    if request.headers.get("X-Portal-Autosave"):
        return JsonResponse({"errors": [{"message": _("You are logged out.")}]}, status=401)
    if request.method == "POST":
        kept_forms.keep_until_login(request, is_ours=read_token(request.POST.get("token", ""), pk) is not None)
    return redirect_to_login(request.path)


def _look_on(request: HttpRequest, sheet: PracticeSheet) -> HttpResponse:
    """Under review, authors may look but not change."""
    context = {"sheet": sheet, "is_author": is_author(request.user, sheet)}
    return render(
        request, "practices/writing/under_review.html", context, status=409 if request.method == "POST" else 200
    )


def _place(request: HttpRequest, sheet: PracticeSheet) -> str:
    """Where this person stopped: at what was kept when the session ended, else the page saved last in this one, else
    the first gap of the quick sheet."""
    pages = [reverse("practices:write", args=[sheet.pk, *tab]) for tab in ([], *([one.value] for one in Tab))]
    if kept := kept_forms.place(request, pages):
        return kept
    tab = request.session.get(_SESSION_PLACE, {}).get(str(sheet.pk))
    if tab in Tab.values:
        return reverse("practices:write", args=[sheet.pk, tab])
    gaps = completeness_of(sheet.get_latest_revision_as_object().serializable_data(), Level.QUICK).missing
    return reverse("practices:write", args=[sheet.pk]) + (f"#id_{gaps[0].name}" if gaps else "")


def _save(request: HttpRequest, sheet: PracticeSheet, tab: Tab | None) -> HttpResponse:
    data = _without_carriage_returns(request.POST)
    upload_errors = _keep_files(request, data) if sheet.is_original else {}
    form = WritingForm(sheet.get_latest_revision_as_object(), tab=tab, user=_user(request), data=data)
    form.refuse_uploads(upload_errors)
    base = read_token(data.get("token", ""), sheet.pk) or {}
    if not form.is_valid():
        return _answer(request, form, base=base, status=422)
    try:
        saved = save_draft(sheet=form.filled_in(), user=_user(request), names=form.names, base=base)
    except BothChanged as conflict:
        _show_theirs(form, conflict, _user(request))
        return _answer(request, form, base=conflict.base, status=409)
    except ValidationError as error:
        form.add_errors(error)
        return _answer(request, form, base=base, status=422)
    request.session[_SESSION_PLACE] = {
        **request.session.get(_SESSION_PLACE, {}),
        str(sheet.pk): tab.value if tab else "",
    }
    if request.headers.get("X-Portal-Autosave"):
        return _saved_json(saved)
    messages.success(request, _("Saved."))
    if saved.merged:
        messages.info(request, _merged_message(saved))
    return redirect(_next_address(data.get("go", ""), sheet, tab))


def _without_carriage_returns(post: QueryDict) -> QueryDict:
    """Browsers send ends of lines as two characters, which would count against the length of a text."""
    data = post.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return data


def _keep_files(request: HttpRequest, data: QueryDict) -> dict[str, list[str]]:
    """Store the files that were sent, so that no error elsewhere loses them, and name them in ``data``."""
    user = _user(request)
    errors: dict[str, list[str]] = {}
    if data.get("image_remove"):
        data["image"] = ""
    if picture := request.FILES.get("image_upload"):
        try:
            data["image"] = str(keep_picture(picture=check_picture(picture), user=user).pk)
        except ValidationError as error:
            errors["image"] = error.messages
    for name in [name for name in data if name.endswith("-remove_file")]:
        data[name.replace("-remove_file", "-document")] = ""
    for name, file in request.FILES.items():
        if not _UPLOAD.fullmatch(name) or isinstance(file, list):
            continue
        row = name.removesuffix("-upload")
        try:
            document = keep_document(document=check_document(file), user=user)
        except ValidationError as error:
            errors[name] = error.messages
            continue
        data[f"{row}-document"] = str(document.pk)
        data[f"{row}-title"] = data.get(f"{row}-title", "").strip() or document.title
        if data.get(f"{row}-kind") == "link":
            data[f"{row}-kind"] = "document"
    return errors


def _next_address(go: str, sheet: PracticeSheet, tab: Tab | None) -> str:
    tabs = list(Tab)
    if go == "next":
        following = tabs[tabs.index(tab) + 1 :] if tab else []
        go = following[0].value if following else "status"
    if go in Tab.values:
        return reverse("practices:write", args=[sheet.pk, go])
    if go in {"preview", "status", "authors"}:
        return reverse(f"practices:{go}", args=[sheet.pk])
    arguments = [sheet.pk, tab.value] if tab and go != "quick" else [sheet.pk]
    return reverse("practices:write", args=arguments)


# ---------------------------------------------------------------- what others wrote meanwhile


def _show_theirs(form: WritingForm, conflict: BothChanged, user: User) -> None:
    for entry in form.entries:
        if entry.name in conflict.authors:
            entry.theirs = _in_words(entry.name, conflict.theirs)
            entry.theirs_by = _name_of(conflict.authors[entry.name], user)


def _in_words(name: str, sheet: PracticeSheet) -> str:
    known = FIELDS_BY_NAME.get(name)
    if known is None:
        display = getattr(sheet, f"get_{name}_display", lambda: str(getattr(sheet, name) or ""))
        return str(display())
    return "\n".join(known.shown_values(sheet))


def _name_of(person: User | None, user: User) -> str:
    """Never an e-mail address: members show theirs to whom they like."""
    if person is not None and person.pk == user.pk:
        return _("you, in another window")
    return (person.get_full_name() if person else "") or _("another author")


def _merged_message(saved: Saved) -> str:
    names = sorted(
        {(person.get_full_name() if person else "") or _("another author") for person in saved.merged.values()}
    )
    return _("Merged with changes by %(names)s: %(fields)s.") % {
        "names": ", ".join(names),
        "fields": ", ".join(str(_label(name)) for name in saved.merged),
    }


def _label(name: str) -> Any:
    known = FIELDS_BY_NAME.get(name)
    return known.label if known else PracticeSheet._meta.get_field(name).verbose_name


# ---------------------------------------------------------------- answers


def _answer(request: HttpRequest, form: WritingForm, *, base: Fingerprints, status: int) -> HttpResponse:
    if not request.headers.get("X-Portal-Autosave"):
        return _show(request, form, base=base, status=status)
    theirs = [
        (entry.id, entry.label, _("Somebody else changed it.")) for entry in form.entries if entry.theirs is not None
    ]
    errors = [{"id": id_, "label": str(label), "message": message} for id_, label, message in [*form.problems, *theirs]]
    return JsonResponse({"errors": errors}, status=status)


def _saved_json(saved: Saved) -> JsonResponse:
    completeness = completeness_of(saved.sheet.serializable_data(), Level.QUICK)
    return JsonResponse(
        {
            "saved_at": time_in_words(timezone.localtime()),
            "completeness": {"filled": completeness.filled, "needed": completeness.needed},
            "errors": [],
            "token": sign(saved.sheet.pk, saved.base),
            "merged": _merged_message(saved) if saved.merged else "",
        }
    )


def _show(
    request: HttpRequest,
    form: WritingForm,
    *,
    base: Fingerprints | None = None,
    status: int = 200,
    was_kept: bool = False,
) -> HttpResponse:
    sheet = form.sheet
    if base is None:
        base = fingerprints(sheet, form.names)
    # What is stored, not what was just typed and refused.
    stored = sheet if form.data is None else _stored(sheet)
    content = stored.serializable_data()
    conflicts = [entry for entry in form.entries if entry.theirs is not None]
    remarks = remarks_on(stored)
    for entry in form.entries:
        entry.remarks = remarks.get(entry.name, ())
    context = {
        "sheet": sheet,
        "form": form,
        "tabs": Tab,
        "tab": form.tab,
        "token": sign(sheet.pk, base),
        "quick": completeness_of(content, Level.QUICK),
        "validated": completeness_of(content, Level.VALIDATED),
        "was_kept": was_kept,
        "is_begun": "begun" in request.GET,
        "conflicts": conflicts,
        "remarks": [(FIELDS_BY_NAME.get(name), remark) for name, about in remarks.items() for remark in about],
        "can_delete": can_delete(request.user, sheet),
        "original": None if sheet.is_original else sheet.original,
        "quick_names": [one.name for one in QUICK_FIELDS],
    }
    return render(request, "practices/writing/form.html", context, status=status)


def _stored(sheet: PracticeSheet) -> PracticeSheet:
    stored: PracticeSheet = PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    return stored


# ---------------------------------------------------------------- look at it, throw it away


@never_cache
@login_required
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """The draft as its readers would see it."""
    sheet = get_sheet_to_write(request.user, pk)
    draft = sheet.get_latest_revision_as_object()
    context = {**draft.get_context(request), "can_change": can_change_now(request.user, sheet)}
    response = render(request, "practices/writing/preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@login_required
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, and on POST throw a draft away that was never published."""
    sheet = get_sheet_to_write(request.user, pk)
    if request.method == "POST":
        title = sheet.draft_title
        delete_draft(sheet=sheet, user=request.user)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": title})
        return redirect("practices:mine")
    if not can_delete(request.user, sheet):
        raise PermissionDenied(_("Only a draft that was never published can be deleted, and only by its owner."))
    return render(request, "practices/writing/delete.html", {"sheet": sheet})


# ---------------------------------------------------------------- authors


@never_cache
@login_required
def authors(request: MemberRequest, pk: int) -> HttpResponse:
    """Who may write on the sheet; a POST adds somebody, or takes somebody away."""
    sheet = get_sheet_to_write(request.user, pk)
    if "remove" in request.POST:
        return _remove_author(request, sheet)
    form = CoAuthorForm(request.POST or None, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        added = add_co_author(sheet=sheet, user=form.cleaned_data["email"], by=request.user)
        messages.success(
            request,
            _("%(name)s can write on the sheet now, and gets a message.")
            % {"name": _name_of(added.user, request.user)},
        )
        return redirect("practices:authors", pk)
    co_authors = CoAuthor.objects.filter(practice=sheet.practice).select_related("user")
    context = {
        "sheet": sheet,
        "form": form,
        "owners": authors_of(sheet.practice).exclude(pk__in=co_authors.values("user")).order_by("name_key", "pk"),
        "co_authors": co_authors,
    }
    return render(request, "practices/writing/authors.html", context, status=422 if form.errors else 200)


def _remove_author(request: MemberRequest, sheet: PracticeSheet) -> HttpResponse:
    chosen = request.POST["remove"]
    of_sheet = CoAuthor.objects.filter(practice=sheet.practice)
    co_author = get_object_or_404(of_sheet, pk=id_in(chosen) or 0)
    remove_co_author(co_author=co_author)
    messages.success(request, _("The co-author is removed. What they wrote stays."))
    return redirect(
        "practices:mine" if co_author.user_id == request.user.pk else reverse("practices:authors", args=[sheet.pk])
    )
