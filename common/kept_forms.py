"""What somebody sent after the session had ended: kept until they have logged in again, and shown to them once."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

P = ParamSpec("P")

MOST_CHARACTERS = 1_000_000
FIELD = "written_by"
"""The hidden field that says whose form it was; templates write it by ``{% written_by %}``."""
_KEY = "kept_form"
_SALT = "kept-forms"


def login_keeping_form(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """``login_required``, but what is sent without a login is kept: the view shows what ``take_own`` gives."""

    @wraps(view)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request: Any = args[0]
        if request.user.is_authenticated:
            return view(*args, **kwargs)
        if request.method == "POST":
            keep_until_login(request, is_ours=_writer(request.POST) is not None)
        return redirect_to_login(request.get_full_path())

    return keeping


def writer_token(user_pk: int) -> str:
    """What ``FIELD`` holds in a form that the portal makes for this person."""
    return signing.dumps(user_pk, salt=_SALT)


def keep_until_login(request: HttpRequest, *, is_ours: bool) -> None:
    """Keep the text of this POST in the session, and say so. Only forms that the portal made are kept (``is_ours``),
    or anybody could fill the database."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if not is_ours or size > MOST_CHARACTERS:
        messages.warning(request, _("You were logged out meanwhile. Log in to go on."))
        return
    request.session[_KEY] = {"path": request.path, "fields": fields}
    messages.warning(
        request, _("You were logged out meanwhile. What you typed is kept: log in, and it is there again.")
    )


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


def take_own(request: HttpRequest) -> QueryDict | None:
    """``take``, with words that say so; nothing where somebody else wrote it than has logged in."""
    kept = take(request)
    if kept is None or _writer(kept) != request.user.pk:
        return None
    messages.warning(request, _("You were logged out meanwhile. This is what you had typed; it is not saved yet."))
    return kept


def _writer(data: QueryDict) -> int | None:
    try:
        writer: int = signing.loads(data.get(FIELD, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return writer
