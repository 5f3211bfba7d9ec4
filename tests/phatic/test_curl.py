"""Near a hidden place a picture says to which side a walk went, and not where it was."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.phatic import curl, places
from app.phatic import plane as planes_
from tests.phatic.walking import PLANE, disc_at

HOME = disc_at(0, 0)
TURNS = np.linspace(0, 2 * np.pi, 60)


def curls(*lines, discs=(HOME,)):
    return curl.curls(PLANE, [shapely.LineString(line) for line in lines], discs)


def ray(door, turn, reach_m, *, hides_m=415.0, middle=(0.0, 0.0)):
    """Straight out of a door in a disc and back: what of it is seen."""
    way = np.array(door) + np.outer(np.arange(0, reach_m, 5.0), (np.cos(turn), np.sin(turn)))
    seen = way[np.hypot(*(way - middle).T) >= hides_m]
    return np.vstack([seen, seen[::-1]])


def middle_of(run):
    return planes_.centres(PLANE, np.array(run)).mean(axis=0)


def is_hidden(run, discs):
    return places.hidden_on(PLANE, discs, planes_.centres(PLANE, np.array(run))).any()


@given(turn=st.floats(0, 2 * np.pi), reach_m=st.floats(900, 1_400))
def test_a_curl_lies_on_the_side_to_which_the_walk_went(turn, reach_m):
    (run,) = curls(ray((60, -140), turn, reach_m))
    assert len(set(run)) == 6
    assert not is_hidden(run, [HOME])
    x, y = middle_of(run)
    off = (np.arctan2(y, x) - turn + np.pi) % (2 * np.pi) - np.pi
    assert abs(off) < np.pi / 6
    assert 550 < np.hypot(x, y) < 950


@given(
    doors=st.lists(st.tuples(st.floats(-210, 210), st.floats(-210, 210)), min_size=2, max_size=2),
    turn=st.floats(0, 2 * np.pi),
    reaches=st.lists(st.floats(900, 1_400), min_size=2, max_size=2),
)
def test_it_is_the_same_from_every_door_in_the_disc(doors, turn, reaches):
    one, other = (curls(ray(door, turn, reach_m)) for door, reach_m in zip(doors, reaches, strict=True))
    spot = curl.OUT_M * np.array([np.cos(turn), np.sin(turn)])
    # The last bit of a direction may decide between two curls that are equally near.
    assert one == other or abs(np.ptp([np.hypot(*(middle_of(run) - spot)) for (run,) in (one, other)])) < 1e-6


@given(turn=st.floats(0, 2 * np.pi))
def test_it_is_the_same_on_the_way_back(turn):
    line = np.array([(450, 0), (700, 100), (800, 400), (300, 420)], dtype=float)
    line = line @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    assert curls(line) == curls(line[::-1])
    assert curls(line[:2], line[2:]) == curls(line[3:1:-1], line[1::-1])


@pytest.mark.parametrize("far", [450, 600, 900])
def test_whoever_goes_around_a_disc_is_shown_a_closed_ring(far):
    ring = far * np.column_stack([np.cos(TURNS), np.sin(TURNS)])
    (run,) = curls(ring[:40])
    assert run[0] == run[-1]
    assert shapely.Polygon(planes_.centres(PLANE, np.array(run))).contains(shapely.Point(0, 0))
    assert not is_hidden(run, [HOME])
    assert curls(ring[:20], ring[20:40]) == [run], "a pause on the way is no reason to show a side"
    (half,) = curls(ring[:28])
    assert len(set(half)) == 6


def test_discs_that_overlap_count_as_one_place():
    late, east = disc_at(350, 0), ray((0, 0), 0.0, 1_300, hides_m=770.0)
    (run,) = curls(east, discs=(HOME, late))
    assert not is_hidden(run, [HOME, late])
    north = ray((0, 0), np.pi / 2, 1_000)
    assert curls(north, discs=(HOME, late)) == curls(north + np.array([300, 0]), discs=(HOME, late))


def test_a_way_from_one_disc_to_another_has_a_curl_beside_each():
    friend = disc_at(2_000, 0)
    one, other = sorted(curls([(430, 0), (1_570, 0)], discs=(HOME, friend)), key=lambda run: middle_of(run)[0])
    assert 500 < middle_of(one)[0] < 1_000 < middle_of(other)[0] < 1_500


def test_where_discs_leave_no_room_there_is_no_curl():
    crowd = [HOME] + [disc_at(x, y) for x in range(-4_500, 4_501, 500) for y in range(-4_500, 4_501, 500)]
    assert curls([(430, 0), (700, 0)], discs=crowd) == []
    ring = 600 * np.column_stack([np.cos(TURNS), np.sin(TURNS)])
    assert curls(ring, discs=crowd) == []
