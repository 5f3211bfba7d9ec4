"""Places are found, not configured: what a walk gives away about where somebody stays, and the discs that hide it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.phatic import plane as planes_
from app.phatic.plane import EARTH_M, Plane, Secrets
from app.phatic.track import Track

RHO_M, RADIUS_M = 300.0, 400.0
WIDE_RHO_M, WIDE_RADIUS_M = 400.0, 500.0
MARGIN_M = 15.0
INSIDE_M = 60.0
GAP_S = 900.0
# A rest is hidden in its own walk, and from then on in all that pause there. Where somebody stays is always hidden.
PAUSE_S, REST_S, STAY_S = 300.0, 900.0, 1800.0
STOP_M = 60.0
_SETTLE_S = 60.0
_BULGE_M = 5_000.0

Place = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Disc:
    """A place that is hidden: its centre says no more than "somewhere within `rho_m` of here".

    `plane`: id of the plane in which it was founded. `lat`, `lon`: centre in degrees. `rho_m`: how far the centre was
    drawn from the place, at most. `radius_m`: how far it hides (and 15 m more). `is_rest`: founded by a rest, it hides
    in walks that pause there and in no other.
    """

    plane: int
    lat: float
    lon: float
    rho_m: float
    radius_m: float
    is_rest: bool = False

    @property
    def hides_m(self) -> float:
        """Hidden means nearer to the centre than this, in metres."""
        return self.radius_m + MARGIN_M

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Disc":
        """Read what `to_json` gave."""
        return cls(**plain)


def widen(disc: Disc) -> Disc:
    """The same disc under "ruim": centre and rho stay, it hides at least 500 m. There is no way back."""
    return replace(disc, radius_m=max(disc.radius_m, WIDE_RADIUS_M))


def hiding(discs: Sequence[Disc], secrets: Secrets) -> tuple[Disc, ...]:
    """The discs as they hide today."""
    return tuple(map(widen, discs)) if secrets.wide else tuple(discs)


def veiled(discs: Sequence[Disc], by_m: float) -> tuple[Disc, ...]:
    """The same discs, hiding so much further: for what is shown of one walk, never for what is kept."""
    return tuple(replace(disc, radius_m=disc.radius_m + by_m) for disc in discs)


def covers(disc: Disc, place: Place) -> bool:
    """Whether a place (degrees) lies so well inside that nothing new is needed: 60 m from the first visible point."""
    return planes_.distance_m(disc.lat, disc.lon, *place) <= disc.hides_m - INSIDE_M


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What a walk founds, most often nothing, and which of all discs hide in it, as they hide today."""

    discs: tuple[Disc, ...]
    planes: tuple[Plane, ...]
    hiding: tuple[Disc, ...]


def find(track: Track, secrets: Secrets, discs: Sequence[Disc], rng: Random) -> Found:
    """The discs and planes that this cleaned walk founds, and what hides in it.

    Of a place only the disc remains, whose centre is drawn from `rng` once, uniform over the disc of `rho_m` around
    the place: given the centre, every place within `rho_m` of it is exactly as likely. A bench on which somebody stays
    once gets no second centre either: its disc is kept again, as one that always hides.
    """
    known, planes, rested = list(hiding(discs, secrets)), list(secrets.planes), list(stops(track, REST_S))
    stayed = [*ends(track), *(stops(track, STAY_S) if rested else ())]
    for place in stayed:
        if _covering(known, place, is_rest=False) is None:
            rested_at = _covering(known, place, is_rest=True)
            known.append(replace(rested_at, is_rest=False) if rested_at else _founded(place, secrets, planes, rng))
    rested = [place for place in rested if _is_elsewhere(place, stayed, known)]
    for place in rested:
        if _covering(known, place, is_rest=True) is None:
            known.append(replace(_founded(place, secrets, planes, rng), is_rest=True))
    if any(disc.is_rest for disc in known):
        rested += [place for place in stops(track, PAUSE_S) if _is_elsewhere(place, stayed, known)]
    resting = {_covering(known, place, is_rest=True) for place in rested}
    hides = tuple(disc for disc in known if not disc.is_rest or disc in resting)
    return Found(tuple(known[len(discs) :]), tuple(planes[len(secrets.planes) :]), hides)


