"""An exact track: private, in memory only, gone after the blur."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from app.errors import Unreadable

METRES_PER_DEGREE = 111_195.0  # a sphere of 6,371.0 km
PAUSE_S = 120.0
# A recording that went nowhere. No higher: a phone lying still drifts farther than a short fragment goes,
# so a higher bar would refuse somebody's few steps and still let the phone on the table in.
MOVED_M = 1.0
# Farther than GPS noise goes and faster than anyone walks or cycles, between two fixes.
JUMP_M = 100.0
JUMP_M_S = 15.0
SPIKE_POINTS = 10
COLD_POINTS = 3
LENGTH_TOLERANCE_M = 5.0
SMOOTH_S = 4.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Track:
    """Columns of equal length n, WGS 84. Exact, so it is never stored, logged or sent.

    `lat`, `lon`: degrees; after `clean` a walk over the 180th meridian goes on past ±180 without a leap.
    `at`: seconds since 1970 UTC, or None when the track has no usable times; NaN where a point of a track
    that is not yet cleaned has none.
    `starts`: indices at which a run begins (first is 0); nothing is drawn across the border of two runs.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    at: NDArray[np.float64] | None
    starts: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.lat)

    @property
    def ended_at(self) -> datetime | None:
        """The moment of the last point, aware UTC; None without times."""
        return None if self.at is None else datetime.fromtimestamp(float(self.at[-1]), tz=UTC)

    @property
    def started_at(self) -> datetime | None:
        """The moment of the first point, aware UTC; None without times."""
        return None if self.at is None else datetime.fromtimestamp(float(self.at[0]), tz=UTC)

    def runs(self) -> Iterator[slice]:
        """Yield the slice of every run, in order; together they cover all points."""
        ends = [*self.starts[1:].tolist(), len(self)]
        return (slice(start, end) for start, end in zip(self.starts.tolist(), ends, strict=True))

    def only(self, keep: NDArray) -> Self:
        """Return the track of the kept points.

        Args:
            keep: n booleans, or increasing indices.

        Returns:
            A track whose runs are the old ones, less those without a kept point.
        """
        kept = np.flatnonzero(keep) if keep.dtype == np.bool_ else keep
        run_of = np.searchsorted(self.starts, kept, side="right")
        starts = np.flatnonzero(first_or(np.diff(run_of) > 0))[: len(kept)]
        at = None if self.at is None else self.at[kept]
        return replace(self, lat=self.lat[kept], lon=self.lon[kept], at=at, starts=starts)


def clean(track: Track) -> Track:
    """Make what a device recorded into one walk, in the order of time.

    Untimed points go if at least half are timed, else all times go. Then, where there are times: sorted (stable),
    one point per moment, without spikes, runs split at pauses over 120 s (and nowhere else). Without times the order
    and the runs are the file's.

    Returns:
        A new track; times, if any, strictly increase; `lon` is continuous over the 180th meridian.

    Raises:
        Unreadable: `too-short`, all points within a metre; `unusable-times`, a clock that stands still or
            runs backwards more often than forwards.
    """
    refuse_standing_still(track)
    track = with_all_times_or_none(track)
    if track.at is not None:
        track = without_spikes(continuous(in_order_of_time(track, track.at)))
        track = split_at_pauses(track)
    track = continuous(track)
    refuse_standing_still(track)
    return track


def refuse_standing_still(track: Track) -> None:
    """Refuse a track whose bounding box has a diagonal under a metre (`too-short`)."""
    xy = metres(continuous(track))
    if len(xy) == 0 or float(np.hypot(*np.ptp(xy, axis=0))) < MOVED_M:
        raise Unreadable("too-short")


def with_all_times_or_none(track: Track) -> Track:
    """Drop the untimed points if at least half are timed, else the times."""
    if track.at is None:
        return track
    timed = np.isfinite(track.at)
    return track.only(timed) if 2 * np.count_nonzero(timed) >= len(track) else replace(track, at=None)


def in_order_of_time(track: Track, at: NDArray[np.float64]) -> Track:
    """Return the points by time `at`, in one run; of those that share a moment the first.

    Raises:
        Unreadable: `unusable-times`.
    """
    steps = np.diff(at)
    forwards, backwards = np.count_nonzero(steps > 0), np.count_nonzero(steps < 0)
    if backwards > forwards or (len(at) > 1 and not forwards):
        raise Unreadable("unusable-times")
    order = np.argsort(at, kind="stable") if backwards else np.arange(len(at))
    order = order[first_or(np.diff(at[order]) > 0)]
    return replace(track, lat=track.lat[order], lon=track.lon[order], at=at[order], starts=np.zeros(1, dtype=np.intp))


def split_at_pauses(track: Track) -> Track:
    """Return a timed track whose runs end where nothing was recorded for more than 120 s."""
    return track if track.at is None else replace(track, starts=np.flatnonzero(first_or(np.diff(track.at) > PAUSE_S)))


