"""Letters that come back: whose they were, and when the portal stops writing to an address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from notifications.messages import Message
from notifications.models import MailTrouble, OutgoingMail

HARD_AT_MOST = 2
SOFT_AT_MOST = 10
# Trouble that is older than this is forgotten when there is new one.
REMEMBERED = timedelta(days=90)

_SALT = "notifications.bounces"
_TAG = re.compile(r"m(\d{1,18})-([0-9a-f]{12})")


def bounce_address(mail: OutgoingMail) -> str:
    """The sender on the envelope, to which mail servers return this letter: ``bounces+m12-0123456789ab@example.org``.

    It names the letter, because what comes back seldom does. Empty where the portal takes no letters back.
    """
    if not settings.BOUNCE_ADDRESS:
        return ""
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+m{mail.pk}-{_signature(mail.pk)}@{domain}"


def letter_returned_to(address: str) -> OutgoingMail | None:
    """The letter whose ``bounce_address`` this is, in whatever case; None where it is none, or the letter is gone."""
    local, _at, domain = address.lower().rpartition("@")
    own_local, _own_at, own_domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    name, _plus, tag = local.rpartition("+")
    found = _TAG.fullmatch(tag)
    if not own_local or (name, domain) != (own_local, own_domain) or not found:
        return None
    if not constant_time_compare(found[2], _signature(int(found[1]))):
        return None
    return OutgoingMail.objects.filter(pk=int(found[1])).first()


def _signature(pk: int) -> str:
    return salted_hmac(_SALT, str(pk), algorithm="sha256").hexdigest()[:12]


@transaction.atomic
def take_bounce(address: str, is_hard: bool, reason: str = "") -> MailTrouble:
    """Count a letter to ``address`` that came back; hard is what will not get better by itself.

    After ``HARD_AT_MOST`` hard ones, or ``SOFT_AT_MOST`` soft ones, the address gets only what nobody can do without,
    until its person says that it works again. Administrators are told once.
    """
    now = timezone.now()
    email = address.strip().lower()
    MailTrouble.objects.get_or_create(email=email, defaults={"last_at": now})
    trouble = MailTrouble.objects.select_for_update().get(email=email)
    if trouble.stopped_at is None and trouble.last_at < now - REMEMBERED:
        trouble.hard_bounces = trouble.soft_bounces = 0
    if is_hard:
        trouble.hard_bounces += 1
    else:
        trouble.soft_bounces += 1
    trouble.last_at, trouble.last_reason = now, " ".join(reason.split())[:300]
    is_over = trouble.hard_bounces >= HARD_AT_MOST or trouble.soft_bounces >= SOFT_AT_MOST
    if is_over and trouble.stopped_at is None:
        trouble.stopped_at = now
        AddressStopped(trouble).send()
    trouble.save()
    return trouble


def write_again(*, email: str) -> None:
    """The address works, as its person or an administrator says: what it did is forgotten."""
    MailTrouble.objects.filter(email=email.lower()).delete()


@dataclass
class AddressStopped(Message):
    """Tells administrators that somebody gets no more letters, so that the address can be put right."""

    trouble: MailTrouble

    kind = "address-stopped"
    label = _("To administrators: letters to somebody come back")
    template = "emails/notifications/address_stopped.txt"

    def recipients(self) -> Iterable[Any]:
        people = get_user_model()._default_manager.filter(is_superuser=True, is_active=True).order_by("pk")
        return [person for person in people if person.email.lower() != self.trouble.email]

    @property
    def key(self) -> str:
        return f"{self.trouble.pk}:{self.trouble.stopped_at:%Y%m%d%H%M%S}"

    @property
    def list_address(self) -> str:
        return reverse("notifications:troubles")
