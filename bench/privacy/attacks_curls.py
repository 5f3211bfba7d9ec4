"""The Bayesian attacks of somebody who knows that a curl is no place, and tells only to which side a walk went."""

from functools import lru_cache

import numpy as np

from app.demo.streets import Floats
from bench.privacy import attacks_bayes as bayes
from bench.privacy.attacks_bayes import VEILS, believed, posterior, veil_of
from bench.privacy.case import Case, Guess, Shown

TARGETS, WITHIN_M = 120, 1700.0
REACH_M = (450.0, 1500.0)  # how far from home walks turn back
CELLS = 6
CURL_M = 1600.0  # a curl farther away stands beside another disc
WIDTH = np.pi / 9  # of the directions that one curl stands for
LEAST_M = 75.0
DOUBT = 0.02


def sides(case: Case) -> Guess:
    """From home, many ways must lead to the sides where curls are, and stay near the disc."""
    return believed(case, posterior(case, _sides(case)))


def sides_ways_and_exits(case: Case, blur_m: float) -> Guess:
    """That, and what pictures farther away tell to who knows the veil."""
    far = case.with_shown([walk for walk in case.shown if veil_of(case, walk, VEILS)])
    total = _sides(case) + bayes.ways(far, blur_m, VEILS) + bayes.exits(far, blur_m, VEILS)
    return believed(case, posterior(case, total))


@lru_cache(maxsize=2)
def _sides(case: Case) -> Floats:
    """Log-likelihood (a,) of the sides that were shown: of all walks from each address that are shown at all."""
    heading, is_shown, is_near = _walks(case)
    shown, total = is_shown.sum(axis=0), np.zeros(len(case.addresses))
    for walk in bayes.distinct(case):
        for side in _curls(case, walk):
            alike = np.exp((np.cos(heading - side) - 1) / WIDTH**2) * is_near
            total += np.log(DOUBT + alike.sum(axis=0) / np.maximum(shown, 1.0))
    return total


def _curls(case: Case, walk: Shown) -> list[float]:
    """The side of the curl that this walk shows beside the disc around this place, if there is one."""
    if len(walk.cells) != CELLS or veil_of(case, walk, VEILS):
        return []
    x, y = walk.cells.mean(axis=0) - case.discs[0, :2]
    return [float(np.arctan2(y, x))] if np.hypot(x, y) < CURL_M else []


def _walks(case: Case) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Walks to many places from each address: heading, whether anything is shown of it, and whether a curl (t, a)."""
    nodes = np.column_stack([case.ways.streets.x, case.ways.streets.y])
    hidden, veiled = case.hidden(nodes), case.hidden(nodes, VEILS[0])
    rng = np.random.default_rng(0)
    turn, far = rng.uniform(-np.pi, np.pi, TARGETS), rng.uniform(case.discs[0, 2], WITHIN_M, TARGETS)
    spots = case.discs[0, :2] + far[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    targets = np.array([case.ways.node(spot) for spot in spots])
    targets = targets[~hidden[targets]]
    out = np.array([nodes[target] - nodes[_exits(case, int(target), hidden)] for target in targets])
    reach = np.hypot(*(nodes[targets][:, None] - case.addresses).transpose(2, 0, 1))
    is_shown = (reach > REACH_M[0]) & (reach < REACH_M[1]) & (np.hypot(*out.transpose(2, 0, 1)) > LEAST_M)
    is_shown &= np.array([np.isfinite(case.ways.tree(int(target))[0][case.nodes]) for target in targets])
    return np.arctan2(out[..., 1], out[..., 0]), is_shown, is_shown & veiled[targets][:, None]


def _exits(case: Case, target: int, hidden: np.ndarray) -> np.ndarray:
    """Where the way from each address (a,) to a target comes into sight."""
    _, onward = case.ways.tree(target)
    jump = np.where(hidden, onward, np.arange(len(hidden)))
    while not np.array_equal(jump, further := jump[jump]):
        jump = further
    return jump[case.nodes]
