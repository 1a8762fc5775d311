"""Time zones that people of the network are likely to live in."""

from common.time_zones import Choices, only_zone_of, zone_choices, zone_in_words, zone_named
from members.models import City, User


def zones_to_choose_from(current: str = "") -> list[tuple[str, str | Choices]]:
    """First none; then the zones of the countries in which the network has cities; then all others.

    ``current`` is among them even if it goes by a name that is no longer the usual one.
    """
    groups = zone_choices(set(City.objects.order_by().values_list("country", flat=True).distinct()))
    listed = {name for _label, choices in groups for name, _words in choices}
    former = [(current, zone_in_words(current))] if zone_named(current) and current not in listed else []
    return [("", "–"), *former, *groups]


def likely_zone(person: User) -> str | None:
    """The zone of the person's city, where the whole country has the same time; None where that is not certain."""
    return only_zone_of(person.city.country) if person.city else None
