"""What lists can be narrowed to, kept for a minute: the same for all who may see the same (decision 017)."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.http import HttpRequest

from common.languages import current_language
from groups.permissions import audiences_of

T = TypeVar("T")
KEPT_SECONDS = 60


def kept_choices(name: str, request: HttpRequest, read: Callable[[HttpRequest], T]) -> T:
    """What ``read`` gives for this reader, in the language of the interface, as it was at most a minute ago."""
    audiences = ",".join(sorted(audiences_of(request.user)))
    digest = hashlib.sha256(audiences.encode()).hexdigest()[:32]
    key = f"{name}:{current_language()}:{digest}"
    choices: T | None = cache.get(key)
    if choices is None:
        choices = read(request)
        cache.set(key, choices, KEPT_SECONDS)
    return choices
