"""Oeverdam, an invented town: bent streets, a canal with bridges, a park, houses with addresses.

It lies where in truth there is only the water of the Markermeer, so no invented walk passes a real door.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.demo.streets import Floats, Ints, LocalMetres, Streets, assemble

CENTRE = LocalMetres(5.22, 52.56)
TOWN_M = (1700.0, 1300.0)  # half axes of the built-up ellipse
FIELDS_M = (2700.0, 2150.0)  # half axes of the land around it
BLOCK_M = (118.0, 82.0)
LANE_EVERY = 4  # outside the town only every fourth street goes on
CANAL_WIDTH_M = 55.0
STEP_M = 40.0  # streets are cut into pieces this long, so that they can bend
FIRST = """
Linde Kerk Molen Vissers Noorder Zuider Dijk Haven Wilgen Eiken Kastanje Brug School Tuin Water Meer Zilver Riet Zwanen
Reiger Lijster Merel Spreeuwen Klaver Koren Rogge Vlas Smeden Bakkers Wevers
"""
LAST = "straat laan weg pad hof singel plantsoen kade"
TERRACE, FARMS, BARE = 2, 1, 0  # how a piece of street is built on
BUILT_SHARE = {TERRACE: 0.93, FARMS: 0.04, BARE: 0.0}
BRIDGE_ROW, BRIDGE_EVERY = 2, 6


@dataclass(frozen=True, slots=True, eq=False)
class Houses:
    """Columns of equal length: where a house stands (degrees), its node in the streets, its address."""

    lon: Floats
    lat: Floats
    node: Ints
    street: tuple[str, ...]
    number: Ints

    def __len__(self) -> int:
        return len(self.lon)

    def address(self, house: int) -> str:
        """As on an envelope: "Lindelaan 12"."""
        return f"{self.street[house]} {self.number[house]}"


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """A place to walk in; `shops` and `benches` are nodes, `canal` and `park` are lines of (lon, lat)."""

    name: str
    streets: Streets
    houses: Houses
    shops: Ints
    benches: Ints
    canal: Floats
    park: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The straight drawing that is bent into a town: line positions in metres, and how to bend them."""

    u: Floats
    v: Floats
    waves: Floats  # (k, 5): amplitude in x and y, wave numbers, phase
    turn: float
    canal: int  # the canal runs between this column and the next
    park: tuple[int, int, int, int]  # first and last column, first and last row

    def bend(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Straight metres to bent metres, same shape."""
        wave = np.sin(
            np.multiply.outer(u, self.waves[:, 2]) + np.multiply.outer(v, self.waves[:, 3]) + self.waves[:, 4]
        )
        x, y = u + wave @ self.waves[:, 0], v + wave @ self.waves[:, 1]
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        return x * cos - y * sin, x * sin + y * cos

    def degrees(self, u: Floats, v: Floats) -> Floats:
        """Straight metres (n,) to an array (n, 2) of longitude and latitude."""
        return np.column_stack(CENTRE.back(*self.bend(u, v)))


class _Pieces(NamedTuple):
    """Pieces of street: nodes (m, 2), ends in straight metres (m, 2, 2), the line each belongs to (m, 5)."""

    edges: Ints
    ends: Floats
    lines: Ints


def oeverdam(seed: int = 1) -> Town:
    """The same seed builds the same town, to the last house; well under two seconds."""
    rng = np.random.default_rng(seed)
    plan = _plan(rng)
    lines = _lines(plan, rng)
    points, edges, of_line = _cut(plan, lines)
    lon, lat = CENTRE.back(*plan.bend(points[:, 0], points[:, 1]))
    x, y = CENTRE.forth(lon, lat)
    metres = np.hypot(np.diff(x[edges]), np.diff(y[edges])).ravel()
    streets, number = assemble(lon, lat, edges, metres)
    edges, of_line = edges[number[edges[:, 0]] >= 0], of_line[number[edges[:, 0]] >= 0]
    pieces = _Pieces(number[edges], points[edges], lines[of_line])
    houses = _houses(plan, streets, pieces, rng)
    return Town("Oeverdam", streets, houses, *_haunts(plan, streets, rng), *_water_and_park(plan))


def _plan(rng: np.random.Generator) -> _Plan:
    u, v = (_positions(reach, block, rng) for reach, block in zip(FIELDS_M, BLOCK_M, strict=True))
    canal = int(np.searchsorted(u, rng.uniform(-450, -150)))
    u = np.concatenate([u[: canal + 1], u[canal + 1 :] - (u[canal + 1] - u[canal]) + CANAL_WIDTH_M])
    length = rng.uniform(1100, 2600, 5)
    heading = rng.uniform(0, 2 * np.pi, 5)
    size = rng.uniform(0.10, 0.16, 5) * length / (2 * np.pi)  # the slopes add up to less than 0.8: streets never fold
    lean = rng.uniform(0, 2 * np.pi, 5)
    number = 2 * np.pi / length
    waves = np.column_stack(
        [size * np.cos(lean), size * np.sin(lean), number * np.cos(heading), number * np.sin(heading), heading * 3]
    )
    left = int(np.searchsorted(u, rng.uniform(250, 650)))
    low = int(np.searchsorted(v, rng.uniform(-500, 200)))
    return _Plan(u, v, waves, float(rng.uniform(-0.6, 0.6)), canal, (left, left + 3, low, low + 4))


def _positions(reach: float, block: float, rng: np.random.Generator) -> Floats:
    steps = block * rng.uniform(0.75, 1.3, int(2.2 * reach / block))
    return np.cumsum(steps) - steps.sum() / 2


def _inside(plan: _Plan, column: Ints, row: Ints, half: tuple[float, float]) -> NDArray[np.bool_]:
    return (plan.u[column] / half[0]) ** 2 + (plan.v[row] / half[1]) ** 2 < 1


def _in_park(plan: _Plan, column: Ints, row: Ints) -> NDArray[np.bool_]:
    left, right, low, high = plan.park
    return (column > left) & (column < right) & (row > low) & (row < high)


def _lines(plan: _Plan, rng: np.random.Generator) -> Ints:
    """Pieces of street between crossings (m, 5): from column and row, to column and row, and has-houses."""
    column, row = (grid.ravel() for grid in np.meshgrid(np.arange(len(plan.u) - 1), np.arange(len(plan.v) - 1)))
    both = []
    for along, across, dc, dr in ((row, column, 1, 0), (column, row, 0, 1)):
        ends = (column + dc, row + dr)
        built = _inside(plan, column, row, TOWN_M) & _inside(plan, *ends, TOWN_M)
        lane = _inside(plan, column, row, FIELDS_M) & (along % LANE_EVERY == 0) & (across >= 0)
        park = _in_park(plan, column, row) | _in_park(plan, *ends)
        kept = rng.random(len(column)) < np.where(park, 0.55, np.where(built, 0.85, 0.97))
        quay = (dr == 1) & ((column == plan.canal) | (column == plan.canal + 1))
        water = (dc == 1) & (column == plan.canal)
        bridge = water & (row % BRIDGE_EVERY == BRIDGE_ROW)
        here = (built | lane) & (kept | quay) & (~water | bridge)
        homes = np.where(park | bridge, BARE, np.where(built, TERRACE, FARMS))
        both.append(np.column_stack([column, row, *ends, homes])[here])
    return np.concatenate(both)


def _cut(plan: _Plan, lines: Ints) -> tuple[Floats, Ints, Ints]:
    """Nodes (n, 2) in straight metres, edges (m, 2), and the line that each edge belongs to (m,)."""
    width = len(plan.u)
    ends = lines[:, [1, 3]] * width + lines[:, [0, 2]]
    used, ends = np.unique(ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    corner = np.column_stack([plan.u[used % width], plan.v[used // width]])
    points, edges, of_line, count = [corner], [], [], len(corner)
    for line, (a, b) in enumerate(ends.tolist()):
        pieces = max(1, round(float(np.abs(corner[b] - corner[a]).sum()) / STEP_M))
        share = np.arange(1, pieces)[:, None] / pieces
        points.append(corner[a] + share * (corner[b] - corner[a]))
        chain = [a, *range(count, count + pieces - 1), b]
        edges.extend(pairwise(chain))
        of_line.extend([line] * pieces)
        count += pieces - 1
    return np.concatenate(points), np.array(edges), np.array(of_line)


def _street_names(lines: Ints, rng: np.random.Generator) -> list[str]:
    """A name per line; a street keeps its name for some eight blocks."""
    names = [first + kind for first in FIRST.split() for kind in LAST.split()]
    rng.shuffle(names)
    known: dict[tuple[int, int, int], str] = {}
    told = []
    for column, row, column2, _, _ in lines.tolist():
        level = int(column2 != column)
        key = (level, row if level else column, (column if level else row) // 8)
        told.append(known.setdefault(key, names[len(known) % len(names)]))
    return told


def _houses(plan: _Plan, streets: Streets, pieces: _Pieces, rng: np.random.Generator) -> Houses:
    """Houses on both sides of built edges, a few farms along the lanes, none in the water."""
    edges, ends, lines = pieces
    built = np.vectorize(BUILT_SHARE.get)(lines[:, 4:5])
    edge, place = np.nonzero(rng.random((len(edges), 4)) < built)
    later, left = place % 2 == 1, place // 2 == 0
    share, side = np.where(later, 0.73, 0.27), np.where(left, 1.0, -1.0)
    x, y = streets.x[edges[edge]], streets.y[edges[edge]]
    dx, dy = np.diff(x).ravel(), np.diff(y).ravel()
    off = side * rng.uniform(9, 13, len(edge)) / np.hypot(dx, dy)
    hx, hy = x[:, 0] + share * dx - off * dy, y[:, 0] + share * dy + off * dx
    # Straight coordinates tell the canal's bank without a distance to the bent line.
    along = ends[edge, 0, 0] + share * (ends[edge, 1, 0] - ends[edge, 0, 0])
    upright = ends[edge, 0, 0] == ends[edge, 1, 0]
    wet = upright & (along == np.where(left, plan.u[plan.canal + 1], plan.u[plan.canal]))
    node = np.where(later, edges[edge, 1], edges[edge, 0])
    dry = np.flatnonzero(~wet)
    names = _street_names(lines, rng)
    street = [names[i] for i in edge[dry].tolist()]
    return Houses(*streets.plane.back(hx[dry], hy[dry]), node[dry], tuple(street), _numbers(street, left[dry]))


def _numbers(street: list[str], left: NDArray[np.bool_]) -> Ints:
    """Odd on the left, even on the right, counting on along the street (n,)."""
    last: dict[tuple[str, bool], int] = {}
    numbers = []
    for name, odd in zip(street, left.tolist(), strict=True):
        last[name, odd] = last.get((name, odd), -1 if odd else 0) + 2
        numbers.append(last[name, odd])
    return np.array(numbers)


def _haunts(plan: _Plan, streets: Streets, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Nodes of twelve shops, nearer the middle, and of twelve benches in the park and along the water."""
    shops = rng.normal(0, 600, (12, 2))
    left, right, low, high = plan.park
    u = np.concatenate([rng.uniform(plan.u[left], plan.u[right], 6), np.full(6, plan.u[plan.canal])])
    v = np.concatenate([rng.uniform(plan.v[low], plan.v[high], 6), rng.uniform(-900, 900, 6)])
    spots = plan.degrees(u, v)
    benches = np.column_stack(streets.plane.forth(spots[:, 0], spots[:, 1]))
    nearest = [np.unique([streets.nearest(x, y) for x, y in group.tolist()]) for group in (shops, benches)]
    return nearest[0], nearest[1]


def _water_and_park(plan: _Plan) -> tuple[Floats, Floats]:
    v = np.linspace(-FIELDS_M[1], FIELDS_M[1], 120)
    middle = (plan.u[plan.canal] + plan.u[plan.canal + 1]) / 2
    left, right, low, high = plan.park
    u0, u1, v0, v1 = plan.u[left], plan.u[right], plan.v[low], plan.v[high]
    side = np.linspace(0, 1, 12)
    edge_u = np.concatenate([u0 + side * (u1 - u0), np.full(12, u1), u1 - side * (u1 - u0), np.full(12, u0)])
    edge_v = np.concatenate([np.full(12, v0), v0 + side * (v1 - v0), np.full(12, v1), v1 - side * (v1 - v0)])
    return plan.degrees(np.full(120, middle), v), plan.degrees(edge_u, edge_v)
