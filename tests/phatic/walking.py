"""Small walks for the tests of the blur, in metres around a home."""

from random import Random

import numpy as np

from app.phatic import plane as planes_
from app.phatic.places import Disc
from app.phatic.plane import Plane, Secrets
from app.phatic.track import Track

LAT, LON = 52.1, 5.1
PLANE = Plane(id=0, lat=LAT, lon=LON, offset_x_m=31.0, offset_y_m=77.0, turn=0.3)
SECRETS = Secrets((PLANE,))
EIGHT_O_CLOCK = 1_788_000_000.0


def make_track(corners, *, step_m=3.0, speed=1.2, noise_m=0.0, lat=LAT, lon=LON, timed=True, seed=0):
    """A cleaned walk along these corners (metres east and north of lat, lon), a point every `step_m`."""
    corners = np.asarray(corners, dtype=float)
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T)))
    at = np.linspace(0.0, along[-1], max(2, int(along[-1] / step_m) + 1))
    xy = np.column_stack([np.interp(at, along, column) for column in corners.T])
    xy += np.random.default_rng(seed).normal(0.0, noise_m, xy.shape) if noise_m else 0.0
    return track_of(xy, EIGHT_O_CLOCK + at / speed if timed else None, lat=lat, lon=lon)


def track_of(xy, at, *, lat=LAT, lon=LON):
    """These very points (metres, shape (n, 2)) and seconds, split at pauses as `clean` does."""
    lats, lons = planes_.unproject(lat, np.asarray(xy, dtype=float))
    starts = np.zeros(1, dtype=np.intp) if at is None else np.flatnonzero(np.diff(at, prepend=-np.inf) > 120)
    return Track(lats, lons + lon, None if at is None else np.asarray(at, dtype=float), starts)


def joined(*tracks, pause_s=1.0):
    """Walks one after the other, with a pause between them."""
    at, moved = 0.0, []
    for track in tracks:
        moved.append(track.at - track.at[0] + at)
        at = moved[-1][-1] + pause_s
    at = np.concatenate(moved) + EIGHT_O_CLOCK
    lats, lons = np.concatenate([t.lat for t in tracks]), np.concatenate([t.lon for t in tracks])
    return Track(lats, lons, at, np.flatnonzero(np.diff(at, prepend=-np.inf) > 120))


def standing(x, y, minutes, *, noise_m=5.0, every_s=5.0):
    """So many minutes in one place, metres east and north."""
    count = int(minutes * 60 / every_s) + 1
    xy = np.random.default_rng(3).normal(0, noise_m, (count, 2)) + np.array([x, y])
    return track_of(xy, np.arange(count) * every_s)


def disc_at(x, y, *, radius_m=400.0, lat=LAT, lon=LON):
    """A disc with its centre there, metres east and north."""
    lats, lons = planes_.unproject(lat, np.array([[float(x), float(y)]]))
    return Disc(0, float(lats[0]), float(planes_.wrapped(float(lons[0]) + lon)), 300.0, radius_m)


def metres(lat, lon, *, of=(LAT, LON)):
    """Where that is, metres east and north."""
    return planes_.project(*of, lat, lon)


def seeded(seed=1):
    """A generator that gives the same every time."""
    return Random(seed)


def vertices(geometry):
    """All [lon, lat] of a GeoJSON geometry, whatever its depth."""
    flat = np.array(_flat(geometry["coordinates"]))
    return flat.reshape(-1, 2)


def _flat(nested):
    return [nested] if isinstance(nested[0], float) else [point for part in nested for point in _flat(part)]
