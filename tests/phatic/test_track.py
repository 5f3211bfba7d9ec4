"""Cleaning, simplifying and measuring a track: data in, data out."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Unreadable
from app.phatic import track
from app.phatic.track import Track
from tests.walks import METRES_PER_DEGREE, walk


def made(lat, lon, at=None, starts=(0,)) -> Track:
    times = None if at is None else np.asarray(at, dtype=float)
    return Track(np.asarray(lat, dtype=float), np.asarray(lon, dtype=float), times, np.asarray(starts, dtype=np.intp))


def recorded(**how) -> Track:
    one = walk(**how)
    return made(one.lat, one.lon, one.at)


def times(timed: Track) -> np.ndarray:
    assert timed.at is not None
    return timed.at


def test_points_come_out_in_the_order_of_time():
    whole = recorded(points=600)
    mixed = np.concatenate((np.arange(300, 600), np.arange(300)))
    got = track.clean(replace(whole, lat=whole.lat[mixed], lon=whole.lon[mixed], at=times(whole)[mixed]))
    np.testing.assert_array_equal(got.lat, whole.lat)
    np.testing.assert_array_equal(times(got), times(whole))


def test_of_points_with_one_stamp_the_first_stays():
    whole = recorded(points=600)
    twice = np.repeat(np.arange(600), 2)
    lon = whole.lon[twice]
    lon[1::2] += 1e-5
    got = track.clean(made(whole.lat[twice], lon, times(whole)[twice]))
    np.testing.assert_array_equal(got.lon, whole.lon)


def test_a_mostly_backward_clock_is_refused_and_a_little_disorder_is_not():
    whole = recorded(points=600)
    with pytest.raises(Unreadable, match="unusable-times"):
        track.clean(replace(whole, at=times(whole)[::-1].copy()))
    at = times(whole).copy()
    at[10:14] = at[10:14][::-1]
    assert len(track.clean(replace(whole, at=at))) == 600


@pytest.mark.parametrize(("timed", "kept"), [(600, 600), (300, 300), (299, None), (1, None)])
def test_untimed_points_go_if_half_are_timed_else_all_times_go(timed, kept):
    whole = recorded(points=600)
    at = times(whole).copy()
    at[timed:] = np.nan
    got = track.clean(replace(whole, at=at))
    assert len(got) == (kept or 600)
    assert (got.at is None) == (kept is None)
    assert got.at is None or np.isfinite(got.at).all()


def test_runs_are_split_at_pauses_over_two_minutes_and_nowhere_else():
    whole = recorded(points=600)
    at = times(whole) + np.where(np.arange(600) >= 200, 119.0, 0.0) + np.where(np.arange(600) >= 400, 120.5, 0.0)
    got = track.clean(replace(whole, at=at, starts=np.array([0, 100])))
    assert got.starts.tolist() == [0, 400]
    assert [run.stop - run.start for run in got.runs()] == [400, 200]


def test_without_times_the_runs_of_the_file_stay():
    got = track.clean(replace(recorded(points=600), at=None, starts=np.array([0, 100])))
    assert got.starts.tolist() == [0, 100]
    assert got.ended_at is None


def test_a_ride_by_car_keeps_its_points():
    east = np.cumsum(np.full(600, 33.0)) / (METRES_PER_DEGREE * np.cos(np.radians(52)))
    got = track.clean(made(np.full(600, 52.0), 5 + east, 1.7e9 + np.arange(600)))
    assert len(got) == 600
    by_the_minute = np.arange(0, 600, 20)
    sparse = made(np.full(30, 52.0), 5 + east[by_the_minute], 1.7e9 + by_the_minute)
    assert len(track.clean(sparse)) == 30


def test_an_excursion_at_walking_pace_is_no_spike():
    whole = recorded(points=3600, every_s=30.0, shape="there-and-back")
    assert len(track.clean(whole)) == 3600


def test_a_long_absence_is_no_spike():
    whole = recorded(points=600)
    lat = whole.lat.copy()
    lat[100:112] += 0.01
    assert len(track.clean(replace(whole, lat=lat))) == 600


@pytest.mark.parametrize("lat", [[52.0], [52.0, 52.0], [52.0, 52.000005]])
def test_who_went_nowhere_is_too_short(lat):
    with pytest.raises(Unreadable, match="too-short"):
        track.clean(made(lat, [5.0] * len(lat), range(1_700_000_000, 1_700_000_000 + len(lat))))


def test_two_steps_are_a_walk():
    assert len(track.clean(made([52.0, 52.0001], [5.0, 5.0]))) == 2


def test_metres_are_right_to_a_part_in_a_thousand():
    xy = track.metres(made([52.0, 52.0, 52.09], [5.0, 5.146, 5.0]))
    # By Vincenty on the WGS 84 ellipsoid: 10,024.6 m and 10,013.7 m.
    assert np.hypot(*(xy[1] - xy[0])) == pytest.approx(10_024.6, rel=0.005)
    assert np.hypot(*(xy[2] - xy[0])) == pytest.approx(10_013.7, rel=0.002)


def test_simplifying_keeps_given_points_their_times_and_the_ends_of_runs():
    whole = replace(recorded(points=600), starts=np.array([0, 250, 251]))
    got = track.simplify(whole, 5.0)
    where = np.searchsorted(times(whole), times(got))
    assert len(got) < 60
    np.testing.assert_array_equal(whole.lat[where], got.lat)
    assert {0, 249, 250, 251, 599} <= set(where.tolist())
    assert len(got.starts) == 3


@given(st.lists(st.tuples(st.integers(-400, 400), st.integers(-400, 400)), min_size=2, max_size=40), st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_a_simplified_line_stays_near_the_points_it_left_out(places, tolerance_m):
    xy = np.array(places, dtype=float)
    whole = made(52 + xy[:, 1] / METRES_PER_DEGREE, 5 + xy[:, 0] / METRES_PER_DEGREE)
    kept = track.metres(whole)[_indices(whole, tolerance_m)]
    for p in track.metres(whole):
        assert min(_to_segment(p, a, b) for a, b in pairwise(kept)) <= tolerance_m + 1e-6


def _indices(whole: Track, tolerance_m: float) -> np.ndarray:
    numbered = replace(whole, at=np.arange(len(whole), dtype=float))
    return times(track.simplify(numbered, tolerance_m)).astype(int)


def _to_segment(p, a, b) -> float:
    along = b - a
    t = np.clip(np.dot(p - a, along) / max(np.dot(along, along), 1e-9), 0, 1)
    return float(np.hypot(*(p - a - t * along)))


def test_length_does_not_cross_the_border_of_two_runs():
    lat = [52.0, 52.001, 52.011, 52.012]
    assert track.length_m(made(lat, [5.0] * 4)) == pytest.approx(1334.3, abs=0.5)
    assert track.length_m(made(lat, [5.0] * 4, starts=[0, 2])) == pytest.approx(222.4, abs=0.2)
    assert track.length_m(made(lat, [5.0] * 4, starts=[0, 1, 2, 3])) == 0


def test_a_track_shows_no_place_in_its_repr():
    assert "52" not in repr(recorded(points=2))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_whatever_is_recorded_comes_out_in_order_or_is_refused(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))
    at = np.where(rng.random(n) < 0.2, np.nan, 1.7e9 + rng.integers(0, 400, n))
    starts = np.unique(np.append(rng.integers(0, n, 3), 0))
    raw = made(rng.uniform(-90, 90, n), rng.uniform(-180, 180, n), at, starts)
    try:
        got = track.clean(raw)
    except Unreadable:
        return
    assert got.starts[0] == 0
    assert (np.diff(got.starts) > 0).all()
    assert got.starts[-1] < len(got)
    assert got.at is None or (np.diff(got.at) > 0).all()
    assert np.isfinite(track.length_m(got))
