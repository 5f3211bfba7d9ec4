"""Simulated residents: habits, a second place visited weekly, a phone that sometimes wakes up late."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from app.demo.streets import Floats, Streets
from app.demo.town import Town
from app.demo.walker import ROUNDS, Errand, Habits, Outing, Phone, choose, habits_of, outing, record

FIRST_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LATE_SHARE, LATE_S = 0.1, (30.0, 300.0)
VISIT_EVERY, VISITS = 7, (20.0, 90.0)
REST_SHARE, REST_SPOTS, REST_S = 1 / 3, 12, (10 * 60.0, 25 * 60.0)
EDGE_M = 700.0


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody with a home and a friend (houses), a way of walking and a phone."""

    habits: Habits
    error_m: float
    spots: tuple[tuple[int, ...], ...]  # ways to favourite benches, when rests are asked for
    sees: Town  # the town with streets as long as they seem: some are pleasant, some are not
    wanders: bool  # every walk is a round of its own, the worst there is for who shows sides


def inhabitants(
    town: Town, count: int, rng: np.random.Generator, *, rests: bool, taste: float = 0.0, wander: bool = False
) -> Iterator[Inhabitant]:
    """`count` people in different houses, none at the torn edge of the map, one by one: each has a map in mind.

    `taste` is how differently they like the streets (sigma of the logarithm of a street's length): 0 walks exactly the
    shortest way that the attacker computes, the worst case.
    """
    streets = town.streets
    hx, hy = streets.plane.forth(town.houses.lon, town.houses.lat)
    inner = (hx > streets.x.min() + EDGE_M) & (hx < streets.x.max() - EDGE_M)
    inner &= (hy > streets.y.min() + EDGE_M) & (hy < streets.y.max() - EDGE_M)
    homes = rng.choice(np.flatnonzero(inner), size=count, replace=False)
    for house, own in zip(homes.tolist(), rng.spawn(count), strict=True):
        sees = _seen(town, taste, own)
        spots = _spots(sees, house, own) if rests else ()
        yield Inhabitant(habits_of(sees, own, house), float(own.uniform(3, 6)), spots, sees, wander)


def _seen(town: Town, taste: float, rng: np.random.Generator) -> Town:
    if not taste:
        return town
    streets = town.streets
    seem = streets.metres * np.exp(rng.normal(0, taste, len(streets.metres)))
    return replace(town, streets=Streets(streets.lon, streets.lat, streets.edges, seem))


def _spots(town: Town, house: int, rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """Ways to twelve spots 400 to 1,500 m from home."""
    streets, home = town.streets, int(town.houses.node[house])
    near = np.hypot(streets.x - streets.x[home], streets.y - streets.y[home])
    choices = np.flatnonzero((near > 400) & (near < 1500))
    spots = rng.choice(choices, size=min(REST_SPOTS, len(choices)), replace=False)
    return tuple(tuple(streets.way(home, int(spot))) for spot in spots)


def walks_of(
    who: Inhabitant, count: int, rng: np.random.Generator, visits: tuple[float, float] = VISITS
) -> Iterator[tuple[Outing, bytes]]:
    """One walk a day (with the truth beside the GPX), every seventh day to the friend for so many minutes."""
    for day in range(count):
        walk = _walk(who.sees, who, day, rng, visits)
        late = float(rng.uniform(*LATE_S)) if rng.random() < LATE_SHARE else 0.0
        started_at = FIRST_DAY + timedelta(days=day, minutes=float(rng.uniform(0, 420)))
        yield walk, record(who.sees, walk, started_at, Phone(error_m=who.error_m, late_s=late), rng)


def _walk(town: Town, who: Inhabitant, day: int, rng: np.random.Generator, visits: tuple[float, float]) -> Outing:
    if day % VISIT_EVERY == VISIT_EVERY // 2:
        return replace(outing(town, who.habits, Errand.FRIEND, rng), rest_s=60 * float(rng.uniform(*visits)))
    if who.spots and rng.random() < REST_SHARE:
        spot = who.spots[int(rng.integers(len(who.spots)))]
        walk = outing(town, replace(who.habits, bench=spot), Errand.BENCH, rng)
        return replace(walk, rest_s=float(rng.uniform(*REST_S)))
    errand = Errand.WANDER if who.wanders else choose(rng)
    return outing(town, who.habits, Errand.ROUND if errand is Errand.FRIEND else errand, rng)


def house_at(town: Town, house: int) -> Floats:
    """Where a house stands (2,), in metres of the town's plane."""
    return np.array(town.streets.plane.forth(town.houses.lon[house], town.houses.lat[house]))


__all__ = ["ROUNDS", "Inhabitant", "house_at", "inhabitants", "walks_of"]
