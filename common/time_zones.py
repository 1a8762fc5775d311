"""Time zones by the names of their places: which there are, which of them people choose."""

import unicodedata
import zoneinfo
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from babel import dates
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.dates import cldr_locale
from common.languages import country_name

LONGEST_NAME = 40
# Not places: they mean something else on each machine, or nothing.
_NO_PLACES = {"localtime", "Factory"}

Choices = list[tuple[str, str]]


@cache
def names() -> frozenset[str]:
    """Every name that may be stored, former ones included."""
    return frozenset(zoneinfo.available_timezones() - _NO_PLACES)


def zone_named(name: str | None) -> zoneinfo.ZoneInfo | None:
    """The zone of this name; None where there is none."""
    return zoneinfo.ZoneInfo(name) if name and name in names() else None


def validate_time_zone(name: str) -> None:
    if name not in names():
        raise ValidationError(_("There is no such time zone."), code="invalid")


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Of each country's code the names of its zones, that of most people first, by the database's own table."""
    zones: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            zones[country] += (zone,)
    return dict(zones)


def only_zone_of(country: str) -> str | None:
    """The zone of a country all of whose clocks show the same throughout this year; None where they differ."""
    return _only_zone_in(country, datetime.now(UTC).year)


@cache
def _only_zone_in(country: str, year_number: int) -> str | None:
    year = datetime(year_number, 1, 1, tzinfo=UTC)
    zones = [zoneinfo.ZoneInfo(name) for name in countries().get(country, ())]
    clocks = {tuple((year + timedelta(days=day)).astimezone(zone).utcoffset() for day in range(365)) for zone in zones}
    return zones[0].key if len(clocks) == 1 else None


# ------------------------------------------------------------ in words


def city_of(zone: zoneinfo.ZoneInfo) -> str:
    """The place whose clocks the zone is named after, in the reader's language: ``Lissabon``."""
    name = dates.get_timezone_location(zone, locale=cldr_locale(), return_city=True)
    # Where the CLDR has no name in this language, what stands in the database's, without the country before it.
    return str(name).rpartition("/")[2] if "/" in zone.key else zone.key


def offset_in_words(at: datetime) -> str:
    """``UTC+2``, ``UTC+5:45``, ``UTC−3``: how far the clock of an aware time is from universal time, to the minute."""
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def zone_in_words(name: str, at: datetime | None = None) -> str:
    """``Germany – Berlin (UTC+1)``, with what the clock there is from universal time now, or ``at`` some moment."""
    local = (at or datetime.now(UTC)).astimezone(zoneinfo.ZoneInfo(name))
    return f"{_place(name)} ({offset_in_words(local)})"


def zone_choices(first: Collection[str] = ()) -> list[tuple[str, Choices]]:
    """The zones of all countries, by country and place: first those of the countries ``first``.

    Both in alphabetical order, so that the first letters of a country find it in the list.
    """
    near = {zone for country in first for zone in countries().get(country, ())}
    everything = {zone for zones in countries().values() for zone in zones}
    groups = ((_("Where the network’s cities are"), near), (_("Everywhere else"), everything - near))
    return [(label, _sorted(zones)) for label, zones in groups if zones]


def _sorted(zones: Collection[str]) -> Choices:
    return [(name, zone_in_words(name)) for name in sorted(zones, key=lambda name: _without_accents(_place(name)))]


def _place(name: str) -> str:
    return _place_in(name, cldr_locale())


@cache
def _place_in(name: str, locale: str) -> str:
    """Country and place; of a country with one zone that has its name, the name alone."""
    city = city_of(zoneinfo.ZoneInfo(name))
    country = next((code for code, zones in countries().items() if name in zones), "")
    if not country or country_name(country) == city:
        return city
    return f"{country_name(country)} – {city}"


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
