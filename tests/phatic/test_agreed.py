"""When quiet is unusual, by each of the three agreements."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phatic.agreed import Terms, next_due

HOME = "Europe/Amsterdam"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
DAILY = Terms("daily", at=time(11, 0))
CALM = Terms("calm")


def local(text: str, zone: str = HOME) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def due(terms: Terms, heard: str, zone: str = HOME, *, made_in: str = HOME) -> str:
    """Return the due moment on the resident's clock, with its offset in hours."""
    found = next_due(terms, None, heard_at=local(heard, made_in), now=NOW, time_zone=zone)
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    return found.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M %z")


@dataclass(frozen=True)
class Known:
    """A rhythm that is known, of somebody whose silence is told at ten."""

    days_known: int = 14
    telling_hour: int = 10
    day: date | None = date(2027, 3, 27)

    def due_day(self, level: float) -> date | None:
        return self.day and self.day + timedelta(days=level == 0.25)


class TestGreetings:
    def test_a_private_message_comes_after_fourteen_days(self):
        heard = datetime(2027, 3, 20, 9, tzinfo=UTC)
        assert next_due(Terms("greetings"), None, heard_at=heard, now=NOW, time_zone=HOME) == heard + timedelta(14)

    def test_who_was_never_heard_counts_from_now(self):
        assert next_due(Terms("greetings"), None, heard_at=None, now=NOW, time_zone=HOME) == NOW + timedelta(14)


class TestCalm:
    @pytest.mark.parametrize("heard", ["2027-03-27T08:00", "2027-10-30T08:00", "2027-06-01T03:00"])
    def test_forty_eight_hours_are_as_long_in_both_clock_change_nights(self, heard: str):
        heard_at = local(heard)
        found = next_due(CALM, None, heard_at=heard_at, now=NOW, time_zone=HOME)
        assert found is not None
        assert found.astimezone(UTC) - heard_at.astimezone(UTC) == timedelta(hours=48)

    def test_a_rhythm_of_under_fourteen_days_is_not_known(self):
        heard = local("2027-06-01T08:00")
        terms = Terms("calm", follows_rhythm=True)
        found = next_due(terms, Known(days_known=13), heard_at=heard, now=NOW, time_zone=HOME)
        assert found == heard + timedelta(hours=48)

    def test_a_rhythm_that_was_not_agreed_does_not_count(self):
        heard = local("2027-06-01T08:00")
        assert next_due(CALM, Known(), heard_at=heard, now=NOW, time_zone=HOME) == heard + timedelta(hours=48)

    def test_an_own_rhythm_is_told_at_the_usual_hour_after_the_last_quiet_day(self):
        """The 28th is the night in which the clocks go forward."""
        terms = Terms("calm", follows_rhythm=True)
        found = next_due(terms, Known(), heard_at=local("2027-03-24T08:00"), now=NOW, time_zone=HOME)
        assert found == local("2027-03-28T10:00+02:00")
        assert found == datetime(2027, 3, 28, 8, 0, tzinfo=UTC)

    def test_a_chosen_level_is_the_one_that_counts(self):
        terms = Terms("calm", follows_rhythm=True, level=0.25)
        found = next_due(terms, Known(), heard_at=local("2027-03-24T08:00"), now=NOW, time_zone=HOME)
        assert found == datetime(2027, 3, 29, 8, 0, tzinfo=UTC)

    def test_a_rhythm_that_no_silence_breaks_is_never_due(self):
        terms = Terms("calm", follows_rhythm=True)
        assert next_due(terms, Known(day=None), heard_at=NOW, now=NOW, time_zone=HOME) is None


class TestDaily:
    def test_a_sign_of_the_day_is_enough_for_that_day(self):
        assert due(DAILY, "2027-06-01T08:00") == "Wed 02 Jun 11:00 +0200"

    def test_a_sign_after_the_clock_time_is_enough_too(self):
        assert due(DAILY, "2027-06-01T15:00") == "Wed 02 Jun 11:00 +0200"

    def test_a_sign_after_midnight_counts_for_the_new_day(self):
        assert due(DAILY, "2027-06-02T00:30") == "Thu 03 Jun 11:00 +0200"

    def test_a_sign_of_the_evening_before_does_not_count_for_the_day(self):
        assert due(DAILY, "2027-06-01T23:59") == "Wed 02 Jun 11:00 +0200"

    def test_only_chosen_days_are_asked_about(self):
        working_days = Terms("daily", at=time(9, 30), weekdays="01234")
        assert due(working_days, "2027-06-04T10:00") == "Mon 07 Jun 09:30 +0200"
        assert due(Terms("daily", weekdays="4"), "2027-06-04T10:00") == "Fri 11 Jun 11:00 +0200"

    def test_no_day_chosen_is_never_due(self):
        assert next_due(Terms("daily", weekdays=""), None, heard_at=NOW, now=NOW, time_zone=HOME) is None

    def test_both_clock_change_nights_keep_the_clock_time(self):
        assert due(DAILY, "2027-03-27T10:00") == "Sun 28 Mar 11:00 +0200"
        assert due(DAILY, "2027-03-28T10:00") == "Mon 29 Mar 11:00 +0200"
        assert due(DAILY, "2027-10-30T10:00") == "Sun 31 Oct 11:00 +0100"
        assert due(DAILY, "2027-10-31T10:00") == "Mon 01 Nov 11:00 +0100"

    def test_a_time_that_the_spring_night_skips_comes_an_hour_later(self):
        assert due(Terms("daily", at=time(2, 30)), "2027-03-27T10:00") == "Sun 28 Mar 03:30 +0200"

    def test_a_time_that_the_autumn_night_has_twice_is_the_first(self):
        assert due(Terms("daily", at=time(2, 30)), "2027-10-30T10:00") == "Sun 31 Oct 02:30 +0200"

    def test_who_travels_is_asked_on_their_new_clock(self):
        """A sign in the early morning at home was still the day before in New York."""
        assert due(DAILY, "2027-06-02T08:00", "Asia/Tokyo") == "Thu 03 Jun 11:00 +0900"
        assert due(DAILY, "2027-06-02T01:00", "America/New_York") == "Wed 02 Jun 11:00 -0400"
        assert due(DAILY, "2027-06-02T08:00", "America/New_York") == "Thu 03 Jun 11:00 -0400"

    @given(
        heard=st.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        weekdays=st.sets(st.sampled_from("0123456"), min_size=1).map("".join),
        zone=st.sampled_from([HOME, "America/New_York", "Asia/Tokyo", "Pacific/Auckland"]),
    )
    def test_it_is_the_first_chosen_day_after_the_day_of_the_sign(self, heard: datetime, weekdays: str, zone: str):
        found = next_due(Terms("daily", at=time(11), weekdays=weekdays), None, heard_at=heard, now=NOW, time_zone=zone)
        assert found is not None
        there = found.astimezone(ZoneInfo(zone))
        day = heard.astimezone(ZoneInfo(zone)).date()
        assert (there.hour, there.minute) == (11, 0)
        assert str(there.weekday()) in weekdays
        between = [day + timedelta(days=ahead) for ahead in range(1, (there.date() - day).days)]
        assert [one for one in between if str(one.weekday()) in weekdays] == []
        assert heard < found <= heard + timedelta(days=8, hours=12)


class TestPeriod:
    def test_it_is_how_long_a_late_sign_withdraws(self):
        assert [Terms(kind).period for kind in ("greetings", "calm", "daily")] == [
            timedelta(days=14),
            timedelta(hours=48),
            timedelta(days=1),
        ]
