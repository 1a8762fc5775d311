"""What somebody sent after the session had ended: kept until they have logged in again, and shown to them once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, QueryDict

from practices.merging import read_token

MOST_CHARACTERS = 1_000_000
_KEY = "kept_form"


def keep(request: HttpRequest, sheet_pk: int) -> bool:
    """Keep the text of this POST in the session. Returns whether it was: only forms that the portal made are."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if size > MOST_CHARACTERS or read_token(request.POST.get("token", ""), sheet_pk) is None:
        return False
    request.session[_KEY] = {"path": request.path, "fields": fields}
    return True


def place(request: HttpRequest, among: Iterable[str]) -> str | None:
    """The one of these addresses for which something is kept."""
    kept: Mapping[str, Any] | None = request.session.get(_KEY)
    return kept["path"] if kept is not None and kept["path"] in among else None


def take(request: HttpRequest) -> QueryDict | None:
    """What was kept for this address, as if it had just been sent; it is forgotten with that."""
    kept: Mapping[str, Any] | None = request.session.get(_KEY)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[_KEY]
    data = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data
