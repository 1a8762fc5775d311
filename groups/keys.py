"""Signed keys in letters: to confirm an address, to answer a request, to take an invitation up.

Nothing is stored for a key. It names a row, and the row decides what can still be done.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

CONFIRM_WITHIN = timedelta(hours=48)
ANSWER_WITHIN = timedelta(days=90)
_REQUEST, _ANSWER, _INVITATION = "groups.request", "groups.answer", "groups.invitation"


def request_address(request_pk: int) -> str:
    """Where somebody who asked to join confirms the address, and later sees where the request stands."""
    return reverse("groups:own_request", args=[signing.dumps(request_pk, salt=_REQUEST)])


def read_request_key(key: str) -> int:
    """Raises signing.BadSignature. The request says itself until when it can be confirmed."""
    return int(signing.loads(key, salt=_REQUEST))


def answer_address(request_pk: int, user_pk: int) -> str:
    """Where one coordinator answers one request without logging in."""
    return reverse("groups:answer_request", args=[signing.dumps([request_pk, user_pk], salt=_ANSWER)])


def read_answer_key(key: str) -> tuple[int, int]:
    """The request, and who answers it. Raises signing.BadSignature, and SignatureExpired after ``ANSWER_WITHIN``."""
    request_pk, user_pk = signing.loads(key, salt=_ANSWER, max_age=ANSWER_WITHIN)
    return int(request_pk), int(user_pk)


def invitation_address(invitation_pk: int) -> str:
    return reverse("groups:invitation", args=[signing.dumps(invitation_pk, salt=_INVITATION)])


def read_invitation_key(key: str) -> int:
    """Raises signing.BadSignature. The invitation says itself when it ends."""
    return int(signing.loads(key, salt=_INVITATION))
