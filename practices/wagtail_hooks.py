"""The review as seen from the editor: the way to it, and no second way around it; and the files of sheets."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.documents.models import Document
from wagtail.models import Page

from practices.documents import may_fetch
from practices.models import PracticeIndexPage, PracticeSheet
from practices.permissions import is_reviewer
from practices.reviewing import open_review_of

# Submitting asks whether the sheet is complete, and tells people: the portal's own screens do that.
_OF_WORKFLOWS = {"action-submit", "action-restart-workflow", "action-cancel-workflow"}


@hooks.register("construct_page_action_menu")
def leave_the_review_to_the_portal(menu_items: list, request: HttpRequest, context: dict[str, Any]) -> None:
    parent, sheet = context.get("parent_page"), _sheet(context.get("page"))
    is_new = context.get("view") == "create" and parent is not None and parent.specific_class is PracticeIndexPage
    if is_new or sheet is not None:
        left_out = _OF_WORKFLOWS | ({"action-publish"} if sheet is not None and sheet.workflow_in_progress else set())
        menu_items[:] = [item for item in menu_items if item.name not in left_out]


@hooks.register("register_page_header_buttons")
def lead_to_the_review(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    sheet = _sheet(page)
    if sheet is None or view_name != "edit":
        return
    review = open_review_of(sheet)
    if review is not None and is_reviewer(user, sheet):
        yield Button(_("Review"), url=reverse("practices:review", args=[review.pk]), icon_name="check", priority=5)
    else:
        yield Button(
            _("Where it stands"), url=reverse("practices:status", args=[sheet.pk]), icon_name="history", priority=5
        )


@hooks.register("before_publish_page")
def publish_by_the_review_what_waits_for_it(request: HttpRequest, page: Page) -> HttpResponse | None:
    """While a sheet waits, its reviewer's decision publishes it, with level and reason, and nothing else does."""
    sheet = _sheet(page)
    if sheet is None or not sheet.workflow_in_progress:
        return None
    messages.warning(request, _("This sheet waits for its review. It is published when it is accepted."))
    return redirect("wagtailadmin_pages:edit", sheet.pk)


@hooks.register("before_bulk_action")
def publish_none_in_bulk_that_waits(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> HttpResponse | None:
    """The same for several at once."""
    pages = [page for page in objects if isinstance(page, Page)] if action_type == "publish" else []
    waiting = [sheet for sheet in map(_sheet, pages) if sheet is not None and sheet.workflow_in_progress]
    if not waiting:
        return None
    titles = ", ".join(sheet.draft_title for sheet in waiting)
    messages.warning(
        request, _("Nothing was published: these sheets wait for their review: %(titles)s.") % {"titles": titles}
    )
    return redirect(action_class_instance.next_url)


def _sheet(page: Page | None) -> PracticeSheet | None:
    specific = page.specific if page is not None and page.pk else None
    return specific if isinstance(specific, PracticeSheet) else None


@hooks.register("before_serve_document")
def keep_the_files_of_sheets_to_their_readers(document: Document, request: HttpRequest) -> None:
    """Not a refusal: whoever may not read the sheet does not learn that it has a file."""
    if not may_fetch(request.user, document):
        raise Http404
