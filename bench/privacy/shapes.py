"""`python -m bench.privacy.shapes`: what twenty walks of one shape tell of the door, in a plane without streets.

The hardest that there is: always the same shape, to all sides and nothing else, and somebody who learnt from hundreds
of other doors how pictures lie around one. Streets and other walks only make it harder to tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from app.demo.streets import Floats
from app.phatic import blur
from app.phatic import plane as planes_
from app.phatic.places import Disc
from app.phatic.plane import Plane, Secrets
from app.phatic.track import Track
from bench.privacy.attacks_curls import CELLS
from bench.privacy.attacks_learnt import signs_of, weights_of

DOORS, WALKS, FOLDS = 300, 20, 10
LAT, LON = 52.1, 5.1
DISC = Disc(plane=0, lat=LAT, lon=LON, rho_m=300.0, radius_m=400.0)
PLANE = Plane(id=0, lat=LAT, lon=LON, offset_x_m=31.0, offset_y_m=77.0, turn=0.3)
STEP_M, SPEED_M_S = 15.0, 1.2
AROUND = np.linspace(0.0, 2 * np.pi, 49)

Shape = Callable[[float], Floats]


def ellipse(times: float) -> Shape:
    """So many times as long as wide, from the end of its length; `size` is half its length."""
    return lambda size: size * np.column_stack([1 - np.cos(AROUND), np.sin(AROUND) / times])


def polygon(*corners: tuple[float, float]) -> Shape:
    """Straight from corner to corner, from the first and back to it."""
    return lambda size: size * np.array([*corners, corners[0]], dtype=float)


def there_and_back(*corners: tuple[float, float]) -> Shape:
    """Straight from corner to corner to the last one, and the same way back."""
    return lambda size: size * np.array([*corners, *corners[-2::-1]], dtype=float)


def stalk(share: float) -> Shape:
    """A straight way of `size`, a circle at its end whose middle is so much of that farther, and back."""
    return lambda size: np.vstack([[[0, 0]], ellipse(1)(size * share) + np.array([size, 0]), [[0, 0]]])


def eight(size: float) -> Floats:
    """Two circles that touch, the door where they do."""
    return np.vstack([ellipse(1)(size), ellipse(1)(size) * [-1, 1]])


def eight_from_its_end(size: float) -> Floats:
    """Two circles that touch, the door at the end of one."""
    half = len(AROUND) // 2 + 1
    first, second = ellipse(1)(size), ellipse(1)(size) * [1, -1] + [2 * size, 0]
    return np.vstack([first[:half], second, first[half - 1 :]])


def to_both_sides(size: float) -> Floats:
    """A circle to one side of the door, then one at a right angle."""
    circle = ellipse(1)(size)
    return np.vstack([circle, circle[:, ::-1]])


def half_circle(size: float) -> Floats:
    """Half around a circle, and the same way back."""
    half = ellipse(1)(size)[: len(AROUND) // 2 + 1]
    return np.vstack([half, half[::-1]])


def laps(size: float) -> Floats:
    """The same circle twice."""
    return np.vstack([ellipse(1)(size)] * 2)


# A shape and its smallest and largest size, metres: all of them stay near enough to the disc to have no place.
SHAPES: dict[str, tuple[Shape, float, float]] = {
    "straight there and back": (there_and_back((0, 0), (1, 0)), 800, 1_500),
    "circle": (ellipse(1), 250, 500),
    "circle, twice around": (laps, 250, 500),
    "ellipse, twice as long as wide": (ellipse(2), 350, 650),
    "ellipse, three times": (ellipse(3), 400, 700),
    "ellipse, four times": (ellipse(4), 400, 700),
    "ellipse, six times": (ellipse(6), 400, 700),
    "square, from a side": (polygon((0, 0), (0, -0.5), (1, -0.5), (1, 0.5), (0, 0.5)), 500, 900),
    "triangle, from a corner": (polygon((0, 0), (1, -0.6), (1, 0.6)), 600, 1_000),
    "rectangle, six times as long as wide": (polygon((0, 0), (1, 0), (1, 1 / 6), (0, 1 / 6)), 800, 1_400),
    "a straight way, and a circle at its end": (stalk(0.4), 500, 750),
    "the same, farther": (stalk(0.25), 700, 1_000),
    "eight, its middle at the door": (eight, 250, 500),
    "eight, its end at the door": (eight_from_its_end, 200, 350),
    "a circle to either side": (to_both_sides, 250, 500),
    "there and back, an L": (there_and_back((0, 0), (0.6, 0), (0.6, 0.6)), 700, 1_200),
    "there and back, half a circle": (half_circle, 350, 600),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a shape tells: `bits` of the door, the share of walks with a picture, and of these the share of rings."""

    bits: float
    shown: float
    rings: float


