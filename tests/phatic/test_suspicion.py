"""When so much is quiet at once that the fault is more likely ours."""

import pytest

from app.phatic.suspicion import hears_too_little, too_many_at_once


@pytest.mark.parametrize(
    ("received", "expected", "suspect"),
    [
        (0, 29.9, False),  # too few to say anything
        (8, 30, True),  # 30 - 4 x 5.48 = 8.09
        (9, 30, False),
        (59, 100, True),  # 100 - 40
        (60, 100, False),
        (69, 100, False),  # below 70 %, but it may be chance
        (279, 400, True),  # here 70 % is the stricter one: 400 - 80 = 320
        (280, 400, False),
        (1000, 400, False),
    ],
)
def test_a_service_that_hears_far_less_than_usual_suspects_itself(received, expected, suspect):
    assert hears_too_little(received, expected) is suspect


@pytest.mark.parametrize(
    ("found", "usual", "suspect"), [(5, 0, False), (6, 0, True), (11, 2, False), (12, 2, True), (6, 0.5, False)]
)
def test_a_sweep_that_finds_far_more_than_usual_suspects_itself(found, usual, suspect):
    assert too_many_at_once(found, usual) is suspect
