"""The map of transfers: a dot for each city, an arc from giver to taker."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from common.maps import HEIGHT, WIDTH, Label, Point, labels_beside, place_on_paper
from members.models import City


def place_of(city: City) -> Point | None:
    """Where a city lies on the paper; None if that is not known, or beyond its edge."""
    return place_on_paper(city.latitude, city.longitude)


@dataclass(frozen=True, slots=True)
class Dot:
    city: City
    x: float
    y: float
    gave: int
    """How many adoptions start here."""
    took: int
    label: Label | None
    """Where its name stands; None where there is no room for it."""


@dataclass(frozen=True, slots=True)
class TransferMap:
    """What ``components/transfer_map.html`` draws."""

    dots: list[Dot]
    arcs: list[str]
    """Paths from giver to taker, one for each pair of cities."""
    missing: list[City]
    """Cities whose place is not known or not on the paper."""
    width: float = WIDTH
    height: float = HEIGHT

    def __bool__(self) -> bool:
        return bool(self.dots)


def draw_transfers(pairs: Iterable[tuple[City, City]], cities: Sequence[City] = ()) -> TransferMap:
    """Draw an arc for each pair of giver and taker, a dot for each city in a pair, and one for each of ``cities``."""
    pairs = list(pairs)
    gave, took = Counter(giver.pk for giver, _taker in pairs), Counter(taker.pk for _giver, taker in pairs)
    known = {city.pk: city for city in (*cities, *(city for pair in pairs for city in pair))}
    # Those with the most to tell first: they get their names where there is little room.
    ordered = sorted(known.values(), key=lambda city: (-gave[city.pk] - took[city.pk], city.key))
    places = {city.pk: place for city in ordered if (place := place_of(city)) is not None}
    drawn = [city for city in ordered if city.pk in places]
    labels = labels_beside([(city.label(), places[city.pk]) for city in drawn])
    dots = [
        Dot(city, *places[city.pk], gave=gave[city.pk], took=took[city.pk], label=label)
        for city, label in zip(drawn, labels, strict=True)
    ]
    arcs = dict.fromkeys(
        _arc(places[giver.pk], places[taker.pk])
        for giver, taker in pairs
        if giver.pk in places and taker.pk in places and places[giver.pk] != places[taker.pk]
    )
    missing = sorted((city for city in ordered if city.pk not in places), key=lambda city: city.label().casefold())
    return TransferMap(dots=dots, arcs=list(arcs), missing=missing)


def draw_cities(cities: Sequence[City]) -> TransferMap:
    """A map of dots alone."""
    return draw_transfers([], cities)


def _arc(start: Point, end: Point) -> str:
    """A bent line that stops short of its end, so that the arrow's head stays outside the dot."""
    (x1, y1), (x2, y2) = start, end
    across, down = x2 - x1, y2 - y1
    length = hypot(across, down)
    # Bent to the left of the way: there and back are two lines.
    bend_x, bend_y = (x1 + x2) / 2 + 0.18 * down, (y1 + y2) / 2 - 0.18 * across
    short = min(9.0, length / 3) / hypot(x2 - bend_x, y2 - bend_y)
    tip_x, tip_y = x2 - (x2 - bend_x) * short, y2 - (y2 - bend_y) * short
    return f"M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {tip_x:.1f} {tip_y:.1f}"