def main() -> None:
    """A Markdown row for every shape."""
    print("| walks | bits | with a picture | rings |\n|---|---|---|---|")
    for name, sized in SHAPES.items():
        told = tried(*sized)
        print(f"| {name} | {told.bits:.2f} | {told.shown:.0%} | {told.rings:.0%} |", flush=True)


def tried(shape: Shape, least_m: float, most_m: float, *, doors: int = DOORS) -> Told:
    """Walk it from so many doors, to all sides and in both senses, and learn from what the blur shows of it."""
    rng = np.random.default_rng(1)
    homes = np.array([DISC.rho_m * np.sqrt(rng.uniform()) * _unit(rng.uniform(0, 2 * np.pi)) for _ in range(doors)])
    walked = [[_shown(shape(rng.uniform(least_m, most_m)), home, rng) for _ in range(WALKS)] for home in homes]
    shown = [[cells for cells in walks if len(cells)] for walks in walked]
    signs = np.array([signs_of(walks) for walks in shown])
    is_ring = [len(cells) > CELLS for walks in shown for cells in walks]
    return Told(learnt_bits(homes, signs), len(is_ring) / doors / WALKS, float(np.mean(is_ring)))


def learnt_bits(doors: Floats, signs: Floats) -> float:
    """What signs (n, 2, k) tell of doors (n, 2) to who knows the others: log2 of how many times smaller a place gets.

    By least squares over the other nine tenths; a place is as large as the mean square of what is left.
    """
    fold, left = np.arange(len(doors)) % FOLDS, np.empty_like(doors)
    for number in range(FOLDS):
        known, asked = fold != number, fold == number
        left[asked] = doors[asked] - signs[asked] @ weights_of(signs[known], doors[known])
    return max(0.0, float(np.log2((doors**2).mean() / (left**2).mean())))


def _shown(way: Floats, door: Floats, rng: np.random.Generator) -> Floats:
    """The different cells (n, 2) that a walk from this door shows, metres from the disc's centre; of none, none."""
    ahead = _unit(rng.uniform(0, 2 * np.pi))
    across = np.array([-ahead[1], ahead[0]]) * rng.choice([-1, 1])
    track = _track(way @ np.stack([ahead, across]) + door)
    sketch = blur.release(track, Secrets((PLANE,)), [DISC], (), Random(0)).sketch
    cells = [cell for run in sketch.runs for cell in run] if sketch else []
    return planes_.centres(PLANE, np.unique(np.array(cells).reshape(-1, 2), axis=0))


def _track(corners: Floats) -> Track:
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T)))
    way = np.arange(0.0, along[-1], STEP_M)
    xy = np.column_stack([np.interp(way, along, column) for column in corners.T])
    lat, lon = planes_.unproject(LAT, xy)
    return Track(lat, lon + LON, 1_788_000_000.0 + way / SPEED_M_S, np.zeros(1, dtype=np.intp))


def _unit(turn: float) -> Floats:
    return np.array([np.cos(turn), np.sin(turn)])


if __name__ == "__main__":
    main()
