"""The roster and the figures: tables, and that a hidden figure cannot be found by subtraction."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phatic import figures, hours, roster
from app.phatic.roster import Line

OFFICE = hours.parse({str(day): ["09:00", "17:00"] for day in range(5)}, "Europe/Amsterdam", lambda _: False)
WEDNESDAY, SATURDAY = date(2027, 3, 10), date(2027, 3, 13)


def line(who: str, begins: int, ends: int, **when) -> Line[str]:
    return Line(who, time(begins), time(ends), **when)


@pytest.mark.parametrize(
    ("lines", "gaps"),
    [
        ([], [(9, 17)]),
        ([line("Fenna", 9, 17, weekday=2)], []),
        ([line("Fenna", 8, 18, weekday=2)], []),
        ([line("Fenna", 9, 13, weekday=2)], [(13, 17)]),
        ([line("Fenna", 9, 12, weekday=2), line("Gerda", 13, 17, weekday=2)], [(12, 13)]),
        ([line("Fenna", 10, 16, weekday=2), line("Gerda", 9, 12, weekday=2)], [(16, 17)]),
        ([line("Fenna", 9, 17, weekday=1)], [(9, 17)]),
        # A day of its own takes the place of its weekday.
        ([line("Fenna", 9, 17, weekday=2), line("Gerda", 12, 17, day=WEDNESDAY)], [(9, 12)]),
    ],
)
def test_working_time_that_nobody_has_is_a_gap(lines, gaps):
    assert roster.gaps(lines, WEDNESDAY, OFFICE) == [(time(begin), time(end)) for begin, end in gaps]


def test_a_closed_day_has_no_gaps():
    assert roster.gaps([], SATURDAY, OFFICE) == []


def test_who_is_on_duty_is_said_once_and_by_the_local_clock():
    lines = [line("Fenna", 9, 12, weekday=2), line("Fenna", 11, 14, weekday=2), line("Gerda", 11, 17, weekday=2)]
    assert roster.on_duty(lines, datetime(2027, 3, 10, 10, 30, tzinfo=UTC), OFFICE) == ["Fenna", "Gerda"]
    assert roster.on_duty(lines, datetime(2027, 3, 10, 13, 0, tzinfo=UTC), OFFICE) == ["Gerda"]
    assert roster.on_duty(lines, datetime(2027, 3, 11, 10, 30, tzinfo=UTC), OFFICE) == []


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30)))
def test_no_small_figure_can_be_read_or_subtracted(parts):
    total = sum(parts.values())
    told = figures.hide_small(total, parts)
    assert all(number >= figures.SMALLEST for number in told.values())
    if told:
        hidden = total - sum(told.values())
        assert hidden == 0 or hidden >= figures.SMALLEST
    assert [figures.tellable(number) for number in (4, 5)] == [None, 5]
