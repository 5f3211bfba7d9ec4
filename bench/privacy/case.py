"""All that an attacker may have on one resident: what was shown, the streets, the addresses, the discs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

import numpy as np

from app.demo.streets import Floats, Ints, Streets
from app.demo.town import Town

STREETS_WITHIN_M = 2200.0
ADDRESSES_WITHIN_M = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One walk as one viewer got it, in metres of the town's plane.

    `lines`: each (k, 2), without direction. `cells`: centres (c, 2). `total_m`: a published length of the whole walk,
    where a baseline gives one; `total_between_m`: what a drawing's three sizes say of it. `at_rest` (d, 3): discs that
    hide in this walk, and not in all, since somebody rested there; the attacker knows these too.
    """

    lines: tuple[Floats, ...]
    cells: Floats
    total_m: float | None = None
    total_between_m: tuple[float, float] | None = None
    at_rest: Floats = field(default_factory=lambda: np.zeros((0, 3)))

    @property
    def length_m(self) -> float:
        """What all lines measure together."""
        return float(sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in self.lines))


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Shortest ways in the streets around one place; trees are kept, since attackers ask for the same ones often."""

    streets: Streets
    trees: dict[int, tuple[Floats, Ints]] = field(default_factory=dict)

    def node(self, point: Floats) -> int:
        """The node nearest to a point (2,)."""
        return self.streets.nearest(float(point[0]), float(point[1]))

    def tree(self, source: int) -> tuple[Floats, Ints]:
        """Metres from a node to all (n,), and each node's next node on the way there (n,), itself if there is none."""
        if source not in self.trees:
            self.trees[source] = _tree(self.streets, source)
        return self.trees[source]

    def sum_along(self, source: int, costs: Floats) -> Floats:
        """For each node (n,) the sum of costs x metres along its way to `source`; `costs` (n,) are per metre."""
        far, onward = self.tree(source)
        known = np.isfinite(far)
        length = np.where(known, far - np.where(known, far[onward], 0), 0)
        total, jump, further = length * (costs + costs[onward]) / 2, onward, onward[onward]
        while not np.array_equal(jump, further):  # doubling: some ten rounds for ways of a thousand nodes
            total, jump, further = total + total[jump], further, further[further]
        return np.where(known, total, np.inf)


def _tree(streets: Streets, source: int) -> tuple[Floats, Ints]:
    far, onward = [float("inf")] * len(streets), list(range(len(streets)))
    far[source], queue, neighbours = 0.0, [(0.0, source)], streets.neighbours
    while queue:
        so_far, node = heappop(queue)
        if so_far > far[node]:
            continue
        for other, length in neighbours[node]:
            there = so_far + length
            if there < far[other]:
                far[other], onward[other] = there, node
                heappush(queue, (there, other))
    return np.array(far), np.array(onward)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One place to be found (`home`, (2,)) and everything there is to find it with, in metres.

    `addresses` (a, 2) and their `nodes` (a,) in `ways`; `discs` (d, 3) as x, y, hidden radius, this place's first;
    `prior` (a,) sums to 1: what somebody knows who has only the disc around this place.
    """

    home: Floats
    addresses: Floats
    nodes: Ints
    ways: Ways
    discs: Floats
    prior: Floats
    shown: Sequence[Shown]

    def with_shown(self, shown: Sequence[Shown]) -> "Case":
        """The same place, seen otherwise."""
        return replace(self, shown=shown)

    def without_streets(self) -> "Case":
        """The place alone: a street map is large, and many places are kept."""
        corner = Streets(np.zeros(1), np.zeros(1), np.zeros((0, 2), dtype=np.int64), np.zeros(0))
        return replace(self, ways=Ways(corner), shown=())

    def hidden(self, points: Floats, veil_m: float = 0.0) -> np.ndarray:
        """Which of (n, 2) points every walk hides (n,), if discs hide so much further."""
        return inside(self.discs, points, veil_m)

    def hidden_in(self, walk: Shown, points: Floats, veil_m: float = 0.0) -> np.ndarray:
        """Which of (n, 2) points this walk hides (n,), if discs hide so much further."""
        return inside(np.concatenate([self.discs, walk.at_rest]), points, veil_m)


def inside(discs: Floats, points: Floats, veil_m: float = 0.0) -> np.ndarray:
    """Which of (n, 2) points lie in any of the discs (d, 3), if they reach so much further (n,)."""
    away = np.hypot(points[:, None, 0] - discs[:, 0], points[:, None, 1] - discs[:, 1])
    return np.any(away < discs[:, 2] + veil_m, axis=1).reshape(-1)


def surroundings(town: Town, middle: Floats) -> tuple[Ways, Floats, Ints]:
    """The streets around a point (2,), the addresses (a, 2) around it and their nodes in these streets (a,)."""
    streets = town.streets
    keep = np.hypot(streets.x - middle[0], streets.y - middle[1]) < STREETS_WITHIN_M
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    both = keep[streets.edges].all(axis=1)
    near = Streets(streets.lon[keep], streets.lat[keep], number[streets.edges[both]], streets.metres[both])
    # The part has its own middle; attackers and walks share the town's metres instead.
    for name, value in (("plane", streets.plane), ("x", streets.x[keep]), ("y", streets.y[keep])):
        object.__setattr__(near, name, value)
    hx, hy = streets.plane.forth(town.houses.lon, town.houses.lat)
    close = (np.hypot(hx - middle[0], hy - middle[1]) < ADDRESSES_WITHIN_M) & keep[town.houses.node]
    return Ways(near), np.column_stack([hx, hy])[close], number[town.houses.node[close]]


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """Where an attacker believes the home to be (2,); `belief` (a,) over the addresses where there is one."""

    point: Floats
    belief: Floats | None = None
