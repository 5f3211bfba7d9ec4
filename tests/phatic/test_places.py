"""Sensitive places and discs."""

import json
from dataclasses import replace

import numpy as np
import pytest

from app.phatic import places
from app.phatic.places import Disc, Found
from app.phatic.plane import Secrets
from tests.phatic.walking import LAT, LON, SECRETS, disc_at, joined, make_track, metres, seeded, standing, track_of

OUT = [(0, 0), (3_000, 0)]


def spots(found):
    return [tuple(np.round(metres(*place)).tolist()) for place in found]


def ends(track):
    return spots(places.ends(track))


def rests(track):
    return spots(places.stops(track, places.REST_S))


def stays(track):
    return spots(places.stops(track, places.STAY_S))


def test_start_and_end_are_sensitive():
    assert ends(make_track(OUT)) == [(0, 0), (3_000, 0)]


def test_a_walk_without_times_has_a_start_and_an_end():
    timeless = make_track(OUT, timed=False)
    assert (ends(timeless), rests(timeless)) == ([(0, 0), (3_000, 0)], [])


def stopped(minutes, **how):
    """1,500 m, a stop of so many minutes, and on; 40 s on either side are within 60 m too."""
    there, back = [(0, 0), (1_500, 0)], [(1_500, 0), (1_500, 1_000)]
    return joined(make_track(there, speed=1.5), standing(1_500, 0, minutes - 2, **how), make_track(back, speed=1.5))


@pytest.mark.parametrize(("minutes", "rest", "stay"), [(14, 0, 0), (16, 1, 0), (29, 1, 0), (31, 1, 1), (60, 1, 1)])
def test_a_stop_of_fifteen_minutes_is_a_rest_and_of_thirty_a_stay(minutes, rest, stay):
    track = stopped(minutes)
    assert (len(rests(track)), len(stays(track))) == (rest, stay)
    assert all(np.hypot(x - 1_500, y) < 45 for x, y in rests(track) + stays(track))


def test_a_stop_in_few_points_is_found():
    assert len(rests(stopped(18, every_s=240))) == 1
    assert len(stays(stopped(34, every_s=240))) == 1


def test_a_stop_is_found_through_outliers():
    visit = standing(1_500, 0, 40)
    visit.lat[::37] += 0.0015
    track = joined(make_track([(0, 0), (1_500, 0)]), visit, make_track([(1_500, 0), (3_000, 0)]))
    for inner in (stays(track), rests(track)):
        assert inner
        assert all(np.hypot(x - 1_500, y) < 60 for x, y in inner)


def test_a_slow_stroll_is_no_stop():
    assert not rests(make_track(OUT, speed=0.3, step_m=1.5, noise_m=2.0))


def test_both_ends_of_a_gap_are_sensitive():
    track = joined(make_track([(0, 0), (900, 0)]), make_track([(1_800, 50), (3_000, 50)]), pause_s=900)
    assert ends(track)[2:] == [(900, 0), (1_800, 50)]


def test_a_shorter_gap_is_not():
    track = joined(make_track([(0, 0), (900, 0)]), make_track([(1_800, 50), (3_000, 50)]), pause_s=899)
    assert len(ends(track)) == 2


def test_the_first_walk_founds_a_disc_and_a_plane():
    found = places.find(make_track(OUT), Secrets(), (), seeded())
    assert len(found.discs) == 2
    assert found.hiding == found.discs
    (plane,) = found.planes
    assert found.discs[0].plane == plane.id == 0
    assert (plane.lat, plane.lon) == (round(found.discs[0].lat, 1), round(found.discs[0].lon, 1))


def test_a_centre_is_drawn_evenly_over_the_disc_around_the_place():
    track = make_track([(0, 0), (100, 0), (0, 0)])
    drawn = [places.find(track, SECRETS, (), seeded(seed)).discs[0] for seed in range(800)]
    xy = np.array([metres(disc.lat, disc.lon) for disc in drawn])
    far = np.hypot(*xy.T)
    assert far.max() <= 300
    np.testing.assert_allclose((far < 150).mean(), 0.25, atol=0.05)
    np.testing.assert_allclose([(xy > 0).mean(axis=0)], 0.5, atol=0.06)


@pytest.mark.parametrize(("away", "founded"), [(0, 0), (340, 0), (354, 0), (356, 1), (700, 1)])
def test_a_place_sixty_metres_inside_the_rim_founds_nothing(away, founded):
    track = make_track([(away, 0), (0, 300), (away, 0)])
    found = places.find(track, SECRETS, (disc_at(0, 0),), seeded())
    assert (len(found.discs), len(found.planes)) == (founded, 0)


