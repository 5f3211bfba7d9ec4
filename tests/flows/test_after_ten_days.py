"""A silence of more than ten days: nobody of the circle is asked any more; the caseworker has it, if there is one."""

from datetime import timedelta

import pytest

from app.flows import silences, watch
from app.models.silence import Agreement, Silence
from tests.people import Person, make_contact
from tests.silences import Home, home_of
from tests.work import take_into_care


@pytest.fixture
def home(app, anna) -> Home:
    home = home_of(app.state.house, anna, Bas=make_contact(anna, "Bas"))
    home.agree("calm")
    home.tap()
    return home


def looks(home: Home, days: float, every_hours: int = 1) -> Home:
    """Let time pass in which only the watch looks, when it has to."""
    end = home.now + timedelta(days=days)
    while home.now < end:
        home.clock.move(hours=every_hours)
        with home.house.db.write() as session:
            watch.look(session, home.resident.id, home.now, keys=home.house.keys)
    return home


def next_look(home: Home):
    with home.house.db.read() as session:
        return session.get_one(Agreement, home.resident.id).next_due_at


def asked_since(home: Home, moment) -> set[str]:
    with home.house.db.read() as session:
        silence = session.get_one(Silence, home.silence().id)
        return {
            "caseworker" if one.member_id else "circle"
            for one in silences.questions_of(session, silence)
            if one.asked_at > moment
        }


def lines(anna: Person) -> list[str]:
    return [line["kind"] for line in anna.get("/v1/me/log").json()["items"]]


def stays_with_the_circle(home: Home) -> Home:
    """Let it come to ten days without the caseworker being asked, as when somebody has it in hand for days."""
    looks(home, 3)
    with home.house.db.write() as session:
        session.get_one(Silence, home.silence().id).claimed_until = home.now + timedelta(days=9)
    return home


def test_the_caseworker_has_it_and_can_close_it(home, office, anna):
    case = take_into_care(office.fenna, anna)
    stays_with_the_circle(home)
    looks(home, 5)
    assert home.silence().state == "circle_asked"
    looks(home, 8)
    assert home.silence().state == "caseworker_waiting"
    assert "silence-rests-at-work" in lines(anna)
    closed = office.fenna.again().post(f"/v1/cases/{case}/closings", json={"outcome": "helped"})
    assert closed.status_code == 201


def test_it_is_asked_about_at_work_for_as_long_as_it_is_open_and_the_circle_is_not(home, office, anna):
    take_into_care(office.fenna, anna)
    looks(home, 16)
    assert home.silence().rested_at
    when = home.now
    looks(home, 5)
    assert asked_since(home, when) == {"caseworker"}
    assert next_look(home) > home.now


def test_an_acknowledgement_runs_out_also_then_however_far_its_follow_up(home, office, anna):
    """One working day (agreements, 9): a follow-up in two weeks is a promise, and lets nobody off asking."""
    case = take_into_care(office.fenna, anna)
    looks(home, 16)
    taken = {"reason": "Ik ga langs", "follow_up_at": (home.now + timedelta(days=14)).isoformat()}
    assert office.fenna.again().post(f"/v1/cases/{case}/acknowledgements", json=taken).status_code == 201
    assert home.silence().state == "acknowledged"
    when = home.now
    looks(home, 4)
    assert home.silence().state == "caseworker_waiting"
    assert asked_since(home, when) == {"caseworker"}


def test_without_a_caseworker_it_rests_and_nobody_looks_again(home, anna):
    looks(home, 14)
    assert (home.silence().state, next_look(home)) == ("circle_asked", None)
    assert "silence-rests" in lines(anna)


def test_a_yes_to_a_caseworker_that_comes_later_lets_it_be_theirs(home, office, anna):
    looks(home, 14)
    take_into_care(office.fenna.again(), anna)
    looks(home, 4)
    assert home.silence().state == "caseworker_waiting"


def test_it_is_nobodys_again_when_that_yes_is_taken_back(home, office, anna):
    case = take_into_care(office.fenna, anna)
    looks(home, 16)
    assert anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{case}").status_code == 204
    when = home.now
    looks(home, 3)
    assert (home.silence().state, next_look(home), asked_since(home, when)) == ("circle_asked", None, set())


def test_a_sign_closes_it_like_any_other(home):
    looks(home, 14)
    home.tap()
    assert home.silence().outcome == "sign"
