"""A street network as a graph: shortest ways and distances, in plain Python and NumPy."""

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.phatic.track import METRES_PER_DEGREE

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class LocalMetres:
    """Flat metres around one point; right to 0.2 % within 20 km."""

    lon0: float
    lat0: float

    def forth(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Degrees (n,) to metres (n,) east and north."""
        east = METRES_PER_DEGREE * np.cos(np.radians(self.lat0))
        return (np.asarray(lon) - self.lon0) * east, (np.asarray(lat) - self.lat0) * METRES_PER_DEGREE

    def back(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Metres (n,) east and north to degrees (n,), longitude first."""
        east = METRES_PER_DEGREE * np.cos(np.radians(self.lat0))
        return np.asarray(x) / east + self.lon0, np.asarray(y) / METRES_PER_DEGREE + self.lat0


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Nodes with longitude and latitude (n,) and undirected edges (m, 2) with their metres (m,)."""

    lon: Floats
    lat: Floats
    edges: Ints
    metres: Floats
    plane: LocalMetres = field(init=False)
    x: Floats = field(init=False)
    y: Floats = field(init=False)
    neighbours: list[list[tuple[int, float]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        plane = LocalMetres(float(self.lon.mean()), float(self.lat.mean()))
        x, y = plane.forth(self.lon, self.lat)
        neighbours: list[list[tuple[int, float]]] = [[] for _ in range(len(self.lon))]
        for (a, b), length in zip(self.edges.tolist(), self.metres.tolist(), strict=True):
            neighbours[a].append((b, length))
            neighbours[b].append((a, length))
        for name, value in (("plane", plane), ("x", x), ("y", y), ("neighbours", neighbours)):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.lon)

    def nearest(self, x: float, y: float) -> int:
        """The node closest to a point in local metres."""
        return int(np.argmin((self.x - x) ** 2 + (self.y - y) ** 2))

    def distances(self, source: int, within_m: float = float("inf")) -> Floats:
        """Metres along the streets from one node to all (n,); infinite when out of reach."""
        far = np.full(len(self), np.inf)
        best, queue = {source: 0.0}, [(0.0, source)]
        while queue:
            so_far, node = heapq.heappop(queue)
            if so_far > best[node]:
                continue
            for other, length in self.neighbours[node]:
                there = so_far + length
                if there <= within_m and there < best.get(other, np.inf):
                    best[other] = there
                    heapq.heappush(queue, (there, other))
        far[list(best)] = list(best.values())
        return far

    def way(self, source: int, target: int, trodden: frozenset[int] = frozenset()) -> list[int]:
        """The nodes of the shortest way, both ends included; empty when there is none.

        Nodes in `trodden` count threefold, so that a round does not come back the way it went.
        """
        best, before, queue = {source: 0.0}, {source: source}, [(0.0, source)]
        while queue:
            so_far, node = heapq.heappop(queue)
            if node == target:
                return _trace(before, target)
            if so_far > best[node]:
                continue
            for other, length in self.neighbours[node]:
                there = so_far + length * (3.0 if other in trodden else 1.0)
                if there < best.get(other, np.inf):
                    best[other], before[other] = there, node
                    heapq.heappush(queue, (there, other))
        return []


def _trace(before: dict[int, int], target: int) -> list[int]:
    nodes = [target]
    while before[nodes[-1]] != nodes[-1]:
        nodes.append(before[nodes[-1]])
    return nodes[::-1]


def largest_part(count: int, edges: Ints) -> NDArray[np.bool_]:
    """Which of `count` nodes lie in the largest connected part (count,)."""
    label = np.arange(count)
    while True:
        lowest = np.minimum(label[edges[:, 0]], label[edges[:, 1]])
        after = label.copy()
        np.minimum.at(after, edges[:, 0], lowest)
        np.minimum.at(after, edges[:, 1], lowest)
        after = after[after]
        if np.array_equal(after, label):
            return label == np.bincount(label, minlength=count).argmax()
        label = after


def assemble(lon: Floats, lat: Floats, edges: Ints, metres: Floats) -> tuple[Streets, Ints]:
    """Streets of the largest connected part, and the old node's new number (-1: left out)."""
    keep = largest_part(len(lon), edges)
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    kept = keep[edges[:, 0]]
    return Streets(lon[keep], lat[keep], number[edges[kept]], metres[kept]), number
