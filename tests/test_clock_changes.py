"""Ladder 13: both nights of 2027 on which the clocks change in Amsterdam, from the due moment to the letter.

In the night of Sunday 28 March there is no hour from two to three, in that of 31 October it comes twice. Forty-eight
hours are forty-eight hours; half past eight, and eleven o'clock, are what the clock on the wall says.
"""

from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.month import Month, month_from
from tests.silences import local


@dataclass(frozen=True)
class Night:
    """The Sunday and the days around it, and how many hours lie between the two noons."""

    thursday: str
    before: str
    day: str
    after: str
    noon_to_noon_h: int


SPRING = Night("2027-03-25", "2027-03-27", "2027-03-28", "2027-03-29", 23)
AUTUMN = Night("2027-10-28", "2027-10-30", "2027-10-31", "2027-11-01", 25)
NIGHTS = pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["28 March", "31 October"])


@pytest.fixture
def last_tap(tmp_path, database_url):
    """Open the month at a moment, with Anna's last tap before it grows silent; `agreed` instead of calm, if given."""
    with ExitStack() as opened:

        def begin(moment: str, **agreed: str) -> Month:
            month = opened.enter_context(month_from(moment, tmp_path, database_url))
            if agreed:
                month.home.agree(**agreed)
            month.home.tap()
            month.until(moment)
            return month

        yield begin


def times(came: list[str]) -> list[str]:
    """Return when a mail came and to whom, without the day of the month: "Sun 08:30 bas"."""
    return [f"{line.split()[0]} {line.split()[2]} {line.split()[3].rstrip(':')}" for line in came]


def asked(month: Month) -> list[str]:
    return month.home.asked()


@NIGHTS
def test_rule_13_these_are_the_nights(night):
    assert (local(f"{night.day} 12:00") - local(f"{night.before} 12:00")).total_seconds() == night.noon_to_noon_h * 3600


@NIGHTS
def test_rule_13_what_is_due_in_the_evening_is_read_at_half_past_eight_on_the_wall(last_tap, night):
    """Due at half past nine; the night lies between; each of the circle has their own two hours from the morning."""
    month = last_tap(f"{night.thursday} 21:30")
    assert month.until(f"{night.day} 08:29") == []
    assert asked(month)[0] == "Sat 21:30 Anna"
    assert times(month.until(f"{night.day} 12:40")) == ["Sun 08:30 anna", "Sun 10:30 anna", "Sun 12:30 bas"]
    assert times(month.until(f"{night.day} 20:00")) == ["Sun 14:30 cor"]
    month.home.tap()
    assert times(month.until(f"{night.day} 20:01")) == ["Sun 20:01 bas", "Sun 20:01 cor"]


@NIGHTS
def test_rule_13_forty_eight_hours_that_hold_the_night_are_forty_eight_hours(last_tap, night):
    """A tap on Saturday at eleven: by the clock on the wall that is Monday at noon in spring, at ten in autumn."""
    month = last_tap(f"{night.before} 11:00")
    hour = 11 + 24 - night.noon_to_noon_h
    came = month.until(f"{night.after} 20:30")
    assert times(came) == [
        f"Mon {hour}:00 anna",
        f"Mon {hour + 2}:00 anna",
        f"Mon {hour + 4}:00 bas",
        f"Mon {hour + 6}:00 cor",
    ]


@NIGHTS
def test_rule_13_eleven_o_clock_is_eleven_on_the_wall_before_and_after(last_tap, night):
    month = last_tap(f"{night.before} 09:00", kind="daily", at="11:00")
    assert times(month.until(f"{night.day} 14:00")) == ["Sun 11:00 anna", "Sun 13:00 anna", "Sun 14:00 bas"]
    month.home.tap()
    month.until(f"{night.day} 21:00")
    assert times(month.until(f"{night.after} 11:01")) == ["Mon 11:00 anna"]


@NIGHTS
def test_rule_13_a_moment_that_is_not_there_or_there_twice_comes_once(last_tap, night):
    """Half past two, which one night skips and the other has twice: she is asked once, and reads it in the morning."""
    month = last_tap(f"{night.before} 12:00", kind="daily", at="02:30")
    came = month.until(f"{night.day} 08:31")
    first = "03:30" if night is SPRING else "02:30"
    assert asked(month)[0] == f"Sun {first} Anna"
    assert times(came) == ["Sun 08:30 anna"]
    assert times(month.until(f"{night.day} 10:31")) == ["Sun 10:30 anna"]
    assert [one for one in asked(month) if one.endswith("Anna")] == [f"Sun {first} Anna", "Sun 10:30 Anna"]
