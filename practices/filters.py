"""The filters of the lists of practices and of recommendations."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.filters import ActiveFilter, FilterField, as_country, as_key, one_of
from common.languages import CODES
from common.models import BasePageQuerySet
from groups.permissions import Reader
from groups.restricted import RestrictedPageQuerySet
from members.models import CitySize, Sector
from practices.enums import Addressee, Assessment, RecommendationStatus, Stage
from practices.models import Adoption, EvidenceClaim, EvidenceConfirmation, PracticeSheet, Recommendation
from taxonomy.queries import with_narrower

ASSESSED = (Assessment.DONE, Assessment.PUBLISHED)

EVIDENCE = {"claimed": _("claimed by the city"), "confirmed": _("confirmed by a reviewer")}
RIGHTS = {"assessed": _("data protection impact assessment done")}
ADOPTED = {"yes": _("by at least one other city")}
SORTS = {
    "newest": _("the newest first"),
    "title": _("by title"),
    "started": _("the latest start first"),
    "adopted": _("the most taken over first"),
}

LABELS = {
    "theme": _("Theme"),
    "country": _("Country"),
    "stage": _("Status"),
    "city": _("City"),
    "size": _("Size of the city"),
    "technology": _("Technology"),
    "target_group": _("Target group"),
    "action": _("Kind of action"),
    "evidence": _("Evidence"),
    "rights": _("Rights"),
    "adopted": _("Taken over"),
    "language": _("Written in"),
    "sector": _("Sector"),
    "started_from": _("Started in or after"),
    "started_to": _("Started in or before"),
}
"""The filters in the order in which they are offered, by the names that they have in addresses."""

YEARS = ("started_from", "started_to")
MOST_USED = ("theme", "country", "stage")


def _year(value: str) -> str:
    return value if re.fullmatch(r"(19|20)[0-9]{2}|2100", value) else ""


_CLEANERS: dict[str, Callable[[str], str]] = {
    "theme": as_key,
    "country": as_country,
    "stage": one_of(Stage.values),
    "city": as_key,
    "size": one_of(CitySize.values),
    "technology": as_key,
    "target_group": as_key,
    "action": as_key,
    "evidence": one_of(EVIDENCE),
    "rights": one_of(RIGHTS),
    "adopted": one_of(ADOPTED),
    "language": one_of(CODES),
    "sector": one_of(Sector.values),
    "started_from": _year,
    "started_to": _year,
    "sort": one_of(SORTS),
}


@dataclass(frozen=True, slots=True)
class PracticeFilters:
    """What the address asks for. What cannot be the value of a filter counts as not asked."""

    theme: str = ""
    country: str = ""
    stage: str = ""
    city: str = ""
    size: str = ""
    technology: str = ""
    target_group: str = ""
    action: str = ""
    evidence: str = ""
    rights: str = ""
    adopted: str = ""
    language: str = ""
    sector: str = ""
    started_from: str = ""
    started_to: str = ""
    sort: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "PracticeFilters":
        return cls(**{name: clean(query.get(name, "")) for name, clean in _CLEANERS.items()})

    def narrow(self, sheets: RestrictedPageQuerySet, user: Reader) -> RestrictedPageQuerySet:
        """Of ``sheets``, one language version of each practice, those that are asked for; in the order they have.

        A language is asked of the versions that ``user`` may read.
        """
        sheets = sheets.filter(*(_CONDITIONS[name](value) for name, value in self.chosen() if name in _CONDITIONS))
        if self.language:
            # Not correlated with the sheet at hand: that is quadratic where the database takes the wrong index.
            versions = PracticeSheet.objects.visible_to(user).filter(locale__language_code=self.language).order_by()
            sheets = sheets.filter(practice__in=versions.values("practice"))
        return sheets

    def in_order(self, sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
        """``sheets``, which have what a card shows, in the order that is asked for; the newest first if none is."""
        newest = ("-first_published_at", "-pk")
        orders: dict[str, tuple[Any, ...]] = {
            "title": (Lower("title"), "pk"),
            "started": (F("started").desc(nulls_last=True), *newest),
            "adopted": ("-adoption_count", *newest),
        }
        return sheets.order_by(*orders.get(self.sort, newest))

    def chosen(self) -> list[tuple[str, str]]:
        """Name and value of each filter that is asked for; the order of the list is none."""
        return [(name, value) for name in LABELS if (value := getattr(self, name))]

    def active(self, labels: dict[str, dict[str, str]]) -> list[ActiveFilter]:
        """The filters that are asked for, in words; ``labels`` has those of the values by filter and value."""
        return [
            ActiveFilter(str(LABELS[name]), labels.get(name, {}).get(value, value), replace(self, **{name: ""}).query)
            for name, value in self.chosen()
        ]

    @property
    def has_less_used(self) -> bool:
        return any(name not in MOST_USED for name, _value in self.chosen())

    @property
    def query(self) -> str:
        return urlencode({field.name: value for field in fields(self) if (value := getattr(self, field.name))})

    def __bool__(self) -> bool:
        return bool(self.chosen())


# ---------------------------------------------------------------- what each filter asks of a sheet


def _about(relation: Any) -> Callable[[str], Q]:
    """The concept or one of its narrower ones."""
    through = relation.through
    return lambda key: Q(pk__in=through.objects.filter(concept__in=with_narrower(key)).values("practicesheet"))


def _of_size(size: str) -> Q:
    above, up_to = CitySize(size).bounds
    condition = Q(city__population__isnull=False)
    if above is not None:
        condition &= Q(city__population__gt=above)
    if up_to is not None:
        condition &= Q(city__population__lte=up_to)
    return condition


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "theme": _about(PracticeSheet.themes),
    "country": lambda country: Q(city__country=country),
    "stage": lambda stage: Q(stage=stage),
    "city": lambda key: Q(city__key=key),
    "size": _of_size,
    "technology": _about(PracticeSheet.technologies),
    "target_group": _about(PracticeSheet.target_groups),
    "action": _about(PracticeSheet.action_types),
    "evidence": lambda evidence: (
        Q(practice__in=EvidenceConfirmation.objects.order_by().values("practice"))
        if evidence == "confirmed"
        else Q(pk__in=EvidenceClaim.objects.order_by().values("sheet"))
    ),
    "rights": lambda _assessed: Q(dpia__in=ASSESSED),
    "adopted": lambda _yes: Q(practice__in=Adoption.objects.confirmed().order_by().values("practice")),
    "sector": lambda sector: Q(organisation__sector=sector),
    "started_from": lambda year: Q(started__gte=int(year)),
    "started_to": lambda year: Q(started__lte=int(year)),
}


# ---------------------------------------------------------------- recommendations


@dataclass(frozen=True, slots=True)
class RecommendationFilters:
    """What the address of a list of recommendations asks for. What is no such choice counts as not asked."""

    addressee: str = ""
    status: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "RecommendationFilters":
        addressee, status = query.get("addressee", ""), query.get("status", "")
        return cls(
            addressee=addressee if addressee in Addressee.values else "",
            status=status if status in RecommendationStatus.values else "",
        )

    def narrow(self, recommendations: BasePageQuerySet) -> BasePageQuerySet:
        asked = {field.name: value for field in fields(self) if (value := getattr(self, field.name))}
        return recommendations.filter(**asked)

    @property
    def form_fields(self) -> list[FilterField]:
        choices = {"addressee": Addressee.choices, "status": RecommendationStatus.choices}
        return [
            FilterField(
                name,
                str(capfirst(Recommendation._meta.get_field(name).verbose_name)),
                getattr(self, name),
                [(value, str(label)) for value, label in choices[name]],
            )
            for name in choices
        ]

    def __bool__(self) -> bool:
        return bool(self.addressee or self.status)
