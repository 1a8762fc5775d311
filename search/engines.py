"""The engine that the settings name, one for each process."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from search.engine import Engine


@cache
def get_engine() -> Engine:
    engine: Engine = import_string(settings.SEARCH_ENGINE["ENGINE"])(**settings.SEARCH_ENGINE["OPTIONS"])
    return engine
