"""A town from an OpenStreetMap extract (.osm, .osm.gz, .osm.pbf): walkable streets, houses, shops and benches."""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import Node, NodeRef, TagList, Way

from app.demo.streets import Floats, Ints, LocalMetres, Streets, assemble
from app.demo.town import Houses, Town

NO_FOOT = {"motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed", "raceway", "platform"}
LIVED_IN = {"residential", "living_street", "tertiary", "secondary", "unclassified", "pedestrian", "road"}
NO_HOME = {"garage", "garages", "shed", "church", "industrial", "barn", "greenhouse", "roof", "school", "hut"}
STEP_M = 40.0
SPARSE_PER_KM = 25  # fewer mapped houses than this per kilometre of lived-in street: the map is not finished
FILL_EVERY_M = 20.0
TOO_FAR_M = 80.0  # a house farther from any street belongs to none that we know
HAUNT_EVERY = 40  # one house in so many is where somebody likes to go


@dataclass(slots=True)
class _Found:
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    number: dict[int, int] = field(default_factory=dict)
    edges: list[tuple[int, int]] = field(default_factory=list)
    lived_in: list[bool] = field(default_factory=list)
    houses: list[tuple[float, float]] = field(default_factory=list)
    shops: list[tuple[float, float]] = field(default_factory=list)
    benches: list[tuple[float, float]] = field(default_factory=list)


def read_town(path: Path, seed: int) -> Town:
    """The town in a file; where houses are mapped only in part, they are filled in along the streets."""
    found = _read(path)
    if not found.edges:
        message = f"no streets in {path}"
        raise SystemExit(message)
    plane = LocalMetres(float(np.mean(found.lon)), float(np.mean(found.lat)))
    x, y = plane.forth(np.array(found.lon), np.array(found.lat))
    x, y, edges, lived_in = _cut(x, y, np.array(found.edges), np.array(found.lived_in))
    metres = np.hypot(x[edges[:, 0]] - x[edges[:, 1]], y[edges[:, 0]] - y[edges[:, 1]])
    houses = _houses(found, plane, (x, y, edges[lived_in], metres[lived_in]), np.random.default_rng(seed))
    lon, lat = plane.back(x, y)
    streets, _ = assemble(lon, lat, edges, metres)
    hx, hy = streets.plane.forth(*plane.back(houses[:, 0], houses[:, 1]))
    node, away = _nearest(streets.x, streets.y, hx, hy)
    near = away < TOO_FAR_M
    count = int(near.sum())
    columns = Houses(*streets.plane.back(hx[near], hy[near]), node[near], ("",) * count, np.arange(1, count + 1))
    haunts = [_haunts(streets, places, columns.node) for places in (found.shops, found.benches)]
    nothing = np.zeros((0, 2))
    return Town(path.name.split(".")[0].capitalize(), streets, columns, *haunts, nothing, nothing)


def _read(path: Path) -> _Found:
    found = _Found()
    for thing in osmium.FileProcessor(str(path)).with_locations():
        tags = thing.tags
        if isinstance(thing, Node) and len(tags):
            _note(found, tags, thing.location.lon, thing.location.lat)
        elif isinstance(thing, Way):
            nodes = [node for node in thing.nodes if node.location.valid()]
            if "highway" in tags and tags["highway"] not in NO_FOOT and _may_walk(tags):
                _pave(found, nodes, is_lived_in=tags["highway"] in LIVED_IN)
            elif nodes and len(tags):
                _note(found, tags, *np.mean([(node.lon, node.lat) for node in nodes], axis=0).tolist())
    return found


def _may_walk(tags: TagList) -> bool:
    if tags.get("foot") in {"yes", "designated", "permissive"}:
        return True
    return tags.get("access") not in {"no", "private"} and tags.get("foot") != "no" and tags.get("area") != "yes"


def _note(found: _Found, tags: TagList, lon: float, lat: float) -> None:
    is_home = "building" in tags and tags["building"] not in NO_HOME
    if "addr:housenumber" in tags or is_home:
        found.houses.append((lon, lat))
    if "shop" in tags:
        found.shops.append((lon, lat))
    if tags.get("amenity") == "bench" or tags.get("leisure") in {"park", "playground"}:
        found.benches.append((lon, lat))


