"""Trust 29: when nobody is left whom we could ask, the resident is told the same day and the agreement says so."""

from uuid import UUID

import pytest
from sqlmodel import select

from app.channels.log import LogChannel
from app.models.outbox import OutboxItem
from app.models.people import Resident
from app.worker import Worker
from tests.circles import make_subscription
from tests.reached import agree, make_reachable


@pytest.mark.parametrize("how", ["leaves", "is let go", "is kept quiet", "erases themselves"])
def test_rule_29_the_resident_is_told_once_and_the_agreement_does_not_work(app, anna, clock, keep_time, how):
    bas = make_reachable(app, anna)
    house = app.state.house
    with house.db.read() as session:
        make_subscription(house, session.get_one(Resident, UUID(anna.id)), where="anna@post.example")
    agree(anna)
    clock.move(hours=1)
    keep_time()
    assert notices(app, anna) == []
    if how == "is kept quiet":
        anna.patch(f"/v1/contacts/{bas.id}", json={"quiet": True})
    elif how == "erases themselves":
        assert bas.delete("/v1/me").status_code == 204
    else:
        (bas if how == "leaves" else anna).delete(f"/v1/contacts/{bas.id}")
    for _ in range(3):
        keep_time()
        clock.move(hours=8)
    assert notices(app, anna) == ["circle-empty"]
    agreed = anna.get("/v1/agreement").json()
    assert (agreed["works"], agreed["why"]) == (False, "nobody")
    assert agreed["why_words"] == "Er is niemand meer in je kring die we kunnen bereiken."
    assert agreed["longest_wait_words"] == "Is het stil, dan hoort nu niemand dat."


def test_rule_29_somebody_new_makes_it_work_again(app, anna, clock, keep_time):
    bas = make_reachable(app, anna)
    agree(anna)
    anna.delete(f"/v1/contacts/{bas.id}")
    keep_time()
    make_reachable(app, anna, "Cas")
    clock.move(days=1)
    keep_time()
    assert anna.get("/v1/agreement").json()["works"] is True


@pytest.fixture
def keep_time(app):
    return Worker(app.state.house, {"log": LogChannel()}).keep_time


def notices(app, anna) -> list[str]:
    with app.state.house.db.read() as session:
        found = select(OutboxItem.note).where(OutboxItem.resident_id == UUID(anna.id), OutboxItem.purpose == "notice")
        return list(session.exec(found))
