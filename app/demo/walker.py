"""A resident of the invented town who goes for walks, with a phone that is not quite exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from app.demo.streets import Floats, Streets
from app.demo.town import Town

SPEED_MS = 1.2
DRIFT_S = 30.0  # a phone's error changes slowly: half a minute from one error to another
ROUNDS = 3
USUAL_WAY_ROUND = 0.8  # the share of rounds walked in the usual direction
ROUND_M, WANDER_M = (2200.0, 6000.0), (2500.0, 7000.0)
TOO_NEAR_M = 700.0  # nobody takes the phone along to sit down in the next street
FRIENDS_LIVE_M = (700.0, 2000.0)


class Errand(StrEnum):
    """Why somebody goes out."""

    ROUND = "round"
    SHOP = "shop"
    BENCH = "bench"
    FRIEND = "friend"
    WANDER = "wander"


SHARES = {Errand.ROUND: 0.55, Errand.SHOP: 0.1, Errand.BENCH: 0.1, Errand.FRIEND: 0.05, Errand.WANDER: 0.2}


@dataclass(frozen=True, slots=True)
class Habits:
    """What somebody does again and again: nodes of the streets, and ways along them."""

    house: int
    rounds: tuple[tuple[int, ...], ...]
    shop: tuple[int, ...]
    bench: tuple[int, ...]
    friend: tuple[int, ...]
    friend_house: int


@dataclass(frozen=True, slots=True, eq=False)
class Outing:
    """Where somebody goes: corners in local metres (n,), and at which corner they rest how many seconds."""

    errand: Errand
    x: Floats
    y: Floats
    rest_at: int | None = None
    rest_s: float = 0.0

    @property
    def metres(self) -> float:
        """The length of the way."""
        return float(np.hypot(np.diff(self.x), np.diff(self.y)).sum())


@dataclass(frozen=True, slots=True)
class Phone:
    """How well it measures: error in metres (one sigma), seconds between points, seconds it wakes up late."""

    error_m: float = 4.0
    every_s: float = 5.0
    late_s: float = 0.0


def habits_of(town: Town, rng: np.random.Generator, house: int | None = None) -> Habits:
    """Somebody with a home, a few usual rounds, a shop, a bench and a friend."""
    streets, houses = town.streets, town.houses
    house = int(rng.integers(len(houses))) if house is None else house
    home = int(houses.node[house])
    near = np.hypot(streets.x - streets.x[home], streets.y - streets.y[home])
    hx, hy = streets.plane.forth(houses.lon, houses.lat)
    to_house = np.hypot(hx - streets.x[home], hy - streets.y[home])
    friend = _pick(
        np.flatnonzero((to_house > FRIENDS_LIVE_M[0]) & (to_house < FRIENDS_LIVE_M[1])),
        rng,
        fallback=int(np.abs(to_house - FRIENDS_LIVE_M[0]).argmin()),
    )
    beyond = int(np.abs(near - TOO_NEAR_M).argmin())
    shop = _pick(town.shops[near[town.shops] > TOO_NEAR_M], rng, fallback=beyond, near=near)
    bench = _pick(town.benches[near[town.benches] > TOO_NEAR_M], rng, fallback=beyond, near=near)
    rounds = tuple(round_from(streets, home, float(rng.uniform(*ROUND_M)), rng) for _ in range(ROUNDS))
    ways = [tuple(streets.way(home, target)) for target in (shop, bench, int(houses.node[friend]))]
    return Habits(house, rounds, ways[0], ways[1], ways[2], friend)


def _pick(choices: np.ndarray, rng: np.random.Generator, *, fallback: int, near: Floats | None = None) -> int:
    """One of the choices, if `near` (n,) is given one of the three nearest."""
    if len(choices) == 0:
        return fallback
    if near is not None:
        choices = choices[np.argsort(near[choices])][:3]
    return int(rng.choice(choices))


def round_from(streets: Streets, home: int, metres: float, rng: np.random.Generator) -> tuple[int, ...]:
    """A round of roughly `metres` that begins and ends at the node `home` and seldom treads a street twice."""
    heading, turn = rng.uniform(0, 2 * np.pi), rng.choice([-1, 1]) * rng.uniform(0.8, 1.4)
    out = metres / 4.2
    corners = [
        streets.nearest(
            streets.x[home] + out * rng.uniform(0.8, 1.2) * np.cos(angle),
            streets.y[home] + out * rng.uniform(0.8, 1.2) * np.sin(angle),
        )
        for angle in (heading, heading + turn)
    ]
    nodes = [home]
    for corner in [*corners, home]:
        nodes += streets.way(nodes[-1], corner, frozenset(nodes))[1:]
    return tuple(nodes)


def choose(rng: np.random.Generator) -> Errand:
    """What somebody goes out for today."""
    return Errand(rng.choice(list(SHARES), p=list(SHARES.values())))


def outing(town: Town, habits: Habits, errand: Errand, rng: np.random.Generator) -> Outing:
    """From the own front door, along the streets, and back."""
    streets = town.streets
    if errand is Errand.ROUND:
        usual = habits.rounds[int(rng.choice(ROUNDS, p=(0.6, 0.25, 0.15)))]
        return _from_door(town, habits, errand, usual if rng.random() < USUAL_WAY_ROUND else usual[::-1])
    if errand is Errand.WANDER:
        home = int(town.houses.node[habits.house])
        return _from_door(town, habits, errand, round_from(streets, home, float(rng.uniform(*WANDER_M)), rng))
    way, rest_s = {
        Errand.SHOP: (habits.shop, rng.uniform(4, 14) * 60),
        Errand.BENCH: (habits.bench, rng.uniform(3, 25) * 60),
        Errand.FRIEND: (habits.friend, rng.uniform(25, 90) * 60),
    }[errand]
    return _from_door(town, habits, errand, (*way, *way[-2::-1]), rest_at=len(way), rest_s=float(rest_s))


def _from_door(
    town: Town, habits: Habits, errand: Errand, nodes: Sequence[int], *, rest_at: int | None = None, rest_s: float = 0.0
) -> Outing:
    door_x, door_y = town.streets.plane.forth(town.houses.lon[habits.house], town.houses.lat[habits.house])
    x = np.concatenate([[door_x], town.streets.x[list(nodes)], [door_x]])
    y = np.concatenate([[door_y], town.streets.y[list(nodes)], [door_y]])
    return Outing(errand, x, y, rest_at, rest_s)


def record(town: Town, outing: Outing, started_at: datetime, phone: Phone, rng: np.random.Generator) -> bytes:
    """What the phone makes of it: GPX 1.1, one track, one segment; `started_at` is when the door closed."""
    x, y, seconds = _walked(outing, phone)
    x, y = x + _error(len(x), phone, rng), y + _error(len(x), phone, rng)
    lon, lat = town.streets.plane.back(x, y)
    return gpx(lon, lat, [started_at + timedelta(seconds=float(s)) for s in seconds])


def _walked(outing: Outing, phone: Phone) -> tuple[Floats, Floats, Floats]:
    """Exact metres and seconds after the door (n,), from the moment the phone is awake."""
    arrive = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(outing.x), np.diff(outing.y)))]) / SPEED_MS
    x, y = outing.x, outing.y
    if outing.rest_at is not None:
        at = outing.rest_at + 1
        arrive = np.concatenate([arrive[:at], arrive[at - 1 :] + outing.rest_s])
        x, y = np.insert(x, at, x[at - 1]), np.insert(y, at, y[at - 1])
    end = float(arrive[-1])
    seconds = np.arange(min(phone.late_s, end / 3), end + phone.every_s / 2, phone.every_s)
    return np.interp(seconds, arrive, x), np.interp(seconds, arrive, y), seconds


def _error(count: int, phone: Phone, rng: np.random.Generator) -> Floats:
    """Metres of error (n,) on one axis: slow drift with a little noise on top."""
    keep = np.exp(-phone.every_s / DRIFT_S)
    steps = rng.normal(0, phone.error_m * np.sqrt(1 - keep**2), count)
    steps[0] = rng.normal(0, phone.error_m)
    drift = np.empty(count)
    now = 0.0
    for i, step in enumerate(steps.tolist()):
        now = keep * now + step
        drift[i] = now
    return drift + rng.normal(0, 0.4, count)


def gpx(lon: Floats, lat: Floats, times: Sequence[datetime]) -> bytes:
    """GPX 1.1 of one track: degrees (n,) and as many aware moments, written to the second."""
    points = "\n".join(
        f'<trkpt lat="{b:.7f}" lon="{a:.7f}"><time>{t:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        for a, b, t in zip(lon.tolist(), lat.tolist(), times, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Oeverdam" xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"<trk><trkseg>\n{points}\n</trkseg></trk>\n</gpx>\n"
    ).encode()
