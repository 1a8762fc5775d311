"""Stopping letters from inside a letter, without a login: keys, headers, and the answer (RFC 8058)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

_SALT = "notifications.stop"

Found = TypeVar("Found")


def stop_headers(address: str) -> dict[str, str]:
    """Mail programs show a button for these, and press it by a POST of their own; ``address`` is without its server."""
    return {
        "List-Unsubscribe": f"<{settings.BASE_URL}{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def stop_address(kind: str, user_pk: int) -> str:
    """Where a member stops the letters of one kind. It never ends: old letters are stopped, too."""
    return reverse("notifications:stop", args=[signing.dumps([kind, user_pk], salt=_SALT)])


def read_stop_token(token: str) -> tuple[str, int]:
    """The kind of letters and the member that ``token`` was made for. Raises signing.BadSignature."""
    kind, user_pk = signing.loads(token, salt=_SALT)
    return kind, user_pk


def answer_to_stop(
    request: HttpRequest,
    *,
    find: Callable[[], Found | None],
    stop: Callable[[Found], object],
    template: str,
    name: str,
) -> HttpResponse:
    """Ask; a POST stops the letters. Programs that look into letters follow addresses: opening this changes nothing.

    ``find`` reads the key of the address, and raises BadSignature where that is none; None is what is gone meanwhile.
    The template finds what it gave under ``name``, and ``is_broken``. The view must need no cookie, no login and no
    token of a form: the key is what counts, and mail programs send only that.
    """
    try:
        found = find()
    except signing.BadSignature:
        return render(request, template, {name: None, "is_broken": True}, status=410)
    if found is not None and request.method == "POST":
        stop(found)
    context: dict[str, Any] = {name: found, "is_broken": False}
    return render(request, template, context)
