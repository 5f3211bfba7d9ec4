"""Gates: near a hidden place a walk is drawn on every third cell, so that it says less of where it came from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.phatic import places
from app.phatic import plane as planes_
from app.phatic.places import Disc
from app.phatic.plane import Plane
from app.phatic.sketch import Run, collapsed

NEAR_M = 800.0  # beyond what discs hide
EVERY = 3  # so gates are 750 m apart
# The straight way between two gates beside each other has to pass a disc: half of 750 m away, 560 m from a centre.
APART_M = 150.0

Line = NDArray[np.float64]
Cells = NDArray[np.int64]

_STEPS = np.arange(-3, 4)
_AROUND = np.array([(q, r) for q in _STEPS for r in _STEPS if abs(q + r) <= _STEPS[-1]])
_AROUND = EVERY * _AROUND[np.argsort((_AROUND**2).sum(axis=1) + _AROUND.prod(axis=1), kind="stable")]


def stations(plane: Plane, samples: Line, discs: Sequence[Disc], hiding: Sequence[Disc]) -> tuple[Cells, Line]:
    """The cell that each sample (metres, shape (n, 2)) is drawn in, and how many metres it is moved for it (n,).

    Its own cell, unmoved, or within 800 m of `discs` the nearest gate: a cell that is 150 m and more outside of
    `hiding`. Where no gate is within reach, a hidden one is given: it will be left out as every hidden cell is.
    """
    cells, moved_m = planes_.cells_at(plane, samples), np.zeros(len(samples))
    near = np.flatnonzero(are_hidden(plane, samples, places.veiled(discs, NEAR_M)))
    if len(near):
        cells[near], moved_m[near] = _nearest_gates(plane, samples[near], places.veiled(hiding, APART_M))
    return cells, moved_m


def are_hidden(plane: Plane, xy: Line, discs: Sequence[Disc]) -> NDArray[np.bool_]:
    """Which points (metres, shape (n, 2)) lie in any disc."""
    lat, lon = planes_.unproject(plane.lat, xy)
    return places.hidden(discs, lat, lon + plane.lon)


def without_leaps(cells: Cells) -> tuple[Cells, NDArray[np.intp]]:
    """The same way with the cells between two gates, and for each cell the index that it had, -1 for a new one."""
    leaps = np.flatnonzero(planes_.steps(cells[:-1], cells[1:]) > 1)
    new = [planes_.between(cells[leap], cells[leap + 1]) for leap in leaps]
    after = np.repeat(leaps + 1, [len(some) for some in new])
    index = np.insert(np.arange(len(cells)), after, -1)
    return np.insert(cells, after, np.vstack(new), axis=0) if new else cells, index


def pair(plane: Plane, cells: Cells, discs: Sequence[Disc]) -> Run:
    """A run for what is seen in one place only: a cell, and the one beside it that lies furthest from all discs.

    Were it the one that the walk comes nearest to, it would say how the walk went.
    """
    own = np.array(min(map(tuple, cells.tolist())))
    around = own + planes_.AROUND
    centres = planes_.centres(plane, around)
    middles = np.array([planes_.project(plane.lat, plane.lon, disc.lat, disc.lon) for disc in discs])
    away = np.hypot(*(centres[:, None] - middles).transpose(2, 0, 1)) - [disc.hides_m for disc in discs]
    return collapsed(np.stack([own, around[int(away.min(axis=1).argmax())]]))


def _nearest_gates(plane: Plane, samples: Line, hiding: Sequence[Disc]) -> tuple[Cells, Line]:
    around = planes_.cells_at(plane, samples, EVERY)[:, None] + _AROUND
    gates, which = np.unique(around.reshape(-1, 2), axis=0, return_inverse=True)
    centres = planes_.centres(plane, gates)
    away = np.hypot(*(centres[which].reshape(*around.shape) - samples[:, None]).transpose(2, 0, 1))
    open_away = np.where(are_hidden(plane, centres, hiding)[which].reshape(away.shape), np.inf, away)
    nearest = open_away.argmin(axis=1)
    rows = np.arange(len(samples))
    return around[rows, nearest], away[rows, nearest]
