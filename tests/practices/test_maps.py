import json
import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from common.maps import HEIGHT, WIDTH, lambert, project
from practices.management.commands.draw_base_map import clip, simplify
from practices.maps import draw_cities, draw_transfers, place_of
from tests.factories import CityFactory

pytestmark = pytest.mark.django_db


def city(name, latitude=None, longitude=None):
    return CityFactory(key=name.lower(), names={"en": name}, latitude=latitude, longitude=longitude)


def test_projection_gives_the_numerical_example_of_snyder():
    """Map Projections: A Working Manual, page 332: a sphere of radius 3, centred on 40° N, 100° W."""
    x, y = lambert(-20, 100, centre=(40, -100), radius=3.0)
    assert (round(x, 7), round(y, 7)) == (-4.2339303, 4.0257775)


def test_centre_of_the_projection_is_where_the_paper_says():
    assert project(52, 10) == pytest.approx((WIDTH / 2, 2290 / 7))


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_drawn"),
    [
        (52.08, 4.31, True),  # The Hague
        (64.15, -21.94, True),  # Reykjavik
        (38.72, -9.14, True),  # Lisbon
        (35.17, 33.36, True),  # Nicosia
        (45.50, -73.57, False),  # Montreal
        (-33.87, 151.21, False),  # Sydney
        (28.10, -15.41, False),  # Las Palmas
        (None, None, False),
    ],
)
def test_only_places_on_the_paper_are_drawn(latitude, longitude, is_drawn):
    place = place_of(city("Somewhere", latitude, longitude))
    assert (place is not None) is is_drawn
    if place:
        assert 0 <= place[0] <= WIDTH
        assert 0 <= place[1] <= HEIGHT


def test_map_counts_what_cities_gave_and_took_and_lists_those_that_it_cannot_draw():
    turin, hague = city("Turin", 45.07, 7.69), city("The-Hague", 52.08, 4.31)
    montreal, nowhere = city("Montreal", 45.50, -73.57), city("Nowhere")
    drawn = draw_transfers([(turin, hague), (turin, hague), (turin, montreal), (turin, nowhere)])
    assert [(dot.city, dot.gave, dot.took) for dot in drawn.dots] == [(turin, 4, 0), (hague, 0, 2)]
    assert len(drawn.arcs) == 1
    assert drawn.missing == [montreal, nowhere]


def test_there_and_back_are_two_lines():
    turin, hague = city("Turin", 45.07, 7.69), city("The-Hague", 52.08, 4.31)
    there, back = draw_transfers([(turin, hague), (hague, turin)]).arcs
    assert there.split("Q")[1].split()[:2] != back.split("Q")[1].split()[:2]


def test_cities_at_one_place_are_all_there_and_no_name_covers_another():
    cities = [city(f"Town-{number}", 52.08, 4.31) for number in range(6)]
    drawn = draw_cities(cities)
    assert (len(drawn.dots), drawn.arcs) == (6, [])
    places = [(dot.label.x, dot.label.y) for dot in drawn.dots if dot.label]
    assert len(places) == len(set(places)) < 6


def test_pair_of_cities_at_one_place_draws_no_line():
    one, other = city("One", 52.08, 4.31), city("Other", 52.08, 4.31)
    assert draw_transfers([(one, other)]).arcs == []


def test_nothing_to_draw_is_no_map():
    assert not draw_transfers([])
    assert not draw_cities([city("Nowhere")])


# ---------------------------------------------------------------- the base map

# A square country around the centre of the map with an eastern neighbour, and an islet: arcs on a grid of a twentieth of a degree.
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.05, 0.05], "translate": [0, 40]},
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "arcs": [[[~0, 2]], [[3]]]},
                {"type": None},
            ]
        }
    },
    "arcs": [
        [[200, 100], [0, 200]],
        [[200, 300], [-200, 0], [0, -200], [200, 0]],
        [[200, 100], [200, 0], [0, 200], [-200, 0]],
        [[10, 10], [1, 0], [0, 1], [-1, -1]],
    ],
}


def test_base_map_is_drawn_from_a_topology_without_islets(tmp_path):
    source, target = tmp_path / "countries.json", tmp_path / "europe.svg"
    source.write_text(json.dumps(TOPOLOGY))
    call_command("draw_base_map", str(source), "--target", str(target), stdout=StringIO())
    svg = target.read_text()
    first, second = re.findall(r"M[^M]+z", svg)
    assert 'viewBox="0 0 700 620"' in svg
    x, y = project(45, 10)
    assert first.startswith(f"M{round(x, 1):g},{round(y, 1):g}l")
    assert (first.count(" "), second.count(" ")) == (3, 3)


@pytest.mark.parametrize("content", ["", "{}", '{"arcs": []}'])
def test_base_map_refuses_what_is_no_topology(tmp_path, content):
    source = tmp_path / "countries.json"
    source.write_text(content)
    with pytest.raises(CommandError, match="is no TopoJSON file with countries"):
        call_command("draw_base_map", str(source), "--target", str(tmp_path / "europe.svg"))


def test_lines_lose_only_what_nobody_sees():
    assert simplify([(0, 0), (1, 0.1), (2, 0)]) == [(0, 0), (2, 0)]
    assert simplify([(0, 0), (1, 1), (2, 0)]) == [(0, 0), (1, 1), (2, 0)]


def test_land_is_cut_at_the_edge_of_the_paper():
    assert clip([(-100, -100), (-50, -100), (-50, -50)]) == []
    assert sorted(clip([(10, 10), (WIDTH + 96, 10), (10, 20)]))[-1][0] == WIDTH + 4


def test_map_that_is_served_is_light_and_says_where_it_comes_from():
    svg = (settings.BASE_DIR / "static/maps/europe.svg").read_text()
    assert len(svg) < 100_000
    assert "Natural Earth 4.1.0, 1:50m, public domain" in svg
    assert 'id="land"' in svg
