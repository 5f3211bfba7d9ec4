"""Trust 29: a silence that had come to the caseworker goes on when there is none any more; a closed case rests."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.channels.log import LogChannel
from app.models.people import Resident
from app.worker import Worker
from tests.circles import make_subscription
from tests.silences import Home, calm_home
from tests.work import take_into_care


@pytest.fixture
def home(app, anna) -> Home:
    return calm_home(app.state.house, anna)


@pytest.fixture
def case(home, office, anna) -> str:
    """A resident in care, whose silence comes to the caseworker on Monday."""
    case = take_into_care(office.fenna, anna)
    home.is_watched(4 * 24)
    assert home.silence().state == "caseworker_waiting"
    return case


def asked_since(home: Home, when) -> set[str]:
    """Return who was asked since a moment."""
    days = {(when + timedelta(days=day)).strftime("%a") for day in range(1, 4)}
    return {line.split()[-1] for line in home.asked() if line.split()[0] in days}


def test_rule_29_the_circle_is_asked_again_when_the_yes_is_taken_back(home, anna, case):
    assert anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{case}").status_code == 204
    assert home.silence().state == "circle_asked"
    assert "caseworker" not in anna.get("/v1/episodes").text
    when = home.now
    home.is_watched(48)
    assert asked_since(home, when) == {"Bas"}


def test_rule_29_the_resident_hears_the_same_day_that_nobody_is_left(app, home, anna, case):
    with home.house.db.read() as session:
        make_subscription(home.house, session.get_one(Resident, UUID(anna.id)), where="anna@post.example")
    anna.delete(f"/v1/contacts/{home.contacts['Bas'].id}")
    Worker(app.state.house, {"log": LogChannel()}).keep_time()
    assert home.items(note="circle-empty") == []
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{case}")
    Worker(app.state.house, {"log": LogChannel()}).keep_time()
    assert len(home.items(note="circle-empty")) == 1


@pytest.mark.parametrize("outcome", ["well", "helped", "phone"])
def test_rule_27_what_a_caseworker_closed_does_not_begin_again_at_once(home, office, case, outcome):
    closed = office.fenna.again().post(f"/v1/cases/{case}/closings", json={"outcome": outcome})
    assert closed.status_code == 201
    first = home.silence().id
    home.is_watched(47)
    assert home.silence().id == first
    home.is_watched(2)
    assert home.silence().id != first
