"""The ladder as tables of days: `climb` walks through a silence minute by minute with a clock of its own."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from app.phatic.silence import Asked, Kind, Ladder, Wishes, by_daylight, may_claim, next_step, spoke_until, withdraws
from app.phatic.when import after_quiet

HOME = ZoneInfo("Europe/Amsterdam")
NAMES = {uuid5(UUID(int=0), name): name for name in ("Bas", "Cor", "Dee")}
BAS, COR, DEE = NAMES
STEP = timedelta(minutes=10)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HOME).astimezone(UTC)


def office(moment: datetime) -> datetime:
    """Monday to Friday, nine to five."""
    here = moment.astimezone(HOME)
    while here.weekday() > 4 or here.time() >= time(17):
        here = datetime.combine(here.date() + timedelta(days=1), time(0), HOME)
    return max(here, datetime.combine(here.date(), time(9), HOME)).astimezone(UTC)


@dataclass
class Climb:
    """One silence, from its due moment on; what happens meanwhile is a table from a local moment to an answer."""

    due: str
    kind: str = "calm"
    circle: tuple[UUID, ...] = (BAS, COR, DEE)
    days: float = 1
    happens: dict[str, tuple[UUID | None, str]] = field(default_factory=dict)
    has_caseworker: bool = True
    asleep: tuple[str, str] | None = None
    held: tuple[str, str] | None = None
    trouble: bool = False
    usual_at: time | None = None
    was_held: bool = False

    def rows(self) -> list[str]:
        ladder, told = Ladder(local(self.due), has_phone_trouble=self.trouble), []
        now, end = local(self.due), local(self.due) + timedelta(days=self.days)
        while now <= end:
            if not self._is_between(now, self.asleep):
                ladder = self._look(ladder, now, told)
            ladder = self._answered(ladder, now)
            now += STEP
        return told

    def _look(self, ladder: Ladder, now: datetime, told: list[str]) -> Ladder:
        is_held = self._is_between(now, self.held)
        if self.was_held and not is_held:
            self.was_held, ladder = False, replace(ladder, resumed_at=now)
        step = next_step(ladder, now, self.wishes(is_held=is_held))
        if step.kind in {Kind.WAIT, Kind.REST}:
            return ladder
        if step.kind is Kind.HOLD:
            self.was_held = True
            return ladder
        names = "+".join(NAMES[one] for one in step.who)
        told.append(f"{now.astimezone(HOME):%a %H:%M} {step.kind}{' ' if names else ''}{names}")
        if step.kind is Kind.ASK_CASEWORKER:
            return replace(ladder, is_with_caseworker=True)
        reach_at = after_quiet(now, "Europe/Amsterdam", time(21), time(8, 30))
        asked = tuple(Asked(one, now, reach_at) for one in step.who or (None,))
        return replace(ladder, asked=(*ladder.asked, *asked))

    def _answered(self, ladder: Ladder, now: datetime) -> Ladder:
        for moment, (who, answer) in self.happens.items():
            if local(moment) != now:
                continue
            asked = tuple(
                replace(one, answer=answer, answered_at=now) if one.who == who and one.answer is None else one
                for one in ladder.asked
            )
            ladder = replace(ladder, asked=asked)
            if answer == "claim":
                ladder = replace(ladder, claimed_until=now + may_claim(timedelta()))
            if answer == "spoke":
                ladder = replace(ladder, spoke_at=now)
        return ladder

    def wishes(self, *, is_held: bool) -> Wishes:
        return Wishes(
            kind=self.kind,
            time_zone="Europe/Amsterdam",
            circle=self.circle,
            has_caseworker=self.has_caseworker,
            working_from=office,
            usual_at=self.usual_at,
            is_held=is_held,
        )

    @staticmethod
    def _is_between(now: datetime, span: tuple[str, str] | None) -> bool:
        return span is not None and local(span[0]) <= now < local(span[1])


class TestTheLadderOfEachAgreement:
    def test_calm_asks_the_resident_twice_then_the_first_then_the_rest_then_the_caseworker(self):
        assert Climb("2027-06-01 09:00").rows() == [
            "Tue 09:00 nudge",
            "Tue 11:00 remind",
            "Tue 13:00 tell-circle Bas",
            "Tue 15:00 tell-circle Cor+Dee",
            "Wed 09:00 ask-caseworker",  # six hours after the first would be 19:00, and nobody works then
        ]

    def test_every_day_is_quicker_and_reaches_the_caseworker_the_same_day(self):
        assert Climb("2027-06-01 11:00", kind="daily").rows() == [
            "Tue 11:00 nudge",
            "Tue 13:00 remind",
            "Tue 14:00 tell-circle Bas",
            "Tue 15:00 tell-circle Cor+Dee",
            "Tue 16:00 ask-caseworker",
        ]

    def test_every_day_in_winter_sends_nobody_to_a_door_in_the_dark(self):
        assert Climb("2027-01-05 14:00", kind="daily").rows() == [
            "Tue 14:00 nudge",
            "Tue 16:00 remind",
            "Wed 08:30 tell-circle Bas",
            "Wed 09:30 tell-circle Cor+Dee",
            "Wed 10:30 ask-caseworker",
        ]

    def test_on_a_friday_evening_the_caseworker_is_asked_on_monday(self):
        rows = Climb("2027-06-04 14:00", kind="daily", days=4).rows()
        assert rows[2:] == ["Fri 17:00 tell-circle Bas", "Fri 18:00 tell-circle Cor+Dee", "Mon 09:00 ask-caseworker"]

    def test_a_circle_of_one_goes_on_to_the_caseworker(self):
        assert Climb("2027-06-01 09:00", circle=(BAS,), days=0.4).rows()[2:] == ["Tue 13:00 tell-circle Bas"]
        assert Climb("2027-06-01 09:00", circle=(BAS,)).rows()[-1] == "Wed 09:00 ask-caseworker"

    def test_an_empty_circle_is_passed_at_once(self):
        assert Climb("2027-06-01 09:00", circle=()).rows()[2:] == ["Tue 13:00 ask-caseworker"]

    def test_without_circle_and_caseworker_nobody_is_asked(self):
        rows = Climb("2027-06-01 09:00", circle=(), has_caseworker=False, days=10).rows()
        assert rows == ["Tue 09:00 nudge", "Tue 11:00 remind"]


class TestRule1JudgingNeverSleeps:
    def test_at_night_the_state_moves_and_the_delays_count_from_the_morning(self):
        assert Climb("2027-06-01 20:00").rows() == [
            "Tue 20:00 nudge",
            "Tue 22:00 remind",  # judged at night; can be read at half past eight
            "Wed 10:30 tell-circle Bas",
            "Wed 12:30 tell-circle Cor+Dee",
            "Wed 16:30 ask-caseworker",
        ]


class TestRule2OneRungARun:
    def test_after_a_standstill_each_rung_waits_its_own_delay(self):
        rows = Climb("2027-06-01 09:00", days=2, asleep=("2027-06-01 09:10", "2027-06-01 19:00")).rows()
        assert rows == [
            "Tue 09:00 nudge",
            "Tue 19:00 remind",
            "Tue 21:00 tell-circle Bas",
            "Wed 10:30 tell-circle Cor+Dee",
            "Wed 14:30 ask-caseworker",
        ]


class TestRule3Held:
    def test_a_hold_stops_what_lies_past_the_resident_and_then_each_rung_waits_anew(self):
        rows = Climb("2027-06-01 09:00", held=("2027-06-01 08:00", "2027-06-01 15:00")).rows()
        assert rows[:3] == ["Tue 09:00 nudge", "Tue 11:00 remind", "Tue 17:00 tell-circle Bas"]

    def test_a_hold_says_when_to_look_again(self):
        now = local("2027-06-01 13:00")
        asked = tuple(Asked(None, moment, moment) for moment in (now - timedelta(hours=4), now - timedelta(hours=2)))
        wishes = Climb("2027-06-01 09:00").wishes(is_held=True)
        step = next_step(Ladder(now - timedelta(hours=4), asked), now, wishes)
        assert (step.kind, step.at) == (Kind.HOLD, now + timedelta(minutes=10))


class TestRule4LateSigns:
    DUE = local("2027-06-03 09:00")
    CASES = (
        ("2027-06-02 20:00", "2027-06-04 20:00", True),  # the new due moment lies ahead
        ("2027-06-01 12:00", "2027-06-03 12:00", True),  # it has passed, less than one period ago
        ("2027-05-30 09:00", "2027-06-01 09:00", False),  # older than the last sign
    )

    @pytest.mark.parametrize(("sign", "due", "closes"), CASES)
    def test_it_closes_when_the_quiet_would_begin_later(self, sign: str, due: str, closes: bool):
        now = local("2027-06-03 15:00")
        heard = local("2027-06-01 09:00")
        period = timedelta(hours=48)
        found = withdraws(sign_at=local(sign), heard_at=heard, next_due_at=local(due), period=period, now=now)
        assert found is closes

    def test_a_sign_of_long_ago_is_stored_and_shown_only(self):
        sign, now = local("2027-06-01 12:00"), local("2027-06-05 12:00")
        due, period = sign + timedelta(hours=48), timedelta(hours=48)
        assert not withdraws(sign_at=sign, heard_at=None, next_due_at=due, period=period, now=now)


class TestRule5Paused:
    def test_nothing_happens_before_the_pause_is_over(self):
        now = local("2027-06-01 09:00")
        wishes = replace(Climb("2027-06-01 09:00").wishes(is_held=False), paused_until=now + timedelta(days=3))
        step = next_step(Ladder(now), now, wishes)
        assert (step.kind, step.at) == (Kind.WAIT, now + timedelta(days=3))


class TestRule6ClaimsAndNotNow:
    def test_a_claim_holds_the_clock_two_hours(self):
        rows = Climb("2027-06-01 09:00", happens={"2027-06-01 14:00": (BAS, "claim")}).rows()
        assert rows[2:4] == ["Tue 13:00 tell-circle Bas", "Tue 16:00 tell-circle Cor+Dee"]

    def test_not_now_asks_the_next_at_once(self):
        rows = Climb("2027-06-01 09:00", happens={"2027-06-01 13:10": (BAS, "not_now")}).rows()
        assert rows[2:5] == ["Tue 13:00 tell-circle Bas", "Tue 13:20 tell-circle Cor", "Tue 15:20 tell-circle Dee"]

    def test_all_say_not_now_and_the_caseworker_is_asked_at_once(self):
        happens = {"2027-06-01 13:10": (BAS, "not_now"), "2027-06-01 13:30": (COR, "not_now")}
        rows = Climb("2027-06-01 09:00", circle=(BAS, COR), happens=happens).rows()
        assert rows[3:] == ["Tue 13:20 tell-circle Cor", "Tue 13:40 ask-caseworker"]

    def test_one_person_claims_four_hours_together(self):
        assert may_claim(timedelta()) == timedelta(hours=2)
        assert may_claim(timedelta(hours=3)) == timedelta(hours=1)
        assert may_claim(timedelta(hours=4)) == timedelta()


class TestRule7AtMost:
    def test_one_question_a_day_and_three_in_all_then_it_rests(self):
        rows = Climb("2027-06-01 09:00", has_caseworker=False, circle=(BAS, COR), days=12).rows()
        assert rows[2:] == [
            "Tue 13:00 tell-circle Bas",
            "Tue 15:00 tell-circle Cor",
            "Wed 09:00 tell-circle Bas+Cor",
            "Thu 09:00 tell-circle Bas+Cor",
        ]

    @pytest.mark.parametrize("at_work", [False, True])
    def test_after_ten_days_it_rests_with_the_caseworker_or_without_one(self, at_work):
        climb = Climb("2027-06-01 09:00", has_caseworker=at_work)
        ladder = Ladder(local(climb.due), is_with_caseworker=at_work)
        step = next_step(ladder, ladder.due_at + timedelta(days=10), climb.wishes(is_held=False))
        assert step.kind is Kind.REST

    def test_after_ten_days_it_is_the_caseworkers_in_their_hours_and_not_while_it_is_held(self):
        climb = Climb("2027-06-02 09:00")  # ten days later it is a Saturday
        ladder, wishes = Ladder(local(climb.due)), climb.wishes(is_held=False)
        step = next_step(ladder, local("2027-06-12 09:00"), wishes)
        assert (step.kind, step.at) == (Kind.WAIT, local("2027-06-14 09:00"))
        assert next_step(ladder, local("2027-06-14 09:00"), wishes).kind is Kind.ASK_CASEWORKER
        assert next_step(ladder, local("2027-06-14 09:00"), climb.wishes(is_held=True)).kind is Kind.HOLD

    def test_one_that_rests_asks_the_circle_no_more_whatever_interrupts_it(self):
        climb = Climb("2027-06-01 09:00", has_caseworker=False)
        ladder = Ladder(local(climb.due), resumed_at=local("2027-06-20 09:00"), has_rested=True)
        assert next_step(ladder, local("2027-06-21 09:00"), climb.wishes(is_held=False)).kind is Kind.REST


class TestRule27Spoke:
    def test_it_stops_the_others_for_a_day_and_then_the_next_is_asked(self):
        rows = Climb("2027-06-01 09:00", days=2, happens={"2027-06-01 14:00": (BAS, "spoke")}).rows()
        assert rows[2:5] == ["Tue 13:00 tell-circle Bas", "Wed 14:00 tell-circle Cor", "Wed 16:00 tell-circle Dee"]

    def test_it_stops_them_until_the_next_usual_moment(self):
        wishes = replace(Climb("2027-06-01 09:00").wishes(is_held=False), usual_at=time(11))
        assert spoke_until(local("2027-06-01 14:00"), wishes) == local("2027-06-02 11:00")
        assert spoke_until(local("2027-06-01 10:30"), wishes) == local("2027-06-02 10:30")


class TestRule11PhoneTrouble:
    def test_it_adds_four_hours_before_the_circle(self):
        rows = Climb("2027-06-01 09:00", trouble=True).rows()
        assert rows[1:3] == ["Tue 11:00 remind", "Tue 17:00 tell-circle Bas"]


class TestRule13Clocks:
    @pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)])
    def test_the_morning_after_a_clock_change_is_half_past_eight_on_the_wall(self, night: date):
        evening = datetime.combine(night - timedelta(days=1), time(20), HOME).astimezone(UTC)
        morning = by_daylight(evening, "Europe/Amsterdam").astimezone(HOME)
        assert (morning.date(), morning.time()) == (night, time(8, 30))

    @pytest.mark.parametrize("due", ["2027-03-27 20:00", "2027-10-30 20:00"])
    def test_a_night_of_a_clock_change_delays_no_rung(self, due: str):
        times = [row.split()[1] for row in Climb(due, days=3).rows()]
        assert times[:4] == ["20:00", "22:00", "10:30", "12:30"]


def test_thirty_days_with_a_sign_every_other_day_ask_nobody_but_the_resident_once():
    """Each silence is short: a nudge, a tap, and nothing more."""
    rows = [row for day in range(1, 31, 2) for row in Climb(f"2027-06-{day:02d} 09:00", days=0.05).rows()]
    assert {row.split()[2] for row in rows} == {"nudge"}
    assert len(rows) == 15
