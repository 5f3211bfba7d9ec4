"""The Bayesian attack of somebody who knows the lattice and how near pictures are drawn on its gates."""

from functools import lru_cache

import numpy as np

from app.demo.streets import Floats, Ints
from app.phatic.blur import VEILS_M
from app.phatic.gates import APART_M, NEAR_M
from bench.privacy import attacks_bayes as bayes
from bench.privacy.attacks_bayes import FAR_M, ROUNDED_M, believed, covered, log, posterior, targets, veil_of
from bench.privacy.case import Case, Guess, Shown, inside

SAME_M = 30.0
SPOTS = 3  # where in a gate's reach somebody walked is not known: so many nodes stand for all


def way_stays_in_what_was_shown(case: Case, blur_m: float) -> Guess:
    """The shortest way from home to each gate's reach must lie in the reach of gates that were shown."""
    return believed(case, posterior(case, _ways(case, blur_m)))


def both(case: Case, blur_m: float) -> Guess:
    """That, and the exits of who knows the veil."""
    return believed(case, posterior(case, _ways(case, blur_m) + bayes.exits(case, blur_m, VEILS_M)))


@lru_cache(maxsize=8)
def _ways(case: Case, blur_m: float) -> Floats:
    """Log-likelihood (a,) of the length that each address's ways run where a picture would show them and does not."""
    streets = case.ways.streets
    nodes = np.column_stack([streets.x, streets.y])
    total = np.zeros(len(case.addresses))
    for walk in bayes.distinct(case):
        if not len(walk.cells):
            continue
        near, visible, reach = _drawn(case, walk.at_rest.tobytes(), veil_of(case, walk, VEILS_M))
        in_reach = visible & near & _were_shown(case.gates, walk)[reach]
        astray = visible & np.where(near, ~in_reach, ~covered(nodes, walk, 90.0 + blur_m))
        for spots in _spots(case, walk, np.where(in_reach, reach, -1)):
            metres = [case.ways.sum_along(spot, astray.astype(float))[case.nodes] for spot in spots]
            total += np.log(np.mean([np.exp(log(np.minimum(far, FAR_M), blur_m)) for far in metres], axis=0))
    return total


@lru_cache(maxsize=32)
def _drawn(case: Case, at_rest: bytes, veil_m: float) -> tuple[np.ndarray, np.ndarray, Ints]:
    """Which nodes (n,) are drawn at gates, which can be seen, and the gate that the service would draw each at."""
    discs = np.concatenate([case.discs, np.frombuffer(at_rest).reshape(-1, 3)])
    nodes, gates = np.column_stack([case.ways.streets.x, case.ways.streets.y]), case.gates.copy()
    gates[inside(discs, gates, veil_m + APART_M - ROUNDED_M)] = FAR_M
    nearest = np.hypot(*(nodes[:, None] - gates).transpose(2, 0, 1)).argmin(axis=1)
    return inside(discs, nodes, NEAR_M), ~inside(discs, nodes, veil_m), nearest


def _were_shown(gates: Floats, walk: Shown) -> np.ndarray:
    return (np.hypot(*(gates[:, None] - walk.cells).transpose(2, 0, 1)) < SAME_M).any(axis=1)


def _spots(case: Case, walk: Shown, gate_of: Ints) -> list[list[int]]:
    """Nodes that somebody passed, those of one gate together: a walk came to one of them at least."""
    far = walk.cells[~case.hidden_in(walk, walk.cells, NEAR_M)]
    spots = [[target] for target in targets(case, far)] if len(far) else []
    for gate in np.unique(gate_of[gate_of >= 0]):
        nodes = np.flatnonzero(gate_of == gate)
        spots.append(nodes[np.linspace(0, len(nodes) - 1, min(SPOTS, len(nodes))).astype(int)].tolist())
    return spots
