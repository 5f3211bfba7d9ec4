"""Planes and lattices."""

import json
import math

import numpy as np
import pytest

from app.phatic import plane as planes_
from app.phatic.plane import Plane, Secrets
from tests.phatic.walking import PLANE, seeded

ANYWHERE = [(52.1, 5.1), (-17.0, 180.0), (0.0, 0.0), (78.2, 15.6), (90.0, 0.0), (-90.0, 0.0)]


@pytest.mark.parametrize(("lat", "lon"), ANYWHERE)
def test_a_plane_goes_there_and_back_anywhere_on_earth(lat, lon):
    xy = np.random.default_rng(1).uniform(-90_000, 90_000, (500, 2))
    xy[0] = 0.0
    lats, lons = planes_.unproject(lat, xy)
    again = planes_.project(lat, lon, lats, planes_.wrapped(lons + lon))
    np.testing.assert_allclose(again, xy, atol=1e-6)


def test_a_plane_measures_right_at_a_hundred_kilometres():
    x, y = 70_000.0, 70_000.0
    lat, lon = planes_.unproject(52.1, np.array([[x, y], [x + 400, y], [x, y + 400]]))
    for other in (1, 2):
        far = planes_.distance_m(float(lat[0]), float(lon[0]), float(lat[other]), float(lon[other]))
        assert far == pytest.approx(400, abs=0.05)


def test_every_place_belongs_to_the_nearest_centre():
    xy = np.random.default_rng(2).uniform(-3_000, 3_000, (2_000, 2))
    cells = planes_.cells_at(PLANE, xy)
    own = np.hypot(*(planes_.centres(PLANE, cells) - xy).T)
    assert own.max() <= 250 / math.sqrt(3) + 1e-6
    for step in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)]:
        other = np.hypot(*(planes_.centres(PLANE, cells + np.array(step)) - xy).T)
        assert (own <= other + 1e-6).all()


def test_neighbouring_centres_are_250_metres_apart():
    cells = np.array([(0, 0), (1, 0), (0, 1), (-1, 1), (1, -1)])
    xy = planes_.centres(PLANE, cells)
    np.testing.assert_allclose(np.hypot(*(xy[1:] - xy[0]).T), 250.0)
    assert xy[0].tolist() == [31.0, 77.0]


def test_neighbouring_cells_share_their_corners_to_the_last_bit():
    ring = planes_.corners(PLANE, np.array([(4, -7), (5, -7), (4, -6), (5, -8)]))
    shared = [len({tuple(p) for p in ring[0].tolist()} & {tuple(p) for p in other.tolist()}) for other in ring[1:]]
    assert shared == [2, 2, 2]


def test_corners_go_round_anticlockwise():
    x, y = planes_.corners(PLANE, np.array([(2, 3)]))[0].T
    assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0


def test_a_new_plane_has_a_coarse_origin_and_a_lattice_of_its_own():
    plane, other = (planes_.found(0, 52.0871, 179.987, seeded(seed)) for seed in (1, 2))
    assert (plane.lat, plane.lon) == (52.1, 180.0)
    assert (plane.offset_x_m, plane.offset_y_m, plane.turn) != (other.offset_x_m, other.offset_y_m, other.turn)
    assert 0 <= plane.turn < math.pi / 3


def test_lattices_are_drawn_evenly():
    planes = [planes_.found(0, 0.0, 0.0, seeded(seed)) for seed in range(600)]
    down = np.array([plane.offset_y_m for plane in planes]) / (250 * math.sqrt(3) / 2)
    turn = np.array([plane.turn for plane in planes]) / (math.pi / 3)
    for drawn in (down, turn):
        assert 0 <= drawn.min() <= drawn.max() < 1
        np.testing.assert_allclose(np.histogram(drawn, bins=4, range=(0, 1))[0] / 600, 0.25, atol=0.06)


def test_the_oldest_plane_within_a_hundred_kilometres_is_taken():
    old, young = Plane(0, 52.0, 5.0, 0.0, 0.0, 0.0), Plane(1, 52.5, 5.0, 0.0, 0.0, 0.0)
    assert planes_.choose((old, young), 52.49, 5.0) is old
    assert planes_.choose((old, young), 53.0, 5.0) is young
    assert planes_.choose((old, young), 54.0, 5.0) is None
    assert planes_.nearest((old, young), 54.0, 5.0) is young


def test_distances_pass_the_antimeridian_and_the_pole():
    assert planes_.distance_m(0.0, 179.999, 0.0, -179.999) == pytest.approx(222.4, abs=0.1)
    assert planes_.distance_m(89.999, 0.0, 89.999, 180.0) == pytest.approx(222.4, abs=0.1)


def test_secrets_are_plain_and_come_back():
    secrets = Secrets((PLANE,), wide=True)
    assert Secrets.from_json(json.loads(json.dumps(secrets.to_json()))) == secrets


def test_secrets_do_not_show_themselves():
    assert "52" not in repr(PLANE).split(" at ")[0]
    assert "0.3" not in repr(Secrets((PLANE,))).split(" at ")[0]
