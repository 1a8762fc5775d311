"""What a line of the result page shows of something found, and why it was found."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.addresses import address_for
from common.models import BasePage
from events.models import EventPage
from members.models import City
from practices.models import PracticeSheet
from search.engine import Hit, Matched
from search.queries import Result
from search.sources import BY_TYPE

# A word in the title or in the passage is there to be seen.
REASONS: dict[Matched, Any] = {
    "name": _("found by a name or a theme"),
    "attachment": _("found in an attached file"),
    "vocabulary": _("found by another word for it"),
    "meaning": _("close in meaning"),
}


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One line of the result page."""

    hit: Hit
    passage: str
    """Safe HTML, in the language in which it was found."""
    address: str
    type_label: str
    city: City | None
    sheet: PracticeSheet | None = None
    """If it is one: with the counts of ``practices.queries.with_evidence_counts``."""
    event: EventPage | None = None

    @property
    def reason(self) -> str:
        return str(REASONS.get(self.hit.matched, ""))

    @property
    def is_matched_elsewhere(self) -> bool:
        """Whether the words stand in another language version than the one that is shown. Names are of no language."""
        return self.hit.matched != "name" and self.hit.matched_language != self.hit.language


def shown(result: Result, request: HttpRequest) -> ShownResult:
    found = result.object
    return ShownResult(
        hit=result.hit,
        passage=result.passage,
        address=address_for(found, request) if isinstance(found, BasePage) else found.get_absolute_url(),
        type_label=str(BY_TYPE[result.hit.type].singular),
        city=found.event.city if isinstance(found, EventPage) else getattr(found, "city", None),
        sheet=found if isinstance(found, PracticeSheet) else None,
        event=found if isinstance(found, EventPage) else None,
    )
