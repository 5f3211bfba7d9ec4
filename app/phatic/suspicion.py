"""Suspect ourselves first: when so much is quiet at once, the fault is more likely ours than everybody's."""

import math

LEAST_EXPECTED = 30  # fewer an hour say nothing about us
DEVIATIONS = 4
LEAST_SHARE = 0.70
USUAL_TIMES, USUAL_MORE = 3, 5


def hears_too_little(received: int, expected: float) -> bool:
    """Return whether the whole service heard too little in one hour.

    `expected` is the usual number of signs for this hour of the week. Signs that come by chance differ from it by its
    root; four roots less, and less than 70 %, is no chance (`rhythm.md`).
    """
    return (
        expected >= LEAST_EXPECTED
        and received < expected - DEVIATIONS * math.sqrt(expected)
        and received < LEAST_SHARE * expected
    )


def too_many_at_once(found: int, usual: float) -> bool:
    """Return whether one sweep found more newly silent than three times the usual number and five (`rhythm.md`)."""
    return found > USUAL_TIMES * usual + USUAL_MORE
