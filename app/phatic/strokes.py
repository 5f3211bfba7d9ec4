"""A brush: bristles along one line, as SVG paths whose bytes are the same on every machine.

Only additions, products, quotients, roots and roundings are used, one array operation at a time: those are exact in
IEEE 754 everywhere. A library's sine, `hypot`, `interp` or matrix product may differ in its last bit between two
machines, and a preview must be byte-identical with what the circle got a year ago.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Real = TypeVar("Real", float, NDArray[np.float64])

BOX: Final = 260
"""Width and height of every drawing, in its own units."""
GRID: Final = 4
"""Steps per unit on which coordinates are rounded; the group in the SVG scales them back."""
DENSE: Final = 161
"""Points along a line before it becomes a stroke."""
ALONG: Final[Floats] = np.arange(DENSE) / (DENSE - 1)
"""0 to 1 in equal steps: how far along a line."""

_SHORTEST_SEED: Final = 16
_HALF: Final = 0.5
_AVERAGES: Final = 3  # of averages come near to a bell curve, and need no exponential
_NUMBERS: Final = 400
_TOKENS: Final = {number: f"{number}" if number < 0 else f" {number}" for number in range(-BOX * 8, BOX * 8 + 1)}


class Numbers:
    """Numbers in [0, 1) from a keyed hash: the same for the same key and words, and no way back to either."""

    __slots__ = ("_at", "_values")

    def __init__(self, key: bytes, words: bytes) -> None:
        seed = hashlib.blake2b(words, key=key, digest_size=32, person=b"teken ink").digest()
        stream = hashlib.shake_256(seed).digest(2 * _NUMBERS)
        self._values: Floats = np.frombuffer(stream, dtype="<u2") / 65536
        self._at = 0

    def take(self, count: int) -> Floats:
        """Return the next `count` numbers."""
        self._at += count
        return self._values[self._at - count : self._at]

    def between(self, low: float, high: float) -> float:
        """Return the next number, stretched to [low, high)."""
        return low + (high - low) * float(self.take(1)[0])

    def sign(self) -> int:
        """Return -1 or 1."""
        return 1 if self.between(0, 1) < _HALF else -1


@dataclass(frozen=True, slots=True)
class Hand:
    """How one resident draws, always: what makes two strokes of one person look alike."""

    nib: float  # angle of the brush's edge, in turns
    width: float  # half the stroke's width, in units, for the largest form
    contrast: float  # how much the width changes with the direction, 0 to 1
    dry: float  # how far along the brush begins to run dry, 0 to 1
    side: float  # which edge dries first, -1 to 1
    slant: float  # how the whole leans, in turns
    sense: int  # 1 clockwise, -1 the other way
    tremble: float  # how much a bristle strays, as a share of the width

    @classmethod
    def of(cls, seed: bytes) -> "Hand":
        """Read the personality out of a resident's secret style seed (16 to 64 bytes; ValueError otherwise)."""
        if not _SHORTEST_SEED <= len(seed) <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError("hand")
        numbers = Numbers(seed, b"hand")
        return cls(
            nib=numbers.between(0, 0.5),
            width=numbers.between(7.2, 10.2),
            contrast=numbers.between(0.16, 0.42),
            dry=numbers.between(0.43, 0.66),
            side=numbers.between(-1, 1),
            slant=numbers.between(-0.045, 0.045),
            sense=numbers.sign(),
            tremble=numbers.between(0.05, 0.12),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Bristles:
    """Rows of equal length: each bristle from `start` to `end` along the line, at `offset` (-1 to 1) across it."""

    start: Floats
    end: Floats
    offset: Floats
    thickness: Floats
    phase: Floats


def wave(turns: Floats) -> Floats:
    """Return the sine of angles in turns, to 4e-6 and to the same bit everywhere."""
    folded = turns - 0.25
    folded = 0.25 - np.abs(folded - np.rint(folded))
    return folded * _series(folded * folded)


def sine(turns: float) -> float:
    """Return what `wave` gives, for one angle."""
    folded = turns - 0.25
    folded = 0.25 - abs(folded - round(folded))
    return folded * _series(folded * folded)


def _series(square: Real) -> Real:
    return (((42.058694 * square - 76.705860) * square + 81.605249) * square - 41.341702) * square + 6.283185307


def ease(x: Floats) -> Floats:
    """Return the smooth step from 0 at 0 to 1 at 1."""
    inside = np.minimum(np.maximum(x, 0), 1)
    return inside * inside * (3 - 2 * inside)


_PRESSURE: Final[Floats] = (0.5 + 0.5 * ease(ALONG / 0.07) + 0.16 * ease(ALONG / 0.05) * ease((0.2 - ALONG) / 0.12)) * (
    1 - 0.5 * ease((ALONG - 0.62) / 0.38)
)
"""Along a stroke: pressed down at once, a little too firmly; lifted slowly."""


def turned(x: Floats, y: Floats, turns: float) -> tuple[Floats, Floats]:
    """Return the points, turned around the origin."""
    up, right = sine(turns), sine(turns + 0.25)
    return x * right - y * up, x * up + y * right


def normals(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return unit vectors across the line, per point."""
    dx, dy = _slope(x), _slope(y)
    length = np.sqrt(dx * dx + dy * dy) + 1e-9
    return -dy / length, dx / length


def evened(x: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    """Return the same line with points at equal distances, and its length."""
    dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
    far = np.concatenate(([0.0], np.cumsum(np.sqrt(dx * dx + dy * dy))))
    wanted = ALONG * far[-1]
    before = np.minimum(np.searchsorted(far, wanted, side="right") - 1, len(far) - 2)
    share = (wanted - far[before]) / (far[before + 1] - far[before])
    return x[before] + share * dx[before], y[before] + share * dy[before], float(far[-1])


def softened(x: Floats, y: Floats, units: float) -> tuple[Floats, Floats, float]:
    """Return the same line at equal distances and rounded, and its length before.

    Rounded like by a bell curve of so many units, but of a twentieth of the length at most, so that what is small does
    not shrink to nothing. Its ends stay where they are; a closed line has none.
    """
    even_x, even_y, length = evened(x, y)
    half = round(DENSE * min(units / length, 1 / 20) - _HALF)
    goes_on = bool(x[0] == x[-1] and y[0] == y[-1])
    for _ in range(_AVERAGES if half > 0 else 0):
        even_x, even_y = (_averaged(each, half, goes_on=goes_on) for each in (even_x, even_y))
    return even_x, even_y, length


def _averaged(along: Floats, half: int, *, goes_on: bool) -> Floats:
    """Return the mean of each number and `half` of them to either side; past an end as in a mirror, or once more."""
    if goes_on:
        longer = np.concatenate((along[-1 - half : -1], along, along[1 : 1 + half]))
    else:
        before, after = 2 * along[0] - along[half:0:-1], 2 * along[-1] - along[-2 : -2 - half : -1]
        longer = np.concatenate((before, along, after))
    sums = np.concatenate(([0.0], np.cumsum(longer)))
    return (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)


def pressed(x: Floats, y: Floats, hand: Hand, half_width: float, numbers: Numbers) -> Floats:
    """Lay a brush on the line (in units, centred on the origin): press down, lean with the nib, lift.

    Returns rows x, y and, per point, the way from the middle of the stroke to its edge: shape (4, DENSE), in units.
    """
    across_x, across_y = normals(x, y)
    lean = across_x * sine(hand.nib + 0.25) + across_y * sine(hand.nib)
    width = (half_width * (1 - hand.contrast) + 2 * half_width * hand.contrast * lean * lean) * _PRESSURE
    width = width * (1 + 0.08 * wave(2.4 * ALONG + numbers.between(0, 1)))
    return np.stack((x + BOX / 2, y + BOX / 2, across_x * width, across_y * width))


def bundle(hand: Hand, count: int, half_width: float, numbers: Numbers) -> Bristles:
    """Return `count` wet bristles that leave off where the brush runs dry, and between them as many fine ones."""
    wet_at = (np.arange(count) + 0.5) / count * 2 - 1
    fine_at = (np.arange(count + 1)) / count * 2 - 1
    offset = np.concatenate((wet_at * 0.9, fine_at * 0.96))
    loose = np.concatenate((numbers.take(count), numbers.take(count + 1)))
    dries = hand.dry - 0.1 * hand.side * offset
    wet_end = dries + 0.42 * loose * loose
    fine_end = dries + 0.26 + 0.75 * loose * (1.2 - 0.5 * np.abs(offset))
    is_fine = np.arange(len(offset)) >= count
    end = np.where(is_fine, fine_end, wet_end)
    # What would run over the end lifts off before it, each hair elsewhere.
    end = np.where(end > 1, 1 - np.minimum(0.35 * (end - 1), 0.2), end)
    # The edge of a flat brush touches the paper aslant, and its outer hairs a little later.
    start = 0.012 * (1 + hand.side * offset) * numbers.take(len(offset)) + 0.02 * offset * offset
    gap = 2 * half_width / count
    fat = numbers.take(len(offset))
    thickness = gap * np.where(is_fine, 0.3 + 0.5 * fat * fat, 0.9 + 0.4 * fat)
    return Bristles(start, end, offset, thickness, numbers.take(len(offset)))


def flecks(bristles: Bristles, count: int, numbers: Numbers) -> Bristles:
    """Return short touches of bristles that had left the paper already: the dry end of a stroke."""
    which = (numbers.take(count) * len(bristles.end)).astype(np.intp)
    start = bristles.end[which] + 0.012 + 0.05 * numbers.take(count)
    end = start + 0.025 + 0.07 * numbers.take(count)
    on_paper = end < 1
    which = which[on_paper]
    thickness = np.minimum(bristles.thickness[which], bristles.thickness.min() * 1.5) * 0.9
    return Bristles(start[on_paper], end[on_paper], bristles.offset[which], thickness, bristles.phase[which])


def paths(line: Floats, groups: list[tuple[Bristles, int]], tremble: float) -> list[str]:
    """Write each bristle as one path on a smooth curve; per group of bristles with its number of nodes, one string."""
    along = np.concatenate([_spread(bristles, nodes).ravel() for bristles, nodes in groups])
    phase = np.concatenate([bristles.phase.repeat(nodes) for bristles, nodes in groups])
    offset = np.concatenate([bristles.offset.repeat(nodes) for bristles, nodes in groups])
    place = along * (DENSE - 1)
    before = np.minimum(place.astype(np.intp), DENSE - 2)
    left = line.take(before, axis=1)
    x, y, edge_x, edge_y = left + (place - before) * (line.take(before + 1, axis=1) - left)
    across = offset + tremble * wave(2.9 * along + phase + 0.3 * wave(2.1 * along + 7 * phase))
    # Even steps for the control points, so that the middles between them are whole numbers.
    controls = (np.rint(np.stack((x + across * edge_x, y + across * edge_y), axis=-1) * (GRID / 2)) * 2).astype(
        np.int64
    )
    written, at = [], 0
    for bristles, nodes in groups:
        count = nodes * len(bristles.end)
        written.append("".join(_written(controls[at : at + count].reshape(-1, nodes, 2), bristles)))
        at += count
    return written


def _spread(bristles: Bristles, nodes: int) -> Floats:
    return bristles.start[:, None] + (bristles.end - bristles.start)[:, None] * (np.arange(nodes) / (nodes - 1))


def _slope(values: Floats) -> Floats:
    inner = (values[2:] - values[:-2]) / 2
    return np.concatenate((values[1:2] - values[:1], inner, values[-1:] - values[-2:-1]))


def _written(controls: NDArray[np.int64], bristles: Bristles) -> Iterator[str]:
    """Write quadratic B-splines: `t` mirrors the last control point, so a node costs two small numbers.

    The curve passes through the middles between the control points; whole middles keep the mirroring from drifting.
    `pathLength` is how far along the line the bristle ends, in percent: a page that moves one `stroke-dashoffset` from
    101 to 0 over all of them (`stroke-dasharray` 100) draws the stroke as a hand would, each hair in its place.
    """
    middles = (controls[:, 1:] + controls[:, :-1]) // 2
    first = controls[:, 0]
    opening = np.concatenate((first, controls[:, 1] - first, middles[:, 1] - first), axis=1).tolist()
    rest = (middles[:, 2:] - middles[:, 1:-1]).reshape(len(controls), 2 * (controls.shape[1] - 3)).tolist()
    lengths = np.rint(bristles.end * 100).astype(np.int64).tolist()
    widths = np.maximum(np.rint(bristles.thickness * GRID), 2).astype(np.int64).tolist()
    for (x0, y0, *quadratic), more, length, width in zip(opening, rest, lengths, widths, strict=True):
        curve = "".join(map(_TOKENS.__getitem__, quadratic)), "".join(map(_TOKENS.__getitem__, more))
        yield f'<path d="M{x0} {y0}q{curve[0]}t{curve[1]}" stroke-width="{width}" pathLength="{length}"/>'
