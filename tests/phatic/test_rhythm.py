"""When is it unusually quiet? Days in, a day out."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.phatic import wording
from app.phatic.rhythm import CURVE, DAY_S, KEEP, LEVELS, Rhythm, ends_at, told_at, words
from app.phatic.wording import silence_en, silence_nl

AMSTERDAM = "Europe/Amsterdam"
MONDAY = date(2026, 1, 5)
NAMES = ["quieter", "unusually_quiet", "silent"]


def make_rhythm(days, hour=10, is_free_day=None, begin=MONDAY):
    """A rhythm in UTC with a sign on each of these days after `begin`."""
    rhythm = Rhythm() if is_free_day is None else Rhythm(is_free_day=is_free_day)
    for day in days:
        rhythm.observe(*sign(begin + timedelta(days=day), hour))
    return rhythm


def sign(day, hour=10, zone="UTC"):
    moment = datetime(day.year, day.month, day.day, int(hour), int(hour % 1 * 60), tzinfo=ZoneInfo(zone))
    return moment.timestamp(), int(moment.utcoffset().total_seconds() // 60)


def spread(share, days=400):
    """Day numbers with a sign on this share of them, as evenly as can be, the last one among them."""
    return [day for day in range(days) if int((day + 1) * share + 1e-9) > int(day * share + 1e-9)]


def counted(rhythm):
    return rhythm._n, rhythm._a, rhythm.days_known


@pytest.mark.parametrize(("share", "quiet_days"), [(0.97, 2), (0.7, 4), (0.5, 5), (0.3, 9)])
def test_it_is_silent_sooner_for_who_gives_a_sign_more_often(share, quiet_days):
    """On most days of a fortnight; one that follows a sign or a quiet day differs by at most one."""
    rows = [spread(share, days) for days in range(200, 214)]
    found = [(make_rhythm(days).due_day("silent") - MONDAY).days - days[-1] for days in rows]
    assert sorted(found)[7] == quiet_days
    assert {*found} <= {quiet_days - 1, quiet_days, quiet_days + 1}


def test_for_somebody_new_it_is_silent_after_four_quiet_days():
    assert make_rhythm([0]).due_day("silent") == MONDAY + timedelta(days=4)


def test_nothing_is_due_before_the_first_sign():
    assert [Rhythm().due(name) for name in NAMES] == [Rhythm().due_day(name) for name in NAMES] == [None] * 3


def test_a_level_is_due_when_its_last_quiet_day_has_ended():
    rhythm = make_rhythm([0])
    rhythm.observe(*sign(MONDAY, 12))
    assert rhythm.due("silent") == sign(MONDAY + timedelta(days=5), 0)[0]


@pytest.mark.parametrize(("name", "number"), LEVELS.items())
def test_a_name_is_a_number(name, number):
    rhythm = make_rhythm(spread(0.6))
    assert rhythm.due(name) == rhythm.due(number)


@pytest.mark.parametrize("level", ["loud", 0, -1.0, float("nan")])
def test_another_level_is_refused(level):
    with pytest.raises(ValueError, match="no-such-level"):
        make_rhythm([0]).due(level)


def test_a_level_that_no_silence_reaches_is_never_due():
    assert make_rhythm([0]).due(1e-300) is not None
    assert make_rhythm([0, 400], is_free_day=lambda _: False).due(5e-324) is None


def test_a_new_day_teaches_the_days_since_the_last_active_one():
    rhythm = make_rhythm([0, 3])
    assert rhythm._n == pytest.approx([1 + KEEP + KEEP**2, 0])
    assert rhythm._a == pytest.approx([KEEP**2, 0])
    assert rhythm.days_known == 3


def test_weekends_are_counted_apart():
    rhythm = make_rhythm(range(7))
    rhythm.observe(*sign(MONDAY + timedelta(days=7)))
    assert rhythm._n == rhythm._a == pytest.approx([sum(KEEP**age for age in range(2, 7)), 1 + KEEP])


def test_public_holidays_count_as_free_days_when_somebody_says_so():
    easter_monday = date(2027, 3, 29)
    weekdays = [day for day in range(70) if day % 7 < 5]
    usual = make_rhythm(weekdays)
    free = make_rhythm(weekdays, is_free_day=lambda day: day.weekday() >= 5 or day == easter_monday)
    for rhythm in (usual, free):
        rhythm.restart(date(2027, 3, 27))
    assert usual.due_day("silent") == date(2027, 3, 29)
    assert free.due_day("silent") == date(2027, 3, 30)


def test_a_long_absence_teaches_twenty_two_days_only():
    assert make_rhythm([0, 60]).days_known == make_rhythm([0, 22]).days_known == 22
    assert counted(make_rhythm([0, 60])) == counted(make_rhythm([0, 22]))


def test_further_signs_of_a_day_change_only_when_somebody_was_last_heard():
    once, often = make_rhythm([0, 1]), make_rhythm([0, 1])
    for hour in (12, 13.5, 23):
        often.observe(*sign(MONDAY + timedelta(days=1), hour))
    assert (counted(once), once._curve, once.due("silent")) == (counted(often), often._curve, often.due("silent"))


def test_a_late_sign_on_an_earlier_day_changes_nothing():
    rhythm, same = make_rhythm([0, 3]), make_rhythm([0, 3])
    rhythm.observe(*sign(MONDAY + timedelta(days=2)))
    assert rhythm.to_json() == same.to_json()


def test_a_late_sign_marks_its_day_if_that_is_still_the_last():
    rhythm, plain = make_rhythm([0, 1]), make_rhythm([0, 1])
    for one in (rhythm, plain):
        one.observe(*sign(MONDAY + timedelta(days=3), 8))
        one._had_sign = False  # as after a restart on the day of the newest sign
    rhythm.observe(*sign(MONDAY + timedelta(days=3), 7))
    for one in (rhythm, plain):
        one.observe(*sign(MONDAY + timedelta(days=4)))
    assert (rhythm.days_known, plain.days_known) == (4, 3)
    assert sum(rhythm._a) == pytest.approx(KEEP * sum(plain._a) + 1)


def test_who_flies_west_into_yesterday_does_not_begin_that_day_anew():
    rhythm = Rhythm()
    rhythm.observe(DAY_S * 20_000 + 600, 0)
    before = counted(rhythm)
    rhythm.observe(DAY_S * 20_000 + 7200, -600)
    assert counted(rhythm) == before
    assert rhythm.due("silent") == DAY_S * 20_005 + 600 * 60


def test_the_first_sign_after_a_pause_teaches_only_its_hour():
    rhythm = make_rhythm([0, 1, 2])
    known = [[*rhythm._n], [*rhythm._a]]
    rhythm.resume(*sign(MONDAY + timedelta(days=30), 15))
    assert [*counted(rhythm)] == [*known, 2]
    assert CURVE.unpack(rhythm._curve)[15] == 1
    assert rhythm.due_day("silent") > MONDAY + timedelta(days=31)
    rhythm.observe(*sign(MONDAY + timedelta(days=31)))
    assert rhythm.days_known == 3
    assert sum(rhythm._a) == pytest.approx(sum(known[1]) * KEEP + 1)


def test_after_a_pause_without_a_sign_quiet_days_count_from_its_end():
    rhythm = make_rhythm([0])
    end = MONDAY + timedelta(days=20)
    rhythm.restart(end)
    assert rhythm.due_day("silent") == end + timedelta(days=4)
    assert rhythm.days_known == 0
    rhythm.observe(*sign(end + timedelta(days=3)))
    assert (rhythm.days_known, sum(rhythm._a)) == (2, 0), "the two quiet days, and no other"


def test_a_sign_on_the_day_that_a_pause_ended_marks_it():
    rhythm = make_rhythm([0])
    end = MONDAY + timedelta(days=20)
    rhythm.restart(end)
    rhythm.observe(*sign(end, 18))
    rhythm.observe(*sign(end + timedelta(days=1)))
    assert (rhythm.days_known, rhythm._a[0] + rhythm._a[1]) == (1, 1)


def test_a_restart_never_takes_a_sign_away():
    rhythm, same = make_rhythm([0, 5]), make_rhythm([0, 5])
    rhythm.restart(MONDAY + timedelta(days=4))
    rhythm.restart(MONDAY + timedelta(days=5))
    assert rhythm.to_json() == same.to_json()


@pytest.mark.parametrize(
    ("last_sign", "due_day", "ends"),
    [
        (date(2027, 3, 25), date(2027, 3, 27), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (date(2027, 3, 26), date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (date(2027, 10, 28), date(2027, 10, 30), datetime(2027, 10, 30, 22, tzinfo=UTC)),
        (date(2027, 10, 29), date(2027, 10, 31), datetime(2027, 10, 31, 23, tzinfo=UTC)),
    ],
)
def test_both_nights_of_2027_in_which_clocks_change_end_a_day_at_midnight(last_sign, due_day, ends):
    rhythm = Rhythm()
    for back in range(60, -1, -1):
        rhythm.observe(*sign(last_sign - timedelta(days=back), zone=AMSTERDAM))
    assert rhythm.due_day("silent") == due_day
    assert ends_at(due_day, AMSTERDAM) == ends
    assert ends.astimezone(ZoneInfo(AMSTERDAM)).hour == 0
    told = told_at(due_day, rhythm.telling_hour, AMSTERDAM).astimezone(ZoneInfo(AMSTERDAM))
    assert (told.date(), told.hour) == (due_day + timedelta(days=1), rhythm.usual_hour())


def test_a_state_is_small_and_comes_back_whole():
    rhythm = make_rhythm([*spread(0.6, 90), 95])
    rhythm.restart(MONDAY + timedelta(days=120))
    state = rhythm.to_json()
    again = Rhythm.from_json(state)
    assert len(state["state"]) <= 132
    assert again.to_json() == state
    assert [again.due(name) for name in NAMES] == [rhythm.due(name) for name in NAMES]
    for one in (rhythm, again):
        one.observe(*sign(MONDAY + timedelta(days=130), 14))
    assert again.to_json() == rhythm.to_json()


def test_an_empty_state_comes_back_empty_and_none_is_a_new_one():
    assert Rhythm.from_json(None).to_json() == Rhythm.from_json(Rhythm().to_json()).to_json() == Rhythm().to_json()


@pytest.mark.parametrize("state", [{"v": 2, "state": ""}, {"v": 1, "state": "AAAA"}, {}])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(ValueError, match="not-a-rhythm"):
        Rhythm.from_json(state)


def test_a_repr_says_nothing_about_anybody():
    assert re.fullmatch(r"<app\.phatic\.rhythm\.Rhythm object at 0x[0-9a-f]+>", repr(make_rhythm(range(20))))


def test_below_fourteen_days_the_rhythm_is_not_known():
    assert [make_rhythm(range(days + 1)).is_known for days in (13, 14)] == [False, True]
    assert make_rhythm(range(14)).usual_hour() is None
    assert make_rhythm(range(14)).telling_hour == 9
    assert words("nl", make_rhythm(range(14)), MONDAY) == "We kennen dit ritme nog niet."


@pytest.mark.parametrize(("hour", "usual", "said"), [(10.9, 11, "elf uur"), (14, 15, "drie uur 's middags")])
def test_the_usual_hour_is_the_one_before_which_most_first_signs_came(hour, usual, said):
    rhythm = make_rhythm(range(40), hour)
    assert rhythm.usual_hour() == usual
    assert words("nl", rhythm, MONDAY + timedelta(days=40)) == f"Er is meestal een teken voor {said}."


def test_a_new_habit_moves_the_usual_hour():
    rhythm = make_rhythm(range(100), 8)
    for day in range(100, 300):
        rhythm.observe(*sign(MONDAY + timedelta(days=day), 13))
    assert rhythm.usual_hour() == 14


@pytest.mark.parametrize(("hour", "telling"), [(0, 9), (4, 9), (5, 6), (7, 8), (15, 16), (22, 9), (23, 9)])
def test_nothing_is_told_at_night(hour, telling):
    assert make_rhythm(range(300), hour).telling_hour == telling


def test_the_words_follow_the_levels_day_by_day():
    rhythm, last = make_rhythm(spread(0.7)), MONDAY + timedelta(days=spread(0.7)[-1])
    said = [rhythm.level_on(last + timedelta(days=after)) for after in range(8)]
    assert said == sorted(said, key=[None, *NAMES].index)
    assert {*said} == {None, *NAMES}
    assert said.index("silent") == 5, "after four quiet days, on the day after the last of them"


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("name", [None, *NAMES])
def test_each_level_has_its_words_without_a_figure(language, name):
    rhythm, last = make_rhythm(spread(0.7)), MONDAY + timedelta(days=spread(0.7)[-1])
    day = next(day for day in (last + timedelta(days=after) for after in range(9)) if rhythm.level_on(day) == name)
    said = words(language, rhythm, day)
    assert said.endswith(".")
    assert not any(letter.isdigit() for letter in said)


def test_english_says_all_that_dutch_says():
    assert list(silence_nl.TEXTS) == list(silence_en.TEXTS)
