"""On the day and after it: one's own code, the certificate, the survey."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from common.languages import current_language
from common.typesetting import qr_svg
from events.attending import can_have_certificate
from events.codes import entry_code
from events.models import Registration
from events.papers import check_in_address
from events.surveys import may_answer

register = template.Library()


@dataclass(frozen=True, slots=True)
class AfterEvent:
    """Addresses of what is there for one person; empty for what is not."""

    certificate: str
    survey: str


@register.simple_tag
def after_event(registration: Registration) -> AfterEvent:
    keys = [registration.event_id, registration.secret]
    return AfterEvent(
        certificate=reverse("events:own_certificate", args=keys) if can_have_certificate(registration) else "",
        survey=reverse("events:survey", args=keys) if may_answer(registration) else "",
    )


@register.simple_tag
def check_in_letters(registration: Registration) -> str:
    return entry_code(registration.pk)


@register.simple_tag
def check_in_drawing(registration: Registration) -> SafeString:
    """The QR code, drawn into the page; the page names it."""
    # Made of squares alone: nothing that anybody wrote is in it.
    return mark_safe(qr_svg(check_in_address(registration, current_language())))  # noqa: S308