def test_nothing_is_drawn_when_nothing_is_founded():
    rng = seeded()
    assert places.find(make_track([(0, 0), (9, 9)]), SECRETS, (disc_at(0, 0),), rng) == Found((), (), (disc_at(0, 0),))
    assert rng.getstate() == seeded().getstate()


def test_a_rest_is_hidden_in_walks_that_rest_or_pause_there():
    home_and_end = places.find(make_track([(0, 0), (1_500, 0), (1_500, 1_000)]), SECRETS, (), seeded()).discs
    found = places.find(stopped(20), SECRETS, home_and_end, seeded(2))
    (bench,) = found.discs
    assert bench.is_rest
    assert found.hiding == (*home_and_end, bench)
    known = (*home_and_end, bench)
    for minutes in (22, 10, 6):
        again = places.find(stopped(minutes), SECRETS, known, seeded(3))
        assert (again.discs, again.hiding) == ((), known)
    passing = places.find(stopped(3), SECRETS, known, seeded(3))
    assert (passing.discs, passing.hiding) == ((), home_and_end)


def test_a_bench_on_which_somebody_stays_keeps_its_centre_and_always_hides():
    *ends, bench = places.find(stopped(20), SECRETS, (), seeded()).discs
    found = places.find(stopped(40), SECRETS, (*ends, bench), seeded(2))
    assert found.discs == (replace(bench, is_rest=False),)
    assert found.hiding == (*ends, *found.discs)
    passing = places.find(stopped(3), SECRETS, (*ends, bench, *found.discs), seeded(3))
    assert (passing.discs, passing.hiding) == ((), (*ends, *found.discs))


def test_a_rest_at_a_place_that_always_hides_founds_nothing():
    ends = places.find(stopped(10), SECRETS, (), seeded()).discs
    known = (*ends, disc_at(1_600, 0))
    for minutes in (20, 40):
        found = places.find(stopped(minutes), SECRETS, known, seeded())
        assert (found.discs, found.hiding) == ((), known)


def test_wide_discs_are_drawn_wider_and_old_ones_only_hide_more():
    wide = Secrets(SECRETS.planes, wide=True)
    track = make_track([(0, 0), (100, 0), (0, 0)])
    founded = [places.find(track, wide, (), seeded(seed)).discs[0] for seed in range(200)]
    assert {(disc.rho_m, disc.radius_m) for disc in founded} == {(400.0, 500.0)}
    assert 300 < max(np.hypot(*metres(disc.lat, disc.lon)) for disc in founded) <= 400
    old = disc_at(0, 0)
    (today,) = places.hiding((old,), wide)
    assert (today.lat, today.lon, today.rho_m, today.radius_m) == (old.lat, old.lon, 300.0, 500.0)
    assert places.hiding((old,), SECRETS) == (old,)


def test_a_walk_far_away_founds_a_plane():
    far = make_track(OUT, lat=LAT + 1.5)
    found = places.find(far, SECRETS, (), seeded())
    assert [plane.id for plane in found.planes] == [1]
    assert {disc.plane for disc in found.discs} == {1}


def test_hidden_is_nearer_than_the_radius_and_fifteen_metres():
    track = track_of([(0, 0), (414.9, 0), (415.1, 0), (0, -414.9), (0, -415.1)], None)
    assert places.hidden([disc_at(0, 0)], track.lat, track.lon).tolist() == [True, True, False, True, False]


def test_a_straight_way_through_a_disc_is_seen_without_a_point_in_it():
    track = track_of([(-600, 410), (600, 410), (600, 420), (-600, 420), (-600, 2_000)], None)
    assert places.crossed([disc_at(0, 0)], track.lat, track.lon).tolist() == [True, False, False, False]


def test_discs_hide_across_the_antimeridian():
    disc = Disc(0, -17.0, 179.9995, 300.0, 400.0)
    lat, lon = np.full(4, -17.0), np.array([-179.999, 180.001, 179.999, -179.9])
    assert places.hidden([disc], lat, lon).tolist() == [True, True, True, False]


def test_no_disc_hides_nothing_and_no_point_is_hidden():
    track = make_track(OUT)
    assert not places.hidden([], track.lat, track.lon).any()
    assert places.hidden([disc_at(0, 0)], track.lat[:0], track.lon[:0]).shape == (0,)
    assert places.crossed([disc_at(0, 0)], track.lat[:0], track.lon[:0]).shape == (0,)


def test_a_disc_is_plain_and_comes_back():
    disc = disc_at(12, 34)
    assert Disc.from_json(json.loads(json.dumps(disc.to_json()))) == disc
    assert f"{disc.lat:.1f}" not in repr(disc)
    assert f"{LON:.1f}" not in repr(disc)


def test_a_disc_of_before_rests_always_hides():
    plain = disc_at(12, 34).to_json()
    del plain["is_rest"]
    assert Disc.from_json(plain) == disc_at(12, 34)
