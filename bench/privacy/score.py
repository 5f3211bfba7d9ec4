"""Every attack on every resident, and how near each came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from app.demo.streets import Floats
from bench.privacy import attacks_bayes as bayes
from bench.privacy import attacks_curls as curls
from bench.privacy import attacks_points as points
from bench.privacy import attacks_streets as streets
from bench.privacy import baselines
from bench.privacy.case import Case, Guess, Shown
from bench.privacy.releasing import SIZES_M, Released

FINE_M, COARSE_M = 30.0, 110.0  # how exact an attacker takes a raw line, and a line through cells, to be
CREDIBLE = 0.5
# How much an attacker trusts their own reckoning; who knows best how much is taken at their word.
TEMPERS = (0.05, 0.1, 0.2, 0.35, 0.6, 1.0)
LEAST_BELIEF = 1e-4
DRAWS = 500

Attack = Callable[[Case], Guess]

ATTACKS: dict[str, Attack] = {
    "disc only": bayes.known_from_disc,
    "clustering of ends": points.clustering,
    "averaging (geometric median)": points.averaging,
    "circle fit (Hassan)": points.circle_fit,
    "hidden distance (Dhondt)": streets.hidden_distance,
    "constant trim": streets.constant_trim,
    "heading intersection": points.heading,
    "cell frequency": points.frequency,
    "deepest point of the hole": points.deepest,
    "Bayes: exits on the way": partial(bayes.exits_on_the_way, blur_m=COARSE_M),
    "Bayes: way stays in what was shown": partial(bayes.way_stays_in_what_was_shown, blur_m=COARSE_M),
    "Bayes: both": partial(bayes.both, blur_m=COARSE_M),
    "Bayes: way stays, knowing the veil": partial(
        bayes.way_stays_in_what_was_shown, blur_m=COARSE_M, veils=bayes.VEILS
    ),
    "Bayes: both, knowing the veil": partial(bayes.both, blur_m=COARSE_M, veils=bayes.VEILS),
    "Bayes: sides, from curls": curls.sides,
    "Bayes: sides, ways and exits": partial(curls.sides_ways_and_exits, blur_m=COARSE_M),
}
LEARNT = "learnt from other homes"
NEEDS_LINES = {
    "clustering of ends",
    "averaging (geometric median)",
    "circle fit (Hassan)",
    "hidden distance (Dhondt)",
    "constant trim",
    "heading intersection",
    "Bayes: exits on the way",
    "Bayes: both",
    "Bayes: both, knowing the veil",
    "Bayes: sides, ways and exits",
}
SIMPLE = ("clustering of ends", "circle fit (Hassan)", "hidden distance (Dhondt)", "constant trim")


@dataclass(frozen=True, slots=True)
class Score:
    """One attack on one place: its guess, the error in metres, rank of the true address, size of the 50 % credible set.

    `bits`: what it learnt beyond the disc about where within 50 m the home is, at each of `TEMPERS`.
    """

    point: tuple[float, float]
    error_m: float
    rank: int
    of: int
    credible: int | None
    bits: tuple[float, ...] | None


def score(case: Case, guess: Guess) -> Score:
    """How near a guess came."""
    truth = int(np.hypot(*(case.addresses - case.home).T).argmin())
    if guess.belief is None:
        away = np.hypot(*(case.addresses - guess.point).T)
        rank, credible, bits = int((away < away[truth]).sum()) + 1, None, None
    else:
        ahead, level = (guess.belief > guess.belief[truth]).sum(), (guess.belief == guess.belief[truth]).sum()
        rank = int(ahead + (level + 1) // 2)
        heap = np.cumsum(np.sort(guess.belief)[::-1])
        credible, bits = int(np.searchsorted(heap, CREDIBLE) + 1), bits_of(case, guess.belief)
    error_m = float(np.hypot(*(guess.point - case.home)))
    x, y = guess.point.tolist()
    return Score((x, y), error_m, rank, int((case.prior > 0).sum()), credible, bits)


def by_luck(case: Case, scores: dict[str, Score], rng: np.random.Generator) -> np.ndarray:
    """Which guesses (a, d) would be right if the home were another that the disc allows as well, drawn `DRAWS` times.

    So many would be found if pictures told nothing: the best of many attacks finds more than one guess from the disc.
    """
    homes = case.addresses[rng.choice(len(case.addresses), DRAWS, p=case.prior)]
    points = np.array([score.point for score in scores.values()])
    return np.hypot(*(points[:, None] - homes).transpose(2, 0, 1)) < bayes.WITHIN_M


def bits_of(case: Case, belief: Floats) -> tuple[float, ...]:
    """Log2 of the belief (a,) within 50 m of the home over what the disc alone gives there, at each of `TEMPERS`."""
    near, allowed = np.hypot(*(case.addresses - case.home).T) < bayes.WITHIN_M, case.prior > 0
    before = case.prior[near].sum()
    if not before:
        return (0.0,) * len(TEMPERS)
    learnt = np.log(np.maximum(belief[allowed], np.finfo(float).tiny) / case.prior[allowed])
    weights = np.exp(np.outer(TEMPERS, learnt - learnt.max())) * case.prior[allowed]
    after = weights[:, near[allowed]].sum(axis=1) / weights.sum(axis=1)
    return tuple(np.log2(np.maximum(after, LEAST_BELIEF) / before).tolist())


def attack_all(case: Case) -> dict[str, Score]:
    """All attacks on what a contact with `route` got."""
    return {name: score(case, attack(case)) for name, attack in ATTACKS.items()} if seen_anything(case) else blind(case)


def attack_area(case: Case) -> dict[str, Score]:
    """Those attacks that need no line, on what a contact with `area` got."""
    flat = case.with_shown([Shown((), walk.cells) for walk in case.shown])
    names = [name for name in ATTACKS if name not in NEEDS_LINES]
    return {name: score(flat, ATTACKS[name](flat)) for name in names} if seen_anything(case) else blind(case)


def seen_anything(case: Case) -> bool:
    """Whether any picture came out at all."""
    return any(len(walk.cells) and walk.lines for walk in case.shown)


def blind(case: Case) -> dict[str, Score]:
    """Without any picture every attacker knows the disc and no more."""
    return dict.fromkeys(ATTACKS, score(case, bayes.known_from_disc(case)))


def attack_pooled(case: Case, walks: Sequence[Released]) -> Score:
    """A contact at `route` and one at `drawing` put together what they have: lines, and the three sizes."""
    shown = [replace(walk.route, total_between_m=SIZES_M[walk.size]) for walk in walks if walk.route]
    both = case.with_shown(shown)
    if not seen_anything(both):
        return score(case, bayes.known_from_disc(case))
    belief = bayes.both(both, COARSE_M).belief
    assert belief is not None
    sized = belief * streets.size_likelihood(both)
    return score(case, bayes.believed(case, sized / sized.sum() if sized.sum() else belief))


def attack_two_accounts(case: Case, other: Case) -> dict[str, Score]:
    """Two people of one home, each with an account and discs of their own: what is known of each, multiplied."""
    beliefs = [bayes.both(one, COARSE_M).belief if seen_anything(one) else one.prior for one in (case, other)]
    pairs = {"two accounts of one home": beliefs, "two accounts, their discs only": [case.prior, other.prior]}
    products = {name: np.prod(np.array(pair), axis=0) for name, pair in pairs.items()}
    return {
        name: score(case, bayes.believed(case, product / product.sum() if product.sum() else case.prior))
        for name, product in products.items()
    }


def attack_baselines(case: Case, walks: list[Floats], rng: np.random.Generator) -> dict[str, Score]:
    """Each attack on the mechanism that it is known to break."""
    fine = baselines.fine_outside_disc(case, walks)
    raw, circle = baselines.raw(case, walks), baselines.centred_circle(case, walks)
    trials: dict[str, tuple[Case, Attack]] = {
        "raw: clustering of ends": (raw, points.clustering),
        "raw: cell frequency": (raw, points.frequency),
        "fresh noise: averaging": (baselines.fresh_noise(case, walks, rng), points.averaging),
        "centred circle: circle fit": (circle, points.circle_fit),
        "centred circle: heading": (circle, points.heading),
        "centred circle: deepest point": (circle, points.deepest),
        "trim with total: hidden distance": (baselines.trim_with_total(case, walks), streets.hidden_distance),
        "trim of 250 m: constant trim": (baselines.constant_trim(case, walks), streets.constant_trim),
        "disc, fine line: exits": (fine, partial(bayes.exits_on_the_way, blur_m=FINE_M)),
        "disc, fine line: ways": (fine, partial(bayes.way_stays_in_what_was_shown, blur_m=FINE_M)),
        "disc, fine line: both": (fine, partial(bayes.both, blur_m=FINE_M)),
    }
    return {name: score(there, attack(there)) for name, (there, attack) in trials.items() if seen_anything(there)}
