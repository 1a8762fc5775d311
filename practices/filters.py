"""The filters of the list of practices."""

import re
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

from groups.restricted_pages import RestrictedPageQuerySet


@dataclass(frozen=True, slots=True)
class PracticeFilters:
    """What the address asks for. What cannot be the key of a theme or the code of a country counts as not asked."""

    theme: str = ""
    country: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "PracticeFilters":
        theme, country = query.get("theme", ""), query.get("country", "").upper()
        return cls(
            theme=theme if re.fullmatch(r"[a-z0-9-]{1,60}", theme) else "",
            country=country if re.fullmatch(r"[A-Z]{2}", country) else "",
        )

    def narrow(self, sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
        if self.theme:
            sheets = sheets.filter(themes__key=self.theme)
        if self.country:
            sheets = sheets.filter(city__country=self.country)
        return sheets

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in (("theme", self.theme), ("country", self.country)) if value})

    def __bool__(self) -> bool:
        return bool(self.theme or self.country)
