"""A curl: near a hidden place a picture says to which side a walk went, and not where it was.

Where a walk leaves a disc, and how far it then goes from the centre, tell where in the disc it came from. In which
direction it goes, straight out and back, does not: from any other door the same walk has the same direction. What is
seen of a round lies evenly about a line through the disc's centre, so its direction would tell the door: it has none.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from app.phatic import plane as planes_
from app.phatic.places import Disc, hidden_on
from app.phatic.plane import Plane
from app.phatic.sketch import Run, collapsed

OUT_M = 700.0  # from the centre of a disc to the middle of the curl, so that its cells lie just outside
RING_TURNS = 1 / 2  # about the centre: whoever went so far went around it, and to no side
ROUND_SHARE = 1 / 2  # of what a circle of the same length encloses: what encloses more is a round

_REACH = 10  # cells; so far away a curl is looked for where discs lie close together
_CELLS_WITHIN_REACH = np.array(
    [(q, r) for q in range(-_REACH, _REACH + 1) for r in range(-_REACH, _REACH + 1) if abs(q + r) <= _REACH]
)

Line = NDArray[np.float64]
Cells = NDArray[np.int64]
# A disc on a plane: x, y and how far it hides, in metres, shape (d, 3).
Rims = NDArray[np.float64]


def curls(plane: Plane, lines: Iterable[shapely.LineString], discs: Sequence[Disc]) -> list[Run]:
    """The runs to show for these visible lines (metres, in the order of the walk, at least one) near `discs`.

    For each disc (at least one, the oldest first) at which the walk comes into sight or goes out of it: a curl on the
    side where it was from there, on average, or a ring when it went around the disc or made a round from there. Of a
    disc and those that overlap with it the oldest counts: around a younger one, curls would tell of both, and so of
    what lies in both.
    """
    parts = [shapely.get_coordinates(line) for line in lines]
    ends, on_average = np.stack([parts[0][0], parts[-1][-1]]), _mean(parts)
    rims = _rims(plane, discs)
    first = (_apart(rims[:, :2], rims) < rims[:, 2:]).argmax(axis=1)
    at = first[_apart(ends, rims).argmin(axis=1)]
    beside, found = sorted(set(at.tolist())), []
    is_round = len(beside) == 1 and _enclosed(parts) > ROUND_SHARE
    for index in beside:
        centre = rims[index, :2]
        if is_round or abs(sum(_turns(part - centre) for part in parts)) > RING_TURNS:
            found.append(_ring(plane, centre, discs))
        else:
            found.append(_curl(plane, centre, on_average - ends[at == index].mean(axis=0), discs))
    return [collapsed(cells) for cells in found if len(cells)]


def _rims(plane: Plane, discs: Sequence[Disc]) -> Rims:
    lat, lon, hides_m = np.array([(disc.lat, disc.lon, disc.hides_m) for disc in discs]).T
    return np.column_stack([planes_.project(plane.lat, plane.lon, lat, lon), hides_m])


def _apart(points: Line, rims: Rims) -> Line:
    """How far each point (n, 2) is outside of each disc (d, 3), metres, shape (n, d)."""
    return np.hypot(points[:, None, 0] - rims[:, 0], points[:, None, 1] - rims[:, 1]) - rims[:, 2]


def _mean(parts: Sequence[Line]) -> Line:
    """The mean place along lines, metres, shape (2,)."""
    lines = shapely.multilinestrings([shapely.linestrings(part) for part in parts])
    return shapely.get_coordinates(shapely.centroid(lines))[0]


def _turns(part: Line) -> float:
    """How often a line (n, 2) goes around the origin, net and anticlockwise; -0.5 is half around, clockwise."""
    angle = np.unwrap(np.arctan2(part[:, 1], part[:, 0]))
    return float(angle[-1] - angle[0]) / (2 * math.pi)


def _enclosed(parts: Sequence[Line]) -> float:
    """What the way encloses when it is closed straight, as a share of what a circle of the same length does.

    Who goes around twice encloses twice as much on a way twice as long: the share of one lap counts. What lies to the
    left and what lies to the right of the way is taken off each other.
    """
    way = np.vstack([*parts, parts[0][:1]])
    (x, y), laps = way.T, max(1.0, abs(_turns(way - _mean(parts))))
    area = abs(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2
    return float(4 * math.pi * area * laps / np.hypot(np.diff(x), np.diff(y)).sum() ** 2)


def _curl(plane: Plane, centre: Line, towards: Line, discs: Sequence[Disc]) -> Cells:
    """The curl nearest to where it ought to be of which no cell is hidden, shape (7, 2); empty when there is none.

    It ought to be 700 m from the centre in the direction of `towards` (shape (2,); its length does not count), and is
    the loop of a ribbon with both ends on the disc's side.
    """
    own, axes = planes_.cells_at(plane, centre[None]) + _CELLS_WITHIN_REACH, np.vstack([[[0, 0]], planes_.AROUND])
    sides = planes_.centres(plane, axes)[1:] - planes_.centres(plane, axes)[0]
    on, left, left_back, _, right_back, right = np.roll(planes_.AROUND, -int((sides @ towards).argmax()), axis=0)
    cells = own[:, None] + np.stack([left_back, on * 0, right, on, left, on * 0, right_back])
    open_ = ~hidden_on(plane, discs, planes_.centres(plane, cells)).any(axis=1)
    spot = centre + towards * (OUT_M / max(np.hypot(*towards), 1.0))
    away = np.where(open_, np.hypot(*(planes_.centres(plane, own) - spot).T), np.inf)
    return cells[int(away.argmin())] if open_.any() else cells[0, :0]


def _ring(plane: Plane, centre: Line, discs: Sequence[Disc]) -> Cells:
    """The narrowest closed ring of cells around a place with none of them hidden, shape (n, 2); empty without one."""
    own, corners = planes_.cells_at(plane, centre[None]), np.vstack([planes_.AROUND, planes_.AROUND[:1]])
    for steps in range(1, _REACH + 1):
        sides = [here * steps + (there - here) * np.arange(steps)[:, None] for here, there in pairwise(corners)]
        cells = own + np.vstack([*sides, sides[0][:1]])
        if not hidden_on(plane, discs, planes_.centres(plane, cells)).any():
            return cells
    return own[:0]
