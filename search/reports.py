"""What coordinators see of the search in the editor."""

from collections import defaultdict
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.documents.models import Document
from wagtail.permissions import policy_registry

from practices.models import Attachment, PracticeSheet
from search.models import AttachmentText, Reading

DOCUMENT_PERMISSIONS = ["add", "change", "delete"]
"""Whoever keeps documents in the editor may see what became of them."""


class SheetsColumn(Column):
    cell_template_name = "search/reports/sheets_cell.html"

    def get_cell_context_data(self, instance: AttachmentText, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"sheets": instance.sheets}  # type: ignore[attr-defined]


class AttachmentTextsView(ReportView):
    """The files of sheets and whether search could read them; those that it could not come first."""

    model = AttachmentText
    page_title = _("Files in search")
    header_icon = "doc-full"
    index_url_name = "search_attachment_texts"
    index_results_url_name = "search_attachment_texts_results"
    any_permission_required = DOCUMENT_PERMISSIONS
    list_export = ["document.title", "file", "get_state_display", "get_reason_display", "read_at"]
    export_headings = {
        "document.title": _("File"),
        "file": _("Stored as"),
        "get_state_display": _("State"),
        "get_reason_display": _("Reason"),
        "read_at": _("Read on"),
    }
    columns = [
        Column("document", label=_("File"), accessor="document.title"),
        SheetsColumn("sheets", label=_("Sheets")),
        Column("state", label=_("State"), accessor="get_state_display"),
        Column("reason", label=_("Reason"), accessor="get_reason_display"),
        DateColumn("read_at", label=_("Read on")),
    ]

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Document)

    def get_queryset(self) -> QuerySet[AttachmentText]:
        worst_first = Case(
            When(state=Reading.REFUSED, then=0),
            When(state=Reading.NOTHING, then=1),
            default=2,
            output_field=IntegerField(),
        )
        texts = AttachmentText.objects.select_related("document").defer("text")
        return texts.order_by(worst_first, "-read_at", "pk")

    def decorate_paginated_queryset(self, texts: Any) -> Any:
        sheets: dict[int, list[PracticeSheet]] = defaultdict(list)
        rows = Attachment.objects.filter(document__in=[text.document_id for text in texts])
        for row in rows.select_related("sheet__locale").order_by("sheet", "pk"):
            if row.document_id is not None and row.sheet not in sheets[row.document_id]:
                sheets[row.document_id].append(row.sheet)
        for text in texts:
            text.sheets = sheets[text.document_id]
        return texts
