import gzip

import pytest

from app.phatic.rhythm import DAY_S, HOUR_S
from bench import rhythm as bench

DAY_H = 24


def person(*hours, offset=0):
    return [(hour * HOUR_S, offset) for hour in hours]


def test_a_false_alarm_and_a_delay_are_what_the_bench_says():
    """Nothing for 24 h is due once in the first span, the second is announced, in the third the sign comes in time."""
    one = person(0, 2 * DAY_H, 10 * DAY_H, 11 * DAY_H)
    outcome = bench.measure(one, bench.fixed_dues(one, 24))
    assert outcome.false_alarms == 1
    assert outcome.counted_s == 3 * DAY_S
    # 24 h down to nought, then a day of nought, then 24 h down to nought: twice 12 h, once 0.
    assert outcome.delay_h == pytest.approx(8)
    assert outcome.a_month == pytest.approx(bench.DAYS_A_MONTH / 3)


def test_a_daily_deadline_waits_for_a_whole_day_without_a_sign():
    one = person(10, 12, 30, 60)
    assert [due / HOUR_S for due in bench.deadline_dues(one, 11)] == [35, 59, 59]
    east = person(10, 12, 30, 60, offset=60)
    assert [due / HOUR_S for due in bench.deadline_dues(east, 11)] == [34, 58, 58]


def test_the_fixed_hours_are_tuned_to_as_many_false_alarms():
    people = [person(0, 10, 30, 60, 100), person(0, 50, 70)]
    hours = bench.tuned_hours(people, 2)
    outcomes = [bench.measure(one, bench.fixed_dues(one, hours)) for one in people]
    assert bench.pooled(outcomes).false_alarms == 2


def test_after_an_announced_absence_the_days_before_it_teach_nothing(monkeypatch):
    calls = []
    monkeypatch.setattr(bench, "Rhythm", lambda: Noting(calls))
    bench.rhythm_dues(person(0, DAY_H, 9 * DAY_H, 10 * DAY_H))
    assert calls == ["observe 0", "observe 1", "resume 9"]


class Noting:
    def __init__(self, calls):
        self.calls = calls

    def observe(self, ts, _):
        self.calls.append(f"observe {ts // DAY_S}")

    def resume(self, ts, _):
        self.calls.append(f"resume {ts // DAY_S}")

    def due(self, _):
        return 0.0


def test_a_file_is_read_as_its_folder_describes_it(tmp_path):
    path = tmp_path / "some.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write("person,kind,t10,utc_offset_min\n7,walk,2,60\n7,msg,1,60\n9,code,0,-300\n")
    assert bench.read(path) == [[(946685400, 60), (946686000, 60)], [(946684800, -300)]]


def test_the_table_of_acceptance_holds_for_invented_regular_people():
    regular = [one for one in bench.simulated(90, seed=1) if bench.is_regular(one)]
    dues = [bench.rhythm_dues(one) for one in regular]
    by_level = {
        level: [bench.measure(one, (due[level] for due in each)) for one, each in zip(regular, dues, strict=True)]
        for level in bench.LEVELS
    }
    assert bench.complaints(by_level) == []


def test_a_rule_that_tells_too_often_or_too_late_is_said():
    often, late = bench.Outcome(9, 60 * DAY_S, DAY_S), bench.Outcome(1, 60 * DAY_S, 60 * DAY_S * 90 * HOUR_S)
    assert len(bench.complaints({0.5: [often], 1.0: [late]})) == 3
