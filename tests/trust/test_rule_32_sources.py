"""Trust 32: a tap and an ended walk count as signs of life; another app's taps only if the resident says so."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from app.flows import sources
from app.models.people import Resident
from app.models.silence import Agreement
from app.phatic.clockwork import is_clockwork
from tests.people import make_upload
from tests.reached import agree, make_reachable

MORNING = datetime(2027, 3, 1, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def heard_at(app, anna):
    with app.state.house.db.read() as session:
        return session.exec(select(Agreement).where(Agreement.resident_id == UUID(anna.id))).one().heard_at


def test_rule_32_another_apps_tap_counts_only_once_the_resident_says_so(app, anna, clock):
    make_reachable(app, anna)
    agree(anna)
    watch = make_upload(anna)
    watch.tap()
    assert heard_at(app, anna) is None
    device = next(one for one in anna.get("/v1/devices").json()["items"] if one["kind"] == "upload")
    assert device["counts"] is False
    said = anna.patch(f"/v1/devices/{device['id']}", json={"counts": True})
    assert (said.status_code, said.json()["counts"]) == (200, True)
    clock.move(hours=1)
    watch.tap()
    assert heard_at(app, anna) == clock.now()
    assert "telt mee als teken van leven" in anna.get("/v1/me/log").text


def test_rule_32_an_ended_walk_counts_whoever_brings_it(app, anna, clock):
    watch = make_upload(anna)
    ended_at = clock.now() - timedelta(minutes=5)
    watch.walk(ended_at)
    assert heard_at(app, anna) == ended_at


def test_rule_32_the_residents_own_tap_counts(app, anna, clock):
    anna.tap()
    assert heard_at(app, anna) == clock.now()


@pytest.mark.parametrize(
    ("moments", "found"),
    [
        ([MORNING + DAY * day for day in range(7)], True),
        ([MORNING + DAY * day for day in range(6)], False),
        ([MORNING + DAY * day + timedelta(seconds=day % 4) for day in range(7)], True),
        ([MORNING + DAY * day + timedelta(minutes=day) for day in range(7)], False),
        ([MORNING + DAY * day for day in range(8) if day != 3], False),
        ([], False),
    ],
)
def test_rule_32_seven_days_to_the_second_are_no_person(moments, found):
    assert is_clockwork(moments) is found
    others = [moment + timedelta(hours=3, minutes=7 * n) for n, moment in enumerate(moments)]
    assert is_clockwork([*moments, *others]) is found


def test_rule_32_the_resident_is_asked_whether_it_is_them(app, anna, clock):
    for _ in range(7):
        anna.tap()
        clock.move(days=1)
    clock.move(days=-1)
    with app.state.house.db.read() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        assert sources.seems_a_machine(session, resident, clock.now())
