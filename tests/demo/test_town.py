import time

import numpy as np
import pytest

from app.demo.streets import LocalMetres, Streets, largest_part
from app.demo.town import Town, oeverdam


@pytest.fixture(scope="module")
def town() -> Town:
    return oeverdam(1)


def test_the_same_seed_builds_the_same_town(town):
    again = oeverdam(1)
    assert np.array_equal(again.streets.lon, town.streets.lon)
    assert np.array_equal(again.houses.lat, town.houses.lat)
    assert again.houses.street == town.houses.street
    assert not np.array_equal(oeverdam(2).houses.lat[:100], town.houses.lat[:100])


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_seed_gives_a_whole_town(seed):
    begun = time.process_time()
    town = oeverdam(seed)
    assert time.process_time() - begun < 2
    assert 6000 < len(town.houses) < 16000
    assert len(town.shops) >= 6
    assert len(town.benches) >= 6
    assert np.isfinite(town.streets.distances(0)).all()
    assert town.streets.metres.min() > 5
    assert town.streets.metres.max() < 120


def test_addresses_are_unique_and_read_as_on_an_envelope(town):
    addresses = [town.houses.address(house) for house in range(len(town.houses))]
    assert len(set(addresses)) == len(addresses)
    assert addresses[0].rsplit(" ", 1)[1].isdigit()


def test_a_house_stands_beside_its_street_and_not_in_the_canal(town):
    plane = town.streets.plane
    x, y = plane.forth(town.houses.lon, town.houses.lat)
    node = town.houses.node
    assert np.hypot(x - town.streets.x[node], y - town.streets.y[node]).max() < 40
    canal_x, canal_y = plane.forth(town.canal[:, 0], town.canal[:, 1])
    assert (np.hypot(x[:, None] - canal_x, y[:, None] - canal_y).min(axis=1) > 20).all()


def test_the_canal_is_crossed_only_by_a_few_bridges(town):
    shapely = pytest.importorskip("shapely")
    canal = shapely.LineString(town.canal)
    ends = np.column_stack([town.streets.lon, town.streets.lat])[town.streets.edges]
    assert 3 <= shapely.intersects(shapely.linestrings(ends), canal).sum() <= 20


def test_the_shortest_way_is_as_long_as_its_distance():
    square = Streets(
        np.array([5.0, 5.01, 5.01, 5.0]),
        np.array([52.0, 52.0, 52.01, 52.01]),
        np.array([[0, 1], [1, 2], [2, 3], [3, 0]]),
        np.array([100.0, 100.0, 100.0, 500.0]),
    )
    assert square.way(0, 3) == [0, 1, 2, 3]
    assert square.distances(0).tolist() == [0, 100, 200, 300]
    assert square.distances(0, within_m=150).tolist() == [0, 100, np.inf, np.inf]
    assert square.way(0, 3, trodden=frozenset({1, 2})) == [0, 3]


def test_there_is_no_way_to_an_island():
    apart = Streets(np.array([5.0, 5.1, 5.2]), np.array([52.0, 52.0, 52.0]), np.array([[0, 1]]), np.array([10.0]))
    assert apart.way(0, 2) == []
    assert largest_part(3, apart.edges).tolist() == [True, True, False]


def test_metres_go_forth_and_back():
    plane = LocalMetres(5.2, 52.5)
    lon, lat = plane.back(*plane.forth(np.array([5.21]), np.array([52.49])))
    assert lon == pytest.approx([5.21])
    assert lat == pytest.approx([52.49])
