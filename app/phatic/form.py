"""What kind of walk it was: four coarse features, and nothing else of a line, make the `Glyph`."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from app.phatic import plane as planes_
from app.phatic.glyph import Aspect, Glyph, Shape, Size, Texture
from app.phatic.sketch import Sketch
from app.phatic.track import Track

Line = NDArray[np.float64]

# All limits lie beside round figures: a rectangle of two to one, or a walk of exactly a mile, is no coin to toss
# with the last bit of a sum, so the same walk elsewhere on Earth keeps its form.
_SHORT_M, _MIDDLE_M = 1_613.7, 4_519.3
_WINDING = 0.2317
_STRETCHED = 0.4519
_FOLDED = 0.0613
_CLOSED = 0.2719
_CROSSING = 0.0457
_LOBE, _APART = 0.1931, 1.0637
_FINE_M = 5.0
_STEP_M, _STEPS = 50.0, 64


def of_track(track: Track) -> Glyph:
    """The Glyph of a whole cleaned walk, for `drawing` only: the same when the walk is moved, turned or mirrored."""
    middle = len(track) // 2
    xy = planes_.project(float(track.lat[middle]), float(track.lon[middle]), track.lat, track.lon)
    return _glyph([run for run in np.split(xy, track.starts[track.starts > 0]) if len(run)])


def of_sketch(sketch: Sketch) -> Glyph:
    """The Glyph that goes with `area` and `route`: a function of the Sketch's cells alone."""
    return _glyph(_chained([planes_.flat_centres(np.array(run)) for run in sketch.runs]))


def _glyph(runs: Sequence[Line]) -> Glyph:
    fine = [_simplified(run) for run in runs]
    length = sum(float(np.hypot(*np.diff(run, axis=0).T).sum()) for run in fine)
    line = _spaced(np.vstack(fine))
    return Glyph(_shape(line), _size(length), _texture(line), _aspect(line))


def _simplified(run: Line) -> Line:
    if len(run) < 2:  # noqa: PLR2004 (one point is no line)
        return run
    return shapely.get_coordinates(shapely.simplify(shapely.linestrings(run), _FINE_M, preserve_topology=False))


def _chained(runs: list[Line]) -> list[Line]:
    """A Sketch's runs know no order: each is followed by the one that begins or ends nearest."""
    line, left = [runs[0]], runs[1:]
    while left:
        end = line[-1][-1]
        ways = [(float(np.hypot(*(run[tip] - end))), index, tip) for index, run in enumerate(left) for tip in (0, -1)]
        _, index, tip = min(ways, key=lambda way: (round(way[0]), way[1], way[2]))
        line.append(left.pop(index)[:: 1 if tip == 0 else -1])
    return line


def _spaced(xy: Line) -> Line:
    """At most 65 points at equal distances along the line, smoothed over three: what a pen would remember."""
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))
    steps = int(np.clip(along[-1] / _STEP_M, 8, _STEPS))
    at = np.linspace(0.0, along[-1], steps + 1)
    even = np.column_stack([np.interp(at, along, column) for column in xy.T])
    even[1:-1] = (even[:-2] + 2 * even[1:-1] + even[2:]) / 4
    return even


def _size(length_m: float) -> Size:
    if length_m < _SHORT_M:
        return Size.SHORT
    return Size.MIDDLE if length_m < _MIDDLE_M else Size.LONG


def _texture(line: Line) -> Texture:
    """How much it turns beyond what its form needs: the turns that undo each other, radians a step."""
    step = np.diff(line, axis=0)
    turn = np.arctan2(step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0], (step[:-1] * step[1:]).sum(axis=1))
    idle = np.abs(turn).sum() - abs(turn.sum())
    return Texture.WINDING if idle > _WINDING * len(turn) else Texture.CALM


def _aspect(line: Line) -> Aspect:
    centred = line - line.mean(axis=0)
    widths = np.sqrt(np.abs(np.linalg.eigvalsh(centred.T @ centred)))
    return Aspect.STRETCHED if widths[0] <= _STRETCHED * widths[1] else Aspect.ROUND


def _shape(line: Line) -> Shape:
    length = float(np.hypot(*np.diff(line, axis=0).T).sum())
    fold = float(np.hypot(*(line - line[::-1]).T).mean())
    if fold <= _FOLDED * length:
        return Shape.BACK
    if _is_eight(line, length):
        return Shape.EIGHT
    if float(np.hypot(*(line[-1] - line[0]))) <= _CLOSED * length:
        return Shape.LOOP
    return Shape.WANDER


def _is_eight(line: Line, length: float) -> bool:
    """Whether it meets itself so that two lobes lie beside each other, each a fair part of the whole."""
    x, y = line.T
    hull = float(shapely.area(shapely.convex_hull(shapely.multipoints(line))))
    sweep = np.append(0.0, np.cumsum(x[:-1] * y[1:] - y[:-1] * x[1:])) / 2
    first, last = np.triu_indices(len(line), 4)
    inner = sweep[last] - sweep[first] + (x[last] * y[first] - y[last] * x[first]) / 2
    outer = sweep[-1] + (x[-1] * y[0] - y[-1] * x[0]) / 2 - inner
    meets = np.hypot(x[last] - x[first], y[last] - y[first]) <= _CROSSING * length
    lobes = np.minimum(np.abs(inner), np.abs(outer)) >= _LOBE * hull
    apart = np.abs(inner) + np.abs(outer) <= _APART * hull
    return bool((meets & lobes & apart).any())
