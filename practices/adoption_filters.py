"""The filters of the list of adoptions."""

import re
from dataclasses import asdict, dataclass

from django.http import QueryDict
from django.utils.http import urlencode

from groups.permissions import Reader
from practices.enums import AdoptionOutcome
from practices.models import PracticeSheet
from practices.models.adoptions import AdoptionQuerySet


@dataclass(frozen=True, slots=True)
class AdoptionFilters:
    """What the address asks for. What cannot be the key of a theme, the code of a country or an outcome is ignored."""

    theme: str = ""
    giver: str = ""
    """The country that the practice comes from."""
    taker: str = ""
    """The country of the city that took it over."""
    outcome: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "AdoptionFilters":
        theme, outcome = query.get("theme", ""), query.get("outcome", "")
        giver, taker = query.get("from", "").upper(), query.get("to", "").upper()
        return cls(
            theme=theme if re.fullmatch(r"[a-z0-9-]{1,60}", theme) else "",
            giver=giver if re.fullmatch(r"[A-Z]{2}", giver) else "",
            taker=taker if re.fullmatch(r"[A-Z]{2}", taker) else "",
            outcome=outcome if outcome in AdoptionOutcome.values else "",
        )

    def narrow(self, adoptions: AdoptionQuerySet, user: Reader) -> AdoptionQuerySet:
        if self.theme or self.giver:
            sheets = PracticeSheet.objects.visible_to(user).order_by()
            if self.theme:
                sheets = sheets.filter(themes__key=self.theme)
            if self.giver:
                sheets = sheets.filter(city__country=self.giver)
            adoptions = adoptions.filter(practice__in=sheets.values("practice"))
        if self.taker:
            adoptions = adoptions.filter(city__country=self.taker)
        if self.outcome:
            adoptions = adoptions.filter(outcome=self.outcome)
        return adoptions

    @property
    def query(self) -> str:
        names = {"giver": "from", "taker": "to"}
        return urlencode({names.get(name, name): value for name, value in asdict(self).items() if value})

    def __bool__(self) -> bool:
        return any(asdict(self).values())
