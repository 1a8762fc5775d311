"""What an event still lacks: before it may be announced, and what people will ask for afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from events.enums import Precision
from events.models import Event, EventPage


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not said yet, and where it is said."""

    label: str
    address: str


def missing(event: Event) -> list[Gap]:
    """What keeps the event from being announced."""
    names = [name for name in (*event.access_fields, "access_contact") if not getattr(event, name)]
    if event.is_on_site and event.city_id is None:
        names.insert(0, "city")
    gaps = [_gap(event, name) for name in names]
    if not EventPage.objects.filter(event=event, live=True).exists():
        gaps.insert(0, Gap(_("A page in some language"), reverse("events:manage_words", args=[event.pk])))
    return gaps


def advisable(event: Event, pages: Iterable[EventPage]) -> list[Gap]:
    """What may come later, the most urgent first."""
    gaps = []
    if event.precision == Precision.MONTH:
        gaps.append(_gap(event, "from_day", _("The days of the event")))
    elif event.precision == Precision.DAY:
        gaps.append(_gap(event, "from_time", _("The times at which it begins and ends")))
    if event.is_on_site and not event.venue:
        gaps.append(_gap(event, "venue"))
    if event.is_online and not event.join_url:
        gaps.append(_gap(event, "join_url"))
    gaps += [_gap(event, "spoken")] if not event.spoken else []
    for page in pages:
        if not page.summary:
            label = _("A summary in the language of this page: %(title)s") % {"title": page.title}
            gaps.append(Gap(label, reverse("events:manage_words", args=[event.pk]) + f"#words-{page.language}"))
    if event.programme_first_day is None and event.precision != Precision.MONTH:
        gaps.append(Gap(_("The programme"), reverse("events:manage_programme", args=[event.pk])))
    return gaps


def _gap(event: Event, name: str, label: Any = "") -> Gap:
    shown = label or capfirst(str(Event._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    return Gap(shown, reverse("events:manage_facts", args=[event.pk]) + f"#id_{name}")
