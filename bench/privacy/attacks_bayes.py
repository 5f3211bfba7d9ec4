"""Two Bayesian attacks over all addresses, given the exact discs, and what two viewers know together."""

from functools import lru_cache

import numpy as np

from app.demo.streets import Floats
from app.phatic.blur import VEIL_M
from bench.privacy.case import Case, Guess, Shown, inside

DOUBT = 0.1  # a walk need not go the shortest way
FOLLOWS_M = (300.0, 700.0, 1500.0)
AROUND_M = 350.0
WITHIN_M = 50.0
FAR_M = 1e5
ROUNDED_M = 3.0  # the town's metres are not the lattice's to the last one

Veils = tuple[float, ...]
DISC_AS_IT_IS: Veils = (0.0,)
VEILS: Veils = (VEIL_M, 0.0)


def known_from_disc(case: Case) -> Guess:
    """Nothing but the disc: every address within rho of its centre is as likely as the next."""
    return believed(case, case.prior)


def believed(case: Case, belief: Floats) -> Guess:
    """The address with most belief within 50 m: the best answer to the question that the bars ask."""
    some = np.flatnonzero(belief > 0)
    spots = case.addresses[some]
    near = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) < WITHIN_M
    return Guess(spots[int((near * belief[some]).sum(axis=1).argmax())], belief)


def distinct(case: Case) -> list[Shown]:
    """Every picture once: an earlier Sketch that is shown again tells nothing new."""
    seen: dict[bytes, Shown] = {}
    for walk in case.shown:
        parts = (*walk.lines, walk.cells, walk.at_rest)
        seen.setdefault(b"|".join(np.round(part).tobytes() for part in parts), walk)
    return list(seen.values())


def exits_on_the_way(case: Case, blur_m: float, veils: Veils = DISC_AS_IT_IS) -> Guess:
    """Every exit must lie on a nearly shortest way from home to what follows.

    `veils`: metres by which a picture may stay further from discs, largest first. Who knows them takes as hidden all
    that the largest one hides which hides none of the picture's cells; that is how the service chose it.
    """
    return believed(case, posterior(case, exits(case, blur_m, veils)))


def way_stays_in_what_was_shown(case: Case, blur_m: float, veils: Veils = DISC_AS_IT_IS) -> Guess:
    """The shortest way from home to what was shown must stay in what was shown."""
    return believed(case, posterior(case, ways(case, blur_m, veils)))


def both(case: Case, blur_m: float, veils: Veils = DISC_AS_IT_IS) -> Guess:
    """Exits and ways together."""
    return believed(case, posterior(case, exits(case, blur_m, veils) + ways(case, blur_m, veils)))


def posterior(case: Case, log_likelihood: Floats) -> Floats:
    """Belief (a,) in each address, after what was seen."""
    allowed = case.prior > 0
    weight = np.where(allowed, np.exp(log_likelihood - log_likelihood[allowed].max()), 0) * case.prior
    return weight / weight.sum()


@lru_cache(maxsize=8)
def exits(case: Case, blur_m: float, veils: Veils = DISC_AS_IT_IS) -> Floats:
    """Log-likelihood (a,) of the detours that each address would make through each exit."""
    total = np.zeros(len(case.addresses))
    for walk in distinct(case):
        around_m = AROUND_M + veil_of(case, walk, veils)
        for line in walk.lines:
            for from_end in (line, line[::-1]):
                if _leaves_home(case, from_end[0], around_m):
                    total += log(np.mean([_detour(case, from_end, ahead) for ahead in FOLLOWS_M], axis=0), blur_m)
    return total


def _leaves_home(case: Case, point: Floats, around_m: float) -> bool:
    x, y, radius = case.discs[0]
    return bool(np.hypot(point[0] - x, point[1] - y) < radius + around_m)


def _detour(case: Case, line: Floats, ahead_m: float) -> Floats:
    """Metres (a,) by which the way from each address through the line's end to what follows is too long."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = min(int(np.searchsorted(length, ahead_m)), len(line) - 1)
    door, follows = case.ways.node(line[0]), case.ways.node(line[at])
    to_door, to_follows = (np.minimum(case.ways.tree(node)[0], FAR_M) for node in (door, follows))
    return to_door[case.nodes] + to_follows[door] - to_follows[case.nodes]


@lru_cache(maxsize=8)
def ways(case: Case, blur_m: float, veils: Veils) -> Floats:
    """Log-likelihood (a,) of the length that each address's way to shown places runs outside discs and unshown."""
    streets = case.ways.streets
    nodes = np.column_stack([streets.x, streets.y])
    visible = {veil: ~case.hidden(nodes, veil) for veil in veils}
    total = np.zeros(len(case.addresses))
    for walk in distinct(case):
        if len(walk.cells):
            veil = veil_of(case, walk, veils)
            unshown = visible[veil] & ~inside(walk.at_rest, nodes, veil) & ~covered(nodes, walk, 90.0 + blur_m)
            for target in targets(case, walk.cells):
                astray = case.ways.sum_along(target, unshown.astype(float))[case.nodes]
                total += log(np.minimum(astray, FAR_M), blur_m)
    return total


def veil_of(case: Case, walk: Shown, veils: Veils) -> float:
    """The largest veil under which none of these cells would be hidden, else the smallest."""
    return next((veil for veil in veils if not case.hidden_in(walk, walk.cells, veil - ROUNDED_M).any()), veils[-1])


def covered(nodes: Floats, walk: Shown, within_m: float) -> np.ndarray:
    """Which nodes (n,) lie close to what this walk showed."""
    spots = np.unique(np.round(np.concatenate([walk.cells, *walk.lines]) / 30), axis=0) * 30
    x, y, close = nodes[:, 0], nodes[:, 1], np.zeros(len(nodes), dtype=bool)
    for spot in spots:
        close |= (x - spot[0]) ** 2 + (y - spot[1]) ** 2 < within_m**2
    return close


def targets(case: Case, cells: Floats) -> list[int]:
    """Nodes at the cells (c, 2) nearest to the home's disc, and at those some way on; cells need no order."""
    away = np.hypot(cells[:, 0] - case.discs[0, 0], cells[:, 1] - case.discs[0, 1])
    order = np.argsort(away)
    picked = cells[order[[0, len(order) // 3, (2 * len(order)) // 3]]]
    return list({case.ways.node(cell) for cell in picked})


def log(metres: Floats, blur_m: float) -> Floats:
    """Log-likelihood of so many metres that should have been none."""
    return np.log(DOUBT + (1 - DOUBT) * np.exp(-((np.maximum(metres, 0) / blur_m) ** 2) / 2))
