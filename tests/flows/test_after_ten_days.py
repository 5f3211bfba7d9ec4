"""A silence of more than ten days: nobody of the circle is asked any more; the caseworker has it, if there is one."""

from datetime import timedelta

import pytest

from app.flows import silences
from app.models.silence import Agreement, Silence
from tests.people import Person
from tests.silences import Home, calm_home
from tests.work import take_into_care


@pytest.fixture
def home(app, anna) -> Home:
    return calm_home(app.state.house, anna)


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
    home.is_watched(72)
    with home.house.db.write() as session:
        session.get_one(Silence, home.silence().id).claimed_until = home.now + timedelta(days=9)
    return home


def test_the_caseworker_has_it_and_can_close_it(home, office, anna):
    case = take_into_care(office.fenna, anna)
    stays_with_the_circle(home)
    home.is_watched(120)
    assert home.silence().state == "circle_asked"
    home.is_watched(192)
    assert home.silence().state == "caseworker_waiting"
    assert "silence-rests-at-work" in lines(anna)
    closed = office.fenna.again().post(f"/v1/cases/{case}/closings", json={"outcome": "helped"})
    assert closed.status_code == 201


def test_it_is_asked_about_at_work_for_as_long_as_it_is_open_and_the_circle_is_not(home, office, anna):
    take_into_care(office.fenna, anna)
    home.is_watched(384)
    assert home.silence().rested_at
    when = home.now
    home.is_watched(120)
    assert asked_since(home, when) == {"caseworker"}
    assert next_look(home) > home.now


def test_an_acknowledgement_runs_out_also_then_however_far_its_follow_up(home, office, anna):
    """One working day (agreements, 9): a follow-up in two weeks is a promise, and lets nobody off asking."""
    case = take_into_care(office.fenna, anna)
    home.is_watched(384)
    taken = {"reason": "Ik ga langs", "follow_up_at": (home.now + timedelta(days=14)).isoformat()}
    assert office.fenna.again().post(f"/v1/cases/{case}/acknowledgements", json=taken).status_code == 201
    assert home.silence().state == "acknowledged"
    when = home.now
    home.is_watched(96)
    assert home.silence().state == "caseworker_waiting"
    assert asked_since(home, when) == {"caseworker"}


def test_without_a_caseworker_it_rests_and_nobody_looks_again(home, anna):
    home.is_watched(336)
    assert (home.silence().state, next_look(home)) == ("circle_asked", None)
    assert "silence-rests" in lines(anna)


def test_a_yes_to_a_caseworker_that_comes_later_lets_it_be_theirs(home, office, anna):
    home.is_watched(336)
    take_into_care(office.fenna.again(), anna)
    home.is_watched(96)
    assert home.silence().state == "caseworker_waiting"


def test_it_is_nobodys_again_when_that_yes_is_taken_back(home, office, anna):
    case = take_into_care(office.fenna, anna)
    home.is_watched(384)
    assert anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{case}").status_code == 204
    when = home.now
    home.is_watched(72)
    assert (home.silence().state, next_look(home), asked_since(home, when)) == ("circle_asked", None, set())


def test_a_sign_closes_it_like_any_other(home):
    home.is_watched(336)
    home.tap()
    assert home.silence().outcome == "sign"
