from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from app.demo.town import Town, oeverdam
from app.demo.walker import SPEED_MS, Errand, Habits, Phone, choose, habits_of, outing, record

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
POINT = "{http://www.topografix.com/GPX/1/1}trkpt"


@pytest.fixture(scope="module")
def town() -> Town:
    return oeverdam(1)


@pytest.fixture(scope="module")
def habits(town) -> Habits:
    return habits_of(town, np.random.default_rng(3))


def points_of(body: bytes) -> tuple[np.ndarray, np.ndarray, list[str]]:
    points = list(ET.fromstring(body).iter(POINT))  # noqa: S314 written by ourselves a line ago
    lon, lat = (np.array([float(p.get(key, "")) for p in points]) for key in ("lon", "lat"))
    return lon, lat, [p[0].text or "" for p in points]


def test_the_same_seed_walks_the_same_walk(town):
    def walk(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        habits = habits_of(town, rng)
        return record(town, outing(town, habits, choose(rng), rng), NOON, Phone(), rng)

    assert walk(1) == walk(1)
    assert walk(1) != walk(2)


@pytest.mark.parametrize("errand", Errand)
def test_every_errand_begins_and_ends_at_the_own_door(town, habits, errand):
    walk = outing(town, habits, errand, np.random.default_rng(4))
    door = town.streets.plane.forth(town.houses.lon[habits.house], town.houses.lat[habits.house])
    assert (walk.x[0], walk.y[0]) == door
    assert (walk.x[-1], walk.y[-1]) == door
    assert 400 < walk.metres < 12_000


def test_a_round_is_usual(town, habits):
    rng = np.random.default_rng(5)
    lengths = {round(outing(town, habits, Errand.ROUND, rng).metres) for _ in range(40)}
    assert 1 < len(lengths) <= len(habits.rounds)


def test_the_recording_keeps_the_pace_and_the_rest(town, habits):
    rng = np.random.default_rng(6)
    walk = outing(town, habits, Errand.FRIEND, rng)
    lon, _, times = points_of(record(town, walk, NOON, Phone(every_s=1), rng))
    took = (datetime.fromisoformat(times[-1]) - datetime.fromisoformat(times[0])).total_seconds()
    assert took == pytest.approx(walk.metres / SPEED_MS + walk.rest_s, abs=3)
    assert walk.rest_s > 20 * 60
    assert len(lon) == pytest.approx(took, abs=2)


def test_the_error_is_a_few_metres_and_changes_slowly(town, habits):
    rng = np.random.default_rng(7)
    walk = outing(town, habits, Errand.ROUND, rng)
    exact, noisy = (
        np.column_stack(town.streets.plane.forth(*points_of(record(town, walk, NOON, Phone(error_m=error), rng))[:2]))
        for error in (0.0, 5.0)
    )
    error = noisy - exact
    assert 3 < error.std() < 7
    assert np.corrcoef(error[1:, 0], error[:-1, 0])[0, 1] > 0.6


def test_a_late_phone_misses_the_front_door(town, habits):
    rng = np.random.default_rng(8)
    walk = outing(town, habits, Errand.ROUND, rng)
    lon, lat, times = points_of(record(town, walk, NOON, Phone(error_m=0, late_s=180), rng))
    x, y = town.streets.plane.forth(lon, lat)
    assert times[0] == "2026-05-04T10:03:00Z"
    assert np.hypot(x[0] - walk.x[0], y[0] - walk.y[0]) > 60
    assert np.hypot(x[-1] - walk.x[-1], y[-1] - walk.y[-1]) < 10
