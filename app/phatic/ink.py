"""Draw one ink stroke: the form is the walk's glyph, the hand is the resident's, and nothing else is in it."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import numpy as np

from app.phatic.glyph import Aspect, Glyph, Shape, Size, Texture
from app.phatic.strokes import (
    ALONG,
    BOX,
    GRID,
    Floats,
    Hand,
    Numbers,
    bundle,
    ease,
    evened,
    flecks,
    normals,
    paths,
    pressed,
    turned,
    wave,
)

_REACH: Final = {Size.SHORT: 47.0, Size.MIDDLE: 76.0, Size.LONG: 106.0}
_BRUSH: Final = {Size.SHORT: 0.68, Size.MIDDLE: 0.85, Size.LONG: 1.0}

Points = tuple[Floats, Floats]


def draw(glyph: Glyph, hand: bytes, teken_id: UUID) -> str:
    """Return the drawing of a walk, as SVG of at most 8 kB in `currentColor`.

    The same arguments give the same bytes on every machine. `hand` is the resident's secret style seed.
    """
    who = Hand.of(hand)
    numbers = Numbers(hand, teken_id.bytes + str(glyph).encode())
    x, y = _centre(glyph, numbers)
    x, y = turned(x * who.sense, y, who.slant + numbers.between(-0.012, 0.012))
    brush = who.width * _BRUSH[glyph.size] * (0.78 if glyph.texture is Texture.WINDING else 1)
    x, y = _fitted(x, y, _REACH[glyph.size])
    return _inked(x, y, who, brush, numbers, count=8, nodes=46)


def draw_small(hand: bytes, teken_id: UUID) -> str:
    """Return the drawing of a check-in: a small open ring, at most 2.5 kB."""
    who = Hand.of(hand)
    numbers = Numbers(hand, teken_id.bytes + b"checkin")
    turns = numbers.between(0.3, 0.36) + numbers.between(0.9, 0.96) * ALONG
    radius = 32 - 6 * ALONG
    x, y = radius * wave(turns + 0.25), radius * wave(turns)
    x, y = turned(x * who.sense, y, who.slant)
    return _inked(x, y, who, who.width * 0.72, numbers, count=5, nodes=20)


def draw_rest(hand: bytes, teken_id: UUID) -> str:
    """Return the drawing of "vandaag even niet": one small stroke, lying down, at most 2.5 kB."""
    who = Hand.of(hand)
    numbers = Numbers(hand, teken_id.bytes + b"rest")
    x = 96 * ALONG - 48
    y = numbers.between(3, 6) * wave(numbers.between(0.4, 0.5) + 0.55 * ALONG)
    x, y = turned(x * who.sense, y, who.slant * 0.6)
    return _inked(x, y, who, who.width * 0.8, numbers, count=5, nodes=16)


def _inked(x: Floats, y: Floats, who: Hand, brush: float, numbers: Numbers, *, count: int, nodes: int) -> str:
    line = pressed(x, y, who, brush, numbers)
    bristles = bundle(who, count, brush, numbers)
    touches = flecks(bristles, count, numbers)
    body, late = paths(line, [(bristles, nodes), (touches, 5)], who.tremble)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BOX} {BOX}" fill="none" stroke="currentColor"'
        f' stroke-linecap="round" stroke-linejoin="round">'
        f'<g transform="scale({1 / GRID})">{body}</g><g transform="scale({1 / GRID})">{late}</g></svg>'
    )


def _centre(glyph: Glyph, numbers: Numbers) -> Points:
    """Return the form's line within -1 to 1."""
    stretched = glyph.aspect is Aspect.STRETCHED
    winding = glyph.texture is Texture.WINDING
    x, y = _FORMS[glyph.shape](numbers, stretched=stretched)
    if winding and glyph.shape is Shape.BACK:
        # Both ways swing together, so that they never touch.
        y = y + 0.11 * wave(numbers.between(1.25, 1.45) * x + numbers.between(0, 1))
    x, y, length = evened(*_fitted(x, y, 1.0))
    if winding and glyph.shape is not Shape.BACK:
        x, y = _swung(x, y, length, 0.7 if glyph.shape is Shape.EIGHT else 1.0, numbers)
    lie = numbers.between(0.02, 0.09) if stretched else numbers.between(-0.05, 0.05)
    return turned(x, y, -lie)


