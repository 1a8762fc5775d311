"""What administrators see of the letters that came in."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from discussions.models import ReceivedMail

PERMISSIONS = ["view", "change", "delete"]
"""Administrators have them; anybody else only if they gave them."""


class ReceivedMailFilters(WagtailFilterSet):
    class Meta:
        model = ReceivedMail
        fields = ["outcome"]


class ReceivedMailView(ReportView):
    """Letters that came in, and what became of each: whoever asks “where is my answer?” is told from here."""

    model = ReceivedMail
    filterset_class = ReceivedMailFilters
    page_title = _("Letters that came in")
    header_icon = "mail"
    index_url_name = "discussions_received_mail"
    index_results_url_name = "discussions_received_mail_results"
    any_permission_required = PERMISSIONS
    is_searchable = True
    search_fields = ["sender", "subject"]
    list_export = ["received_at", "sender", "subject", "get_outcome_display", "reason_in_words"]
    export_headings = {
        "received_at": _("Received"),
        "sender": _("Sender"),
        "subject": _("Subject"),
        "get_outcome_display": _("What became of it"),
        "reason_in_words": _("Reason"),
    }
    columns = [
        DateColumn("received_at", label=_("Received")),
        Column("sender", label=_("Sender")),
        Column("subject", label=_("Subject")),
        Column("outcome", label=_("What became of it"), accessor="get_outcome_display"),
        Column("reason", label=_("Reason"), accessor="reason_in_words"),
    ]

    @cached_property
    def permission_policy(self) -> Any:
        return ModelPermissionPolicy(ReceivedMail)

    def get_queryset(self) -> QuerySet[ReceivedMail]:
        return self.search_queryset(self.order_queryset(ReceivedMail.objects.all()))
