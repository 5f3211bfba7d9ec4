"""A patch and a line over it: drawn from the two geometries alone, and always on the paper."""

import re
from datetime import timedelta

import pytest

from app.phatic.teken import AreaOut, RouteOut
from app.routes.pages.place import place_svg
from tests.house import NOON
from tests.people import Person, make_contact

SQUARE = AreaOut(type="Polygon", coordinates=[[[5.0, 52.0], [5.01, 52.0], [5.01, 52.004], [5.0, 52.004], [5.0, 52.0]]])


def test_without_an_area_there_is_nothing() -> None:
    assert place_svg(None, None) == ""


@pytest.mark.parametrize("run", [[[5.0, 52.0], [5.01, 52.004]], [[5.0, 52.0], [5.005, 52.002], [5.005, 52.002]]])
def test_a_line_of_two_places_is_drawn(run: list[list[float]]) -> None:
    assert "pathLength" in place_svg(SQUARE, RouteOut(type="LineString", coordinates=run))


def test_a_line_of_one_place_is_none() -> None:
    point = RouteOut(type="MultiLineString", coordinates=[[[5.0, 52.0], [5.0, 52.0]]])
    assert place_svg(SQUARE, point) == place_svg(SQUARE, None)


def test_a_line_of_many_pieces_is_no_larger_than_one() -> None:
    piece = [[5.0 + step / 1000, 52.0 + step % 3 / 1000] for step in range(11)]
    many = RouteOut(type="MultiLineString", coordinates=[[[x, y + row / 5000] for x, y in piece] for row in range(8)])
    assert len(place_svg(SQUARE, many)) <= 24_000


def test_it_has_a_hole_where_the_area_has_one() -> None:
    hole = [[5.004, 52.001], [5.004, 52.003], [5.006, 52.003], [5.006, 52.001], [5.004, 52.001]]
    holed = AreaOut(type="Polygon", coordinates=[SQUARE.coordinates[0], hole])
    assert place_svg(holed, None).count("M") == 2
    assert 'fill-rule="evenodd"' in place_svg(holed, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_real_walk_stays_small_and_on_the_paper(anna: Person) -> None:
    make_contact(anna, "Saar", detail="route")
    shown = anna.walk(NOON - timedelta(hours=1))["previews"]["route"]
    svg = place_svg(AreaOut.model_validate(shown["area"]), RouteOut.model_validate(shown["route"]))
    assert len(svg) <= 24_000
    assert "style" not in svg
    patch = re.search(r'evenodd" d="([^"]+)"', svg)
    assert patch
    assert all(0 <= float(number) <= 260 for number in re.findall(r"-?[\d.]+", patch[1]))
