"""Who is asked when about a case: tables of working days, with a fixed clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.phatic import hours
from app.phatic.cases import Call, Case, Turn, next_call

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = hours.parse({str(day): ["09:00", "17:00"] for day in range(5)}, "Europe/Amsterdam", lambda _: False)
OWNER, DEPUTY, LEAD = Turn.OWNER, Turn.DEPUTY, Turn.LEAD
ALL = frozenset(Turn)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2027-03-{text}").replace(tzinfo=AMSTERDAM).astimezone(UTC)


def case(came: str, *, there=ALL, runs_out: str | None = None, **asked: str) -> Case:
    moments = {Turn(turn): local(moment) for turn, moment in asked.items()}
    return Case(local(came), frozenset(there), moments, local(runs_out) if runs_out else None)


@pytest.mark.parametrize(
    ("given", "turn", "at"),
    [
        # 10 March is a Wednesday, the 12th a Friday.
        (case("10T10:00"), OWNER, "10T10:00"),
        (case("10T20:00"), OWNER, "11T09:00"),
        (case("12T18:00"), OWNER, "15T09:00"),
        (case("10T10:00", owner="10T10:00"), DEPUTY, "10T12:00"),
        (case("10T10:00", owner="10T10:00", deputy="10T12:00"), LEAD, "10T14:00"),
        (case("12T15:30", owner="12T15:30"), DEPUTY, "15T09:30"),
        (case("12T15:30", owner="12T15:30", deputy="15T09:30"), LEAD, "15T11:30"),
        # The watch was down: each next one still gets its own two hours.
        (case("10T10:00", owner="10T16:00"), DEPUTY, "11T10:00"),
        # Who is not there is passed over at once.
        (case("10T10:00", there={OWNER, LEAD}, owner="10T10:00"), LEAD, "10T12:00"),
        (case("10T10:00", there={LEAD}), LEAD, "10T10:00"),
        # All asked in vain: anew, one working day later.
        (case("10T10:00", owner="10T10:00", deputy="10T12:00", lead="10T14:00"), OWNER, "11T14:00"),
        (case("10T10:00", there={OWNER}, owner="12T14:00"), OWNER, "15T14:00"),
        (case("10T10:00", owner="11T14:00", deputy="10T12:00", lead="10T14:00"), DEPUTY, "11T16:00"),
        # An acknowledgement that ran out begins a new round with the owner.
        (case("10T10:00", owner="10T10:00", runs_out="11T10:30"), OWNER, "11T10:30"),
        (case("10T10:00", owner="11T10:30", runs_out="11T10:30"), DEPUTY, "11T12:30"),
        (case("10T10:00", owner="10T10:00", runs_out="12T18:00"), OWNER, "15T09:00"),
    ],
)
def test_one_after_the_other_in_working_hours(given, turn, at):
    assert next_call(given, local("19T12:00"), OFFICE) == Call(local(at), turn)


def test_an_acknowledgement_holds_everything_until_it_runs_out():
    taken = case("10T10:00", owner="10T10:00", runs_out="11T10:30")
    assert next_call(taken, local("11T10:29"), OFFICE) == Call(local("11T10:30"), None)
    assert next_call(taken, local("11T10:30"), OFFICE).turn is OWNER


def test_a_week_of_nobody_answering_is_never_quiet_and_never_a_flood():
    """Looked at every ten minutes: one call at a time, at least two hours of work apart, and every day some."""
    asked: dict[Turn, datetime] = {}
    calls = []
    now, ends = local("08T09:00"), local("15T09:00")
    while now < ends:
        call = next_call(Case(local("08T09:00"), ALL, asked), now, OFFICE)
        if call.turn and call.at <= now:
            asked[call.turn] = now
            calls.append((now.astimezone(AMSTERDAM).strftime("%d %H:%M"), call.turn.value))
        now += timedelta(minutes=10)
    assert calls == [
        ("08 09:00", "owner"), ("08 11:00", "deputy"), ("08 13:00", "lead"),
        ("09 13:00", "owner"), ("09 15:00", "deputy"), ("10 09:00", "lead"),
        ("11 09:00", "owner"), ("11 11:00", "deputy"), ("11 13:00", "lead"),
        ("12 13:00", "owner"), ("12 15:00", "deputy"),
    ]  # fmt: skip


def test_where_nobody_is_there_the_case_still_has_a_moment_to_be_looked_at():
    call = next_call(case("10T10:00", there=()), local("10T12:00"), OFFICE)
    assert (call.turn, call.at) == (None, local("11T12:00"))
