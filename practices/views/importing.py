"""Sheets from a spreadsheet: the template, the file that a member sends, the report on it, and the import."""

import hashlib
import logging
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.languages import current_language
from members.requests import MemberRequest
from practices.actions.importing import CutOff, import_sheets
from practices.forms.importing import ImportForm
from practices.importing.columns import main_columns
from practices.importing.names import Names
from practices.importing.plan import Outcome, make_plan
from practices.importing.template import CONTENT_TYPE, make_template
from practices.importing.workbook import MOST_PRACTICES, NotReadable

logger = logging.getLogger(__name__)

# How long a file is kept between the report and the import.
KEPT_FOR = 3600


@dataclass(frozen=True, slots=True)
class KeptFile:
    name: str
    language: str
    data: bytes

    @property
    def token(self) -> str:
        """Changes with the content and the language, so that what was looked at is what is imported."""
        return hashlib.sha256(self.language.encode() + self.data).hexdigest()


def _place_of(user_pk: int) -> str:
    """Where a person's file is kept: one for each, so that nobody fills the disk."""
    return f"practices.import.{user_pk}"


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The spreadsheet to fill in, in the reader's language, for everybody."""
    return HttpResponse(
        make_template(Names(request.user)),
        headers={
            "Content-Type": CONTENT_TYPE,
            "Content-Disposition": f'attachment; filename="practices-{current_language()}.xlsx"',
        },
    )


@never_cache
def import_start(request: HttpRequest) -> HttpResponse:
    """How it works, for everybody; the form, for members. A POST leads to the report on the file."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"language": current_language()})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kept = KeptFile(file.name, form.cleaned_data["language"], file.read())
        try:
            make_plan(data=kept.data, language=kept.language, user=request.user)  # type: ignore[arg-type]
        except NotReadable as refused:
            form.add_error("file", str(refused))
        else:
            cache.set(_place_of(request.user.pk or 0), kept, KEPT_FOR)
            return redirect("practices:import_report", token=kept.token)
    context = {"form": form, "columns": _needed_columns(), "most": MOST_PRACTICES}
    return render(request, "practices/importing/start.html", context, status=422 if form.errors else 200)


def _needed_columns() -> list[str]:
    return [str(column.label) for column in main_columns() if column.need.value == "required"]


@never_cache
@login_required
def import_report(request: MemberRequest, token: str) -> HttpResponse:
    """What importing the file would do; a POST does it, and leads back to what is left to do."""
    kept: KeptFile | None = cache.get(_place_of(request.user.pk))
    if kept is None or kept.token != token:
        messages.warning(request, _("The file is kept for an hour, and until you send another. Send it again."))
        return redirect("practices:import")
    plan = make_plan(data=kept.data, language=kept.language, user=request.user)
    if request.method == "POST":
        try:
            imported = import_sheets(plan=plan, owner=request.user, overwrite=request.POST.getlist("overwrite"))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        except CutOff as cut_off:
            logger.exception("An import was cut off")
            messages.error(request, _("The import was cut off at %(reference)s.") % {"reference": cut_off.reference})
            if any(cut_off.done):
                messages.warning(request, _told(*cut_off.done))
        else:
            messages.success(request, _told(*imported))
        return redirect("practices:import_report", token=token)
    context = {
        "file": kept,
        "plan": plan,
        "left_out": plan.with_outcome(Outcome.LEFT_OUT),
        "changed_here": plan.with_outcome(Outcome.CHANGED_HERE),
        "new": plan.with_outcome(Outcome.CREATE),
        "updated": plan.with_outcome(Outcome.UPDATE),
        "unchanged": plan.with_outcome(Outcome.UNCHANGED),
        "number": len(plan.to_write()),
    }
    return render(request, "practices/importing/report.html", context)


def _told(created: int, updated: int) -> str:
    told = [
        ngettext("%(number)s draft was created.", "%(number)s drafts were created.", created) % {"number": created}
        if created
        else "",
        ngettext("%(number)s draft was updated.", "%(number)s drafts were updated.", updated) % {"number": updated}
        if updated
        else "",
    ]
    return " ".join(filter(None, told)) or _("There was nothing to import.")
