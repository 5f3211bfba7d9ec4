"""Attacks that measure along the streets: how far is each address from where the lines end?"""

import numpy as np

from app.demo.streets import Floats
from bench.privacy.attacks_points import ends
from bench.privacy.case import Case, Guess, Shown

ROBUST_M = 35.0
DETOURS, DETOUR_M, LUCK = 0.3, 200.0, 0.01  # most walks go the shortest way in the hidden part, some do not
FAR_M = 1e5
TYPICAL_HIDDEN_M = 900.0  # both ends together, in a disc of 400 m, when nobody publishes a total
TRIMS_M = np.arange(50.0, 1001.0, 25.0)
SAME_M = 15.0
SIZE_BLUR_M = 300.0


def distances(case: Case, points: Floats) -> Floats:
    """Metres along the streets from each point (n, 2) to the door of each address (a,), shape (n, a)."""
    streets = case.ways.streets
    nodes = np.column_stack([streets.x, streets.y])
    to_door = np.hypot(*(nodes[case.nodes] - case.addresses).T)
    rows = []
    for point in points:
        away = np.hypot(*(nodes - point).T)
        beside = np.argpartition(away, 2)[:2]
        rows.append(np.min([away[node] + case.ways.tree(int(node))[0][case.nodes] for node in beside], axis=0))
    return np.minimum(np.array(rows) + to_door, FAR_M)


def hidden_distance(case: Case) -> Guess:
    """Hidden distance against street distances (Dhondt et al. 2022): total less visible must lead to the door.

    Without a published total the attacker takes what is usual for a disc of 400 m.
    """
    walks = [walk for walk in case.shown if walk.lines]
    published = [(walk, walk.total_m) for walk in walks if walk.total_m is not None]
    fit = np.zeros(len(case.addresses))
    if not published:
        for walk in walks:
            fit += _near(_to_both_ends(case, walk) - TYPICAL_HIDDEN_M)
        return _least(case, -fit)
    for walk, total_m in published:
        off = _to_both_ends(case, walk) - (total_m - walk.length_m)
        # No hidden way is shorter than the shortest; one that comes back by another street is longer.
        detour = np.where(off < 0, np.exp(np.minimum(off, 0) / DETOUR_M), _near(off))
        fit += np.log((1 - DETOURS) * _near(off) + DETOURS * detour + LUCK)
    return Guess(case.addresses[int(fit.argmax())])


def size_likelihood(case: Case) -> Floats:
    """How well (a,) each address fits the three sizes of the drawings: visible and hidden together lie in a class."""
    log = np.zeros(len(case.addresses))
    for walk in case.shown:
        if walk.lines and walk.total_between_m is not None:
            low, high = walk.total_between_m
            whole = _to_both_ends(case, walk) + walk.length_m
            off = np.maximum(np.maximum(low - whole, whole - high), 0)
            log += np.log(0.3 + 0.7 * np.exp(-((off / SIZE_BLUR_M) ** 2) / 2))
    return np.exp(log - log.max())


def _to_both_ends(case: Case, walk: Shown) -> Floats:
    """Metres (a,) from each address to the two ends of the walk that lie nearest to the disc, or first and last."""
    points = np.array([walk.lines[0][0], walk.lines[-1][-1]])
    if len(case.discs):
        every = np.array([point for line in walk.lines for point in (line[0], line[-1])])
        points = every[np.argsort(np.hypot(*(every - case.discs[0, :2]).T))[:2]]
    return distances(case, points).sum(axis=0)


def constant_trim(case: Case) -> Guess:
    """Constant trim: if the same length is cut from every end, one address is that far from all of them."""
    points = np.unique(np.round(ends(case) / SAME_M), axis=0) * SAME_M
    far = distances(case, points)
    fit = _near(far[None] - TRIMS_M[:, None, None]).sum(axis=1)
    return _least(case, -fit.max(axis=0))


def _near(off_m: Floats) -> Floats:
    return np.exp(-((off_m / ROBUST_M) ** 2) / 2)


def _least(case: Case, misfit: Floats) -> Guess:
    """The middle of the addresses that fit best; one is as likely as the next beside it."""
    best = np.argsort(misfit, kind="stable")[:3]
    return Guess(np.median(case.addresses[best], axis=0))