def _pave(found: _Found, nodes: list[NodeRef], *, is_lived_in: bool) -> None:
    for node in nodes:
        if node.ref not in found.number:
            found.number[node.ref] = len(found.lon)
            found.lon.append(node.lon)
            found.lat.append(node.lat)
    for a, b in pairwise(nodes):
        if a.ref != b.ref:
            found.edges.append((found.number[a.ref], found.number[b.ref]))
            found.lived_in.append(is_lived_in)


def _cut(x: Floats, y: Floats, edges: Ints, lived_in: np.ndarray) -> tuple[Floats, Floats, Ints, np.ndarray]:
    """Long pieces of street become several of at most STEP_M, so that each house has a node nearby."""
    xs, ys, pieces, lived, count = [x], [y], [], [], len(x)
    for (a, b), homes in zip(edges.tolist(), lived_in.tolist(), strict=True):
        parts = max(1, int(np.ceil(np.hypot(x[a] - x[b], y[a] - y[b]) / STEP_M)))
        share = np.arange(1, parts) / parts
        xs.append(x[a] + share * (x[b] - x[a]))
        ys.append(y[a] + share * (y[b] - y[a]))
        chain = [a, *range(count, count + parts - 1), b]
        pieces += list(pairwise(chain))
        lived += [homes] * parts
        count += parts - 1
    return np.concatenate(xs), np.concatenate(ys), np.array(pieces), np.array(lived)


def _houses(
    found: _Found, plane: LocalMetres, lived_in: tuple[Floats, Floats, Ints, Floats], rng: np.random.Generator
) -> Floats:
    """Mapped houses in metres (n, 2), one per 8 m square, and those that the map lacks."""
    x, y, edges, metres = lived_in
    mapped = np.array(found.houses).reshape(-1, 2)
    houses = np.column_stack(plane.forth(mapped[:, 0], mapped[:, 1]))
    if len(houses) < SPARSE_PER_KM * metres.sum() / 1000:
        houses = np.concatenate([houses, _filled_in(x, y, edges, metres, rng)])
    _, first = np.unique(np.round(houses / 8), axis=0, return_index=True)
    return houses[np.sort(first)]


def _filled_in(x: Floats, y: Floats, edges: Ints, metres: Floats, rng: np.random.Generator) -> Floats:
    """Houses (n, 2) on both sides of the streets, about FILL_EVERY_M apart, as many short edges would carry."""
    count = rng.poisson(np.repeat(metres / FILL_EVERY_M, 2))
    edge = np.repeat(np.repeat(np.arange(len(edges)), 2), count)
    side = np.repeat(np.tile([1.0, -1.0], len(edges)), count)
    share, off = rng.random(len(edge)), side * rng.uniform(9, 14, len(edge)) / np.maximum(metres[edge], 1)
    ax, ay = x[edges[edge, 0]], y[edges[edge, 0]]
    dx, dy = x[edges[edge, 1]] - ax, y[edges[edge, 1]] - ay
    return np.column_stack([ax + share * dx - off * dy, ay + share * dy + off * dx])


def _nearest(x: Floats, y: Floats, px: Floats, py: Floats) -> tuple[Ints, Floats]:
    """For each of (n,) points the nearest of (m,) nodes and how far it is, by blocks along one axis."""
    order = np.argsort(x)
    low = np.searchsorted(x[order], px - TOO_FAR_M)
    high = np.searchsorted(x[order], px + TOO_FAR_M)
    node, away = np.zeros(len(px), dtype=np.intp), np.full(len(px), np.inf)
    for i, (a, b) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        if a < b:
            near = order[a:b]
            distance = np.hypot(x[near] - px[i], y[near] - py[i])
            best = int(distance.argmin())
            node[i], away[i] = near[best], distance[best]
    return node, away


def _haunts(streets: Streets, places: list[tuple[float, float]], house_nodes: Ints) -> Ints:
    """Nodes where people go: mapped places, and some houses, so that no village is without."""
    spots = np.array(places).reshape(-1, 2)
    node, away = _nearest(streets.x, streets.y, *streets.plane.forth(spots[:, 0], spots[:, 1]))
    return np.unique(np.concatenate([node[away < TOO_FAR_M], house_nodes[::HAUNT_EVERY]]))
