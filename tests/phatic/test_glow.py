"""Light says how long ago in four steps, and never the hour."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.phatic.glow import sleeps, step
from app.phatic.when import Part

ZONE = "Europe/Amsterdam"
DAY = date(2027, 3, 10)
MIDNIGHT = datetime(2027, 3, 9, 23, 0, tzinfo=UTC)  # in Amsterdam


@pytest.mark.parametrize(
    ("part", "hour", "light"),
    [
        (Part.MORNING, 6, 4),
        (Part.MORNING, 11, 4),
        (Part.MORNING, 12, 3),
        (Part.MORNING, 18, 2),
        (Part.MORNING, 24, 1),
        (Part.MORNING, 30, 0),
        (Part.EVENING, 23, 4),
        (Part.EVENING, 30, 2),
        (Part.EVENING, 42, 0),
        (Part.NIGHT, 8, 4),
        (Part.AFTERNOON, 24 * 9, 0),
    ],
)
def test_the_light_fades_at_the_borders_of_the_parts_of_the_day(part: Part, hour: int, light: int) -> None:
    assert step(DAY, part, MIDNIGHT + timedelta(hours=hour), ZONE) == light


def test_within_a_part_of_the_day_the_light_is_the_same() -> None:
    lights = {step(DAY, Part.MORNING, MIDNIGHT + timedelta(hours=12, minutes=m), ZONE) for m in range(0, 360, 7)}
    assert lights == {3}


def test_a_sign_of_later_than_now_is_as_bright_as_a_new_one() -> None:
    assert step(DAY, Part.EVENING, MIDNIGHT + timedelta(hours=9), ZONE) == 4


@pytest.mark.parametrize(("hour", "is_night"), [(0, True), (5, True), (6, False), (23, False)])
def test_the_window_sleeps_from_midnight_to_six(hour: int, is_night: bool) -> None:
    assert sleeps(MIDNIGHT + timedelta(hours=hour), ZONE) is is_night
