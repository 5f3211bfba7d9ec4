"""After a death or an admission nobody gets a message any more: what waits, and what would come later."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.channels.base import Address, Message
from app.flows import answers, freezing
from app.models.people import Resident
from app.models.silence import Silence
from app.models.work import Member
from app.worker import Worker
from tests.circles import make_subscription
from tests.people import make_contact
from tests.silences import Home, falls_silent, home_of, make_home
from tests.work import make_case, make_silence


class Post:
    """A way out that keeps to whom it was given anything at all, signs too."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def send(self, address: Address, _: Message) -> None:
        self.taken.append(address.where.partition("@")[0])


def deliver(home: Home) -> list[str]:
    """Let the worker do everything that is due now, and tell who has had anything so far."""
    Worker(home.house, {"email": home.kept, "webhook": home.kept}).run_once()
    return home.kept.taken


def lives_on(home: Home, days: int) -> list[str]:
    """Let days pass as the worker lives them: two of them by the hour, for signs and questions live no longer."""
    for hours in [1] * 48 + [7 * 24] * (days // 7):
        home.clock.move(hours=hours)
        deliver(home)
    return home.kept.taken


@pytest.fixture
def at_case(app, client, office):
    """Anna in Fenna's care, with a walk that is still held; Bas was asked, and the case has come."""
    house = app.state.house
    anna, case = make_case(office)
    house.settings = house.settings.model_copy(update={"hold_minutes": 60})
    home = home_of(house, anna, Bas=make_contact(anna, "Bas"))
    home.kept = Post()
    make_subscription(house, home.resident, where="anna@post.example")
    with house.db.read() as session:
        fenna = session.get_one(Member, UUID(office.fenna.id))
    make_subscription(house, fenna, where="fenna@post.example")
    anna.walk(house.clock.now() - timedelta(minutes=20))
    silence = make_silence(client, anna.id)
    with house.db.write() as session:
        row = session.get_one(Silence, silence.id)
        answers.ask_contact(session, house.keys, row, home.contacts["Bas"], rung="first", now=home.now)
    assert deliver(home) == ["bas"]
    return home, case


@pytest.mark.parametrize("outcome", ["died", "admitted"])
def test_a_case_that_ends_so_is_the_last_message_to_anybody(office, at_case, outcome):
    home, case = at_case
    assert office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": outcome}).status_code == 201
    assert {(item.state, item.why) for item in home.items(state="dropped")} == {("dropped", "resting")}
    assert home.items(state="waiting") == []
    assert lives_on(home, 2) == ["bas"]
    [late] = home.items(purpose="teken")
    assert (late.state, late.why, late.tries) == ("dropped", "resting", 1), (
        "the held walk was released, and told nobody"
    )
    assert lives_on(home, 600) == ["bas"]


def test_a_case_that_ends_well_does_tell_who_was_asked(office, at_case):
    home, case = at_case
    assert office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": "well"}).status_code == 201
    assert set(lives_on(home, 3)[1:]) == {"bas"}
    assert len(home.items(purpose="all_clear", state="sent")) == 1


@pytest.fixture
def told(house) -> Home:
    """Bas was asked on Friday; in the night a sign came, and his all-clear waits for the morning."""
    home = make_home(house, "Bas", "Cor", kept=Post())
    falls_silent(home)
    assert deliver(home) == ["bas"]
    home.at("2027-03-12 22:00").tap()
    assert [(item.purpose, item.state) for item in home.items(purpose="all_clear")] == [("all_clear", "waiting")]
    return home


def test_an_all_clear_that_waits_for_the_morning_is_dropped_when_two_say_so(told):
    with told.house.db.write() as session:
        resident = session.get_one(Resident, told.resident.id)
        for name in ("Bas", "Cor"):
            freezing.freeze(session, resident, told.contacts[name], "died", told.now)
    assert [(item.state, item.why) for item in told.items(purpose="all_clear")] == [("dropped", "resting")]
    assert lives_on(told, 30) == ["bas"]


def test_what_others_lay_ready_for_who_rests_is_asked_again_before_it_leaves(told):
    """The claim itself looks: whatever flow forgot that somebody rests, nothing leaves."""
    with told.house.db.write() as session:
        session.get_one(Resident, told.resident.id).frozen_at = told.now
    assert [item.state for item in told.items(purpose="all_clear")] == ["waiting"]
    told.at("2027-03-13 09:00")
    assert deliver(told) == ["bas"]
    assert [(item.state, item.why) for item in told.items(purpose="all_clear")] == [("dropped", "resting")]
