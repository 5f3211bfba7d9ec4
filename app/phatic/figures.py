"""Figures of an organisation, with small groups hidden so that no person can be read from them."""

from collections.abc import Mapping
from typing import Final

SMALLEST: Final = 5


def hide_small(total: int, parts: Mapping[str, int]) -> dict[str, int]:
    """Return the parts that may be told; those under five are left out, and so is what would give one away.

    Where the whole is told, one hidden part is the difference: then the next smallest is hidden as well.
    """
    told = {what: number for what, number in parts.items() if number >= SMALLEST}
    hidden = total - sum(told.values())
    while told and 0 < hidden < SMALLEST:
        smallest = min(told, key=lambda what: (told[what], what))
        hidden += told.pop(smallest)
    return told if total >= SMALLEST else {}


def tellable(number: int) -> int | None:
    """Return a figure about so many people; None under five."""
    return number if number >= SMALLEST else None
