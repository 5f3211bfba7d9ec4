"""Near a hidden place a walk is drawn on every third cell, and no more of it than that."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.phatic import gates, places
from app.phatic import plane as planes_
from tests.phatic.walking import PLANE, disc_at

quickly = settings(max_examples=25, deadline=None)
metre = st.integers(-2_500, 2_500).map(float)
point = st.tuples(metre, metre)
discs_there = st.lists(st.builds(disc_at, metre, metre), min_size=1, max_size=4)
cell = st.tuples(st.integers(-9, 9), st.integers(-9, 9))
EVERY_GATE = gates.EVERY * np.stack(np.meshgrid(np.arange(-9, 10), np.arange(-9, 10)), axis=-1).reshape(-1, 2)


def is_hidden(xy, discs):
    lat, lon = planes_.unproject(PLANE.lat, xy)
    return places.hidden(discs, lat, lon + PLANE.lon)


@quickly
@given(sample=point, discs=discs_there, veil_m=st.sampled_from([0.0, 600.0]))
def test_near_a_disc_a_sample_stands_for_the_nearest_open_gate(sample, discs, veil_m):
    xy = np.array([sample])
    assume(is_hidden(xy, places.veiled(discs, gates.NEAR_M))[0])
    station, moved_m = gates.stations(PLANE, xy, gates.rims(PLANE, discs), veil_m)
    centres = planes_.centres(PLANE, EVERY_GATE)
    open_ = ~is_hidden(centres, places.veiled(discs, veil_m + gates.APART_M))
    nearest = np.hypot(*(centres[open_] - xy).T).min()
    assume(nearest < 3 * 750 * 0.86)
    assert moved_m[0] == pytest.approx(nearest)
    assert np.hypot(*(planes_.centres(PLANE, station) - xy)[0]) == pytest.approx(nearest)
    assert (station % gates.EVERY == 0).all()


@quickly
@given(sample=point, disc=st.builds(disc_at, metre, metre))
def test_far_from_discs_a_sample_stands_for_its_own_cell(sample, disc):
    xy = np.array([sample])
    assume(not is_hidden(xy, places.veiled([disc], gates.NEAR_M))[0])
    station, moved_m = gates.stations(PLANE, xy, gates.rims(PLANE, [disc]), 0.0)
    assert (station == planes_.cells_at(PLANE, xy)).all()
    assert moved_m[0] == 0


def test_where_discs_leave_no_gate_a_hidden_one_is_given():
    crowd = [disc_at(500.0 * x, 500.0 * y) for x in range(-8, 9) for y in range(-8, 9)]
    station, _ = gates.stations(PLANE, np.zeros((1, 2)), gates.rims(PLANE, crowd), 0.0)
    assert is_hidden(planes_.centres(PLANE, station), crowd).all()


@quickly
@given(way=st.lists(cell, min_size=1, max_size=6))
def test_the_way_between_gates_has_no_leaps_and_is_the_same_backward(way):
    stations = np.array(way) * gates.EVERY
    cells, index = gates.without_leaps(stations)
    assert (planes_.steps(cells[:-1], cells[1:]) <= 1).all()
    assert (cells[index >= 0] == stations).all()
    assert (index[index >= 0] == np.arange(len(way))).all()
    back, _ = gates.without_leaps(stations[::-1])
    assert (back[::-1] == cells).all()


@quickly
@given(own=cell, discs=discs_there)
def test_a_pair_says_nothing_but_its_cell(own, discs):
    first, second = gates.pair(PLANE, np.array([own]), gates.rims(PLANE, discs))
    assert tuple(first) == own
    assert planes_.steps(first[None], second[None]) == 1

    def away(cells):
        xy = planes_.centres(PLANE, cells)
        middles = [planes_.project(PLANE.lat, PLANE.lon, disc.lat, disc.lon) for disc in discs]
        return min(np.hypot(*(xy - middle).T).min() - disc.hides_m for middle, disc in zip(middles, discs, strict=True))

    assert away(second[None]) == pytest.approx(max(away(np.array([own]) + step) for step in planes_.AROUND))
