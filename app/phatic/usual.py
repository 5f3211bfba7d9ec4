"""A usual round looks the same: what was shown before is shown again, so that a year of jitter resolves nothing."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.phatic import places
from app.phatic import plane as planes_
from app.phatic.places import Disc
from app.phatic.plane import Plane
from app.phatic.sketch import Run, Sketch, still_seen

ALIKE_M = 200.0
STEP_M = 40.0

Line = NDArray[np.float64]


def earlier_runs(
    plane: Plane, ways: Sequence[Line], earlier: Sequence[Sketch], discs: Sequence[Disc]
) -> Iterator[tuple[Run, ...]]:
    """The runs of earlier Sketches that look like these visible ways, without what hides today.

    Their order is that of their cells, so it says nothing about which came first. Alike: as many runs, each within a
    discrete Fréchet distance of 200 m of one of the ways, in either direction.
    """
    known = sorted({sketch.runs for sketch in earlier if sketch.plane == plane.id})
    if not known:
        return
    spaced = [_spaced(way) for way in ways]
    seen, sizes = _seen_centres(plane, known, discs)
    for index in _about_there(seen, sizes, np.vstack(ways)):
        is_whole = not np.isnan(seen[sizes[index] : sizes[index + 1]]).any()
        runs = known[index] if is_whole else still_seen(plane, known[index], discs)
        if _match(plane, spaced, runs):
            yield runs


def _seen_centres(
    plane: Plane, known: Sequence[tuple[Run, ...]], discs: Sequence[Disc]
) -> tuple[Line, NDArray[np.intp]]:
    """All cell centres of all Sketches at once, hidden ones as not-a-number, and where each Sketch begins and ends."""
    xy = planes_.centres(plane, np.array([cell for runs in known for run in runs for cell in run]))
    xy[places.hidden_on(plane, discs, xy)] = np.nan
    return xy, np.cumsum([0, *(sum(map(len, runs)) for runs in known)])


def _about_there(seen: Line, sizes: NDArray[np.intp], here: Line) -> Iterable[int]:
    """Those that reach equally far on all four sides: without that no Fréchet distance is small enough."""
    low = np.abs(np.fmin.reduceat(seen, sizes[:-1]) - here.min(axis=0)) <= ALIKE_M
    high = np.abs(np.fmax.reduceat(seen, sizes[:-1]) - here.max(axis=0)) <= ALIKE_M
    return np.flatnonzero((low & high).all(axis=1)).tolist()


def _match(plane: Plane, ways: Sequence[Line], runs: tuple[Run, ...]) -> bool:
    if len(ways) != len(runs):
        return False
    left = [_spaced(planes_.centres(plane, np.array(run))) for run in runs]
    for way in ways:
        alike = next((index for index, line in enumerate(left) if _alike(way, line)), None)
        if alike is None:
            return False
        del left[alike]
    return True


def _alike(way: Line, line: Line) -> bool:
    free = (way[:, :1] - line[:, 0]) ** 2 + (way[:, 1:] - line[:, 1]) ** 2 <= ALIKE_M**2
    return _walkable(free) or _walkable(free[:, ::-1])


def _walkable(free: NDArray[np.bool_]) -> bool:
    """Whether two points can go along both lines, never further apart than is free: the discrete Fréchet question.

    Each row is one whole number, a bit a column. What can be reached in a row is what was reached in the row before,
    or one to the right of it, and from there to the right as far as it is free: the carry of an addition runs exactly
    as far. 100 x 100 points cost 0.1 ms; GEOS, which computes the distance itself, takes ten times as long.
    """
    if not (free[0, 0] and free[-1, -1]):
        return False
    rows = [int.from_bytes(row, "little") for row in np.packbits(free, axis=1, bitorder="little")]
    reached = 1
    for row in rows:
        entry = (reached | reached << 1) & row
        reached = (((row + entry) ^ row) | entry) & row
        if not reached:
            return False
    return bool(reached >> (free.shape[1] - 1) & 1)


def _spaced(line: Line) -> Line:
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T)))
    at = np.linspace(0.0, along[-1], max(2, int(np.ceil(along[-1] / STEP_M)) + 1))
    return np.column_stack([np.interp(at, along, column) for column in line.T])
