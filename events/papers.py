"""What is printed for an event: badges, the list to be signed, certificates. Data only; typst sets it in type."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import day_in_words, days_in_words
from common.languages import own_name
from common.typesetting import qr_svg, typeset
from events.attending import enrolled, folded
from events.codes import entry_code
from events.models import Certificate, Event, Registration

BADGES = "events/pdf/badges.typ"
SIGNATURES = "events/pdf/signatures.typ"
CERTIFICATE = "events/pdf/certificate.typ"

Data = dict[str, Any]


def check_in_address(registration: Registration, language: str) -> str:
    """What the QR code of a badge says: it opens the person for a coordinator, and the event for all others."""
    with translation.override(language):
        path = reverse("events:check_in_code", args=[registration.event_id, entry_code(registration.pk)])
    return f"{settings.BASE_URL}{path}"


# ---------------------------------------------------------------- badges


def badges_pdf(event: Event, title: str, language: str) -> bytes:
    return typeset(BADGES, badges(event, title, language), moment=timezone.now())


def badges(event: Event, title: str, language: str) -> Data:
    """A badge for each who is enrolled, by name; ten on a page."""
    people = sorted(enrolled(event), key=lambda person: (folded(person.name), person.pk))
    with translation.override(language):
        return {
            "lang": language,
            "title": _("Badges: %(event)s") % {"event": title},
            "event": title,
            "days": days_in_words(event.first_day, event.last_day),
            "qr": _("QR code for check-in"),
            "badges": [_badge(person, language) for person in people],
        }


def _badge(person: Registration, language: str) -> Data:
    spoken = person.user.languages if person.user and person.user.languages else [person.language]
    return {
        "name": person.name,
        "organisation": person.organisation,
        "city": person.city.label() if person.city else "",
        "languages": " · ".join(own_name(code) for code in spoken),
        "lang": person.language,
        "short_code": entry_code(person.pk),
        "svg": qr_svg(check_in_address(person, language)),
    }


# ---------------------------------------------------------------- list to be signed


def signatures_pdf(event: Event, title: str, language: str) -> bytes:
    return typeset(SIGNATURES, signatures(event, title, language), moment=timezone.now())


def signatures(event: Event, title: str, language: str) -> Data:
    """Those enrolled, by city and name, with room for a signature; who has no city comes last."""
    with translation.override(language):

        def city_of(person: Registration) -> tuple[bool, str, str]:
            name = person.city.label() if person.city else ""
            return (not name, folded(name), name or _("Without a city"))

        people = sorted(enrolled(event), key=lambda person: (city_of(person), folded(person.name), person.pk))
        count = len(people)
        return {
            "lang": language,
            "title": _("Attendance list: %(event)s") % {"event": title},
            "days": days_in_words(event.first_day, event.last_day),
            "place": event.place_name if event.is_on_site else "",
            "count": ngettext("%(count)s person enrolled", "%(count)s people enrolled", count) % {"count": count},
            "printed": _("As of %(day)s") % {"day": day_in_words(timezone.now())},
            "head": [_("Name"), _("Organisation"), _("Signature")],
            "page_of": _("Page %(page)s of %(pages)s"),
            "cities": [
                {
                    "name": name,
                    "people": [{"name": person.name, "organisation": person.organisation} for person in of_city],
                }
                for (_last, _folded, name), of_city in groupby(people, key=city_of)
            ],
        }


# ---------------------------------------------------------------- certificates


def certificate_address(certificate: Certificate) -> str:
    """Where everybody can look up what it certifies, in the language of the paper."""
    with translation.override(certificate.language):
        return f"{settings.BASE_URL}{certificate.get_absolute_url()}"


def certificate_pdf(certificate: Certificate, publisher: str) -> bytes:
    """In the person's language. Asked for again, it is the same paper."""
    return typeset(CERTIFICATE, certificate_paper(certificate, publisher), moment=certificate.issued_at)


def certificate_paper(certificate: Certificate, publisher: str) -> Data:
    address = certificate_address(certificate)
    with translation.override(certificate.language):
        return {
            "lang": certificate.language,
            "title": _("Certificate of attendance"),
            "publisher": publisher,
            "intro": _("We certify that"),
            "name": certificate.name,
            "organisation": certificate.organisation,
            "took_part": _("took part in"),
            "event": certificate.event_title,
            "event_lang": certificate.title_language,
            "when": days_in_words(certificate.first_day, certificate.last_day),
            "place": certificate.place,
            "issued": _("Issued on %(day)s") % {"day": day_in_words(certificate.issued_at)},
            "check": _("Whether this paper is genuine can be looked up under this address, or by the code:"),
            "printed_code": certificate.printed_code,
            "shown_address": address,
            "address": address,
            "qr": _("QR code of this address"),
            "svg": qr_svg(address),
        }
