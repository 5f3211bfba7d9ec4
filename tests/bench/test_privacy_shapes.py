"""The measure of single shapes of walks finds what there is to find, and a blur that told it would be seen."""

import numpy as np

from app.phatic import curl
from bench.privacy import shapes

DOORS = 40


def test_what_tells_the_door_is_learnt_and_chance_is_not():
    rng = np.random.default_rng(4)
    doors, noise = rng.normal(0, 150, (200, 2)), rng.normal(0, 150, (200, 2, 3))
    assert shapes.learnt_bits(doors, noise) < 0.1
    told = np.concatenate([noise, doors[:, :, None] * 0.02 + rng.normal(0, 0.3, (200, 2, 1))], axis=2)
    assert shapes.learnt_bits(doors, told) > 5


def test_a_round_tells_little_of_its_door_and_without_a_ring_it_would(monkeypatch):
    circle = shapes.SHAPES["circle"]
    told = shapes.tried(*circle, doors=DOORS)
    assert told.bits < 0.4
    assert told.rings > 0.9
    monkeypatch.setattr(curl, "ROUND_SHARE", 1.1)
    sided = shapes.tried(*circle, doors=DOORS)
    assert sided.rings < 0.2
    assert sided.bits > told.bits + 0.5


def test_straight_there_and_back_has_a_side_that_tells_little():
    told = shapes.tried(*shapes.SHAPES["straight there and back"], doors=DOORS)
    assert (told.shown, told.rings) == (1, 0)
    assert told.bits < 0.4
