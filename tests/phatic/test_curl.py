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
    (there_and_back,) = curls(np.vstack([ring[:28], ring[27::-1]]))
    assert len(set(there_and_back)) == 6


def seen_of_a_round(corners, door, turn, wide_m):
    """What is seen of a regular round of so many corners (metres from door to middle) from a door and back to it."""
    around = np.linspace(0, 2 * np.pi, 24 * corners, endpoint=False)
    apothem = np.cos((around % (2 * np.pi / corners)) - np.pi / corners)
    way = wide_m * np.cos(np.pi / corners) * np.column_stack([np.cos(around), np.sin(around)]) / apothem[:, None]
    way += np.array(door) + wide_m * np.array([np.cos(turn), np.sin(turn)])
    first = int(np.hypot(*(way - door).T).argmin())
    way = np.roll(way, -first, axis=0)
    hidden = np.hypot(*way.T) < 415
    return np.roll(way, -int(np.flatnonzero(~hidden & np.roll(hidden, 1))[0]), axis=0)[: int((~hidden).sum())]


@given(
    corners=st.sampled_from([4, 5, 24]),
    doors=st.lists(st.tuples(st.floats(-150, 150), st.floats(-150, 150)), min_size=2, max_size=2),
    turns=st.lists(st.floats(0, 2 * np.pi), min_size=2, max_size=2),
    wide_m=st.floats(500, 1_000),
)
def test_a_round_tells_neither_its_side_nor_its_door(corners, doors, turns, wide_m):
    one, other = (curls(seen_of_a_round(corners, door, turn, wide_m)) for door, turn in zip(doors, turns, strict=True))
    assert one == other
    assert one[0][0] == one[0][-1]


def test_laps_are_a_round_too():
    lap = seen_of_a_round(24, (200, 0), 0.0, 400)
    (once,), (twice,) = curls(lap), curls(lap, lap)
    assert once == twice
    assert once[0] == once[-1]


@pytest.mark.parametrize(("wide_m", "cells"), [(600, 18), (400, 6)])
def test_a_round_encloses_more_than_half_of_what_a_circle_would(wide_m, cells):
    corners = np.array([(450, -wide_m / 2), (2_450, -wide_m / 2), (2_450, wide_m / 2), (450, wide_m / 2)])
    assert (curl._enclosed([corners]) > curl.ROUND_SHARE) == (cells == 18)
    (run,) = curls(corners)
    assert len(set(run)) == cells
    assert curls(corners[:2], corners[2:]) == [run], "a pause changes nothing"


def test_a_bend_on_the_way_to_another_disc_is_no_round():
    around = np.linspace(1.25 * np.pi, -0.25 * np.pi, 60)
    bend = 1_500 * (np.column_stack([np.cos(around), np.sin(around)]) + np.sqrt(0.5))[4:-4]
    assert curl._enclosed([bend]) > curl.ROUND_SHARE
    friend = disc_at(1_500 * np.sqrt(2), 0)
    assert [len(set(run)) for run in curls(bend, discs=(HOME, friend))] == [6, 6]


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
