"""The filters of the list of practices."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

from groups.restricted_pages import RestrictedPageQuerySet


@dataclass(frozen=True, slots=True)
class PracticeFilters:
    """What the address asks for; values that nothing has are harmless, they find nothing."""

    theme: str = ""
    country: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "PracticeFilters":
        return cls(theme=query.get("theme", "")[:60], country=query.get("country", "")[:2].upper())

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
