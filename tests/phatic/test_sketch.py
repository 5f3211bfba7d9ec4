"""Cells become an area and a line."""

import json
from typing import Any

import numpy as np
import pytest
from shapely.geometry import LineString, Polygon, shape

from app.phatic import plane as planes_
from app.phatic import sketch as sketches
from app.phatic.plane import Plane
from app.phatic.sketch import Sketch
from tests.phatic.walking import PLANE, disc_at, metres, vertices

STRAIGHT = tuple((q, 0) for q in range(12))
SIDES = ((-1, 1), (-1, 0), (0, -1), (1, -1), (1, 0), (0, 1))
STEPS = [step for step in SIDES for _ in range(4)]
RING = tuple((4 + sum(q for q, _ in STEPS[:k]), sum(r for _, r in STEPS[:k])) for k in range(25))


def drawn(plane, runs, discs) -> Any:
    return sketches.draw(plane, runs, discs)


def local(geometry):
    lon, lat = vertices(geometry).T
    return metres(lat, lon)


def is_right_handed(geometry):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return all(
        Polygon(ring).exterior.is_ccw == (number == 0) for polygon in polygons for number, ring in enumerate(polygon)
    )


def test_a_run_becomes_one_polygon_and_one_line():
    sketch = drawn(PLANE, [STRAIGHT], [])
    assert (sketch.area["type"], sketch.route["type"]) == ("Polygon", "LineString")
    assert shape(sketch.area).is_valid
    assert shape(sketch.route).is_valid
    assert is_right_handed(sketch.area)


def test_the_area_is_the_union_of_the_cells():
    area = local(drawn(PLANE, [STRAIGHT], []).area)
    cell = 3**0.5 / 2 * 250**2
    assert Polygon(area).area == pytest.approx(12 * cell, rel=0.01)


def test_the_line_goes_through_the_centres():
    line = LineString(local(drawn(PLANE, [(*STRAIGHT[:3], (2, 1), (2, 2))], []).route))
    centres = planes_.centres(PLANE, np.array([*STRAIGHT[:3], (2, 1), (2, 2)]))
    assert max(line.distance(shape({"type": "Point", "coordinates": xy})) for xy in centres) < 8


def test_a_sketch_knows_no_direction_and_no_order():
    other = tuple((q, 5) for q in range(4))
    assert drawn(PLANE, [STRAIGHT, other], []) == drawn(PLANE, [other[::-1], STRAIGHT[::-1]], [])


def test_a_way_that_was_taken_twice_is_drawn_once():
    once, twice = drawn(PLANE, [STRAIGHT], []), drawn(PLANE, [STRAIGHT, STRAIGHT[::-1]], [])
    assert len(twice.runs) == 2
    assert (twice.area, twice.route) == (once.area, once.route)


def test_a_ring_stays_a_ring():
    sketch = drawn(PLANE, [RING], [])
    assert sketch.area["type"] == "Polygon"
    assert len(sketch.area["coordinates"]) == 2
    assert is_right_handed(sketch.area)
    assert not shape(sketch.area).contains(shape({"type": "Point", "coordinates": [PLANE.lon, PLANE.lat]}))


def test_the_line_is_cut_between_two_centres():
    a, b = planes_.centres(PLANE, np.array([STRAIGHT[5], STRAIGHT[6]]))
    aside = np.array([-(b - a)[1], (b - a)[0]]) / 250 * 410
    disc = disc_at(*((a + b) / 2 + aside))
    sketch = drawn(PLANE, [STRAIGHT], [disc])
    assert sketch.runs == (STRAIGHT,)
    assert sketch.route["type"] == "MultiLineString"
    centre = np.array(metres(disc.lat, disc.lon))
    for part in shape(sketch.route).geoms:
        lon, lat = np.array(part.segmentize(1e-4).coords).T
        assert np.hypot(*(metres(lat, lon) - centre).T).min() >= 415


@pytest.mark.parametrize(
    ("run", "passes"),
    [
        (STRAIGHT + STRAIGHT[-2::-1], 2),
        ((*STRAIGHT[:9], (8, 1), (7, 2), (6, 2), (6, 1), (7, 0), (7, -1)), 1),
    ],
)
def test_a_line_that_meets_itself_is_cut_by_discs_alone(run, passes):
    a, b = planes_.centres(PLANE, np.array([STRAIGHT[2], STRAIGHT[3]]))
    aside = np.array([-(b - a)[1], (b - a)[0]]) / 250
    beside, over = (disc_at(*((a + b) / 2 + away_m * aside)) for away_m in (430, 410))
    assert drawn(PLANE, [run], [beside]).route == drawn(PLANE, [run], []).route
    assert len(shape(drawn(PLANE, [run], [over]).route).geoms) == passes + 1


