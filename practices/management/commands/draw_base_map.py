"""Draw the outlines of the map of Europe again, from a file of Natural Earth's countries."""

import json
from argparse import ArgumentParser
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.maps import HEIGHT, WIDTH, Point, project

TARGET = settings.BASE_DIR / "static" / "maps" / "europe.svg"
# In units of the map: bends that are smaller, and islands that are smaller, are left out.
SMALLEST_BEND, SMALLEST_ISLAND = 0.35, 1.4
# Land is cut a little outside the paper, so that no coast seems to run along its edge.
BLEED = 4.0

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">
<!-- Natural Earth 4.1.0, 1:50m, public domain (naturalearthdata.com),
from the npm package world-atlas 2.0.2 (ISC licence). Projected and simplified by "manage.py draw_base_map". -->
<path id="land" d="{path}"/>
</svg>
"""

Line = list[Point]


class Command(BaseCommand):
    help = (
        "Draw static/maps/europe.svg from countries-50m.json of the npm package world-atlas "
        "(npm pack world-atlas@2.0.2; the outlines are Natural Earth's, in the public domain)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("topology", type=Path, help="the TopoJSON file")
        parser.add_argument("--target", type=Path, default=TARGET, help="the file to write")

    def handle(self, *, topology: Path, target: Path, **options: Any) -> None:
        try:
            rings = land_of(json.loads(topology.read_text()))
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{topology} is no TopoJSON file with countries: {error!r}") from error
        path = "".join(path_of(clipped) for ring in rings if len(clipped := clip(ring)) > 2)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(SVG.format(width=WIDTH, height=HEIGHT, path=path))
        self.stdout.write(f"{target}: {target.stat().st_size} bytes")


def land_of(topology: dict) -> list[Line]:
    """The rings of all countries on the paper. A border is simplified once, for both of its countries."""
    arcs = [simplify([project(latitude, longitude) for longitude, latitude in arc]) for arc in decode(topology)]
    rings = []
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = [country["arcs"]] if country["type"] == "Polygon" else country.get("arcs", [])
        rings += [join(arcs, ring) for polygon in polygons for ring in polygon]
    return [ring for ring in rings if extent(ring) > SMALLEST_ISLAND]


def decode(topology: dict) -> list[Line]:
    """The arcs of a topology in degrees: what is stored are steps on a grid."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(arc)
    return arcs


def join(arcs: list[Line], ring: list[int]) -> Line:
    """The points of a ring of arcs; ``~n`` stands for arc n backwards."""
    points: Line = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc if not points else arc[1:]
    return points


def extent(ring: Line) -> float:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def simplify(line: Line) -> Line:
    """Leave out points that lie close to the line without them (Douglas and Peucker, Cartographica 10, 1973)."""
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = hypot(x2 - x1, y2 - y1)

    def distance(point: Point) -> float:
        if not length:
            return hypot(point[0] - x1, point[1] - y1)
        return abs((x2 - x1) * (y1 - point[1]) - (x1 - point[0]) * (y2 - y1)) / length

    farthest = max(range(1, len(line) - 1), key=lambda number: distance(line[number]))
    if distance(line[farthest]) < SMALLEST_BEND:
        return [line[0], line[-1]]
    return simplify(line[: farthest + 1])[:-1] + simplify(line[farthest:])


def clip(ring: Line) -> Line:
    """The part of a ring on the paper (Sutherland and Hodgman, Communications of the ACM 17, 1974)."""
    for axis, limit, sign in ((0, -BLEED, 1), (0, WIDTH + BLEED, -1), (1, -BLEED, 1), (1, HEIGHT + BLEED, -1)):
        kept: Line = []
        for start, end in pairwise([*ring[-1:], *ring]):
            inside = [sign * (point[axis] - limit) >= 0 for point in (start, end)]
            if inside[0] != inside[1]:
                share = (limit - start[axis]) / (end[axis] - start[axis])
                kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
            if inside[1]:
                kept.append(end)
        ring = kept
    return ring


def path_of(ring: Line) -> str:
    """A closed path in steps of a tenth of a unit."""
    grid = [(round(x * 10), round(y * 10)) for x, y in ring]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(grid)]
    drawn = " ".join(f"{x / 10:g},{y / 10:g}" for x, y in steps if (x, y) != (0, 0))
    return f"M{grid[0][0] / 10:g},{grid[0][1] / 10:g}l{drawn}z" if drawn else ""
