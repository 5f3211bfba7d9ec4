"""Does a machine speak instead of a person? Signs that come at the same moment, day after day (`trust.md` 32)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

DAYS: Final = 7
DAY: Final = timedelta(days=1)
# A timer drifts by seconds; a person who taps at breakfast by minutes.
SAME_WITHIN: Final = timedelta(seconds=5)


def is_clockwork(moments: Sequence[datetime]) -> bool:
    """Tell whether some sign came on seven days with the same 24 hours between; others may lie between them."""
    return any(all(_is_near(moments, newest - DAY * ago) for ago in range(1, DAYS)) for newest in moments)


def _is_near(moments: Sequence[datetime], expected_at: datetime) -> bool:
    return any(abs(moment - expected_at) <= SAME_WITHIN for moment in moments)
