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
        """Convert what was collected, and let go of it; see `read`."""
        lat = degrees(self.lat, self.limits)
        self.lat.clear()
        lon = degrees(self.lon, self.limits)
        self.lon.clear()
        return track_of(lat, lon, moments(self.moments), self.segments)

    def steps(self, namespace: str) -> Step:
        """Return the way from the root to a point's time; closures, because they run for every point."""
        lats, lons, times, segments = self.lat, self.lon, self.moments, self.segments
        most, longest = self.limits.points, self.limits.number

        def add_segment(_attributes: dict[str, str]) -> None:
            segments.append(len(lats))
            if len(segments) > self.limits.segments:
                raise Unreadable("too-complex")

        def add_point(attributes: dict[str, str]) -> None:
            if len(lats) >= most:
                raise Unreadable("too-complex")
            try:
                lats.append(attributes["lat"])
                lons.append(attributes["lon"])
            except KeyError:
                raise Unreadable("unusable-coordinates") from None
            times.append("")

        def add_moment(text: str) -> None:
            # In several pieces if a comment stands in it, or if it is far longer than any moment.
            times[-1] = (times[-1] + text)[:longest] if times[-1] else text

        point = Step({namespace + "time": Step(text=add_moment)}, opened=add_point)
        segment = Step({namespace + "trkpt": point}, opened=add_segment)
        return Step({namespace + "trk": Step({namespace + "trkseg": segment})})
