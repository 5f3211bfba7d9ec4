from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from app.flows import outbox
from app.models.circle import Contact
from app.models.outbox import OutboxItem, Subscription
from tests.house import NOON, HandClock
from tests.people import Person, make_contact

HOUR = timedelta(hours=1)
Rows = Callable[[], Sequence[OutboxItem]]
Subscribe = Callable[..., UUID]


@pytest.fixture
def subscribe(app: FastAPI) -> Subscribe:
    """Give a contact an address that said yes already."""

    def add(contact: Person, channel: str = "email", **given: Any) -> UUID:
        with app.state.house.db.write() as session:
            viewer_id = session.get_one(Contact, UUID(contact.id)).viewer_id
            made = {"verified_at": NOON, "created_at": NOON, "asked_at": NOON, "secret": "s", "address_hash": "a"}
            made |= {"stop_hash": uuid4().hex, "verify_hash": uuid4().hex, "address": "bas@example.org"}
            row = Subscription(viewer_id=viewer_id, channel=channel, **(made | given))
            session.add(row)
            return row.id

    return add


@pytest.fixture
def rows(app: FastAPI) -> Rows:
    def read() -> Sequence[OutboxItem]:
        with app.state.house.db.read() as session:
            return session.exec(select(OutboxItem).order_by(col(OutboxItem.made_at), col(OutboxItem.id))).all()

    return read


def mark_sent(app: FastAPI) -> None:
    with app.state.house.db.write() as session:
        for row in session.exec(select(OutboxItem)):
            row.state = outbox.SENT


def taken_of(walk: Any) -> UUID:
    return UUID(walk["previews"]["sign"]["id"])


def test_a_day_is_one_mail_and_the_unsent_one_takes_the_newer_sign(
    anna: Person, bas: Person, subscribe: Subscribe, rows: Rows, clock: HandClock
):
    subscribe(bas)
    anna.tap()
    assert len(rows()) == 1
    clock.move(hours=1)
    walk = anna.walk(clock.now() - HOUR)
    [row] = rows()
    assert (row.teken_id, row.slot, row.state) == (taken_of(walk), "2027-03-10", "waiting")
    clock.move(days=1)
    anna.tap()
    assert [row.slot for row in rows()] == ["2027-03-10", "2027-03-11"]


def test_once_sent_the_day_has_had_its_mail(app: FastAPI, anna: Person, bas: Person, subscribe: Subscribe, rows: Rows):
    subscribe(bas)
    tap = anna.tap()
    mark_sent(app)
    anna.walk(NOON - HOUR)
    assert [row.teken_id for row in rows()] == [UUID(tap["id"])]


def test_a_machine_hears_of_each_sign(anna: Person, bas: Person, subscribe: Subscribe, rows: Rows):
    subscribe(bas, "webhook", address="https://lamp.example/")
    ids = {UUID(anna.tap()["id"]), taken_of(anna.walk(NOON - HOUR))}
    assert {row.teken_id for row in rows()} == ids
    assert {row.slot for row in rows()} == {None}


def test_each_address_and_each_circle_has_its_own_day(
    anna: Person, bas: Person, dora: Person, subscribe: Subscribe, rows: Rows
):
    subscribe(bas)
    subscribe(bas, address="bas@elsewhere.example")
    code = dora.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    dora.client.post(f"/v1/invitations/{code}/accept", headers=bas.auth)
    anna.tap()
    dora.tap()
    assert len(rows()) == 4


@pytest.mark.parametrize("given", [{"verified_at": None}, {"switched_off_at": NOON}])
def test_an_address_that_said_no_or_nothing_gets_no_row(
    anna: Person, bas: Person, subscribe: Subscribe, rows: Rows, given: dict[str, Any]
):
    subscribe(bas, **given)
    anna.tap()
    assert rows() == []


def test_who_waits_or_left_gets_no_row(anna: Person, subscribe: Subscribe, rows: Rows, clock: HandClock):
    link = anna.post("/v1/invitations", json={"name": "Late"}).json()["url"].rsplit("/", 1)[1]
    clock.move(hours=1)
    late = anna.client.post(f"/v1/invitations/{link}/accept").json()["contact"]
    iris = make_contact(anna, "Iris")
    for person in (Person(anna.client, late["id"], ""), iris):
        subscribe(person)
    iris.delete(f"/v1/contacts/{iris.id}")
    anna.tap()
    assert rows() == []


@pytest.mark.parametrize("kind", ["tap", "walk"])
def test_what_is_taken_back_is_not_sent_and_leaves_the_day_free(
    anna: Person, bas: Person, subscribe: Subscribe, rows: Rows, kind: str
):
    subscribe(bas)
    if kind == "tap":
        anna.delete(f"/v1/teken/{anna.tap()['id']}")
    else:
        anna.delete(f"/v1/walks/{anna.walk(NOON - HOUR)['id']}")
    [row] = rows()
    assert (row.state, row.why) == ("dropped", "withdrawn")
    again = anna.tap()
    [row] = rows()
    assert (row.state, row.teken_id) == ("waiting", UUID(again["id"]))


def test_rule_9_a_repeated_tap_sends_nothing_but_to_who_joined_between(
    anna: Person, bas: Person, subscribe: Subscribe, rows: Rows, clock: HandClock
):
    subscribe(bas, "webhook", address="https://lamp.example/")
    anna.tap()
    clock.move(minutes=1)
    cor = make_contact(anna, "Cor")
    subscribe(cor, "webhook", address="https://other.example/")
    clock.move(minutes=1)
    anna.tap()
    clock.move(minutes=1)
    anna.tap()
    assert sorted(str(row.contact_id) for row in rows()) == sorted([bas.id, cor.id])


@pytest.mark.parametrize(
    ("quiet", "due"),
    [(("21:00", "08:30"), 0), (("13:00", "15:00"), 1), (("14:00", "14:30"), 0.5), ((None, None), 0)],
)
def test_a_row_is_due_after_the_receivers_quiet_hours(
    anna: Person, bas: Person, subscribe: Subscribe, rows: Rows, quiet: tuple[str | None, str | None], due: float
):
    subscribe(bas, quiet_from=quiet[0], quiet_until=quiet[1])  # it is 14:00 where Bas is
    anna.tap()
    assert [row.due_at for row in rows()] == [NOON + timedelta(hours=due)]


def test_a_held_walk_has_no_row_before_its_release(
    app: FastAPI, anna: Person, bas: Person, subscribe: Subscribe, rows: Rows
):
    object.__setattr__(app.state.house.settings, "hold_minutes", 30)
    subscribe(bas)
    walk = anna.walk(NOON - HOUR)
    assert rows() == []
    anna.post(f"/v1/walks/{walk['id']}/release")
    assert [row.teken_id for row in rows()] == [taken_of(walk)]


def test_waves_are_never_sent(anna: Person, bas: Person, subscribe: Subscribe, rows: Rows):
    subscribe(bas)
    bas.post("/v1/waves", json={"resident_id": anna.id})
    assert rows() == []
