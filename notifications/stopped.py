"""Addresses to which nothing is sent that people can do without, because letters to them came back."""

from collections.abc import Iterable

from notifications.models import MailTrouble


def stopped_among(emails: Iterable[str]) -> set[str]:
    """Those of ``emails`` to which letters are stopped, in small letters."""
    wanted = {email.lower() for email in emails}
    return set(MailTrouble.objects.stopped().filter(email__in=wanted).values_list("email", flat=True))


def trouble_of(email: str) -> MailTrouble | None:
    """What is known of letters to this address that came back."""
    return MailTrouble.objects.filter(email=email.lower()).first()
