"""A `Sketch`: the visible rest of a walk in cells of 250 m, and the two pictures that follow from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from app.phatic import places
from app.phatic import plane as planes_
from app.phatic.places import Disc
from app.phatic.plane import Plane

Cell = tuple[int, int]
Run = tuple[Cell, ...]
Line = NDArray[np.float64]

_DECIMALS = 4
_GRID = 10.0**-_DECIMALS
# Rounding to 4 decimals moves a point by 8 m at most, a circle of 64 sides is 1 m short: a cut that keeps this much
# further away than what is hidden is still outside it on the paper.
_CLEAR_M = 12.0
_SIDES = 64
_SMOOTH = np.arange(4) / 4
_POLAR = 88.0


@dataclass(frozen=True, slots=True, repr=False)
class Sketch:
    """What may be shown of where a walk went: coarse and shareable.

    `plane`: id of the plane whose lattice it stands on. `runs`: cells that follow each other, without direction or
    order. `area`, `route`: GeoJSON geometries, 4 decimals, right-hand rule, made at release and never again.
    """

    plane: int
    runs: tuple[Run, ...]
    area: dict[str, Any]
    route: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        runs = [[list(cell) for cell in run] for run in self.runs]
        return {"plane": self.plane, "runs": runs, "area": self.area, "route": self.route}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Sketch":
        """Read what `to_json` gave."""
        runs = tuple(tuple((q, r) for q, r in run) for run in plain["runs"])
        return cls(plain["plane"], runs, plain["area"], plain["route"])


def draw(plane: Plane, runs: Iterable[Run], discs: Sequence[Disc]) -> Sketch | None:
    """The Sketch of these runs; None when nothing of it may be seen.

    It is a function of the runs as a set, without direction: who has it cannot tell where the walk began. `discs` are
    those that hide today. Planes beyond 88 degrees give None: GeoJSON cannot say a cell around the pole.
    """
    kept = undirected(runs)
    if not kept or abs(plane.lat) > _POLAR:
        return None
    cells = np.array(sorted(set(chain.from_iterable(kept))))
    shadow = _shadow(plane, planes_.centres(plane, cells), discs)
    area, route = _area(plane, cells, shadow), _route(plane, kept, shadow)
    if area.is_empty or route.is_empty:
        return None
    return Sketch(plane.id, kept, _geojson(area), _geojson(route))


def undirected(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The same runs in an order and direction that only their cells decide; there and back again remain two."""
    return tuple(sorted(min(run, run[::-1]) for run in runs))


def still_seen(plane: Plane, runs: Iterable[Run], discs: Sequence[Disc]) -> tuple[Run, ...]:
    """What remains of these runs when cells with a hidden centre are left out."""
    kept = []
    for run in runs:
        cells = np.array(run)
        kept += [collapsed(cells[part]) for part in visible_parts(plane, cells, discs)]
    return undirected(kept)


def visible_parts(plane: Plane, cells: NDArray[np.int64], discs: Sequence[Disc]) -> list[NDArray[np.intp]]:
    """What remains of cells (shape (n, 2)) in a row when those with a hidden centre are left out: indices per part.

    A new part begins where the straight line over what was left out would touch a disc: nothing is joined across one.
    """
    lat, lon = planes_.unproject(plane.lat, planes_.centres(plane, cells))
    lon = lon + plane.lon
    seen = np.flatnonzero(~places.hidden(discs, lat, lon))
    if len(seen) == len(cells):
        return [seen] if len(collapsed(cells)) > 1 else []
    across = (np.diff(seen) > 1) & places.crossed(discs, lat[seen], lon[seen])
    parts = np.split(seen, np.flatnonzero(across) + 1)
    return [part for part in parts if len(collapsed(cells[part])) > 1]


def collapsed(cells: NDArray[np.int64]) -> Run:
    """Cells (shape (n, 2)) as a run: a cell that repeats itself counts once."""
    if not len(cells):
        return ()
    changes = np.append(True, (np.diff(cells, axis=0) != 0).any(axis=1))
    return tuple((q, r) for q, r in cells[changes].tolist())


def _shadow(plane: Plane, xy: NDArray[np.float64], discs: Sequence[Disc]) -> BaseGeometry:
    """What discs hide near these centres, as one geometry of relative longitude and latitude."""
    turns = np.arange(_SIDES) * (2 * np.pi / _SIDES)
    around = np.column_stack([np.cos(turns), np.sin(turns)]) / np.cos(np.pi / _SIDES)
    rings = []
    for disc in discs:
        reach = disc.hides_m + _CLEAR_M
        middle = planes_.project(plane.lat, plane.lon, disc.lat, disc.lon)
        if (np.abs(middle - np.clip(middle, xy.min(axis=0), xy.max(axis=0))) < reach + planes_.SPACING_M).all():
            lat, lon = planes_.unproject(disc.lat, around * reach)
            rings.append(shapely.polygons(np.column_stack([lon + planes_.wrapped(disc.lon - plane.lon), lat])))
    return shapely.union_all(rings) if rings else Polygon()


