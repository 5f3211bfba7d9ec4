"""Reads GPX 1.0 and 1.1 into columns: places and moments of track points, and nothing else that is in the file."""

from app.errors import Unreadable
from app.phatic import expat
from app.phatic.columns import degrees, moments, track_of
from app.phatic.expat import Step
from app.phatic.limits import Limits
from app.phatic.track import Track

NAMESPACES = ("http://www.topografix.com/GPX/1/1 ", "http://www.topografix.com/GPX/1/0 ", "")


def read(data: bytes, limits: Limits) -> Track:
    """Read the points of all tracks, in the order of the file, as recorded.

    Args:
        data: a GPX file; root `gpx` in the namespace of 1.0, of 1.1 or in none, under any prefix.
        limits: what is refused; see `Limits`.

    Returns:
        A track that is not yet cleaned: one run per segment with points, NaN for a point without a moment.

    Raises:
        Unreadable: `unreadable-track`, `unsafe-xml`, `too-complex`, `no-track` or `unusable-coordinates`.
    """
    points = Points(limits)
    expat.parse(data, points.roots(), limits)
    return points.track()


class Points:
    """Collects texts while expat runs; they become numbers together, after it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lat: list[str] = []
        self.lon: list[str] = []
        self.moments: list[str] = []
        self.segments: list[int] = []

    def roots(self) -> dict[str, Step]:
        """Return what is wanted below each of the roots that GPX may have."""
        return {namespace + "gpx": self.steps(namespace) for namespace in NAMESPACES}

    def track(self) -> Track:
        """Convert what was collected; see `read`."""
        lat, lon = degrees(self.lat, self.limits), degrees(self.lon, self.limits)
        return track_of(lat, lon, moments(self.moments), self.segments)

    def steps(self, namespace: str) -> Step:
        """Return the way from the root to a point's time."""
        time = Step(text=self.add_moment)
        point = Step({namespace + "time": time}, opened=self.add_point)
        segment = Step({namespace + "trkpt": point}, opened=self.add_segment)
        return Step({namespace + "trk": Step({namespace + "trkseg": segment})})

    def add_segment(self, _attributes: dict[str, str]) -> None:
        """Note where a segment begins."""
        self.segments.append(len(self.lat))
        if len(self.segments) > self.limits.segments:
            raise Unreadable("too-complex")

    def add_point(self, attributes: dict[str, str]) -> None:
        """Keep the texts of one place."""
        self.lat.append(attributes.get("lat", ""))
        self.lon.append(attributes.get("lon", ""))
        self.moments.append("")
        if len(self.lat) > self.limits.points:
            raise Unreadable("too-complex")

    def add_moment(self, text: str) -> None:
        """Keep the text of the point's time, cut where no moment is that long."""
        self.moments[-1] = (self.moments[-1] + text)[: self.limits.number]
