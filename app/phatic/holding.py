"""When silence is too many people's at once to be each one's own (`product.md`, agreements 3)."""

from datetime import timedelta
from typing import Final

AT_ONCE: Final = timedelta(hours=2)
SHARE: Final = 0.2
FEWEST: Final = 5
LONGEST: Final = timedelta(hours=12)


def is_too_many(silent: int, all_of_them: int) -> bool:
    """Tell whether more than a fifth, and at least five, fell silent within the same two hours."""
    return silent >= FEWEST and silent > SHARE * all_of_them