def _swung(x: Floats, y: Floats, length: float, reach: float, numbers: Numbers) -> Points:
    """Let the line meander: swings of unequal size and pace, none at its ends."""
    pace = length / numbers.between(0.8, 0.95)
    turns = pace * ALONG + 0.3 * wave(1.9 * ALONG + numbers.between(0, 1)) + numbers.between(0, 1)
    size = 0.082 + 0.045 * wave(2.3 * ALONG + numbers.between(0, 1))
    swing = reach * size * wave(turns) * ease(ALONG / 0.1) * ease((1 - ALONG) / 0.1)
    across_x, across_y = normals(x, y)
    return x + across_x * swing, y + across_y * swing


def _fitted(x: Floats, y: Floats, reach: float) -> Points:
    """Centre the line on the origin and let its longer side reach to `reach` on both ends."""
    left, right, top, bottom = x.min(), x.max(), y.min(), y.max()
    scale = 2 * reach / max(right - left, bottom - top)
    return (x - (left + right) / 2) * scale, (y - (top + bottom) / 2) * scale


def _loop(numbers: Numbers, *, stretched: bool) -> Points:
    """Once round: the end comes back to where it began, a little inside."""
    turns = numbers.between(0.58, 0.7) + numbers.between(0.96, 1.02) * ALONG
    radius = 1 + 0.045 * wave(2 * turns + numbers.between(0, 1)) + 0.025 * wave(3 * turns + numbers.between(0, 1))
    radius = radius - numbers.between(0.08, 0.15) * ALONG
    flat = numbers.between(0.44, 0.52) if stretched else numbers.between(0.92, 1)
    return radius * wave(turns + 0.25), radius * wave(turns) * flat


def _back(numbers: Numbers, *, stretched: bool) -> Points:
    """Out, round a narrow bend, and back beside it."""
    gap = numbers.between(0.17, 0.2) if stretched else numbers.between(0.22, 0.25)
    heading = 0.5 * ease((ALONG - 0.42) / 0.17)
    step = 4.6 / len(ALONG)
    x = np.cumsum(wave(heading + 0.25)) * step
    y = np.cumsum(wave(heading)) * step
    x = x / x.max() * 2 - 1
    y = (y / y.max() * 2 - 1) * gap * (0.86 + 0.14 * x)
    bow = numbers.between(-0.12, 0.12) if stretched else numbers.between(0.5, 0.62) * numbers.sign()
    return turned(x, y + bow * (x * x - 0.4), numbers.between(0.01, 0.09) * numbers.sign())


def _eight(numbers: Numbers, *, stretched: bool) -> Points:
    """Through the middle twice, open at the end."""
    turns = numbers.between(-0.08, -0.06) + numbers.between(0.98, 1.01) * ALONG
    tall = numbers.between(0.36, 0.42) if stretched else numbers.between(0.66, 0.76)
    y = tall * wave(2 * turns) * (1 + numbers.between(-0.14, 0.14) * wave(turns))
    return wave(turns), y


def _wander(numbers: Numbers, *, stretched: bool) -> Points:
    """A river's line: the heading swings, the line never meets itself."""
    swing = numbers.between(0.13, 0.16) if stretched else numbers.between(0.27, 0.3)
    swings = numbers.between(1.5, 1.8) if stretched else numbers.between(1.25, 1.45)
    heading = swing * wave(swings * ALONG + numbers.between(0.1, 0.4)) + numbers.between(-0.06, 0.06) * ALONG
    return np.cumsum(wave(heading + 0.25)), np.cumsum(wave(heading))


_FORMS: Final[dict[Shape, Callable[..., Points]]] = {
    Shape.LOOP: _loop,
    Shape.BACK: _back,
    Shape.EIGHT: _eight,
    Shape.WANDER: _wander,
}
