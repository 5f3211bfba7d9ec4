"""Trust 8: only what was told since the grant; a higher detail counts from then on, a lower one for everything."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.models.outbox import OutboxItem
from tests.office import mail_to, seen_by
from tests.people import make_contact


def test_rule_8_nothing_from_before_the_grant(anna, clock):
    anna.tap()
    anna.walk(clock.now())
    clock.move(minutes=1)
    bas = make_contact(anna, detail="route")
    assert bas.feed() == []
    clock.move(minutes=1)
    anna.walk(clock.now(), seed=2)
    assert len(bas.feed()) == 1


def test_rule_8_a_higher_detail_counts_for_walks_that_end_after_the_change(anna, bas, clock):
    clock.move(minutes=1)
    before = anna.walk(clock.now(), seed=1)["previews"]["sign"]["id"]
    clock.move(minutes=10)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    clock.move(minutes=10)
    late = anna.walk(clock.now() - timedelta(minutes=15), seed=2)["previews"]["sign"]["id"]
    after = anna.walk(clock.now(), seed=3)["previews"]["sign"]["id"]
    shown = {teken["id"]: teken for teken in bas.feed()}
    assert "area" not in shown[before]
    assert "route" not in shown[before]
    assert "route" not in shown[late], "it ended before the change, though it came after it"
    assert "route" in shown[after]


@pytest.mark.parametrize(("lower", "gone"), [("area", {"route"}), ("drawing", {"area", "route"}), ("sign", None)])
def test_rule_8_a_lower_detail_counts_for_everything_at_the_next_request(anna, clock, lower, gone):
    bas = make_contact(anna, detail="route")
    clock.move(minutes=1)
    anna.walk(clock.now())
    [before] = bas.feed()
    clock.move(minutes=1)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": lower})
    [after] = bas.feed()
    assert set(before) - set(after) == (gone or {"area", "route", "drawing_svg"})
    clock.move(minutes=1)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    assert bas.feed() == [after], "raising it again does not bring back what was lowered"


def test_rule_8_lowering_sends_no_message_and_tells_no_open_page(app, anna, bas, clock):
    mail_to(app.state.house, bas)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    clock.move(minutes=1)
    anna.walk(clock.now())
    before = seen_by(app.state.house, bas.token, None).place
    with app.state.house.db.read() as session:
        ready = len(session.exec(select(OutboxItem)).all())
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "sign"})
    assert seen_by(app.state.house, bas.token, before).events == []
    with app.state.house.db.read() as session:
        assert len(session.exec(select(OutboxItem)).all()) == ready
