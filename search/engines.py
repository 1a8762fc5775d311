"""The engine that the settings name, one for each process."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from search.engine import Engine


@cache
def get_engine() -> Engine:
    chosen: dict[str, Any] = settings.SEARCH_ENGINE
    options = dict(chosen["OPTIONS"])
    if chosen.get("ENCODER"):
        options["encoder"] = import_string(chosen["ENCODER"])
    engine: Engine = import_string(chosen["ENGINE"])(**options)
    return engine
