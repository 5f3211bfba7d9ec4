"""What other services do, so that the attacks can show that they work: raw, circle, trim, noise."""

import numpy as np

from app.demo.streets import Floats
from bench.privacy.case import Case, Shown

STEP_M = 15.0
RADIUS_M = 400.0
TRIM_M = 250.0
NOISE_M = 200.0
CELL_M = 50.0
PUBLISHED_M = 10.0  # totals are published to 0.01 km


def raw(case: Case, walks: list[Floats]) -> Case:
    """Everything is shown, and as cells of 50 m too."""
    lines = [thinned(walk) for walk in walks]
    shown = [Shown((line,), np.unique(np.round(line / CELL_M), axis=0) * CELL_M) for line in lines]
    return _without_discs(case, shown)


def centred_circle(case: Case, walks: list[Floats]) -> Case:
    """Hidden within 400 m of the home itself."""
    disc = np.array([[*case.home, RADIUS_M]])
    return _without_discs(case, [Shown(cut, _cells(cut)) for walk in walks if (cut := outside(thinned(walk), disc))])


def fine_outside_disc(case: Case, walks: list[Floats]) -> Case:
    """The disc of the service, but a fine line outside it."""
    cuts = [outside(thinned(walk), case.discs) for walk in walks]
    return case.with_shown([Shown(cut, _cells(cut)) for cut in cuts if cut])


def trim_with_total(case: Case, walks: list[Floats]) -> Case:
    """Both ends hidden in a disc that is not centred on the home, and the length of the whole walk beside it."""
    shown = []
    for line in map(thinned, walks):
        cut = outside(line, case.discs[:1])
        if cut:
            shown.append(Shown((_between(line, cut),), _cells(cut), total_m=_length(line)))
    return _without_discs(case, shown)


def constant_trim(case: Case, walks: list[Floats]) -> Case:
    """The first and last 250 m are cut off."""
    shown = []
    for line in map(thinned, walks):
        far = _along(line)
        kept = line[(far >= TRIM_M) & (far <= far[-1] - TRIM_M)]
        if len(kept) > 1:
            shown.append(Shown((kept,), _cells((kept,))))
    return _without_discs(case, shown)


def fresh_noise(case: Case, walks: list[Floats], rng: np.random.Generator) -> Case:
    """Every walk is shifted by up to some hundred metres, anew each time."""
    shifted = [thinned(walk) + rng.normal(0, NOISE_M, 2) for walk in walks]
    return _without_discs(case, [Shown((line,), _cells((line,))) for line in shifted])


def _without_discs(case: Case, shown: list[Shown]) -> Case:
    return Case(case.home, case.addresses, case.nodes, case.ways, np.zeros((0, 3)), case.prior, shown)


def thinned(walk: Floats) -> Floats:
    """One point every 15 m of way (k, 2), with the ends."""
    far = _along(walk)
    moved = np.concatenate([[True], np.diff(far) > 0])
    count = max(2, int(far[-1] / STEP_M) + 1)
    at = np.linspace(0, far[-1], count)
    return np.column_stack([np.interp(at, far[moved], walk[moved, axis]) for axis in (0, 1)])


def outside(line: Floats, discs: Floats) -> tuple[Floats, ...]:
    """The parts of a line (k, 2) that lie in no disc (d, 3), of two points or more."""
    away = np.hypot(line[:, None, 0] - discs[:, 0], line[:, None, 1] - discs[:, 1])
    seen = np.all(away >= discs[:, 2], axis=1).reshape(-1)
    border = np.flatnonzero(np.diff(seen.astype(int))) + 1
    parts = np.split(np.arange(len(line)), border)
    return tuple(line[part] for part in parts if seen[part[0]] and len(part) > 1)


def _between(line: Floats, cut: tuple[Floats, ...]) -> Floats:
    """The line (k, 2) from the first to the last point that is shown."""
    first = int(np.flatnonzero((line == cut[0][0]).all(axis=1))[0])
    last = int(np.flatnonzero((line == cut[-1][-1]).all(axis=1))[-1])
    return line[first : last + 1]


def _along(line: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def _length(line: Floats) -> float:
    return float(round(_along(line)[-1] / PUBLISHED_M) * PUBLISHED_M)


def _cells(lines: tuple[Floats, ...]) -> Floats:
    return np.unique(np.round(np.concatenate(lines) / CELL_M), axis=0) * CELL_M
