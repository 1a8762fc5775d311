"""The map of Europe: from latitude and longitude to a place on paper, and where names stand beside the places.

The projection is Lambert's azimuthal equal-area one, centred on 52° N, 10° E as in EPSG:3035, on a sphere
(J. P. Snyder, Map Projections: A Working Manual, U.S. Geological Survey Professional Paper 1395, 1987,
equations 22-4, 22-5 and 24-2).
The outlines in ``static/maps/europe.svg`` were drawn with the same functions, so that dots and land fit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians, sin, sqrt

CENTRE = (52.0, 10.0)
EARTH_RADIUS_KM = 6371.0
KM_A_UNIT = 7.0
# What the paper shows, in kilometres from the centre: about 25° W to 45° E, 34° N to 72° N.
WEST, EAST, SOUTH, NORTH = -2450.0, 2450.0, -2050.0, 2290.0
WIDTH, HEIGHT = (EAST - WEST) / KM_A_UNIT, (NORTH - SOUTH) / KM_A_UNIT
# Of a map around one place, in units of the paper.
SURROUNDINGS = (260.0, 180.0)

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


def place_on_paper(latitude: Decimal | float | None, longitude: Decimal | float | None) -> Point | None:
    """Where something lies on the paper; None if its place is not known, or beyond the paper's edge."""
    if latitude is None or longitude is None:
        return None
    x, y = project(float(latitude), float(longitude))
    return (round(x, 1), round(y, 1)) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    anchor: str


def labels_beside(named: Sequence[tuple[str, Point]]) -> list[Label | None]:
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


# ---------------------------------------------------------------- places alone


@dataclass(frozen=True, slots=True)
class Place:
    """Something to be marked on a map."""

    name: str
    address: str
    """Where its dot leads; empty where it leads nowhere."""
    note: str
    """What is said besides its name to those who do not see the map."""
    latitude: Decimal | float | None
    longitude: Decimal | float | None


@dataclass(frozen=True, slots=True)
class PlaceDot:
    place: Place
    x: float
    y: float
    label: Label | None
    """Where its name stands; None where there is no room for it."""


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """What ``components/place_map.html`` draws: the part of the paper on which the dots lie."""

    dots: list[PlaceDot]
    missing: list[Place]
    """Those whose place is not known or not on the paper."""
    left: float = 0
    top: float = 0
    width: float = WIDTH
    height: float = HEIGHT

    def __bool__(self) -> bool:
        return bool(self.dots)


def draw_places(places: Iterable[Place]) -> PlaceMap:
    """A dot for each place, on the map of all Europe."""
    found = [(place, place_on_paper(place.latitude, place.longitude)) for place in places]
    drawn = [(place, point) for place, point in found if point is not None]
    labels = labels_beside([(place.name, point) for place, point in drawn])
    return PlaceMap(
        dots=[PlaceDot(place, *point, label=label) for (place, point), label in zip(drawn, labels, strict=True)],
        missing=[place for place, point in found if point is None],
    )


def draw_surroundings(place: Place) -> PlaceMap:
    """A dot for one place, on the part of the map around it: in which part of Europe it lies."""
    whole = draw_places([place])
    if not whole:
        return whole
    dot, (width, height) = whole.dots[0], SURROUNDINGS
    left = min(max(dot.x - width / 2, 0), WIDTH - width)
    top = min(max(dot.y - height / 2, 0), HEIGHT - height)
    return PlaceMap(whole.dots, whole.missing, left, top, width, height)
