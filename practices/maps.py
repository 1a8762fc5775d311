"""The map of Europe: from latitude and longitude to a place on paper, and what is drawn between the places.

The projection is Lambert's azimuthal equal-area one, centred on 52° N, 10° E as in EPSG:3035, on a sphere
(J. P. Snyder, Map Projections: A Working Manual, U.S. Geological Survey Professional Paper 1395, 1987,
equations 22-4, 22-5 and 24-2).
The outlines in ``static/maps/europe.svg`` were drawn with the same functions, so that dots and land fit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt

from members.models import City

CENTRE = (52.0, 10.0)
EARTH_RADIUS_KM = 6371.0
KM_A_UNIT = 7.0
# What the paper shows, in kilometres from the centre: about 25° W to 45° E, 34° N to 72° N.
WEST, EAST, SOUTH, NORTH = -2450.0, 2450.0, -2050.0, 2290.0
WIDTH, HEIGHT = (EAST - WEST) / KM_A_UNIT, (NORTH - SOUTH) / KM_A_UNIT

_LABEL_HEIGHT, _LETTER_WIDTH, _LABEL_GAP = 15.0, 7.4, 10.0

Point = tuple[float, float]


def lambert(latitude: float, longitude: float, centre: Point, radius: float) -> Point:
    """Lambert's azimuthal equal-area projection of a sphere: degrees to x (east) and y (north)."""
    phi, phi1, turn = radians(latitude), radians(centre[0]), radians(longitude - centre[1])
    k = sqrt(2 / (1 + sin(phi1) * sin(phi) + cos(phi1) * cos(phi) * cos(turn)))
    return (
        radius * k * cos(phi) * sin(turn),
        radius * k * (cos(phi1) * sin(phi) - sin(phi1) * cos(phi) * cos(turn)),
    )


def project(latitude: float, longitude: float) -> Point:
    """The place on the map's paper, in its units: x to the right, y downwards, from the upper left corner."""
    east, north = lambert(latitude, longitude, CENTRE, EARTH_RADIUS_KM)
    return (east - WEST) / KM_A_UNIT, (NORTH - north) / KM_A_UNIT


def place_of(city: City) -> Point | None:
    """Where a city lies on the paper; None if that is not known, or beyond its edge."""
    if city.latitude is None or city.longitude is None:
        return None
    x, y = project(float(city.latitude), float(city.longitude))
    return (round(x, 1), round(y, 1)) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    anchor: str


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
    labels = _labels([(city.label(), places[city.pk]) for city in drawn])
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


def _labels(named: Sequence[tuple[str, Point]]) -> list[Label | None]:
    """For each name a place beside its dot where it covers no name, no dot and no edge; None where there is none."""
    taken = [(x - 5, y - 5, x + 5, y + 5) for _name, (x, y) in named]
    labels: list[Label | None] = []
    for name, (x, y) in named:
        width = len(name) * _LETTER_WIDTH
        choices = (
            (Label(x + _LABEL_GAP, y + 5, "start"), x + _LABEL_GAP, y - 7),
            (Label(x - _LABEL_GAP, y + 5, "end"), x - _LABEL_GAP - width, y - 7),
            (Label(x, y - 10, "middle"), x - width / 2, y - 22),
            (Label(x, y + 20, "middle"), x - width / 2, y + 8),
        )
        for label, left, top in choices:
            box = (left, top, left + width, top + _LABEL_HEIGHT)
            on_paper = box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= HEIGHT
            if on_paper and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                labels.append(label)
                break
        else:
            labels.append(None)
    return labels


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
