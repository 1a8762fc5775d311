"""Asking a service over HTTP: one request, one answer in JSON, and a reason where there is none."""

import json
import logging
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from discussions.translation import TranslationFailed

logger = logging.getLogger(__name__)

LONGEST_ANSWER = 2_000_000


class _NoRedirects(HTTPRedirectHandler):
    """What members write goes to the address that the operator named, and to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def ask(address: str, question: dict[str, Any], *, headers: dict[str, str], seconds: int) -> Any:
    """The answer to ``question``, both JSON. Raises TranslationFailed; its words and the log hold no text of members
    and no keys."""
    request = Request(  # noqa: S310 -- the settings take http and https only
        address,
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
    )
    try:
        with _opener.open(request, timeout=seconds) as response:
            return json.loads(response.read(LONGEST_ANSWER))
    except HTTPError as error:
        error.close()
        raise _failed(f"it answers with status {error.code}") from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise _failed(f"it cannot be reached ({type(reason).__name__})") from None
    except ValueError:
        raise _failed("its answer is no JSON") from None


def _failed(reason: str) -> TranslationFailed:
    logger.warning("The translation service did not help: %s", reason)
    return TranslationFailed(reason)


def text_in(answer: Any, *path: str | int) -> str:
    """The text at ``path`` of an answer. Raises TranslationFailed where there is none."""
    found = answer
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            raise _failed("its answer has another form") from None
    if not isinstance(found, str) or not found.strip():
        raise _failed("its answer has no text")
    return found
