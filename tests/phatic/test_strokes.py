"""A line is rounded by hand before it is inked."""

import numpy as np
import pytest

from app.phatic.strokes import DENSE, softened


def test_a_ring_of_cells_becomes_round() -> None:
    corners = 750 * np.exp(1j * np.linspace(0, 2 * np.pi, 7))
    corners[-1] = corners[0]
    x, y, _ = softened(corners.real, corners.imag, 220.0)
    away = np.hypot(x, y)
    assert away.max() / away.min() < 1.06
    assert away.min() > 600
    assert (x[0], y[0]) == pytest.approx((x[-1], y[-1]))


def test_a_line_is_rounded_between_its_ends() -> None:
    bend = np.array([[0.0, 0.0], [1_000.0, 0.0], [1_000.0, 1_000.0]])
    x, y, length = softened(*bend.T, 220.0)
    assert length == pytest.approx(2_000)
    assert (x[0], y[0], x[-1], y[-1]) == pytest.approx((0, 0, 1_000, 1_000))
    assert 30 < np.hypot(x - 1_000, y).min() < 100


def test_what_is_small_keeps_its_size() -> None:
    turns = np.linspace(0, 2 * np.pi, 40)
    turns[-1] = 0
    x, y, _ = softened(np.cos(turns), np.sin(turns), 220.0)
    assert len(x) == DENSE
    assert np.hypot(x, y).min() > 0.9
