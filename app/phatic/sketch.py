"""A `Sketch`: the visible rest of a walk in cells of 250 m, and the two pictures that follow from it."""

from dataclasses import dataclass
from typing import Any

Cell = tuple[int, int]
Run = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Sketch:
    """What may be shown of where a walk went: coarse and shareable.

    `plane`: id of the plane whose lattice it stands on. `runs`: cells that follow each other, without direction or
    order. `area`, `route`: GeoJSON geometries, 4 decimals, right-hand rule, made at release and never again.
    """

    plane: int
    runs: tuple[Run, ...]
    area: dict[str, Any]
    route: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        runs = [[list(cell) for cell in run] for run in self.runs]
        return {"plane": self.plane, "runs": runs, "area": self.area, "route": self.route}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Sketch":
        """Read what `to_json` gave."""
        runs = tuple(tuple((q, r) for q, r in run) for run in plain["runs"])
        return cls(plain["plane"], runs, plain["area"], plain["route"])
