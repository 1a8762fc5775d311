"""Series of events."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.text import slugify

from common.languages import CODES
from events.models import EventSeries, SeriesName

LONGEST_KEY = 40


@transaction.atomic
def create_series(*, names: Mapping[str, str]) -> EventSeries:
    """A series with a name in each language of ``names``, of which there is at least one."""
    first = names.get("en") or next(iter(names.values()))
    series = EventSeries.objects.create(key=_free_key(first))
    rename_series(series=series, names=names)
    return series


@transaction.atomic
def rename_series(*, series: EventSeries, names: Mapping[str, str]) -> None:
    """Give the series these names, and in other languages none. Its address stays."""
    for language in CODES:
        labels = SeriesName.objects.filter(series=series, language=language, kind="preferred")
        if text := names.get(language, ""):
            if not labels.update(text=text):
                SeriesName.objects.create(series=series, language=language, text=text)
        else:
            labels.delete()


def _free_key(name: str) -> str:
    base = slugify(name)[:LONGEST_KEY].strip("-") or "series"
    taken = set(EventSeries.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)
