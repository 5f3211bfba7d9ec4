"""What the blur promises, for any walk."""

import json
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from app.phatic import blur, form, places
from app.phatic import plane as planes_
from app.phatic.plane import Plane, Secrets
from app.phatic.track import Track
from tests.phatic.walking import LAT, LON, PLANE, disc_at, make_track, metres, seeded, track_of, vertices

quickly = settings(max_examples=25, deadline=None)
metre = st.integers(-3_000, 3_000).map(float)
corner = st.tuples(metre, metre)
walks = st.lists(corner, min_size=2, max_size=7).filter(lambda corners: len(set(corners)) > 1)
# Around the middle of the plane, so that walks meet them; discs of both widths.
discs_there = st.lists(st.builds(disc_at, metre, metre, radius_m=st.sampled_from([400.0, 500.0])), max_size=5)
lattices = st.builds(
    Plane,
    id=st.just(0),
    lat=st.just(LAT),
    lon=st.just(LON),
    offset_x_m=st.floats(0, 250),
    offset_y_m=st.floats(0, 217),
    turn=st.floats(0, 1.04),
)
seeds = st.integers(0, 2**32)
places_on_earth = st.tuples(st.floats(-70, 70), st.floats(-180, 179.99))


def release(*given) -> Any:
    return blur.release(*given)


def wandered(corners, seed, step_m=8.0):
    return make_track(corners, step_m=step_m, noise_m=4.0, seed=seed)


def shown(told):
    return json.dumps(told.sketch and [told.sketch.area, told.sketch.route])


def everything_covered(track, discs):
    """The discs with those that the walk founds, so that a second look founds none."""
    return (*discs, *places.find(track, Secrets((PLANE,)), discs, seeded()).discs)


@quickly
@given(corners=walks, discs=discs_there, lattice=lattices, seed=seeds)
def test_two_walks_that_differ_only_inside_discs_give_the_same_bytes(corners, discs, lattice, seed):
    track = wandered(corners, seed)
    discs = everything_covered(track, discs)
    other = strayed(track, discs, np.random.default_rng(seed))
    one = release(track, Secrets((lattice,)), discs, (), seeded())
    two = release(other, Secrets((lattice,)), (*discs, *one.new_discs), (), seeded())
    assume(not two.new_discs)
    assert shown(one) == shown(two)


def strayed(track, discs, rng):
    """The same walk outside discs; inside, every stretch is another one: other points, other times, another number.

    A stretch keeps at least one point and its time, so that what is outside stays where and when it was.
    """
    hidden = places.hidden(discs, track.lat, track.lon)
    edges = np.flatnonzero(np.diff(hidden)) + 1
    lats, lons, times = [], [], []
    for part in np.split(np.arange(len(track)), edges):
        kept = part
        lat, lon = track.lat[part], track.lon[part]
        if hidden[part[0]]:
            kept = np.sort(rng.choice(part, size=rng.integers(1, len(part) + 1), replace=False))
            lat, lon = inside(discs, track.lat[kept], track.lon[kept], rng)
        lats, lons, times = [*lats, lat], [*lons, lon], [*times, track.at[kept]]
    at = np.concatenate(times)
    starts = np.flatnonzero(np.diff(at, prepend=-np.inf) > 120)
    return Track(np.concatenate(lats), np.concatenate(lons), at, starts)


def inside(discs, lat, lon, rng):
    """Places near these, as far as they are still hidden."""
    xy = metres(lat, lon) + rng.uniform(-150, 150, (len(lat), 2))
    new_lat, new_lon = planes_.unproject(LAT, xy)
    still = places.hidden(discs, new_lat, new_lon + LON)
    return np.where(still, new_lat, lat), np.where(still, new_lon + LON, lon)


@quickly
@given(corners=walks, discs=discs_there, lattice=lattices, seed=seeds, wide=st.booleans())
def test_no_line_point_or_cell_centre_is_in_a_disc_after_rounding(corners, discs, lattice, seed, wide):
    secrets = Secrets((lattice,), wide=wide)
    told = release(wandered(corners, seed), secrets, discs, (), seeded(seed))
    assume(told.sketch)
    hiding = places.hiding((*discs, *told.new_discs), secrets)
    line = np.vstack([np.array(part.coords) for part in parts_of(shape(told.sketch.route).segmentize(1e-4))])
    cells = np.array([cell for run in told.sketch.runs for cell in run])
    lat, lon = planes_.unproject(lattice.lat, planes_.centres(lattice, cells))
    border = vertices(told.sketch.area)
    for points in (line, border, np.column_stack([lon + lattice.lon, lat])):
        assert not places.hidden(hiding, points[:, 1], points[:, 0]).any()


def parts_of(geometry):
    return getattr(geometry, "geoms", [geometry])


