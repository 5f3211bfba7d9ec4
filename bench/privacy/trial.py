"""One resident from the first walk to the last attack."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from random import Random

import numpy as np
import shapely

from app.demo.streets import Floats
from app.demo.town import Town
from app.phatic.places import Disc
from bench.privacy.attacks_learnt import learnt, signs
from bench.privacy.baselines import thinned
from bench.privacy.case import Case, Shown, surroundings
from bench.privacy.releasing import Account, Released, circles, release_all
from bench.privacy.residents import Inhabitant, house_at, walks_of
from bench.privacy.score import (
    LEARNT,
    Score,
    attack_all,
    attack_area,
    attack_baselines,
    attack_pooled,
    attack_two_accounts,
    by_luck,
    score,
)

FOUNDED_BY_ERROR_M = 20.0  # a disc is founded by what the phone measured, not by the door
BUFFER_M = 100.0
IOU_EVERY = 9
BASELINE_WALKS = 50


@dataclass(slots=True)
class Outcome:
    """What one resident's trial gave: scores by viewer and attack, and figures about use."""

    home: dict[str, Score] = field(default_factory=dict)
    area: dict[str, Score] = field(default_factory=dict)
    second: dict[str, Score] = field(default_factory=dict)
    baselines: dict[str, Score] = field(default_factory=dict)
    pooled: dict[str, Score] = field(default_factory=dict)
    luck: np.ndarray | None = None
    walks: int = 0
    pictures: int = 0
    discs: int = 0
    rests: int = 0
    discs_over_home: int = 0
    visible: list[float] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    octets: list[int] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)
    place: Case | None = None
    signs: Floats | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a run of the bench was asked for."""

    residents: int
    walks: int
    seed: int
    rests: bool
    visits: tuple[float, float]
    taste: float
    wander: bool
    with_baselines: bool
    with_two: bool


def attempt(town: Town, who: Inhabitant, number: int, order: Order) -> Outcome:
    """Walk, release, attack; the same order and number give the same outcome.

    The baselines and the second account of a home are tried with every other resident, for the sake of time.
    """
    rng = np.random.default_rng((order.seed, number))
    account, walks = _live(town, who, order, rng)
    case, second = _case(town, who, account, walks), _second(town, who, account, walks)
    outcome = Outcome(home=attack_all(case), area=attack_area(case), case=case)
    outcome.luck = by_luck(case, outcome.home, rng.spawn(1)[0])
    outcome.place, outcome.signs = case.without_streets(), signs(case)
    outcome.pooled["`route` and `drawing`"] = attack_pooled(case, walks)
    if second:
        outcome.second = attack_all(second)
    if order.with_two and number % 2 == 0:
        outcome.pooled |= attack_two_accounts(case, _other_account(town, who, case, order, rng))
    if order.with_baselines and number % 2 == 0:
        exact = [walk.exact for walk in walks[:BASELINE_WALKS]]
        outcome.baselines = attack_baselines(case, exact, rng)
    _measure_use(outcome, walks)
    outcome.discs = len(account.discs)
    outcome.rests = sum(disc.is_rest for disc in account.discs)
    outcome.discs_over_home = _over(account, town, house_at(town, who.habits.house))
    return outcome


def learn(outcomes: Sequence[Outcome]) -> None:
    """Add what is found by somebody who knows where all the others live, and learnt from their pictures."""
    known = [(one, one.place, one.signs) for one in outcomes if one.place and one.signs is not None]
    guesses = learnt([place for _, place, _ in known], [signs for *_, signs in known])
    for (one, place, _), guess in zip(known, guesses, strict=True):
        one.pooled[LEARNT] = score(place, guess)


def _live(town: Town, who: Inhabitant, order: Order, rng: np.random.Generator) -> tuple[Account, list[Released]]:
    account = Account(Random(int(rng.integers(2**60))))
    bodies = (body for _, body in walks_of(who, order.walks, rng, order.visits))
    return account, release_all(account, bodies, town.streets.plane)


def _case(town: Town, who: Inhabitant, account: Account, walks: Sequence[Released]) -> Case:
    return _place(town, house_at(town, who.habits.house), account, walks)


def _second(town: Town, who: Inhabitant, account: Account, walks: Sequence[Released]) -> Case | None:
    place = house_at(town, who.habits.friend_house)
    return _place(town, place, account, walks) if _over(account, town, place) else None


def _place(town: Town, place: Floats, account: Account, walks: Sequence[Released]) -> Case:
    """The attacker's case for a place, with the disc that hides it named first.

    Where that is one which hides only in walks that rest there, these walks are all that tell of the place.
    """
    plane = town.streets.plane
    disc = _disc_of(account, town, place)
    always = [other for other in account.discs if not other.is_rest and other != disc]
    ordered = circles([disc, *always], plane)
    ways, addresses, nodes = surroundings(town, ordered[0, :2])
    away = np.hypot(*(addresses - ordered[0, :2]).T)
    founder = np.hypot(*(ordered[0, :2] - place)) <= disc.rho_m + FOUNDED_BY_ERROR_M
    prior = (away <= (disc.rho_m + FOUNDED_BY_ERROR_M if founder else ordered[0, 2])).astype(float)
    shown = [walk.route for walk in walks if walk.route]
    if disc.is_rest:
        shown = [walk for walk in shown if (walk.at_rest == ordered[0]).all(axis=1).any()]
    return Case(place, addresses, nodes, ways, ordered, prior / prior.sum(), shown)


def _disc_of(account: Account, town: Town, place: Floats) -> Disc:
    """The oldest disc that the place itself may have founded, else the nearest: the attacker is told which.

    One that hides in every walk is taken first, since every walk tells of it.
    """
    known = sorted(account.discs, key=lambda disc: disc.is_rest)
    away = np.hypot(*(circles(known, town.streets.plane)[:, :2] - place).T)
    able = np.flatnonzero(away <= np.array([disc.rho_m for disc in known]) + FOUNDED_BY_ERROR_M)
    return known[int(able[0]) if len(able) else int(away.argmin())]


def _over(account: Account, town: Town, place: Floats) -> int:
    """How many discs hide a place."""
    discs = circles(account.discs, town.streets.plane)
    return len(np.unique(discs[np.hypot(*(discs[:, :2] - place).T) < discs[:, 2]], axis=0))


def _other_account(town: Town, who: Inhabitant, case: Case, order: Order, rng: np.random.Generator) -> Case:
    """Somebody else of the same home: the same rounds and friend, discs and lattice of their own."""
    account, walks = _live(town, who, order, rng)
    other = _case(town, who, account, walks)
    away = np.hypot(*(case.addresses - other.discs[0, :2]).T)
    prior = (away <= account.discs[0].rho_m + FOUNDED_BY_ERROR_M).astype(float)
    prior = prior / prior.sum() if prior.sum() else case.prior
    return replace(case, discs=other.discs, prior=prior, shown=other.shown)


def _measure_use(outcome: Outcome, walks: Sequence[Released]) -> None:
    """How much of a walk the picture tells to somebody who knows the town."""
    outcome.walks, outcome.pictures = len(walks), sum(walk.route is not None for walk in walks)
    outcome.forms = Counter(walk.glyph for walk in walks)
    for walk in walks[::IOU_EVERY]:
        line = shapely.LineString(thinned(walk.exact))
        if walk.route is None:
            outcome.visible.append(0.0)
            outcome.overlap.append(0.0)
            continue
        outcome.visible.append(_near(line, walk.route) / line.length)
        patch, truth = _lines(walk.route).buffer(BUFFER_M), line.buffer(BUFFER_M)
        outcome.overlap.append(patch.intersection(truth).area / patch.union(truth).area)
        outcome.octets.append(walk.octets)


def _lines(shown: Shown) -> shapely.MultiLineString:
    return shapely.MultiLineString([shapely.LineString(line) for line in shown.lines])


def _near(line: shapely.LineString, shown: Shown) -> float:
    """Metres of the walk that lie within a cell of what was shown."""
    return line.intersection(_lines(shown).buffer(150.0)).length


def forms_bits(outcomes: Sequence[Outcome]) -> tuple[float, int]:
    """Bits that one drawing carries at most here (the entropy of all forms), and how many forms were drawn."""
    count = np.array(list(Counter(chain.from_iterable(one.forms.elements() for one in outcomes)).values()), dtype=float)
    share = count / count.sum()
    return float(-(share * np.log2(share)).sum()), len(count)
