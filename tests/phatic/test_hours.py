"""Working hours: tables of moments, both nights of 2027 in which the clock changes, and public holidays."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.working import free_days
from app.phatic import hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = {str(day): ["09:00", "17:00"] for day in range(5)}
ALWAYS = {str(day): ["00:00", "23:59"] for day in range(7)}
FREE = free_days("NL")


def office(week=OFFICE, is_free_day=FREE):
    return hours.parse(week, "Europe/Amsterdam", is_free_day)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("week", "is_narrower"),
    [
        (OFFICE, False),
        (ALWAYS, False),
        (OFFICE | {"5": ["10:00", "12:00"]}, False),
        (OFFICE | {"4": ["09:00", "16:30"]}, True),
        (OFFICE | {"4": ["09:30", "18:00"]}, True),
        ({day: times for day, times in OFFICE.items() if day != "2"}, True),
        ({}, True),
    ],
)
def test_a_week_is_narrower_where_some_hour_of_it_is_gone(week, is_narrower):
    assert hours.is_narrower(office(), office(week)) is is_narrower


def test_the_same_clock_times_elsewhere_are_other_hours():
    elsewhere = hours.parse(OFFICE, "America/Paramaribo", FREE)
    assert hours.is_narrower(office(), elsewhere)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2027-03-10T08:59", False),
        ("2027-03-10T09:00", True),
        ("2027-03-10T16:59", True),
        ("2027-03-10T17:00", False),
        ("2027-03-13T12:00", False),  # a Saturday
        ("2027-03-29T12:00", False),  # Easter Monday
        ("2027-04-27T12:00", False),  # King's Day
        ("2027-12-24T12:00", True),
    ],
)
def test_it_is_open_in_working_hours_and_on_no_free_day(moment, is_open):
    assert hours.is_open(office(), local(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2027-03-10T12:34", "2027-03-10T12:34"),
        ("2027-03-10T03:00", "2027-03-10T09:00"),
        ("2027-03-12T17:00", "2027-03-15T09:00"),  # a Friday evening
        ("2027-03-25T18:00", "2027-03-30T09:00"),  # over Easter, and the night of 28 March
        ("2027-12-24T18:00", "2027-12-27T09:00"),
    ],
)
def test_the_next_opening_skips_nights_weekends_and_free_days(moment, opens):
    assert hours.next_open(office(), local(moment)) == local(opens)


@pytest.mark.parametrize(
    ("moment", "after_h", "then"),
    [
        ("2027-03-10T10:00", 2, "2027-03-10T12:00"),
        ("2027-03-10T15:00", 2, "2027-03-10T17:00"),
        ("2027-03-10T16:00", 2, "2027-03-11T10:00"),
        ("2027-03-12T16:00", 4, "2027-03-15T12:00"),
        ("2027-03-25T16:00", 2, "2027-03-30T10:00"),
        ("2027-03-10T20:00", 4, "2027-03-11T13:00"),
    ],
)
def test_only_working_time_counts(moment, after_h, then):
    assert hours.after_working(office(), local(moment), timedelta(hours=after_h)) == local(then)


@pytest.mark.parametrize(
    ("moment", "then"),
    [("2027-03-28T01:00", "2027-03-28T06:00"), ("2027-10-31T01:00", "2027-10-31T04:00")],
)
def test_in_the_nights_the_clock_changes_four_hours_are_four_real_hours(moment, then):
    """Sunday 28 March 2027 has no 02:30, and Sunday 31 October has it twice."""
    night = office(ALWAYS, lambda _: False)
    assert hours.after_working(night, local(moment), timedelta(hours=4)) == local(then)
    assert hours.is_open(night, local(moment))
    assert hours.is_open(night, local(then))


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2027-03-10T11:20", "2027-03-11T11:20"),
        ("2027-03-12T11:20", "2027-03-15T11:20"),
        ("2027-03-25T11:20", "2027-03-30T11:20"),
        ("2027-03-10T22:00", "2027-03-11T17:00"),
        ("2027-03-13T07:00", "2027-03-15T09:00"),
    ],
)
def test_one_working_day_on_is_the_same_time_of_the_next_working_day(moment, then):
    assert hours.one_working_day(office(), local(moment)) == local(then)


def test_whoever_never_works_is_an_error_and_no_endless_wait():
    with pytest.raises(ValueError, match="no working hours"):
        hours.next_open(office(OFFICE, lambda _: True), local("2027-03-10T12:00"))


@given(
    at=st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    minutes=st.integers(0, 3000),
)
def test_more_working_time_is_never_earlier_and_ends_inside_the_hours(at, minutes):
    ends = hours.after_working(office(), at, timedelta(minutes=minutes))
    assert ends >= at + timedelta(minutes=minutes)
    assert ends >= hours.next_open(office(), at)
    assert ends == hours.after_working(office(), hours.next_open(office(), at), timedelta(minutes=minutes))


def test_a_country_without_a_calendar_has_no_free_days():
    assert free_days("")(date(2027, 12, 25)) is False
