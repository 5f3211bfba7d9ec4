"""Makes invented walks and writes them in the formats that phones send; seeded, without files or clock."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from garmin_fit_sdk import FIT_EPOCH_S, Encoder, Profile

METRES_PER_DEGREE = 111_195.0
PACE_M_S = 1.35
MORNING = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
HOME = (52.0907, 5.1214)
GPX = {"1.1": "http://www.topografix.com/GPX/1/1", "1.0": "http://www.topografix.com/GPX/1/0", "": ""}
HEART_RATE = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"
TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"

# Corners in units of one block; a walk goes along them at an even pace, and the units are stretched to fit.
SHAPES = {
    "loop": [(0, 0), (4, 0), (4, 2), (6, 2), (6, 5), (2, 5), (2, 3), (0, 3), (0, 0)],
    "there-and-back": [(0, 0), (3, 1), (6, 1), (9, 3), (6, 1), (3, 1), (0, 0)],
    "eight": [(0, 0), (3, 2), (5, 0), (3, -2), (0, 0), (-3, 2), (-5, 0), (-3, -2), (0, 0)],
    "line": [(0, 0), (10, 4)],
}


@dataclass(frozen=True)
class Walk:
    """Columns of equal length: degrees, degrees, seconds since 1970; and the length that was truly walked."""

    lat: np.ndarray
    lon: np.ndarray
    at: np.ndarray
    truth_m: float

    def __len__(self) -> int:
        return len(self.lat)

    def part(self, keep) -> "Walk":
        """Return some of the points; the truth stays what it was."""
        return replace(self, lat=self.lat[keep], lon=self.lon[keep], at=self.at[keep])


def walk(
    lat: float = HOME[0],
    lon: float = HOME[1],
    *,
    shape: str = "loop",
    points: int = 3600,
    begins: datetime = MORNING,
    every_s: float = 1.0,
    noise_m: float = 3.0,
    seed: int = 1,
) -> Walk:
    """Walk a shape from a start at an even pace, one fix every `every_s`; one hour unless told otherwise.

    The noise is a receiver's: it wanders with a memory of about a minute (standard deviation `noise_m`), and
    jitters by a tenth of that.
    """
    rng = np.random.default_rng(seed)
    along = np.arange(points) * every_s * PACE_M_S
    corners = np.array(SHAPES[shape], dtype=float)
    sides = np.hypot(*np.diff(corners, axis=0).T)
    corners *= along[-1] / sides.sum()
    reached = np.concatenate(([0.0], np.cumsum(sides))) * along[-1] / sides.sum()
    xy = np.column_stack([np.interp(along, reached, corners[:, axis]) for axis in (0, 1)])
    xy += _drift(rng, points, every_s, noise_m) + rng.normal(0.0, noise_m / 10, (points, 2))
    east = METRES_PER_DEGREE * np.cos(np.radians(lat))
    at = begins.timestamp() + np.arange(points) * every_s
    lons = (lon + xy[:, 0] / east + 180) % 360 - 180
    return Walk(np.round(lat + xy[:, 1] / METRES_PER_DEGREE, 7), np.round(lons, 7), at, float(along[-1]))


def _drift(rng: np.random.Generator, points: int, every_s: float, noise_m: float) -> np.ndarray:
    memory = np.exp(-every_s / 60)
    steps = rng.normal(0.0, noise_m * np.sqrt(1 - memory**2), (points, 2))
    drift, here = [], (0.0, 0.0)
    for east, north in steps.tolist():
        here = (memory * here[0] + east, memory * here[1] + north)
        drift.append(here)
    return np.array(drift)


def moment(at: float, *, offset_h: int | None = None, digits: int = 0) -> str:
    """Write one moment as RFC 3339: `Z`, or with an offset in whole hours."""
    local = datetime.fromtimestamp(at, UTC) + timedelta(hours=offset_h or 0)
    text = local.strftime("%Y-%m-%dT%H:%M:%S") + (f".{local.microsecond:06d}"[: digits + 1] if digits else "")
    return text + ("Z" if offset_h is None else f"{offset_h:+03d}:00")


def as_gpx(
    one: Walk,
    *,
    times: bool = True,
    version: str = "1.1",
    prefix: str = "",
    creator: str | None = "a phone",
    name: str = "",
    heart_rate: bool = False,
    offset_h: int | None = None,
    digits: int = 0,
    segments: int = 1,
    empty_segments: int = 0,
) -> bytes:
    """Write a walk as GPX in UTF-8; `version` "" writes no namespace."""
    p = prefix + ":" if prefix else ""
    inside = f"<{p}extensions><x:TrackPointExtension><x:hr>{{}}</x:hr></x:TrackPointExtension></{p}extensions>"
    rows = []
    for i, (lat, lon, at) in enumerate(zip(one.lat.tolist(), one.lon.tolist(), one.at.tolist(), strict=True)):
        time = f"<{p}time>{moment(at, offset_h=offset_h, digits=digits)}</{p}time>" if times else ""
        extra = inside.format(90 + i % 40) if heart_rate else ""
        rows.append(f'<{p}trkpt lat="{lat}" lon="{lon}"><{p}ele>3.2</{p}ele>{time}{extra}</{p}trkpt>\n')
    parts = [rows[int(s[0]) : int(s[-1]) + 1] for s in np.array_split(np.arange(len(rows)), segments) if len(s)]
    body = "".join(f"<{p}trkseg>\n{''.join(part)}</{p}trkseg>" for part in [*parts, *[[]] * empty_segments])
    named = f"<{p}metadata><{p}name>{name}</{p}name></{p}metadata>" if name else ""
    return f"{opening(version, prefix, creator, heart_rate)}{named}<{p}trk>{body}</{p}trk></{p}gpx>".encode()


def opening(version: str = "1.1", prefix: str = "", creator: str | None = "a phone", heart_rate: bool = False) -> str:
    """Return the declaration and the root's start tag."""
    uri = f" xmlns{':' + prefix if prefix else ''}={quoteattr(GPX[version])}" if GPX[version] else ""
    maker = f" creator={quoteattr(creator)}" if creator is not None else ""
    hr = f' xmlns:x="{HEART_RATE}"' if heart_rate else ""
    root = prefix + ":gpx" if prefix else "gpx"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{uri}{hr} version="{version or "1.1"}"{maker}>'


