"""Trust 10: nothing that leaves to a contact carries a time or an order finer than the part of the day."""

import uuid
from datetime import timedelta
from random import Random

from sqlmodel import select

from app.flows import stream
from app.flows import walk as walks
from app.models.walks import Change, Teken, Walk
from tests.house import NOON
from tests.office import hook_to, mail_to, seen_by


def shift(app, kind: str, **by: float) -> None:
    """Move the moment of a sign inside its part of the day, in every column that holds one."""
    with app.state.house.db.write() as session:
        for teken in session.exec(select(Teken).where(Teken.kind == kind)):
            teken.happened_at += timedelta(**by)
            teken.made_at += timedelta(**by)
            session.add(teken)
        for walk in session.exec(select(Walk)) if kind == "walk" else ():
            walk.ended_at += timedelta(**by)
            walk.arrived_at += timedelta(**by)
            session.add(walk)


def test_rule_10_ids_are_random(anna, bas, clock):
    ids = [anna.walk(clock.move(minutes=1), seed=seed)["previews"]["sign"]["id"] for seed in range(7)]
    assert {uuid.UUID(one).version for one in [*ids, anna.id, bas.id]} == {4}
    assert ids not in (sorted(ids), sorted(ids, reverse=True))


def test_rule_10_shifting_a_sign_inside_its_part_changes_no_byte(app, anna, bas, clock):
    clock.move(minutes=1)
    anna.tap()
    anna.walk(clock.now(), seed=1)
    clock.move(hours=1)
    anna.walk(clock.now() - timedelta(minutes=5), seed=2)
    before = bas.get("/v1/teken").content
    assert len(bas.feed()) == 3
    for kind, hours in (("walk", 1), ("checkin", 2), ("walk", -2), ("checkin", -2)):
        shift(app, kind, hours=hours)
        assert bas.get("/v1/teken").content == before, (kind, hours)
    clock.move(days=1)
    last = bas.get("/v1/teken").content
    shift(app, "checkin", hours=3)
    assert bas.get("/v1/teken").content == last, "which one is the last says nothing of its time either"


def test_rule_10_event_ids_hold_no_readable_number(app, anna, bas):
    house = app.state.house
    place = seen_by(house, bas.token, None).place
    anna.tap()
    anna.walk(NOON)
    seen = seen_by(house, bas.token, place)
    assert len(seen.events) == 2
    with house.db.read() as session:
        assert [line.number for line in session.exec(select(Change))] == [1, 2]
    one, again = (stream.seal(house.keys, seen.place) for _ in range(2))
    assert one != again
    assert anna.id not in one


def test_rule_10_a_walk_goes_out_at_a_uniform_moment_after_the_hold():
    hold, rng = timedelta(minutes=30), Random(5)
    waits = [(walks.held_until(NOON, NOON, hold, rng) - NOON - hold).total_seconds() for _ in range(4000)]
    assert 0 <= min(waits) < 10
    assert 1790 < max(waits) <= 1800
    quarters = [sum(450 * i <= wait < 450 * (i + 1) for wait in waits) for i in range(4)]
    assert all(900 < count < 1100 for count in quarters), quarters


def test_rule_10_webhooks_and_mails_say_the_part_of_the_day_only(app, anna, bas, clock, post):
    house = app.state.house
    hook_to(house, bas, post)
    mail_to(house, bas)
    clock.move(minutes=1)
    anna.walk(clock.now())
    worker = post.worker(house)
    clock.move(hours=2)
    worker.run_once()
    [posted] = post.posts
    assert posted["when_words"] == "woensdagmiddag"
    [mail] = post.mails
    ended = clock.now() - timedelta(hours=2)
    assert f"{ended:%H:%M}" not in mail.as_string().replace(mail["Date"], "")
