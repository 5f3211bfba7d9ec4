"""Ladder 13: who travels to another time zone is asked by the clock on the wall there, from the same transaction on."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.flows import due, watch
from app.models.people import Resident
from app.models.silence import Agreement
from tests.house import NOON
from tests.people import Person
from tests.reached import agree, make_reachable

# 10 March 2027, 13:00 UTC: 14:00 in Amsterdam, 08:00 in New York, 22:00 in Tokyo.


@pytest.fixture
def daily(app, anna: Person) -> Person:
    """Anna agreed on eleven o'clock each day, and has given a sign today."""
    make_reachable(app, anna)
    make_reachable(app, anna, "Cas")
    agree(anna, "daily", at="11:00")
    anna.tap()
    assert due_at(app, anna) == utc("2027-03-11 10:00")
    return anna


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def due_at(app, anna) -> datetime | None:
    with app.state.house.db.read() as session:
        return session.get_one(Agreement, UUID(anna.id)).next_due_at


def travel(anna, zone: str) -> None:
    answer = anna.patch("/v1/me", json={"time_zone": zone})
    assert (answer.status_code, answer.json()["time_zone"]) == (200, zone)


@pytest.mark.parametrize(
    ("zone", "eleven"), [("America/New_York", "2027-03-11 16:00"), ("Asia/Tokyo", "2027-03-11 02:00")]
)
def test_rule_13_eleven_is_eleven_where_they_are(app, daily, zone, eleven):
    travel(daily, zone)
    assert due_at(app, daily) == utc(eleven)
    travel(daily, "Europe/Amsterdam")
    assert due_at(app, daily) == utc("2027-03-11 10:00")


def test_rule_13_the_clock_moves_in_the_transaction_of_the_setting(app, daily, monkeypatch):
    """A setting that fails leaves the clock, and a clock that fails leaves the setting."""

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(due, "follow_zone", fails)
    with pytest.raises(RuntimeError):
        daily.patch("/v1/me", json={"time_zone": "Asia/Tokyo"})
    assert daily.get("/v1/me").json()["time_zone"] == "Europe/Amsterdam"
    assert due_at(app, daily) == utc("2027-03-11 10:00")


def test_rule_13_a_moment_that_has_passed_there_stays_as_it_was(app, daily, clock):
    clock.at = utc("2027-03-11 09:00")  # ten in Amsterdam, six in the evening in Tokyo
    travel(daily, "Asia/Tokyo")
    assert due_at(app, daily) == utc("2027-03-11 10:00")
    daily.tap()
    assert due_at(app, daily) == utc("2027-03-12 02:00")


def test_rule_13_two_days_are_two_days_everywhere(app, anna):
    make_reachable(app, anna)
    agree(anna)
    anna.tap()
    before = due_at(app, anna)
    travel(anna, "Asia/Tokyo")
    assert due_at(app, anna) == before == NOON + timedelta(hours=48)


def test_rule_13_the_own_rhythm_is_told_at_its_hour_there(app, anna, clock):
    make_reachable(app, anna)
    agree(anna, rhythm="own")
    for _ in range(20):
        clock.move(days=1)
        anna.tap()
    before = due_at(app, anna)
    travel(anna, "America/New_York")
    moved = due_at(app, anna) - before
    assert moved == timedelta(hours=6)


def test_rule_13_an_open_silence_goes_on_and_a_pause_keeps_its_end(app, daily, clock):
    until = (clock.now() + timedelta(days=5)).isoformat()
    assert daily.post("/v1/pauses", json={"until": until}).status_code == 201
    travel(daily, "Asia/Tokyo")
    assert due_at(app, daily) == clock.now() + timedelta(days=5)
    daily.delete("/v1/pauses")
    clock.at = due_at(app, daily)
    house = app.state.house
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(daily.id))
        assert watch.look(session, resident.id, clock.now(), keys=house.keys) == "nudge"
    before = due_at(app, daily)
    travel(daily, "Europe/Amsterdam")
    assert due_at(app, daily) == before