def ends(track: Track) -> Iterator[Place]:
    """Start, end, and both ends of every gap of 15 minutes (degrees).

    A track without times has a start and an end only: its stops and gaps cannot be seen, so it may not be drawn
    either, but what it does say protects the walks that follow.
    """
    yield _place(track, 0)
    yield _place(track, -1)
    if track.at is not None:
        for before in np.flatnonzero(np.diff(track.at) >= GAP_S):
            yield _place(track, before)
            yield _place(track, before + 1)


def stops(track: Track, stop_s: float) -> Iterator[Place]:
    """Where somebody stayed within 60 m for so many seconds or longer (degrees)."""
    if track.at is not None:
        yield from _stops(track, track.at, stop_s)


def hidden(discs: Sequence[Disc], lat: Floats, lon: Floats) -> NDArray[np.bool_]:
    """Which places (degrees, shape n) lie in any disc, shape n."""
    return hidden_and_crossed(discs, lat, lon)[0]


def hidden_on(plane: Plane, discs: Sequence[Disc], xy: Floats) -> NDArray[np.bool_]:
    """Which points on a plane (metres, shape (..., 2)) lie in any disc, shape (...)."""
    lat, lon = planes_.unproject(plane.lat, xy.reshape(-1, 2))
    return hidden(discs, lat, lon + plane.lon).reshape(xy.shape[:-1])


def crossed(discs: Sequence[Disc], lat: Floats, lon: Floats) -> NDArray[np.bool_]:
    """Which straight pieces from each place to the next (degrees, shape n) touch any disc, shape n - 1."""
    return hidden_and_crossed(discs, lat, lon)[1]


