"""Finds the format of an upload by its bytes, never by what its sender calls it, and has it read."""

from app.errors import TooLarge, Unreadable, Unsupported
from app.phatic import expat, fit, geojson, gpx, tcx
from app.phatic.limits import Limits
from app.phatic.track import Track

FIT_MARK = b".FIT"


def read(data: bytes, limits: Limits) -> Track:
    """Read a walk in any of the formats.

    Args:
        data: GPX, TCX, FIT or GeoJSON; `<`, `.FIT` at byte 8 and `{` tell, after byte order mark and blanks.
        limits: what is refused; see `Limits`.

    Returns:
        A track that is not yet cleaned.

    Raises:
        TooLarge: over the limit for the body.
        Unsupported: none of the formats.
        Unreadable: see the reader of each format; `unreadable-track` for an empty file.
    """
    if len(data) > limits.body:
        raise TooLarge
    start, _ = expat.plain(data)
    if not start:
        raise Unreadable("unreadable-track")
    if start.startswith(b"<"):
        return read_xml(data, limits)
    if start.startswith(b"{"):
        return geojson.read(start, limits)
    if data[8:12] == FIT_MARK:
        return fit.read(data, limits)
    raise Unsupported


def read_xml(data: bytes, limits: Limits) -> Track:
    """Read GPX or TCX, whichever the root says, in one pass; raises what their own `read` raises."""
    as_gpx, as_tcx = gpx.Points(limits), tcx.Points(limits)
    root = expat.parse(data, {**as_gpx.roots(), **as_tcx.roots()}, limits)
    return as_tcx.track() if root == tcx.ROOT else as_gpx.track()
