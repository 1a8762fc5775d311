"""A page type that nobody thought of must not be missing from search in silence."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page

from search.sources import BY_MODEL_LABEL, EXCLUDED


@register
def every_page_type_is_indexed_or_excluded(**_kwargs: Any) -> list[CheckMessage]:
    excluded = {label.lower() for label in EXCLUDED}
    return [
        Error(
            f"{model._meta.label} is neither indexed for search nor excluded from it.",
            hint="Add it to SOURCES or, with a reason, to EXCLUDED in search/sources.py.",
            obj=model,
            id="search.E001",
        )
        for model in apps.get_models()
        if issubclass(model, Page)
        and model is not Page
        and model._meta.label_lower not in BY_MODEL_LABEL
        and model._meta.label_lower not in excluded
    ]
