"""Gates: near a hidden place a walk is drawn on every third cell, so that it says less of where it came from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.phatic import plane as planes_
from app.phatic.places import Disc
from app.phatic.plane import Plane

NEAR_M = 800.0
EVERY = 3  # so gates are 750 m apart
# The straight way between two gates beside each other has to pass a disc: half of 750 m away, 560 m from a centre.
APART_M = 150.0

Line = NDArray[np.float64]
Cells = NDArray[np.int64]
# Discs on a plane: x, y and how far each hides, in metres, shape (d, 3).
Rims = NDArray[np.float64]

_STEPS = np.arange(-3, 4)
_AROUND = np.array([(q, r) for q in _STEPS for r in _STEPS if abs(q + r) <= _STEPS[-1]])
_AROUND = EVERY * _AROUND[np.argsort((_AROUND**2).sum(axis=1) + _AROUND.prod(axis=1), kind="stable")]


def rims(plane: Plane, discs: Sequence[Disc]) -> Rims:
    """The discs on this plane. Good for choosing: what may be shown at all is decided on the sphere."""
    lat, lon, hides_m = np.array([(disc.lat, disc.lon, disc.hides_m) for disc in discs]).reshape(-1, 3).T
    return np.column_stack([planes_.project(plane.lat, plane.lon, lat, lon), hides_m])


def clear_m(rims: Rims, xy: Line) -> Line:
    """How far each point (metres, shape (n, 2)) is outside of what discs hide, shape (n,); negative inside."""
    away = np.hypot(xy[:, None, 0] - rims[:, 0], xy[:, None, 1] - rims[:, 1])
    return (away - rims[:, 2]).min(axis=1, initial=np.inf)


def stations(plane: Plane, samples: Line, rims: Rims, veil_m: float) -> tuple[Cells, Line]:
    """The cell that each sample (metres, shape (n, 2)) is drawn in, and how many metres it is moved for it (n,).

    Its own cell, unmoved, or within 800 m of what is hidden the nearest gate that is 150 m outside of it and of the
    veil. Where no such gate is within reach, a hidden one is given: it will be left out as every hidden cell is.
    """
    cells, moved_m = planes_.cells_at(plane, samples), np.zeros(len(samples))
    near = np.flatnonzero(clear_m(rims, samples) < NEAR_M)
    cells[near], moved_m[near] = _nearest_gates(plane, samples[near], rims, veil_m + APART_M)
    return cells, moved_m


def without_leaps(cells: Cells) -> tuple[Cells, NDArray[np.intp]]:
    """The same way with the cells between two gates, and for each cell the index that it had, -1 for a new one."""
    leaps = np.flatnonzero(planes_.steps(cells[:-1], cells[1:]) > 1)
    new = [planes_.between(cells[leap], cells[leap + 1]) for leap in leaps]
    after = np.repeat(leaps + 1, [len(some) for some in new])
    index = np.insert(np.arange(len(cells)), after, -1)
    return np.insert(cells, after, np.vstack(new), axis=0) if new else cells, index


def pair(plane: Plane, cells: Cells, rims: Rims) -> Cells:
    """For what is seen in one place only: of these cells (n, 2) the clearest, and the clearest cell beside it (2, 2).

    Were it the one that the walk comes nearest to, it would say how the walk went.
    """
    own = cells[int(clear_m(rims, planes_.centres(plane, cells)).argmax())]
    around = own + planes_.AROUND
    return np.stack([own, around[int(clear_m(rims, planes_.centres(plane, around)).argmax())]])


def _nearest_gates(plane: Plane, samples: Line, rims: Rims, apart_m: float) -> tuple[Cells, Line]:
    around = planes_.cells_at(plane, samples, EVERY)[:, None] + _AROUND
    centres = planes_.centres(plane, around)
    away = np.hypot(*(centres - samples[:, None]).transpose(2, 0, 1))
    closed = (clear_m(rims, centres.reshape(-1, 2)) < apart_m).reshape(away.shape)
    nearest = np.where(closed, np.inf, away).argmin(axis=1)
    rows = np.arange(len(samples))
    return around[rows, nearest], away[rows, nearest]
