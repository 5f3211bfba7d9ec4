"""A resident's own map: a local plane with a secret hexagonal lattice on it."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_M = 6_371_008.8
SPACING_M = 250.0
REACH_M = 100_000.0

# The six cells around cell (0, 0).
AROUND = np.array([(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)])
# The corners of the cell (q, r), in thirds of a lattice step, anticlockwise. Whole numbers, so that the corner that
# three cells share is computed from the same figures three times and comes out the same to the last bit.
_CORNERS = np.array([(1, 1), (-1, 2), (-2, 1), (-1, -1), (1, -2), (2, -1)])


@dataclass(frozen=True, slots=True, repr=False)
class Plane:
    """One local projection with its own lattice: secret, drawn once, never taken from a walk.

    `lat`, `lon`: origin in degrees, on a raster of 0.1. `offset_x_m`, `offset_y_m`: centre of cell (0, 0), metres east
    and north of the origin. `turn`: radians. `id`: the index in the resident's planes.
    """

    id: int
    lat: float
    lon: float
    offset_x_m: float
    offset_y_m: float
    turn: float

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Plane":
        """Read what `to_json` gave."""
        return cls(**plain)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What of a resident must never leave: the planes with their lattices, and whether discs are wide ("ruim")."""

    planes: tuple[Plane, ...] = ()
    wide: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        return {"planes": [plane.to_json() for plane in self.planes], "wide": self.wide}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Secrets":
        """Read what `to_json` gave."""
        return cls(tuple(map(Plane.from_json, plain["planes"])), wide=plain["wide"])


def found(plane_id: int, lat: float, lon: float, rng: Random) -> Plane:
    """A new plane around the centre of its first disc (degrees), with a lattice drawn uniformly from `rng`."""
    u, v = rng.random(), rng.random()
    return Plane(
        id=plane_id,
        lat=round(lat, 1),
        lon=round(wrapped(lon), 1),
        offset_x_m=SPACING_M * (u + v / 2),
        offset_y_m=SPACING_M * v * math.sqrt(3) / 2,
        turn=rng.random() * math.pi / 3,
    )


def choose(planes: Sequence[Plane], lat: float, lon: float) -> Plane | None:
    """The oldest plane within 100 km, so that a younger plane never moves the lattice under a known place."""
    return next((plane for plane in planes if distance_m(plane.lat, plane.lon, lat, lon) <= REACH_M), None)


def nearest(planes: Sequence[Plane], lat: float, lon: float) -> Plane:
    """The plane for a walk at this place: the oldest within 100 km, else the nearest; ValueError without planes."""
    return choose(planes, lat, lon) or min(planes, key=lambda plane: distance_m(plane.lat, plane.lon, lat, lon))


@overload
def wrapped(lon: float) -> float: ...
@overload
def wrapped(lon: NDArray[np.float64]) -> NDArray[np.float64]: ...
def wrapped(lon: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """The same longitude or longitudes in [-180, 180)."""
    return (lon + 180) % 360 - 180


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two places (degrees) on the sphere, right at the antimeridian and the poles too."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half_lon = math.sin(math.radians(other_lon - lon) / 2)
    haversine = math.sin((other_phi - phi) / 2) ** 2 + math.cos(phi) * math.cos(other_phi) * half_lon**2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(haversine)))


def unit(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Places (degrees, shape n) as unit vectors from the middle of the Earth, shape (3, n)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def project(lat0: float, lon0: float, lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Metres east and north of an origin, shape (n, 2): azimuthal equidistant, 0.005 % right within 100 km.

    An equirectangular plane would be 2 % wrong at the same distance: 8 m on the radius of a disc.
    """
    phi0, phi, lam = math.radians(lat0), np.radians(lat), np.radians(np.subtract(lon, lon0))
    east = np.cos(phi) * np.sin(lam)
    north = math.cos(phi0) * np.sin(phi) - math.sin(phi0) * np.cos(phi) * np.cos(lam)
    up = math.sin(phi0) * np.sin(phi) + math.cos(phi0) * np.cos(phi) * np.cos(lam)
    flat = np.hypot(east, north)
    scale = EARTH_M * np.where(flat > 0, np.arctan2(flat, up) / np.where(flat > 0, flat, 1), 1)
    return np.stack([east * scale, north * scale], axis=-1)


def unproject(lat0: float, xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitude, and longitude *relative to the origin's* in [-180, 180], of points in metres of shape (n, 2).

    Relative, so that figures beside the antimeridian stay whole until they are written.
    """
    phi0, far = math.radians(lat0), np.hypot(xy[..., 0], xy[..., 1])
    arc = far / EARTH_M
    sine = np.where(far > 0, np.sin(arc) / np.where(far > 0, far, 1), 1 / EARTH_M)
    east, north, up = xy[..., 0] * sine, xy[..., 1] * sine, np.cos(arc)
    axis = math.sin(phi0) * up + math.cos(phi0) * north
    outward = math.cos(phi0) * up - math.sin(phi0) * north
    return np.degrees(np.arctan2(axis, np.hypot(outward, east))), np.degrees(np.arctan2(east, outward))


def cells_at(plane: Plane, xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest cell of each point: metres of shape (n, 2) to axial coordinates of shape (n, 2)."""
    x, y = _turned(xy - (plane.offset_x_m, plane.offset_y_m), -plane.turn).T / SPACING_M
    r = y * 2 / math.sqrt(3)
    cube = np.stack([x - r / 2, r, -x - r / 2], axis=-1)
    whole = np.rint(cube)
    # The three must sum to nothing: the one that was rounded furthest gives way.
    worst = np.argmax(np.abs(whole - cube), axis=-1)
    rows = np.arange(len(whole))
    whole[rows, worst] -= whole.sum(axis=-1)
    return whole[:, :2].astype(np.int64)


def centres(plane: Plane, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """The centres of cells, metres, shape (n, 2)."""
    return _placed(plane, cells * 3)


def corners(plane: Plane, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """The six corners of each cell, metres, anticlockwise, shape (n, 6, 2)."""
    return _placed(plane, cells[:, None, :] * 3 + _CORNERS)


def flat_centres(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """The centres of cells in a lattice without place or turn, metres: all that a form may know."""
    return _placed(Plane(0, 0.0, 0.0, 0.0, 0.0, 0.0), cells * 3)


def _placed(plane: Plane, thirds: NDArray[np.int64]) -> NDArray[np.float64]:
    q, r = thirds[..., 0], thirds[..., 1]
    step = SPACING_M / 3
    xy = np.stack([(q + r / 2) * step, r * (step * math.sqrt(3) / 2)], axis=-1)
    return _turned(xy, plane.turn) + np.array([plane.offset_x_m, plane.offset_y_m])


def _turned(xy: NDArray[np.float64], turn: float) -> NDArray[np.float64]:
    x, y = xy[..., 0], xy[..., 1]
    return np.stack([x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)], axis=-1)
