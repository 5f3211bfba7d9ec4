"""The blur: an exact track goes in, and what may be told of it comes out."""

from dataclasses import dataclass
from typing import Any

from app.phatic.glyph import Glyph
from app.phatic.places import Disc
from app.phatic.plane import Plane
from app.phatic.sketch import Sketch


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
