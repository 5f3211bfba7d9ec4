"""Two at the same moment, where rows can be read while they are changed: the second waits, and sees what was done."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import Session

from app.errors import Conflict
from app.flows import cases, checkin, proposals
from app.flows.checkin import Tap
from app.flows.proposals import Wanted
from app.house import House
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Silence
from app.models.work import Care, Member
from tests.house import HandClock, make_app, make_client
from tests.people import make_contact, make_resident
from tests.work import make_case, make_office, make_silence

Act = Callable[[Session], object]


@pytest.fixture
def app(tmp_path, postgres_url, clock: HandClock) -> Generator[FastAPI]:
    """On PostgreSQL only: the embedded database has one writer."""
    app = make_app(tmp_path, postgres_url, clock=clock)
    yield app
    app.state.house.close()


def at_once(house: House, first: Act, second: Act) -> BaseException | None:
    """Let the second begin before the first is through; return what the second was told."""

    def act() -> None:
        with house.db.write() as session:
            second(session)

    with ThreadPoolExecutor(1) as pool:
        with house.db.write() as session:
            first(session)
            waiting = pool.submit(act)
            sleep(0.3)
        return waiting.exception()


def test_two_proposals_of_one_person_at_once_are_one(app):
    client = make_client(app)
    anna = make_resident(client)
    bas, house = make_contact(anna), app.state.house

    def propose(session: Session) -> None:
        resident, contact = session.get_one(Resident, UUID(anna.id)), session.get_one(Contact, UUID(bas.id))
        proposals.propose(session, resident, contact, Wanted(kind="calm"), house.clock.now())

    told = at_once(house, propose, propose)
    assert isinstance(told, Conflict)
    assert told.code == "asked-lately"


def test_a_case_that_is_taken_while_a_tap_comes_stays_closed(app):
    client = make_client(app)
    office = make_office(client, team={"Fenna": "caseworker"})
    anna, case = make_case(office)
    silence, house = make_silence(client, anna.id), app.state.house
    now = house.clock.now()

    def tap(session: Session) -> None:
        checkin.share_tap(session, session.get_one(Resident, UUID(anna.id)), Tap(), now)

    def take(session: Session) -> None:
        care, fenna = session.get_one(Care, UUID(case)), session.get_one(Member, UUID(office.fenna.id))
        cases.acknowledge(session, care, fenna, reason="Ik bel.", follow_up_at=now + timedelta(hours=1), now=now)

    told = at_once(house, tap, take)
    with house.db.read() as session:
        assert session.get_one(Silence, silence.id).state == "closed"
    assert isinstance(told, Conflict)
    assert told.code == "episode-closed"