def hidden_and_crossed(discs: Sequence[Disc], lat: Floats, lon: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Both at once, for a whole track: they share the work."""
    at = planes_.unit(lat, lon)
    inside, touched = np.zeros(len(lat), dtype=bool), np.zeros(max(len(lat) - 1, 0), dtype=bool)
    step = np.diff(at)
    length = np.sqrt((step**2).sum(axis=0))
    for disc, centre in _near(discs, at):
        apart = _apart_m(at, centre)
        inside |= apart < disc.hides_m
        close = np.flatnonzero(apart[:-1] < disc.hides_m + length * EARTH_M * 1.001)
        here, along = at[:, close], step[:, close]
        share = ((centre[:, None] - here) * along).sum(axis=0) / np.maximum(length[close] ** 2, 1e-30)
        nearest = here + along * np.clip(share, 0, 1)
        touched[close] |= _apart_m(nearest / np.sqrt((nearest**2).sum(axis=0)), centre) < disc.hides_m
    return inside, touched


def _place(track: Track, index: int) -> Place:
    return float(track.lat[index]), float(track.lon[index])


def _covering(discs: Sequence[Disc], place: Place, *, is_rest: bool) -> Disc | None:
    """The oldest of one kind that covers a place."""
    return next((disc for disc in discs if disc.is_rest == is_rest and covers(disc, place)), None)


def _is_elsewhere(place: Place, stayed: Sequence[Place], known: Sequence[Disc]) -> bool:
    """Whether a place is hidden by nothing that always hides."""
    at_stay = any(planes_.distance_m(*place, *other) <= STOP_M for other in stayed)
    return not at_stay and _covering(known, place, is_rest=False) is None


def _founded(place: Place, secrets: Secrets, planes: list[Plane], rng: Random) -> Disc:
    """A new disc, and if it lies far from every plane a new plane too."""
    rho_m, radius_m = (WIDE_RHO_M, WIDE_RADIUS_M) if secrets.wide else (RHO_M, RADIUS_M)
    lat, lon = _drawn(place, rho_m, rng)
    plane = planes_.choose(planes, lat, lon)
    if plane is None:
        plane = planes_.found(len(planes), lat, lon, rng)
        planes.append(plane)
    return Disc(plane.id, lat, lon, rho_m, radius_m)


def _drawn(place: Place, rho_m: float, rng: Random) -> Place:
    far, turn = rho_m * math.sqrt(rng.random()), rng.random() * 2 * math.pi
    lat, lon = planes_.unproject(place[0], np.array([far * math.cos(turn), far * math.sin(turn)]))
    return float(lat), planes_.wrapped(float(lon) + place[1])


def _near(discs: Sequence[Disc], at: Floats) -> Iterator[tuple[Disc, Floats]]:
    if not at.size:
        return
    low, high = at.min(axis=1), at.max(axis=1)
    for disc in discs:
        centre, reach = planes_.unit(disc.lat, disc.lon), (disc.hides_m + _BULGE_M) / EARTH_M
        if (centre >= low - reach).all() and (centre <= high + reach).all():
            yield disc, centre


def _apart_m(at: Floats, centre: Floats) -> Floats:
    # Chord for arc: 0.2 micrometres short at 500 m, and without a case for any place on Earth.
    return np.sqrt(sum((axis - middle) ** 2 for axis, middle in zip(at, centre, strict=True))) * EARTH_M


def _stops(track: Track, at: Floats, stop_s: float) -> Iterator[Place]:
    lat0, lon0 = _place(track, 0)
    xy = planes_.project(lat0, lon0, track.lat, track.lon)
    found = np.concatenate([_still(at, xy, stop_s), _still(at, _settled(at, xy), stop_s)])
    while len(found):
        # The stillest first: a window that holds part of the way there has its middle beside the place.
        middle = found[np.argmin(found[:, 2]), :2]
        lat, lon = planes_.unproject(lat0, middle)
        yield float(lat), planes_.wrapped(float(lon) + lon0)
        found = found[np.hypot(*(found[:, :2] - middle).T) > STOP_M]


def _still(at: Floats, xy: Floats, stop_s: float) -> Floats:
    """Windows of `stop_s` that fit in 60 m around one place: its x, y and the width, metres, shape (k, 3).

    Fits means: not wider than 120 m in any of four directions. That takes in every window that a circle of 60 m
    holds, and a few that are 5 m wider.
    """
    first = np.arange(len(at))
    last = np.searchsorted(at, at + stop_s)
    first, last = first[last < len(at)], last[last < len(at)]
    level = np.frexp(last - first + 1.0)[1] - 1
    turns = np.arange(8) * (math.pi / 4)
    furthest = xy @ np.array([np.cos(turns), np.sin(turns)])
    rows = []
    # furthest[i] covers the 2 ** k points from i on; two of them cover any window that is at most twice as long.
    for k in range(level.max(initial=-1) + 1):
        here = level == k
        rows.append(np.maximum(furthest[first[here]], furthest[last[here] + 1 - 2**k]))
        furthest = np.maximum(furthest[: -(2**k)], furthest[2**k :])
    if not rows:
        return np.empty((0, 3))
    most = np.concatenate(rows)
    width = (most[:, :4] + most[:, 4:]).max(axis=1)
    still = most[width <= 2 * STOP_M]
    return np.column_stack(
        [(still[:, 0] - still[:, 4]) / 2, (still[:, 2] - still[:, 6]) / 2, width[width <= 2 * STOP_M]]
    )


def _settled(at: Floats, xy: Floats) -> Floats:
    """The mean place over a minute before and after each moment: indoors a receiver wanders, with outliers."""
    length = np.diff(at, prepend=at[0])[:, None]
    sums = np.cumsum(length * (xy + np.roll(xy, 1, axis=0)) / 2, axis=0)
    low, high = np.maximum(at - _SETTLE_S, at[0]), np.minimum(at + _SETTLE_S, at[-1])
    spans = np.maximum(high - low, 1e-9)
    return np.column_stack([(np.interp(high, at, s) - np.interp(low, at, s)) / spans for s in sums.T])
