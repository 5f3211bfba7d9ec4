"""One resident on a map: the true home, the discs, what was released, and what the attacker believes."""

from pathlib import Path

import numpy as np
import resvg_py

from app.demo.streets import Floats
from bench.privacy.attacks_bayes import both
from bench.privacy.case import Case
from bench.privacy.score import COARSE_M

REACH_M = 1300.0
SIDE = 1000
PAPER, INK, SOFT, OCHRE, WASH = "#f7f2e8", "#23262e", "#cfc6b4", "#9c5f12", "#7f9db0"


def paint(case: Case, path: Path) -> None:
    """Write a PNG; the belief is that of the strongest attack at `route`."""
    svg = "".join(_layers(case))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg)))


def _layers(case: Case) -> list[str]:
    middle = case.discs[0, :2]
    cells = np.concatenate([walk.cells for walk in case.shown]) if case.shown else np.zeros((0, 2))
    spots, count = np.unique(np.round(cells), axis=0, return_counts=True)
    belief = both(case, COARSE_M).belief if case.shown else case.prior
    layers = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}">',
        f'<rect width="{SIDE}" height="{SIDE}" fill="{PAPER}"/>',
        *_streets(case, middle),
        *[_dot(spot, middle, 125, WASH, 0.08 + 0.3 * n / count.max()) for spot, n in zip(spots, count, strict=True)],
        *[_line(line, middle) for walk in case.shown for line in walk.lines],
        *[_ring(disc, middle) for disc in case.discs],
    ]
    assert belief is not None
    strongest = np.argsort(belief)[-400:]
    share = belief / belief.max()
    layers += [_dot(case.addresses[i], middle, 6 + 14 * share[i], OCHRE, 0.15 + 0.7 * share[i]) for i in strongest]
    return [*layers, _cross(case.home, middle), "</svg>"]


def _at(point: Floats, middle: Floats) -> tuple[float, float]:
    x, y = (point - middle) / REACH_M * SIDE / 2
    return SIDE / 2 + float(x), SIDE / 2 - float(y)


def _streets(case: Case, middle: Floats) -> list[str]:
    streets = case.ways.streets
    points = np.column_stack([streets.x, streets.y])
    d = " ".join(
        "M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*_at(points[a], middle), *_at(points[b], middle))
        for a, b in streets.edges.tolist()
    )
    return [f'<path d="{d}" stroke="{SOFT}" stroke-width="1.2" fill="none"/>']


def _dot(point: Floats, middle: Floats, radius_m: float, colour: str, strength: float) -> str:
    x, y = _at(point, middle)
    radius = radius_m / REACH_M * SIDE / 2
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="{strength:.2f}"/>'


def _line(line: Floats, middle: Floats) -> str:
    points = " ".join("{:.1f},{:.1f}".format(*_at(point, middle)) for point in line)
    return f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="2" stroke-opacity="0.25"/>'


def _ring(disc: Floats, middle: Floats) -> str:
    x, y = _at(disc[:2], middle)
    radius = disc[2] / REACH_M * SIDE / 2
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="{INK}" stroke-dasharray="6 6"/>'


def _cross(point: Floats, middle: Floats) -> str:
    x, y = _at(point, middle)
    return (
        f'<path d="M{x - 12:.1f} {y:.1f}H{x + 12:.1f}M{x:.1f} {y - 12:.1f}V{y + 12:.1f}" '
        f'stroke="{INK}" stroke-width="4" fill="none"/>'
    )
