"""The kind of walk it was."""

from typing import Any

import numpy as np
import pytest

from app.phatic import form, sketch
from app.phatic.glyph import Aspect, Shape, Size, Texture
from tests.phatic.walking import PLANE, joined, make_track

TURNS = np.linspace(0, 2 * np.pi, 90)
CIRCLE = np.column_stack([np.cos(TURNS), np.sin(TURNS)])
LONG_LOOP = CIRCLE * (900, 250)
EIGHT = np.column_stack([np.sin(TURNS), np.sin(2 * TURNS) / 1.5])
BACK = [(0, 0), (700, 300), (1_500, 200), (700, 300), (0, 0)]
WANDER = [(0, 0), (800, 300), (1_900, 100), (2_600, 900)]
STAIRS = [(100 * (k // 2), 100 * ((k + 1) // 2)) for k in range(40)]


def drawn(plane, runs, discs) -> Any:
    return sketch.draw(plane, runs, discs)


def glyph(corners, **how):
    return form.of_track(make_track(corners, noise_m=2.0, **how))


@pytest.mark.parametrize(
    ("corners", "kind"),
    [
        (CIRCLE * 500, Shape.LOOP),
        (LONG_LOOP, Shape.LOOP),
        (EIGHT * 500, Shape.EIGHT),
        (BACK, Shape.BACK),
        (WANDER, Shape.WANDER),
    ],
)
def test_the_shape_is_seen(corners, kind):
    assert glyph(corners).shape is kind


@pytest.mark.parametrize(("radius", "size"), [(150, Size.SHORT), (450, Size.MIDDLE), (1_200, Size.LONG)])
def test_there_are_three_sizes(radius, size):
    assert glyph(CIRCLE * radius).size is size


def test_a_walk_winds_or_is_calm():
    assert glyph(STAIRS).texture is Texture.WINDING
    assert glyph(WANDER).texture is Texture.CALM
    assert glyph(CIRCLE * 500).texture is Texture.CALM


def test_a_walk_is_round_or_stretched():
    assert glyph(CIRCLE * 500).aspect is Aspect.ROUND
    assert glyph(LONG_LOOP).aspect is Aspect.STRETCHED
    assert glyph(BACK).aspect is Aspect.STRETCHED


def test_two_laps_are_no_eight():
    assert glyph(np.vstack([CIRCLE, CIRCLE]) * 500).shape is Shape.LOOP


@pytest.mark.parametrize("corners", [[(0, 0), (300, 0)], [(0, 0), (0.001, 0)], [(0, 0), (0, 0)]])
def test_the_smallest_stroll_has_a_form(corners):
    assert form.of_track(make_track(corners)).size is Size.SHORT


def test_a_pause_is_no_part_of_the_length():
    track = joined(make_track([(0, 0), (600, 0)]), make_track([(8_400, 0), (9_000, 0)]), pause_s=300)
    assert form.of_track(track).size is Size.SHORT


def test_a_sketch_has_a_form_of_its_own():
    run = tuple((q, 0) for q in range(12))
    assert str(form.of_sketch(drawn(PLANE, [run], []))) == "wander-middle-calm-stretched"
    there_and_back = drawn(PLANE, [run + run[-2::-1]], [])
    assert form.of_sketch(there_and_back).shape is Shape.BACK


def test_a_sketch_in_two_runs_is_followed_from_end_to_end():
    first, second = tuple((q, 0) for q in range(8)), tuple((q, 2) for q in range(7))
    both = drawn(PLANE, [first, second], [])
    assert form.of_sketch(both) == form.of_sketch(drawn(PLANE, [second[::-1], first], []))
    assert form.of_sketch(both).shape is Shape.LOOP


def test_the_form_of_a_sketch_does_not_depend_on_the_lattice():
    other = type(PLANE)(3, 10.0, -60.0, 3.0, 4.0, 0.9)
    run = ((0, 0), (1, 0), (2, -1), (3, -1), (3, 0), (2, 1), (1, 1))
    assert form.of_sketch(drawn(PLANE, [run], [])) == form.of_sketch(drawn(other, [run], []))
