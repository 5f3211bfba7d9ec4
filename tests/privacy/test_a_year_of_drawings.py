"""What drawings say of a place: nothing, however many; and of a walk at most 48 forms."""

import math
from itertools import product

import numpy as np

from app.phatic import blur, form
from app.phatic.glyph import Aspect, Glyph, Shape, Size, Texture
from app.phatic.plane import Secrets
from tests.phatic.walking import make_track, seeded, track_of

FORMS = [Glyph(*parts) for parts in product(Shape, Size, Texture, Aspect)]
YEAR = 365


def year(lat: float, lon: float, turn: float = 0.0, mirrored: bool = False) -> list[str]:
    """The drawings of a year of walks from one door, which lies here, with the town turned round it."""
    rng, told = np.random.default_rng(8), []
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for _ in range(YEAR):
        corners = np.vstack([[0, 0], rng.uniform(-1_800, 1_800, (rng.integers(1, 5), 2)), [0, 0]])
        walk = make_track(corners, step_m=25.0)
        xy = np.column_stack([walk.lon * 68_000, walk.lat * 111_195])
        xy = (xy - xy[0]) * (-1 if mirrored else 1, 1) @ spin
        told.append(str(form.of_track(track_of(xy, walk.at, lat=lat, lon=lon))))
    return told


def test_there_are_at_most_64_forms_so_a_drawing_is_at_most_6_bits():
    assert len(set(map(str, FORMS))) == 48
    assert math.log2(len(FORMS)) <= 6


def test_a_year_of_drawings_is_the_same_wherever_the_home_is():
    here = year(52.09, 5.12)
    assert len(set(here)) > 5, "else this test proves nothing"
    assert year(52.31, 4.90) == here
    assert year(47.17, 9.52, turn=1.1) == here
    assert year(52.09, 5.12, mirrored=True) == here


def test_discs_lattices_and_earlier_walks_change_no_drawing():
    track = make_track([(0, 0), (900, 700), (1_700, -300), (0, 0)])
    one = blur.release(track, Secrets(), (), (), seeded(1))
    two = blur.release(track, Secrets(one.new_planes), one.new_discs, (one.sketch,), seeded(2))
    assert one.glyph == two.glyph == form.of_track(track)