def _area(plane: Plane, cells: NDArray[np.int64], shadow: BaseGeometry) -> BaseGeometry:
    lat, lon = planes_.unproject(plane.lat, planes_.corners(plane, cells))
    # Rounded before they are joined: neighbours share their corners to the last digit, so the union adds none.
    hexagons = shapely.polygons(np.stack([np.round(lon + plane.lon, _DECIMALS), np.round(lat, _DECIMALS)], axis=-1))
    union = shapely.coverage_union_all(hexagons)
    if not shadow.is_empty:
        union = shapely.difference(union, _moved(shadow, plane.lon), grid_size=_GRID)
    return shapely.orient_polygons(shapely.normalize(_in_the_world(union)))


def _route(plane: Plane, runs: tuple[Run, ...], shadow: BaseGeometry) -> BaseGeometry:
    lines: list[LineString] = []
    for run in sorted(set(runs)):
        lat, lon = planes_.unproject(plane.lat, _smooth(planes_.centres(plane, np.array(run))))
        lines += _outside(np.column_stack([lon, lat]), shadow)
    seen = _in_the_world(_moved(MultiLineString(lines), plane.lon))
    pieces = [_rounded(shapely.get_coordinates(part)) for part in shapely.get_parts(seen)]
    return shapely.normalize(MultiLineString([LineString(piece) for piece in pieces if len(piece) > 1]))


def _outside(line: Line, shadow: BaseGeometry) -> list[LineString]:
    """What of a line (shape (n, 2)) lies outside the shadow. Cut as a whole it would break wherever it meets itself."""
    if shadow.is_empty:
        return [LineString(line)]
    steps = np.stack([line[:-1], line[1:]], axis=1)
    parts, step_of = shapely.get_parts(shapely.difference(shapely.linestrings(steps), shadow), return_index=True)
    is_seen = ~shapely.is_empty(parts)
    ends, step = shapely.get_coordinates(parts[is_seen]).reshape(-1, 2, 2), steps[step_of[is_seen]]
    # Along the way again: a cut need not keep direction or order.
    along = ((ends - step[:, :1]) * (step[:, 1:] - step[:, :1])).sum(axis=2)
    ends = np.take_along_axis(ends, along.argsort(axis=1)[..., None], axis=1)
    ends = ends[np.lexsort([along.min(axis=1), step_of[is_seen]])]
    breaks = np.flatnonzero((ends[1:, 0] != ends[:-1, 1]).any(axis=1)) + 1
    return [LineString(np.vstack([part[:1, 0], part[:, 1]])) for part in np.split(ends, breaks) if len(part)]


def _smooth(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """A Catmull-Rom line: smooth, through every one of the points (shape (n, 2)), and made of these alone."""
    before, after = np.vstack([xy[:1], xy[:-2]]), np.vstack([xy[2:], xy[-1:]])
    here, there, t = xy[:-1], xy[1:], _SMOOTH[:, None, None]
    bend = 2 * here + (there - before) * t + (2 * before - 5 * here + 4 * there - after) * t**2
    bend = (bend + (3 * here - before - 3 * there + after) * t**3) / 2
    return np.vstack([bend.transpose(1, 0, 2).reshape(-1, 2), xy[-1:]])


def _rounded(lonlat: NDArray[np.float64]) -> list[tuple[float, float]]:
    points = [(lon, lat) for lon, lat in np.round(lonlat, _DECIMALS).tolist()]
    return points[:1] + [here for before, here in pairwise(points) if here != before]


def _moved(shape: BaseGeometry, lon: float) -> BaseGeometry:
    return shapely.transform(shape, lambda lonlat: lonlat + np.array([lon, 0.0]))


def _in_the_world(shape: BaseGeometry) -> BaseGeometry:
    """Cut at the antimeridian, as RFC 7946 (3.1.9) asks; what does not touch it stays as it is."""
    west, _, east, _ = shape.bounds or (0.0, 0.0, 0.0, 0.0)
    if shape.is_empty or (west >= -180 and east <= 180):  # noqa: PLR2004 (degrees)
        return shape
    world = shapely.box(-180.0, -90.0, 180.0, 90.0)
    cut = [shapely.intersection(_moved(shape, lon), world, grid_size=_GRID) for lon in (-360.0, 0.0, 360.0)]
    parts = shapely.get_parts(shapely.get_parts(cut))
    # What only touches the antimeridian would come back as a line or a point.
    return shapely.union_all(parts[shapely.get_dimensions(parts) == shapely.get_dimensions(shape)])


def _geojson(shape: BaseGeometry) -> dict[str, Any]:
    parts = shapely.get_parts(shape)
    polygonal = isinstance(shape, (Polygon, MultiPolygon))
    coordinates = [_rings(part) if polygonal else _figures(part.coords) for part in parts]
    kind = "Polygon" if polygonal else "LineString"
    if len(coordinates) == 1:
        return {"type": kind, "coordinates": coordinates[0]}
    return {"type": f"Multi{kind}", "coordinates": coordinates}


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    return [_figures(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]


def _figures(points: Iterable[Sequence[float]]) -> list[list[float]]:
    # Adding nothing turns -0.0 into 0.0, so that equal places have equal bytes.
    return [[round(lon, _DECIMALS) + 0.0, round(lat, _DECIMALS) + 0.0] for lon, lat in points]