@quickly
@given(corners=walks, discs=discs_there, lattice=lattices, seed=seeds)
def test_every_geometry_is_valid_and_right_handed(corners, discs, lattice, seed):
    told = release(wandered(corners, seed), Secrets((lattice,)), discs, (), seeded(seed))
    assume(told.sketch)
    area, route = shape(told.sketch.area), shape(told.sketch.route)
    assert area.is_valid
    assert route.is_valid
    for polygon in parts_of(area):
        assert polygon.exterior.is_ccw
        assert not any(ring.is_ccw for ring in polygon.interiors)
    for geometry in (told.sketch.area, told.sketch.route):
        assert (vertices(geometry) == np.round(vertices(geometry), 4)).all()


@quickly
@given(corners=walks, discs=discs_there, seed=seeds, shift=st.integers(-20_000, 20_000))
def test_another_time_of_day_gives_the_same_bytes(corners, discs, seed, shift):
    track = wandered(corners, seed)
    later = Track(track.lat, track.lon, track.at + shift, track.starts)
    tolds = [release(walk, Secrets((PLANE,)), discs, (), seeded()) for walk in (track, later)]
    assert json.dumps(tolds[0].to_json()) == json.dumps(tolds[1].to_json())


@quickly
@given(rounds=st.lists(walks, min_size=1, max_size=3), seed=seeds, order=st.randoms(use_true_random=False))
def test_the_order_of_earlier_walks_gives_the_same_bytes(rounds, seed, order):
    secrets, discs = Secrets((PLANE,)), (disc_at(0, 0),)
    earlier = [
        sketch
        for number, corners in enumerate(rounds * 2)
        if (sketch := release(wandered(corners, seed + number, 15.0), secrets, discs, (), seeded()).sketch)
    ]
    track = wandered(rounds[0], seed + 99)
    discs = everything_covered(track, discs)
    one = release(track, secrets, discs, earlier, seeded())
    order.shuffle(earlier)
    assert shown(one) == shown(release(track, secrets, discs, earlier, seeded()))


@quickly
@given(corners=walks, seed=seeds)
def test_a_walk_is_alike_to_its_own_sketch(corners, seed):
    secrets, track = Secrets((PLANE,)), wandered(corners, seed)
    discs = everything_covered(track, ())
    first = release(track, secrets, discs, (), seeded()).sketch
    assume(first)
    back = Track(track.lat[::-1], track.lon[::-1], track.at, track.starts)
    for again in (track, back):
        assert release(again, secrets, discs, [first], seeded()).sketch == first


@quickly
@given(start=corner, seed=seeds)
def test_the_first_upload_ever_is_protected_at_both_ends(start, seed):
    away = (start[0] + 2_500, start[1] + 1_000)
    track = wandered([start, away], seed)
    told = release(track, Secrets(), (), (), seeded(seed))
    assert 1 <= len(told.new_discs) <= 2
    for end in (0, -1):
        assert places.hidden(told.new_discs, track.lat[[end]], track.lon[[end]]).all()
    for geometry in (told.sketch.area, told.sketch.route):
        lon, lat = vertices(geometry).T
        assert not places.hidden(told.new_discs, lat, lon).any()
        for end in (start, away):
            assert np.hypot(*(metres(lat, lon) - end).T).min() > 60


@quickly
@given(corners=walks, turn=st.floats(0, 6.28), mirrored=st.booleans(), place=places_on_earth, seed=seeds)
def test_the_same_walk_elsewhere_turned_or_mirrored_has_the_same_form(corners, turn, mirrored, place, seed):
    track = wandered(corners, seed)
    xy = metres(track.lat, track.lon) * (-1 if mirrored else 1, 1)
    turned = xy @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    assert form.of_track(track_of(turned, track.at, lat=place[0], lon=place[1])) == form.of_track(track)


@quickly
@given(corners=walks, lat=st.floats(-90, 90), lon=st.sampled_from([-180.0, -179.99, 179.95, 180.0, 0.0, 60.0]))
def test_nowhere_on_earth_does_it_crash(corners, lat, lon):
    track = make_track(corners, step_m=20.0, lat=lat, lon=lon)
    told = release(track, Secrets(), (), (), seeded())
    assert told.new_discs
    if told.sketch:
        assert shape(told.sketch.area).is_valid
        assert shape(told.sketch.route).is_valid
        assert np.abs(vertices(told.sketch.area)).max() <= 180
        route = vertices(told.sketch.route)
        assert not places.hidden(told.new_discs, route[:, 1], route[:, 0]).any()


@quickly
@given(corners=walks, discs=discs_there, lattice=lattices, seed=seeds)
def test_under_wider_discs_a_kept_sketch_loses_and_never_gains(corners, discs, lattice, seed):
    track, secrets = wandered(corners, seed), Secrets((lattice,))
    discs = everything_covered(track, discs)
    kept = release(track, secrets, discs, (), seeded()).sketch
    assume(kept)
    wide = places.hiding(discs, Secrets((lattice,), wide=True))
    less = blur.redrawn(kept, secrets, discs, wide)
    assume(less)
    assert {cell for run in less.runs for cell in run} <= {cell for run in kept.runs for cell in run}
    # A corner that rounding moved by 8 m is no gain.
    assert shape(less.area).difference(shape(kept.area).buffer(2e-4)).is_empty
    for geometry in (less.area, less.route):
        lon, lat = vertices(geometry).T
        assert not places.hidden(wide, lat, lon).any()
