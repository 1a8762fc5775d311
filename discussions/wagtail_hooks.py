"""What discussions add to the editor: the letters that came in, and the translation service."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies import ModelPermissionPolicy

from discussions.models import ReceivedMail
from discussions.received_mail_report import PERMISSIONS, ReceivedMailView
from groups.permissions import is_administrator


@hooks.register("register_admin_urls")
def report_addresses() -> list[URLPattern]:
    return [
        path("reports/received-mail/", ReceivedMailView.as_view(), name="discussions_received_mail"),
        path(
            "reports/received-mail/results/",
            ReceivedMailView.as_view(results_only=True),
            name="discussions_received_mail_results",
        ),
    ]


class _ReportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        policy = ModelPermissionPolicy(ReceivedMail)
        return bool(settings.REPLY_ADDRESS) and bool(policy.user_has_any_permission(request.user, PERMISSIONS))


@hooks.register("register_reports_menu_item")
def report_on_received_mail() -> MenuItem:
    return _ReportItem(
        _("Letters that came in"),
        reverse("discussions_received_mail"),
        name="received-mail",
        icon_name="mail",
        order=1400,
    )


class AdministratorsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)


@hooks.register("register_settings_menu_item")
def translation_service() -> MenuItem:
    return AdministratorsItem(
        _("Translation service"), reverse("discussions:translation_service"), icon_name="globe", order=900
    )
