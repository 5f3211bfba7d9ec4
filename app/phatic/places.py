"""Places are found, not configured: what a walk gives away about where somebody stays, and the discs that hide it."""

from dataclasses import asdict, dataclass
from typing import Any

RHO_M, RADIUS_M = 300.0, 400.0
WIDE_RHO_M, WIDE_RADIUS_M = 400.0, 500.0
MARGIN_M = 15.0


@dataclass(frozen=True, slots=True, repr=False)
class Disc:
    """A place that is hidden in every walk: its centre says no more than "somewhere within `rho_m` of here".

    `plane`: id of the plane in which it was founded. `lat`, `lon`: centre in degrees. `rho_m`: how far the centre was
    drawn from the place, at most. `radius_m`: how far it hides (and 15 m more).
    """

    plane: int
    lat: float
    lon: float
    rho_m: float
    radius_m: float

    @property
    def hides_m(self) -> float:
        """Hidden means nearer to the centre than this, in metres."""
        return self.radius_m + MARGIN_M

    def to_json(self) -> dict[str, Any]:
        """Plain values, for sealed storage only."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Disc":
        """Read what `to_json` gave."""
        return cls(**plain)
