"""What a day of an invented resident holds: the same day of the same person is always the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from app.demo.people import SAYINGS, Villager

TIME_ZONE = "Europe/Amsterdam"
SAYS_SOMETHING = 0.15
WAVES_FROM, WAVES_WITHIN_S = time(11, 20), 6 * 3600
SPREAD_S = 25 * 60


@dataclass(frozen=True, slots=True)
class Tapped:
    """One tap."""

    at: datetime
    words: str | None
    is_rest: bool


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk whose file arrives at `at`; it ended `late_s` seconds before. `seed` makes it."""

    at: datetime
    late_s: int
    seed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waved:
    """A contact waves."""

    at: datetime
    viewer: str


Deed = Tapped | Walked | Waved


def deeds_of(villager: Villager, day: date) -> list[Deed]:
    """Return what happens on one local day, in the order of time."""
    return sorted(_deeds(villager, day), key=lambda deed: deed.at)


def _deeds(villager: Villager, day: date) -> Iterator[Deed]:
    seed = (villager.seed, day.toordinal())
    rng = np.random.default_rng(seed)
    # Drawn whether used or not, so that one share can be changed without moving everything else.
    rests, walks, taps, says, late = rng.random(5)
    tap_at, walk_at = (_about(day, clock, rng) for clock in (villager.taps_at, villager.back_at))
    words = str(rng.choice(SAYINGS)) if says < SAYS_SOMETHING else None
    if rests < villager.rests:
        yield Tapped(tap_at, words=None, is_rest=True)
    else:
        if taps < villager.taps:
            yield Tapped(tap_at, words=words, is_rest=False)
        if walks < villager.walks:
            yield Walked(walk_at, late_s=int(60 + 240 * late), seed=seed)
    for tie in villager.circle:
        after = timedelta(seconds=int(rng.integers(WAVES_WITHIN_S)))
        if rng.random() < tie.waves:
            yield Waved(moment(day, WAVES_FROM) + after, tie.viewer)


def moment(day: date, clock: time) -> datetime:
    """Return a local time of the town as aware UTC."""
    return datetime.combine(day, clock, ZoneInfo(TIME_ZONE)).astimezone(UTC)


def _about(day: date, clock: time, rng: np.random.Generator) -> datetime:
    return moment(day, clock) + timedelta(seconds=int(rng.integers(SPREAD_S)))
