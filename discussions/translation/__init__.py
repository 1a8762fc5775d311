"""Translation by a machine: a small interface, and the rule of what may be sent to one.

The portal comes without any. ``TRANSLATOR`` in the settings names an adapter: ``{"ENGINE": "dotted.path", "OPTIONS":
{…}}``. Whatever an adapter speaks to counts as outside.
"""

from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from discussions.models import Thread


class TranslationFailed(Exception):
    """The service does not answer, refuses, or gives back something that is no translation. Says why, to operators."""


class Translator(Protocol):
    name: str
    """What stands under a translation: ``LibreTranslate``."""

    def translate(self, text: str, source: str, target: str) -> str:
        """``text``, a fragment of HTML, from one of the portal's languages (codes) into another; elements stay.

        Raises TranslationFailed.
        """
        ...


def get_translator() -> Translator | None:
    """The adapter that the settings name; None where translation is left to people."""
    engine: dict[str, Any] = settings.TRANSLATOR
    return _made(engine["ENGINE"], tuple(sorted(engine.get("OPTIONS", {}).items()))) if engine else None


@cache
def _made(path: str, options: tuple[tuple[str, Any], ...]) -> Translator:
    translator: Translator = import_string(path)(**dict(options))
    return translator


def may_be_sent(thread: Thread) -> bool:
    """Whether what stands in ``thread`` may go to the service: in a thread for the whole network if there is one; in
    that of a group only where administrators have allowed it for the group."""
    if get_translator() is None:
        return False
    return thread.group is None or thread.group.original.allows_translation_service