def walk_gpx(lat: float = HOME[0], lon: float = HOME[1], **how: Any) -> bytes:
    """Return the GPX of one walk; takes what `walk` and `as_gpx` take."""
    ours = ("shape", "points", "begins", "every_s", "noise_m", "seed")
    one = walk(lat, lon, **{key: how.pop(key) for key in ours if key in how})
    return as_gpx(one, **how)


def gpx_of_points(points: str, *, version: str = "1.1") -> bytes:
    """Return a GPX file with exactly this text inside its one segment."""
    return f"{opening(version)}<trk><trkseg>{points}</trkseg></trk></gpx>".encode()


def spiked(one: Walk, where=(900, 2500), metres: float = 1100.0) -> Walk:
    """Return the walk with single fixes thrown 1.1 km to the north."""
    lat = one.lat.copy()
    lat[list(where)] += metres / METRES_PER_DEGREE
    return replace(one, lat=lat)


def backwards(one: Walk) -> Walk:
    """Return the walk as a clock that runs backwards throughout would stamp it."""
    return replace(one, at=one.at[::-1].copy())


def as_tcx(one: Walk, *, heart_rate_only: int = 0) -> bytes:
    """Write a walk as Garmin's Training Center XML, after some points without a position."""
    rows = [f"<Trackpoint><Time>{moment(one.at[0])}</Time><HeartRateBpm/></Trackpoint>"] * heart_rate_only
    for lat, lon, at in zip(one.lat.tolist(), one.lon.tolist(), one.at.tolist(), strict=True):
        place = f"<LatitudeDegrees>{lat}</LatitudeDegrees><LongitudeDegrees>{lon}</LongitudeDegrees>"
        rows.append(f"<Trackpoint><Time>{moment(at)}</Time><Position>{place}</Position></Trackpoint>")
    lap = f"<Lap><Track>{''.join(rows)}</Track></Lap>"
    root = f'<TrainingCenterDatabase xmlns="{TCX}">'
    return f"{root}<Activities><Activity>{lap}</Activity></Activities></TrainingCenterDatabase>".encode()


def as_fit(one: Walk, *, placed: bool = True) -> bytes:
    """Write a walk as FIT, with the maker's own encoder."""
    encoder = Encoder()
    encoder.write_mesg({"mesg_num": Profile["mesg_num"]["FILE_ID"], "type": "activity", "manufacturer": "development"})
    for lat, lon, at in zip(one.lat.tolist(), one.lon.tolist(), one.at.tolist(), strict=True):
        record = {"mesg_num": Profile["mesg_num"]["RECORD"], "timestamp": int(at) - FIT_EPOCH_S, "heart_rate": 99}
        if placed:
            record |= {"position_lat": round(lat * 2**31 / 180), "position_long": round(lon * 2**31 / 180)}
        encoder.write_mesg(record)
    return bytes(encoder.close())


def as_geojson(one: Walk, *, times: bool = True, kind: str = "Feature") -> bytes:
    """Write a walk as a GeoJSON `Feature`, a `FeatureCollection` or a bare `LineString`."""
    line = {"type": "LineString", "coordinates": [[x, y] for x, y in zip(one.lon, one.lat, strict=True)]}
    properties = {"name": "an evening", **({"coordTimes": [moment(at) for at in one.at.tolist()]} if times else {})}
    feature = {"type": "Feature", "properties": properties, "geometry": line}
    whole = {"Feature": feature, "LineString": line, "FeatureCollection": {"type": kind, "features": [feature]}}
    return json.dumps(whole[kind]).encode()
