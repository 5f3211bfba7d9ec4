"""Walks go through the service's own code, and come back as what a contact got."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from app.demo.streets import Floats, LocalMetres
from app.phatic import blur, gpx, places
from app.phatic import plane as planes
from app.phatic import track as tracks
from app.phatic.limits import Limits
from app.phatic.places import Disc
from app.phatic.plane import Plane, Secrets
from app.phatic.sketch import Sketch
from app.phatic.track import Track
from bench.privacy.case import Shown

SIZES_M = {"short": (400.0, 1600.0), "middle": (1600.0, 4500.0), "long": (4500.0, 9000.0)}


@dataclass(slots=True)
class Account:
    """What the service keeps of one resident from walk to walk."""

    rng: Random
    secrets: Secrets = field(default_factory=Secrets)
    discs: list[Disc] = field(default_factory=list)
    sketches: list[Sketch] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """One walk: exact (m, 2) in metres, and as its contacts see it; `route` is None when there was no picture."""

    exact: Floats
    route: Shown | None
    size: str
    glyph: str
    octets: int


def read(body: bytes) -> Track:
    """GPX to a cleaned track, as the service does it."""
    return tracks.clean(gpx.read(body, Limits()))


def release_walk(account: Account, track: Track) -> blur.Release:
    """The one place where a walk is released: `app.phatic.blur.release` with what the account remembers."""
    release = blur.release(track, account.secrets, account.discs, account.sketches, account.rng)
    account.discs += release.new_discs
    account.secrets = Secrets((*account.secrets.planes, *release.new_planes), wide=account.secrets.wide)
    if release.sketch:
        account.sketches.append(release.sketch)
    return release


def release_all(account: Account, bodies: Iterable[bytes], plane: LocalMetres) -> list[Released]:
    """A resident's walks, one after the other."""
    return [_released(account, read(body), plane) for body in bodies]


def _released(account: Account, track: Track, plane: LocalMetres) -> Released:
    release = release_walk(account, track)
    # A second look founds nothing more, and tells which discs hid.
    hiding = places.find(track, account.secrets, account.discs, account.rng).hiding
    at_rest = circles((disc for disc in hiding if disc.is_rest), plane)
    exact = np.column_stack(plane.forth(track.lon, track.lat))
    shown = replace(shown_of(release.sketch, account.secrets, plane), at_rest=at_rest) if release.sketch else None
    octets = len(str(release.sketch.route)) if release.sketch else 0
    return Released(exact, shown, str(release.glyph.size), str(release.glyph), octets)


def shown_of(sketch: Sketch, secrets: Secrets, plane: LocalMetres) -> Shown:
    """The published line, and the cells, which anybody can tell from the corners of the published patch."""
    route = sketch.route["coordinates"]
    parts = route if sketch.route["type"].startswith("Multi") else [route]
    lines = tuple(np.column_stack(plane.forth(*np.array(part, dtype=float).T)) for part in parts)
    secret = next(known for known in secrets.planes if known.id == sketch.plane)
    cells = np.array(sorted({cell for run in sketch.runs for cell in run}))
    return Shown(lines, _in_town(secret, cells, plane))


def _in_town(secret: Plane, cells: NDArray[np.int64], plane: LocalMetres) -> Floats:
    lat, lon = planes.unproject(secret.lat, planes.centres(secret, cells))
    return np.column_stack(plane.forth(lon + secret.lon, lat))


def circles(discs: Iterable[Disc], plane: LocalMetres) -> Floats:
    """Discs as x, y, hidden radius in metres (d, 3)."""
    lon, lat, hides_m = np.array([(disc.lon, disc.lat, disc.hides_m) for disc in discs], dtype=float).reshape(-1, 3).T
    return np.column_stack([*plane.forth(lon, lat), hides_m])
