"""The search in the editor: its desk, the report on the files of sheets, and changes that no signal tells of."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.documents.models import Document
from wagtail.permissions import policy_registry

from search.actions import queue_sheets_offering
from search.desk import SearchViewSetGroup
from search.reports import DOCUMENT_PERMISSIONS, AttachmentTextsView


@hooks.register("register_admin_viewset")
def register_the_coordinators_side() -> ViewSetGroup:
    return SearchViewSetGroup()


@hooks.register("register_admin_urls")
def report_addresses() -> list[URLPattern]:
    return [
        path("reports/attachment-texts/", AttachmentTextsView.as_view(), name="search_attachment_texts"),
        path(
            "reports/attachment-texts/results/",
            AttachmentTextsView.as_view(results_only=True),
            name="search_attachment_texts_results",
        ),
    ]


class _ReportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Document)
        return bool(policy.user_has_any_permission(request.user, DOCUMENT_PERMISSIONS))


@hooks.register("register_reports_menu_item")
def report_on_attachments() -> MenuItem:
    return _ReportItem(
        _("Files in search"),
        reverse("search_attachment_texts"),
        name="attachment-texts",
        icon_name="doc-full",
        order=1300,
    )


@hooks.register("after_bulk_action")
def take_in_what_changed_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> None:
    """Several documents at once are put into another collection, perhaps a private one, without being saved."""
    documents = [thing.pk for thing in objects if isinstance(thing, Document)]
    if documents:
        queue_sheets_offering(pk__in=documents)