def continuous(track: Track) -> Track:
    """Return the track with longitudes that never leap by 360°."""
    if len(track) < 2 or np.abs(np.diff(track.lon)).max() <= 180:  # noqa: PLR2004 -- half a turn, and two points
        return track
    return replace(track, lon=np.unwrap(track.lon, period=360.0))


def without_spikes(track: Track) -> Track:
    """Drop up to 10 points between a jump away and the jump back, and up to 3 before the receiver had settled.

    A jump is a step of more than 100 m at more than 15 m/s; a car's steps are shorter, or every step is a jump and
    no jump leads back, so nothing is lost of a ride.
    """
    if track.at is None:
        return track
    fixes = np.column_stack((track.lat, track.lon, track.at))
    jumps = np.flatnonzero(jumped(fixes[:-1], fixes[1:]))
    keep = np.ones(len(track), dtype=np.bool_)
    if len(jumps) == 1 and jumps[0] < COLD_POINTS:
        keep[: jumps[0] + 1] = False
    away = 0
    while away < len(jumps) - 1:
        before, after = jumps[away], jumps[away + 1] + 1
        back = after - before - 1 <= SPIKE_POINTS and not jumped(fixes[before], fixes[after])
        if back:
            keep[before + 1 : after] = False
        away += 2 if back else 1
    return track.only(keep)


def jumped(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell whether going from one fix to the other is a jump; both of shape (..., 3): degrees, degrees, seconds."""
    east = (there[..., 1] - here[..., 1]) * np.cos(np.radians(here[..., 0]))
    distance = METRES_PER_DEGREE * np.hypot(east, there[..., 0] - here[..., 0])
    return (distance > JUMP_M) & (distance > JUMP_M_S * (there[..., 2] - here[..., 2]))


def metres(track: Track) -> NDArray[np.float64]:
    """Return the points on a local equirectangular plane about the middle of the track's bounding box.

    Within 0.12 % for a walk (Web Mercator is 63 % off at 52° north).

    Returns:
        Shape (n, 2): metres east, metres north.
    """
    if not len(track):
        return np.empty((0, 2))
    lat0, lon0 = (float((c.min() + c.max()) / 2) for c in (track.lat, track.lon))
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(lat0)), 1.0])
    return np.column_stack((track.lon - lon0, track.lat - lat0)) * scale


def simplify(track: Track, tolerance_m: float) -> Track:
    """Return the points that Douglas-Peucker keeps at this tolerance, run by run; ends of runs are always kept.

    Source: Douglas & Peucker 1973, through GEOS without its topology check, which took 16 times as long.
    """
    # The third ordinate rides along untouched: it is the index of the point that was kept.
    points = np.column_stack((metres(track), np.arange(len(track), dtype=np.float64)))
    return track.only(_kept(points, track, tolerance_m)[:, 2].astype(np.intp))


def length_m(track: Track) -> float:
    """Return the length of the walk in metres, within its runs.

    Measured along the line simplified at 5 m, of fixes averaged over 8 s: the jitter of raw fixes can double a walk.
    """
    simple = simplify(smoothed(track), LENGTH_TOLERANCE_M)
    steps = np.hypot(*np.diff(metres(simple), axis=0).T)
    steps[simple.starts[1:] - 1] = 0.0
    return float(steps.sum())


def smoothed(track: Track) -> Track:
    """Return the track with each fix at the mean of those up to 4 s before and after it, equally many on each side.

    The ends of runs stay where they are; a track without times, or with fixes far apart, stays as it is.
    """
    if track.at is None:
        return track
    index, ends = np.arange(len(track)), np.append(track.starts[1:], len(track))
    sizes = ends - track.starts
    earliest = np.maximum(np.repeat(track.starts, sizes), np.searchsorted(track.at, track.at - SMOOTH_S))
    latest = np.minimum(np.repeat(ends, sizes), np.searchsorted(track.at, track.at + SMOOTH_S, side="right")) - 1
    half = np.minimum(index - earliest, latest - index)
    sums = np.cumsum(np.vstack(([0.0, 0.0], np.column_stack((track.lat, track.lon)))), axis=0)
    mean = (sums[index + half + 1] - sums[index - half]) / (2 * half + 1)[:, None]
    return replace(track, lat=mean[:, 0], lon=mean[:, 1])


def first_or(changes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return n + 1 booleans: the first element always counts, the next where they differ from the one before."""
    return np.concatenate(([True], changes))


def _kept(points: NDArray[np.float64], track: Track, tolerance_m: float) -> NDArray[np.float64]:
    parts = []
    for run in track.runs():
        piece = points[run]
        if len(piece) > 2:  # noqa: PLR2004 -- two points are simple already
            simple = shapely.simplify(shapely.linestrings(piece), tolerance_m, preserve_topology=False)
            piece = shapely.get_coordinates(simple, include_z=True)
        parts.append(piece)
    return np.concatenate(parts)
