"""Writes a blurred route as GPX 1.1, so that it opens in any walking app; reading is `gpx.py`'s alone."""

from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment

from app.phatic.teken import RouteOut


def write(route: RouteOut, name: str, about: str) -> bytes:
    """Return a route as one GPX track with a segment for each visible run.

    Degrees as they are in the route, at most 4 decimals; no heights and no moments, because none are kept.
    """
    runs = [route.coordinates] if route.type == "LineString" else route.coordinates
    track = GPXTrack(name=name, description=about)
    for run in runs:
        points = [GPXTrackPoint(latitude=place[1], longitude=place[0]) for place in run]
        track.segments.append(GPXTrackSegment(points=points))
    gpx = GPX()
    gpx.creator = "Teken van leven"
    gpx.tracks.append(track)
    return gpx.to_xml(version="1.1").encode()