def test_the_area_leaves_out_what_discs_hide():
    disc = disc_at(31 + 6 * 250 * np.cos(0.3) + 500, 77 + 6 * 250 * np.sin(0.3) + 150)
    area = local(drawn(PLANE, [STRAIGHT], [disc]).area)
    assert np.hypot(*(area - metres(disc.lat, disc.lon)).T).min() >= 415


def test_nothing_is_drawn_when_discs_hide_it_all():
    assert drawn(PLANE, [STRAIGHT[:2]], [disc_at(150, 100)]) is None
    assert drawn(PLANE, [], []) is None


def test_cells_with_a_hidden_centre_end_a_part():
    xy = planes_.centres(PLANE, np.array(STRAIGHT))
    parts = sketches.visible_parts(PLANE, np.array(STRAIGHT), [disc_at(*xy[6])])
    assert [part.tolist() for part in parts] == [[0, 1, 2, 3, 4], [8, 9, 10, 11]]


def test_a_part_goes_on_where_the_straight_way_touches_no_disc():
    # Five cells in a bow, the middle one hidden; the straight way over it passes the disc.
    bow = np.array([(0, 0), (1, 0), (1, 1), (2, 1), (3, 1)])
    hidden, before, after = planes_.centres(PLANE, bow[[2, 1, 3]])
    away = hidden - (before + after) / 2
    disc = disc_at(*(hidden + away / np.hypot(*away) * 400))
    parts = sketches.visible_parts(PLANE, bow, [disc])
    assert [part.tolist() for part in parts] == [[0, 1, 3, 4]]


def test_a_part_of_one_cell_is_dropped():
    xy = planes_.centres(PLANE, np.array(STRAIGHT))
    assert [part.tolist() for part in sketches.visible_parts(PLANE, np.array(STRAIGHT), [disc_at(*xy[2])])] == [
        [4, 5, 6, 7, 8, 9, 10, 11]
    ]


def test_repeats_count_once():
    assert sketches.collapsed(np.array([(0, 0), (0, 0), (1, 0), (1, 0), (0, 0)])) == ((0, 0), (1, 0), (0, 0))
    assert sketches.collapsed(np.empty((0, 2), dtype=int)) == ()


@pytest.mark.parametrize("lon", [180.0, -180.0, 179.9])
def test_the_antimeridian_cuts_and_does_not_crash(lon):
    plane = Plane(0, -17.0, lon, 0.0, 0.0, 0.1)
    run = tuple((q, 0) for q in range(-60, 60))
    sketch = drawn(plane, [run], [disc_at(0, 200, lat=-17.0, lon=lon)])
    assert np.abs(vertices(sketch.area)[:, 0]).max() <= 180
    assert shape(sketch.area).is_valid
    assert is_right_handed(sketch.area)
    west, _, east, _ = zip(*(part.bounds for part in shape(sketch.route).geoms), strict=True)
    assert max(np.subtract(east, west)) < 0.3
    assert min(west) < -179.9
    assert max(east) > 179.9


def test_what_only_touches_the_antimeridian_stays_whole():
    plane = Plane(0, 0.0, 180.0, -375.0, 0.0, 0.0)  # the left side of cell (2, 0) lies on it
    sketch = drawn(plane, [((2, 0), (3, 0))], [])
    assert vertices(sketch.area)[:, 0].min() == -180
    assert (sketch.area["type"], sketch.route["type"]) == ("Polygon", "LineString")


def test_around_the_pole_nothing_is_drawn():
    assert drawn(Plane(0, 90.0, 0.0, 0.0, 0.0, 0.0), [STRAIGHT], []) is None
    assert drawn(Plane(0, -88.1, 0.0, 0.0, 0.0, 0.0), [STRAIGHT], []) is None


def test_a_sketch_is_plain_and_comes_back():
    sketch = drawn(PLANE, [STRAIGHT, RING], [disc_at(1_500, 500)])
    text = json.dumps(sketch.to_json())
    again = Sketch.from_json(json.loads(text))
    assert again == sketch
    assert json.dumps(again.to_json()) == text
    assert "52" not in repr(sketch).split(" at ")[0]


def test_figures_have_four_decimals():
    sketch = drawn(PLANE, [STRAIGHT, RING], [disc_at(1_500, 500)])
    for geometry in (sketch.area, sketch.route):
        assert (vertices(geometry) == np.round(vertices(geometry), 4)).all()
