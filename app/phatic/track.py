"""An exact track: private, in memory only, gone after the blur."""

from dataclasses import dataclass
from datetime import datetime, timezone

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Track:
    """Columns of equal length n, WGS 84. Exact, so it is never stored, logged or sent.

    `lat`, `lon`: degrees. `at`: seconds since 1970 UTC, or None when the track has no usable times.
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
        return None if self.at is None else datetime.fromtimestamp(float(self.at[-1]), tz=timezone.utc)
