"""Reads Garmin's Training Center XML by the same guarded pass as GPX: places and moments of track points only."""

import numpy as np

from app.errors import Unreadable
from app.phatic import expat
from app.phatic.columns import degrees, moments, track_of
from app.phatic.expat import Step
from app.phatic.limits import Limits
from app.phatic.track import Track

NAMESPACE = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2 "
ROOT = NAMESPACE + "TrainingCenterDatabase"


def read(data: bytes, limits: Limits) -> Track:
    """Read the track points of all activities and courses that have a position.

    Source: TrainingCenterDatabasev2.xsd.

    Args:
        data: a TCX file of version 2.
        limits: what is refused; see `Limits`.

    Returns:
        A track that is not yet cleaned: one run per `Track`, NaN for a point without a moment.

    Raises:
        Unreadable: `unreadable-track`, `unsafe-xml`, `too-complex`, `no-track` or `unusable-coordinates`.
    """
    points = Points(limits)
    expat.parse(data, points.roots(), limits)
    return points.track()


class Points:
    """Collects texts while expat runs; here places are elements, and some points have none."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lat: list[str] = []
        self.lon: list[str] = []
        self.moments: list[str] = []
        self.segments: list[int] = []

    def track(self) -> Track:
        """Convert what was collected of the points that have a position; see `read`."""
        placed = np.array([bool(lat.strip() or lon.strip()) for lat, lon in zip(self.lat, self.lon, strict=True)])
        kept = np.flatnonzero(placed).tolist()
        lat, lon, at = ([column[i] for i in kept] for column in self.columns())
        begins = np.searchsorted(kept, self.segments).tolist()
        return track_of(degrees(lat, self.limits), degrees(lon, self.limits), moments(at), begins)

    def roots(self) -> dict[str, Step]:
        """Return the ways from the root to a point's time, latitude and longitude."""
        position = {
            NAMESPACE + "LatitudeDegrees": Step(text=lambda text: self.add(self.lat, text)),
            NAMESPACE + "LongitudeDegrees": Step(text=lambda text: self.add(self.lon, text)),
        }
        point = {
            NAMESPACE + "Time": Step(text=lambda text: self.add(self.moments, text)),
            NAMESPACE + "Position": Step(position),
        }
        track = Step({NAMESPACE + "Trackpoint": Step(point, opened=self.add_point)}, opened=self.add_segment)
        laps = Step({NAMESPACE + "Lap": Step({NAMESPACE + "Track": track})})
        activities = Step({NAMESPACE + "Activity": laps})
        courses = Step({NAMESPACE + "Course": Step({NAMESPACE + "Track": track})})
        return {ROOT: Step({NAMESPACE + "Activities": activities, NAMESPACE + "Courses": courses})}

    def columns(self) -> tuple[list[str], list[str], list[str]]:
        """Return latitudes, longitudes and moments, of equal length."""
        return self.lat, self.lon, self.moments

    def add_segment(self, _attributes: dict[str, str]) -> None:
        """Note where a track begins."""
        self.segments.append(len(self.lat))
        if len(self.segments) > self.limits.segments:
            raise Unreadable("too-complex")

    def add_point(self, _attributes: dict[str, str]) -> None:
        """Make room for one point."""
        for column in self.columns():
            column.append("")
        if len(self.lat) > self.limits.points:
            raise Unreadable("too-complex")

    def add(self, column: list[str], text: str) -> None:
        """Add to the last text, cut one character past the longest number, so that it is still seen to be too long."""
        column[-1] = (column[-1] + text)[: self.limits.number + 1]
