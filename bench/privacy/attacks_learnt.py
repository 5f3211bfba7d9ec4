"""The attack of somebody who knows where others live, and learnt from their pictures how these lie around a home."""

from collections.abc import Iterable, Sequence

import numpy as np

from app.demo.streets import Floats
from bench.privacy.attacks_bayes import believed, distinct
from bench.privacy.attacks_curls import CELLS
from bench.privacy.case import Case, Guess

LEAST_M = 1.0
LEAST_OTHERS = 10


def signs(case: Case) -> Floats:
    """What is learnt from: how many different pictures lie to which side of the disc's centre, shape (2, 4)."""
    return signs_of(walk.cells - case.discs[0, :2] for walk in distinct(case) if len(walk.cells))


def signs_of(pictures: Iterable[Floats]) -> Floats:
    """The same of pictures whose cells (n, 2), at least one each, lie so far from the disc's centre, metres.

    Curls and others apart, by their farthest cell and by their middle: sums of unit vectors.
    """
    total = np.zeros((2, 4))
    for away in pictures:
        kind = int(len(away) == CELLS)
        total[:, kind] += _unit(away[np.hypot(*away.T).argmax()])
        total[:, kind + 2] += _unit(away.mean(axis=0))
    return total


def weights_of(seen: Floats, offsets: Floats) -> Floats:
    """By least squares, how signs (n, 2, k) make offsets (n, 2) from the disc's centre, shape (k,)."""
    weights, *_ = np.linalg.lstsq(seen.reshape(-1, seen.shape[-1]), offsets.ravel(), rcond=None)
    return weights.astype(np.float64)


def learnt(cases: Sequence[Case], seen: Sequence[Floats]) -> list[Guess]:
    """A guess for each place: how far it lies from the disc's centre, by least squares over all others."""
    if len(cases) <= LEAST_OTHERS:
        return [believed(case, case.prior) for case in cases]
    offsets, seen_ = np.array([case.home - case.discs[0, :2] for case in cases]), np.array(seen)
    return [_guess(case, number, offsets, seen_) for number, case in enumerate(cases)]


def _guess(case: Case, number: int, offsets: Floats, seen: Floats) -> Guess:
    others = np.arange(len(offsets)) != number
    weights, truth = weights_of(seen[others], offsets[others]), offsets[others]
    left, before = max(float((truth - seen[others] @ weights).std()), LEAST_M), float(truth.std())
    if left >= before:
        return believed(case, case.prior)
    # Least squares draw towards the middle, where most homes are; the prior says that already.
    width = 1 / (1 / left**2 - 1 / before**2)
    middle = case.discs[0, :2] + seen[number] @ weights * (1 + width / before**2)
    belief = case.prior * np.exp(-((case.addresses - middle) ** 2).sum(axis=1) / (2 * width))
    return believed(case, belief / belief.sum() if belief.sum() else case.prior)


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.hypot(*vector)), LEAST_M)
