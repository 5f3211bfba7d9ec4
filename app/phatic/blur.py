"""The blur: an exact track goes in, and what may be told of it comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from app.phatic import curl, form, places
from app.phatic import plane as planes_
from app.phatic.glyph import Glyph
from app.phatic.places import Disc
from app.phatic.plane import Plane, Secrets
from app.phatic.sketch import Run, Sketch, collapsed, draw, still_seen, visible_parts
from app.phatic.track import Track
from app.phatic.usual import earlier_runs

RUN_M = 150.0
WALK_M = 300.0
COARSE_M = 60.0
SAMPLE_M = 80.0
# What is this much further away than discs hide is shown where it was; what is nearer, as a curl.
VEIL_M = 1_500.0
_VEILS_EVER_M = (VEIL_M, 600.0)  # kept pictures from before curls have the second
_FINE_M = 5.0
# What has its corners so far outside of what is hidden is not cut: that is done at 12 m, and sides may bend 5 m in.
_UNTOUCHED_M = 20.0

Line = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Release:
    """All that outlives a track.

    `sketch`: None when too little may be seen. `glyph`: the whole walk's, for `drawing` only. `sketch_glyph`: made
    from the Sketch alone, for `area` and `route`; None without one. `new_discs`, `new_planes`: to be kept for ever.
    """

    sketch: Sketch | None
    glyph: Glyph
    sketch_glyph: Glyph | None
    new_discs: tuple[Disc, ...]
    new_planes: tuple[Plane, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        return {
            "sketch": self.sketch and self.sketch.to_json(),
            "glyph": str(self.glyph),
            "sketch_glyph": self.sketch_glyph and str(self.sketch_glyph),
            "new_discs": [disc.to_json() for disc in self.new_discs],
            "new_planes": [plane.to_json() for plane in self.new_planes],
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Release":
        """Read what `to_json` gave."""
        return cls(
            sketch=plain["sketch"] and Sketch.from_json(plain["sketch"]),
            glyph=Glyph.parse(plain["glyph"]),
            sketch_glyph=plain["sketch_glyph"] and Glyph.parse(plain["sketch_glyph"]),
            new_discs=tuple(map(Disc.from_json, plain["new_discs"])),
            new_planes=tuple(map(Plane.from_json, plain["new_planes"])),
        )


def release(track: Track, secrets: Secrets, discs: Sequence[Disc], earlier: Sequence[Sketch], rng: Random) -> Release:
    """Blur a cleaned walk (`docs/decisions/0004`, `0015`): the only way from a Track to what may be kept or told.

    `track`: ordered, without spikes, split at pauses. `discs`: all of the resident's. `earlier`: Sketches of the same
    resident, in any order. `rng`: `SystemRandom`; it is asked only when a disc or a plane is founded.

    Hidden points have no way into `sketch` but through discs. A track without times gets no Sketch.
    """
    found = places.find(track, secrets, discs, rng)
    sketch = None if track.at is None else _sketch(track, (*secrets.planes, *found.planes), found.hiding, earlier)
    return Release(
        sketch=sketch,
        glyph=form.of_track(track),
        sketch_glyph=form.of_sketch(sketch) if sketch else None,
        new_discs=found.discs,
        new_planes=found.planes,
    )


def redrawn(sketch: Sketch, secrets: Secrets, before: Sequence[Disc], now: Sequence[Disc]) -> Sketch | None:
    """A kept Sketch when discs hide more: without what they hide `now`, None when nothing of it may be seen.

    `before`, `now`: the same discs, as they hid and as they hide. A disc stays veiled in it as far as it was, so that
    nothing is added. Where somebody rested on another day is no reason to show less of this one.
    """
    (plane,) = [plane for plane in secrets.planes if plane.id == sketch.plane]
    lon, lat = shapely.get_coordinates(shape(sketch.area)).T
    if not places.hidden(places.veiled(now, _UNTOUCHED_M), lat, lon).any():
        return sketch
    hiding = []
    for then, today in zip(before, now, strict=True):
        if then.is_rest and places.hidden([then], lat, lon).any():
            continue
        veils = [places.veiled([then], veil_m)[0] for veil_m in _VEILS_EVER_M]
        veils = [veil for veil in veils if not places.hidden([veil], lat, lon).any()]
        hiding.append(max([today, *veils], key=lambda disc: disc.radius_m))
    return draw(plane, still_seen(plane, sketch.runs, hiding), hiding)


def _sketch(track: Track, planes: tuple[Plane, ...], discs: Sequence[Disc], earlier: Sequence[Sketch]) -> Sketch | None:
    seen, run_of = _visible(track, discs)
    if not len(seen):
        return None
    # From here on only what is visible exists: even the last bit of a figure cannot depend on a hidden point. Nor can
    # it on the side of the antimeridian on which the walk began: 9 decimals, 0.1 mm, are the same on both.
    lat, lon = track.lat[seen], np.round(planes_.wrapped(track.lon[seen]), 9)
    plane = planes_.nearest(planes, float(lat[0]), float(lon[0]))
    lines = _long_enough(planes_.project(plane.lat, plane.lon, lat, lon), run_of)
    if not len(lines):
        return None
    return _far(plane, lines, discs, earlier) or draw(plane, curl.curls(plane, lines, discs), discs)


def _far(plane: Plane, lines: NDArray[np.object_], discs: Sequence[Disc], earlier: Sequence[Sketch]) -> Sketch | None:
    """The Sketch of what lies well away from every disc, where it was: an earlier one, if it is a usual round."""
    veils = places.veiled(discs, VEIL_M)
    seen = [stretch for line in lines for stretch in _stretches(plane, line, veils)]
    if not seen:
        return None
    for usual in earlier_runs(plane, [way for _, way in seen], earlier, veils):
        if sketch := draw(plane, usual, veils):
            return sketch
    return draw(plane, [run for run, _ in seen], veils)


def _visible(track: Track, discs: Sequence[Disc]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The visible points, as indices, and the number of the run that each is part of; no run of a single point.

    A run ends at a pause, at a hidden point, and where the straight way to the next point touches a disc. It is not
    prolonged to the rim: where it would meet the rim depends on the hidden point behind it.
    """
    hidden, crossed = places.hidden_and_crossed(discs, track.lat, track.lon)
    seen, breaks = ~hidden, np.append(True, crossed)
    breaks[track.starts] = True
    breaks[1:] |= ~seen[:-1]
    run_of = np.cumsum(breaks)[seen] - 1
    whole = np.bincount(run_of)[run_of] > 1 if len(run_of) else np.empty(0, dtype=bool)
    return np.flatnonzero(seen)[whole], np.unique(run_of[whole], return_inverse=True)[1]


def _long_enough(xy: Line, run_of: NDArray[np.intp]) -> NDArray[np.object_]:
    """The runs of 150 m and more, coarse; none when they are less than 300 m together."""
    lines = shapely.linestrings(xy, indices=run_of)
    # A receiver's jitter doubles a length; the line of 5 m does not have it.
    length = shapely.length(shapely.simplify(lines, _FINE_M, preserve_topology=False))
    kept = length >= RUN_M
    if length[kept].sum() < WALK_M:
        return lines[:0]
    return shapely.simplify(lines[kept], COARSE_M, preserve_topology=False)


def _stretches(plane: Plane, line: shapely.LineString, discs: Sequence[Disc]) -> list[tuple[Run, Line]]:
    """What of a line is seen, as cells, and beside each run the way that it stands for."""
    samples = shapely.get_coordinates(shapely.line_interpolate_point(line, _shares(line), normalized=True))
    cells = planes_.cells_at(plane, samples)
    return [(collapsed(cells[part]), samples[part]) for part in visible_parts(plane, cells, discs)]


def _shares(line: shapely.LineString) -> Line:
    return np.linspace(0.0, 1.0, max(1, round(line.length / SAMPLE_M)) + 1)
