"""What is printed: badges, the list to be signed, certificates; and the page on which certificates are looked up."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Site

from common.languages import current_language, reading_order
from events.actions.attendance import issue_certificate
from events.attending import registration_with_secret
from events.codes import tidy_code
from events.manage import pages_in_order
from events.models import Certificate, Event
from events.papers import badges_pdf, certificate_pdf, signatures_pdf
from events.permissions import get_event, get_event_to_manage
from members.requests import MemberRequest


@never_cache
@login_required
@require_safe
def badges(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _pdf(badges_pdf(event, title_of(event, request), current_language()), f"badges-{number}.pdf")


@never_cache
@login_required
@require_safe
def signatures(request: MemberRequest, number: int) -> HttpResponse:
    event = get_event_to_manage(request.user, number)
    return _pdf(signatures_pdf(event, title_of(event, request), current_language()), f"attendance-{number}.pdf")


@never_cache
@require_safe
def own_certificate(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """The certificate of whoever has the secret of a registration, which is that of its letters."""
    registration = registration_with_secret(get_event(number), secret)
    try:
        certificate = issue_certificate(registration=registration)
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    site = Site.find_for_request(request)
    content = certificate_pdf(certificate, site.site_name if site else "")
    return _pdf(content, f"certificate-{certificate.printed_code}.pdf")


@require_safe
def certificate(request: HttpRequest, code: str = "") -> HttpResponse:
    """What a code certifies, for whoever holds the paper; 404 for codes of no certificate."""
    asked = code or request.GET.get("code", "")
    tidy = tidy_code(asked)[:40]
    found = Certificate.objects.filter(code=tidy).first() if tidy.isascii() and tidy.isalnum() else None
    if found and code != found.printed_code:
        return redirect(found)
    context = {"certificate": found, "asked": asked[:40]}
    return render(request, "events/certificate.html", context, status=404 if asked and not found else 200)


def title_of(event: Event, request: HttpRequest) -> str:
    """What the event is called for this coordinator, also before others may see it."""
    page = next(iter(pages_in_order(event, reading_order(request))), None)
    return page.title if page else str(event)


def _pdf(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition or ""})
