"""Attacks that need no street map: they look at where lines end, how they run, and what stays blank."""

import numpy as np

from app.demo.streets import Floats
from bench.privacy.case import Case, Guess

NEAR_M = 40.0
RADII_M = (100.0, 1200.0)
TRIPLES = 600
RIM_M = 20.0
BACK_M = 1000.0
GRID_M = 25.0
COARSE_M = 50.0
AROUND_M = 350.0


def ends(case: Case) -> Floats:
    """Both ends (n, 2) of every line as shown; who knows the disc looks only at those around it."""
    points = np.array([point for walk in case.shown for line in walk.lines for point in (line[0], line[-1])])
    if len(case.discs):
        x, y, radius = case.discs[0]
        around = np.hypot(points[:, 0] - x, points[:, 1] - y) < radius + AROUND_M
        points = points[around] if around.any() else points
    return points


def clustering(case: Case) -> Guess:
    """Clustering of ends (Hassan et al. 2018): the densest spot among all ends."""
    points = ends(case)
    away = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    best = int((away < NEAR_M).sum(axis=1).argmax())
    return Guess(points[away[best] < NEAR_M].mean(axis=0))


def averaging(case: Case) -> Guess:
    """Geometric median of all ends: fresh noise averages out."""
    return Guess(_median(ends(case)))


def _median(points: Floats) -> Floats:
    middle = np.median(points, axis=0)
    for _ in range(60):
        weight = 1 / np.maximum(np.hypot(*(points - middle).T), 1.0)
        middle = (points * weight[:, None]).sum(axis=0) / weight.sum()
    return middle


def circle_fit(case: Case) -> Guess:
    """The circle on which most ends lie (Hassan et al. 2018); its centre is the guess."""
    points = ends(case)
    rng = np.random.default_rng(len(points))
    a, b, c = points[rng.integers(0, len(points), (3, TRIPLES))]
    centre, radius = _circles(a, b, c)
    good = (radius > RADII_M[0]) & (radius < RADII_M[1])
    if not good.any():
        return averaging(case)
    centre, radius = centre[good], radius[good]
    off = np.abs(np.hypot(*(points[None] - centre[:, None]).transpose(2, 0, 1)) - radius[:, None])
    best = int((off < RIM_M).sum(axis=1).argmax())
    return Guess(_least_squares_circle(points[off[best] < RIM_M], centre[best]))


def _circles(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Centres (n, 2) and radii (n,) of the circles through three points each."""
    p, q = b - a, c - a
    cross = 2 * (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        pp, qq = (p**2).sum(axis=1), (q**2).sum(axis=1)
        off = np.column_stack([q[:, 1] * pp - p[:, 1] * qq, p[:, 0] * qq - q[:, 0] * pp]) / cross[:, None]
    return a + off, np.hypot(*off.T)


def _least_squares_circle(points: Floats, middle: Floats) -> Floats:
    """The centre (2,) of the circle closest to the points (n, 2), by Kåsa's linear fit."""
    flat = points - middle
    matrix = np.column_stack([2 * flat, np.ones(len(flat))])
    solution, *_ = np.linalg.lstsq(matrix, (flat**2).sum(axis=1), rcond=None)
    return middle + solution[:2]


def heading(case: Case) -> Guess:
    """Heading intersection: follow each line backward beyond its end, and see where these rays cross."""
    near = {tuple(point) for point in ends(case).tolist()}
    rays = [ray for walk in case.shown for line in walk.lines for ray in _rays(line) if tuple(ray[0].tolist()) in near]
    if not rays:
        return averaging(case)
    start, back = (np.array(part) for part in zip(*rays, strict=True))
    spots = _grid(np.median(start, axis=0), BACK_M, COARSE_M)
    rel = spots[:, None] - start[None]
    along = (rel * back).sum(axis=2)
    across = np.abs(rel[..., 0] * back[:, 1] - rel[..., 1] * back[:, 0])
    vote = np.where((along > 0) & (along < BACK_M), np.exp(-((across / 40.0) ** 2) / 2), 0).sum(axis=1)
    return Guess(spots[int(vote.argmax())])


def _rays(whole: Floats) -> list[tuple[Floats, Floats]]:
    """Both ends (2,) of a line with the direction (2,) backward out of it, taken over the first 120 m."""
    rays = []
    for line in (whole, whole[::-1]):
        length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        onward = line[min(int(np.searchsorted(length, 120.0)), len(line) - 1)]
        back = line[0] - onward
        if np.hypot(*back) > 1:
            rays.append((line[0], back / np.hypot(*back)))
    return rays


def _grid(middle: Floats, reach: float, step: float) -> Floats:
    axis = np.arange(-reach, reach + 1, step)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel()]) + middle


def frequency(case: Case) -> Guess:
    """Cell frequency: the cell shown most often, weighed with its neighbours."""
    cells = np.concatenate([walk.cells for walk in case.shown if len(walk.cells)])
    spots, count = np.unique(np.round(cells), axis=0, return_counts=True)
    away = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    crowd = (np.exp(-((away / 60.0) ** 2) / 2) * count).sum(axis=1)
    return Guess(spots[int(crowd.argmax())])


def deepest(case: Case) -> Guess:
    """Deepest point of the hole: the blank spot farthest from all that was shown, with shown things all around."""
    cells = np.concatenate([walk.cells for walk in case.shown if len(walk.cells)])
    lines = [line for walk in case.shown for line in walk.lines]
    points = np.unique(np.round(np.concatenate([cells, *lines]) / 20), axis=0) * 20
    middle = np.median(ends(case), axis=0) if lines else np.median(cells, axis=0)
    spots = _grid(middle, BACK_M, COARSE_M)
    rel = points[None] - spots[:, None]
    away = np.hypot(rel[..., 0], rel[..., 1])
    sector = ((np.arctan2(rel[..., 1], rel[..., 0]) + np.pi) / (2 * np.pi) * 7.999).astype(int)
    close = away < 800.0
    around = sum((close & (sector == eighth)).any(axis=1).astype(int) for eighth in range(8))
    depth = np.where(around >= 6, away.min(axis=1), 0) if (around >= 6).any() else away.min(axis=1) * (around >= 4)
    best = spots[int(depth.argmax())]
    fine = _grid(best, COARSE_M, GRID_M / 2)
    rim = np.hypot(*(points[None] - fine[:, None]).transpose(2, 0, 1)).min(axis=1)
    return Guess(fine[int(rim.argmax())])
