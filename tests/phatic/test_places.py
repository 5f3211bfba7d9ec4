"""Sensitive places and discs."""

import json

import numpy as np
import pytest

from app.phatic import places
from app.phatic.places import Disc
from app.phatic.plane import Secrets
from tests.phatic.walking import LAT, LON, SECRETS, disc_at, joined, make_track, metres, seeded, track_of

OUT = [(0, 0), (3_000, 0)]


def spots(track):
    return [tuple(np.round(metres(*place)).tolist()) for place in places.sensitive(track)]


def standing(x, y, minutes, *, noise_m=5.0, every_s=5.0):
    count = int(minutes * 60 / every_s) + 1
    xy = np.random.default_rng(3).normal(0, noise_m, (count, 2)) + np.array([x, y])
    return track_of(xy, np.arange(count) * every_s)


def test_start_and_end_are_sensitive():
    assert spots(make_track(OUT)) == [(0, 0), (3_000, 0)]


def test_a_walk_without_times_has_a_start_and_an_end():
    assert spots(make_track(OUT, timed=False)) == [(0, 0), (3_000, 0)]


@pytest.mark.parametrize(("minutes", "found"), [(14, 0), (16, 1), (60, 1)])
def test_a_stop_of_fifteen_minutes_is_sensitive(minutes, found):
    there = make_track([(0, 0), (1_500, 0)], speed=1.5)
    back = make_track([(1_500, 0), (1_500, 1_000)], speed=1.5)
    track = joined(there, standing(1_500, 0, minutes - 2), back)  # 40 s on either side are within 60 m too
    inner = spots(track)[2:]
    assert len(inner) == found
    assert all(np.hypot(x - 1_500, y) < 45 for x, y in inner)


def test_a_stop_in_few_points_is_found():
    track = joined(
        make_track([(0, 0), (1_500, 0)]), standing(1_500, 0, 16, every_s=240), make_track([(1_500, 0), (3_000, 0)])
    )
    assert len(spots(track)) == 3


def test_a_stop_is_found_through_outliers():
    visit = standing(1_500, 0, 20)
    visit.lat[::37] += 0.0015
    track = joined(make_track([(0, 0), (1_500, 0)]), visit, make_track([(1_500, 0), (3_000, 0)]))
    inner = spots(track)[2:]
    assert inner
    assert all(np.hypot(x - 1_500, y) < 60 for x, y in inner)


def test_a_slow_stroll_is_no_stop():
    assert len(spots(make_track(OUT, speed=0.3, step_m=1.5, noise_m=2.0))) == 2


def test_both_ends_of_a_gap_are_sensitive():
    track = joined(make_track([(0, 0), (900, 0)]), make_track([(1_800, 50), (3_000, 50)]), pause_s=900)
    assert spots(track)[2:] == [(900, 0), (1_800, 50)]


def test_a_shorter_gap_is_not():
    track = joined(make_track([(0, 0), (900, 0)]), make_track([(1_800, 50), (3_000, 50)]), pause_s=899)
    assert len(spots(track)) == 2


def test_the_first_walk_founds_a_disc_and_a_plane():
    discs, planes = places.find(make_track(OUT), Secrets(), (), seeded())
    assert len(discs) == 2
    assert len(planes) == 1
    assert discs[0].plane == planes[0].id == 0
    assert (planes[0].lat, planes[0].lon) == (round(discs[0].lat, 1), round(discs[0].lon, 1))


def test_a_centre_is_drawn_evenly_over_the_disc_around_the_place():
    track = make_track([(0, 0), (100, 0), (0, 0)])
    drawn = [places.find(track, SECRETS, (), seeded(seed))[0][0] for seed in range(800)]
    xy = np.array([metres(disc.lat, disc.lon) for disc in drawn])
    far = np.hypot(*xy.T)
    assert far.max() <= 300
    np.testing.assert_allclose((far < 150).mean(), 0.25, atol=0.05)
    np.testing.assert_allclose([(xy > 0).mean(axis=0)], 0.5, atol=0.06)


@pytest.mark.parametrize(("away", "founded"), [(0, 0), (340, 0), (354, 0), (356, 1), (700, 1)])
def test_a_place_sixty_metres_inside_the_rim_founds_nothing(away, founded):
    track = make_track([(away, 0), (0, 300), (away, 0)])
    discs, planes = places.find(track, SECRETS, (disc_at(0, 0),), seeded())
    assert (len(discs), len(planes)) == (founded, 0)


def test_nothing_is_drawn_when_nothing_is_founded():
    rng = seeded()
    assert places.find(make_track([(0, 0), (9, 9)]), SECRETS, (disc_at(0, 0),), rng) == ((), ())
    assert rng.getstate() == seeded().getstate()


def test_wide_discs_are_drawn_wider_and_old_ones_only_hide_more():
    wide = Secrets(SECRETS.planes, wide=True)
    track = make_track([(0, 0), (100, 0), (0, 0)])
    founded = [places.find(track, wide, (), seeded(seed))[0][0] for seed in range(200)]
    assert {(disc.rho_m, disc.radius_m) for disc in founded} == {(400.0, 500.0)}
    assert 300 < max(np.hypot(*metres(disc.lat, disc.lon)) for disc in founded) <= 400
    old = disc_at(0, 0)
    (today,) = places.hiding((old,), wide)
    assert (today.lat, today.lon, today.rho_m, today.radius_m) == (old.lat, old.lon, 300.0, 500.0)
    assert places.hiding((old,), SECRETS) == (old,)


def test_a_walk_far_away_founds_a_plane():
    far = make_track(OUT, lat=LAT + 1.5)
    discs, planes = places.find(far, SECRETS, (), seeded())
    assert [plane.id for plane in planes] == [1]
    assert {disc.plane for disc in discs} == {1}


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
