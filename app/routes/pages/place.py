"""Draws an area as a soft patch and a route as an ink line over it; no map under it, and nothing from elsewhere."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from app.phatic.strokes import BOX, GRID, Floats, Hand, Numbers, bundle, flecks, paths, pressed, softened
from app.phatic.teken import AreaOut, RouteOut
from app.phatic.track import METRES_PER_DEGREE

# One hand for all: a route's line says where, so it must not also say whose it is.
HAND: Final = Hand(nib=0.13, width=9, contrast=0.24, dry=0.7, side=0.3, slant=0, sense=1, tremble=0.07)
KEY: Final = b"the line over a patch, no secret"
MARGIN: Final = 26
BRUSH: Final = 3.6
ROUNDED_M: Final = 220.0  # cells have six sides, and nobody's walk has
TINY: Final = 1e-6
# Of all lines together, so that a walk of many pieces is no larger a picture.
MOST_NODES, LEAST_NODES = 60, 6

Ring = list[list[float]]


def place_svg(area: AreaOut | None, route: RouteOut | None) -> str:
    """Return both as one SVG of 260 units wide and at most as high, north up; an empty text without an area."""
    if area is None:
        return ""
    rings = list(_rings(area))
    frame = _Frame(np.array([place for ring in rings for place in ring]))
    patch = "".join(_patch(*frame.on_paper(ring), metre=frame.metre) for ring in rings)
    runs = _runs(route)
    most_nodes = max(LEAST_NODES, MOST_NODES // max(1, len(runs)))
    lines = "".join(_line(*frame.on_paper(run), metre=frame.metre, most_nodes=most_nodes) for run in runs)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BOX} {frame.height}" fill="none" stroke-linecap="round"'
        f' stroke-linejoin="round"><path class="wash" fill-rule="evenodd" d="{patch}"/>'
        f'<g stroke="currentColor" transform="scale({1 / GRID})">{lines}</g></svg>'
    )


class _Frame:
    """Where a place lies on the paper: the whole patch fits, east is right, north is up.

    `height` is the paper's; `metre` is how many units one of the world is.
    """

    def __init__(self, places: Floats) -> None:
        self._west, south = places.min(axis=0)
        east, self._north = places.max(axis=0)
        # On a patch of a few kilometres a degree of longitude is one length.
        self._squeeze = float(np.cos(np.radians((south + self._north) / 2)))
        width, height = (east - self._west) * self._squeeze, self._north - south
        self._scale = (BOX - 2 * MARGIN) / max(width, height, TINY)
        self._left = (BOX - width * self._scale) / 2
        self.height = round(height * self._scale) + 2 * MARGIN
        self.metre = self._scale / METRES_PER_DEGREE

    def on_paper(self, ring: Ring) -> tuple[Floats, Floats]:
        """Return columns x, y in units of the picture."""
        places = np.array(ring, dtype=np.float64)
        x = (places[:, 0] - self._west) * self._squeeze * self._scale + self._left
        return x, (self._north - places[:, 1]) * self._scale + MARGIN


def _rings(area: AreaOut) -> Iterator[Ring]:
    polygons: list[Any] = [area.coordinates] if area.type == "Polygon" else area.coordinates
    for polygon in polygons:
        yield from polygon


def _runs(route: RouteOut | None) -> list[Ring]:
    if route is None:
        return []
    return [route.coordinates] if route.type == "LineString" else route.coordinates


def _patch(x: Floats, y: Floats, *, metre: float) -> str:
    """Write one ring as soft as water: of its corners no more is left than where they were."""
    soft_x, soft_y, _ = softened(x, y, ROUNDED_M * metre)
    kept = np.linspace(0, len(soft_x) - 1, min(len(x), len(soft_x))).round().astype(int)[:-1]
    x, y = soft_x[kept], soft_y[kept]
    middle_x, middle_y = (x + np.roll(x, -1)) / 2, (y + np.roll(y, -1)) / 2
    turns = "".join(
        f"Q{corner_x:.1f} {corner_y:.1f} {to_x:.1f} {to_y:.1f}"
        for corner_x, corner_y, to_x, to_y in zip(x, y, middle_x, middle_y, strict=True)
    )
    return f"M{middle_x[-1]:.1f} {middle_y[-1]:.1f}{turns}Z"


def _line(x: Floats, y: Floats, *, metre: float, most_nodes: int) -> str:
    """Write one run as a thin stroke of the brush; places that rounding made one are one."""
    has_moved = np.concatenate(([True], (np.diff(x) != 0) | (np.diff(y) != 0)))
    x, y = x[has_moved], y[has_moved]
    if len(x) < 2:  # noqa: PLR2004  # a point is no line
        return ""
    soft_x, soft_y, length = softened(x, y, ROUNDED_M * metre)
    numbers = Numbers(KEY, b"route")
    line = pressed(soft_x - BOX / 2, soft_y - BOX / 2, HAND, BRUSH, numbers)
    bristles = bundle(HAND, 4, BRUSH, numbers)
    nodes = int(min(most_nodes, max(LEAST_NODES, length / 6)))
    return "".join(paths(line, [(bristles, nodes), (flecks(bristles, 4, numbers), 5)], HAND.tremble))
